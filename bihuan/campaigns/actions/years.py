"""The year around a campaign: nodes of one's own, what follows up, and next year's campaign from this one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.campaigns import yearly
from bihuan.campaigns.actions.campaigns import describe, open_campaign
from bihuan.campaigns.actions.lists import set_unit_list
from bihuan.campaigns.actions.planning import new_plan, touched
from bihuan.campaigns.actions.publishing import FLOW
from bihuan.campaigns.models import Asked, Campaign, ExpectedList, FollowUp, Plan, UnitList, YearNode
from bihuan.campaigns.moving import Bound, Mover
from bihuan.campaigns.queries.list_pages import local
from bihuan.campaigns.queries.next_year import lists_of_its_own, moved_node, mover_of, out, own_nodes
from bihuan.campaigns.queries.plans import listed
from bihuan.campaigns.refusals import CampaignError, PlanError
from bihuan.campaigns.rhythm import days_words
from bihuan.campaigns.rules import OUT_STATES
from bihuan.history import actions as history
from bihuan.loop import actions as loop
from bihuan.loop.actions import Said, Wanted
from bihuan.org.models import Unit


def add_node(
    *,
    campaign: Campaign,
    name: str,
    days: tuple[dt.date, dt.date],
    source: str,
    by: str,
    at: dt.datetime,
) -> YearNode:
    """Add a node to the year of a campaign's place. The same again gives what is there.

    Raises:
        CampaignError: no name or source, days of two years or that end before they begin, or far too many nodes.
    """
    plain, said = " ".join(name.split()), " ".join(source.split())
    if not plain or len(plain) > yearly.LONGEST_NAME or not said or len(said) > yearly.LONGEST_SOURCE:
        zh = f"请写节点名称（{yearly.LONGEST_NAME}字以内）和依据（{yearly.LONGEST_SOURCE}字以内）"
        raise CampaignError("node-name", zh, "name the node, and say on which paper it rests")
    if days[1] < days[0] or days[0].year != days[1].year:
        raise CampaignError("node-days", "节点的起止日期要在同一年，且先起后止", "a node begins and ends in one year")
    with transaction.atomic():
        Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
        own = YearNode.objects.filter(region=campaign.region_id, book=campaign.book, first_on__year=days[0].year)
        there = own.filter(name=plain, first_on=days[0], last_on=days[1], dropped=False).first()
        if there is not None:
            return there
        if own.count() >= yearly.MOST_OWN:
            zh = f"一年最多自设 {yearly.MOST_OWN} 个节点"
            raise CampaignError("node-many", zh, f"at most {yearly.MOST_OWN} nodes of one's own a year")
        made = YearNode.objects.create(
            region=campaign.region, book=campaign.book, code=uuid.uuid4().hex, name=plain, first_on=days[0],
            last_on=days[1], source=said, added_by=by, added_at=at,
        )  # fmt: skip
        values = {"name": campaign.name, "title": plain, "days": [day.isoformat() for day in days], "source": said}
        _record("campaigns.node_added", campaign, values, by=by, at=at)
    return made


def drop_node(*, campaign: Campaign, code: str, by: str, at: dt.datetime) -> None:
    """Show a node of one's own no more; what was to be done at it stays."""
    with transaction.atomic():
        rows = YearNode.objects.select_for_update(of=("self",)).filter(region=campaign.region_id, book=campaign.book)
        row = rows.filter(code=code, dropped=False).first()
        if row is None:
            return
        row.dropped = True
        row.save(update_fields=["dropped"])
        _record("campaigns.node_dropped", campaign, {"name": campaign.name, "title": row.name}, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be done after a campaign. `node`: code and name; `paragraph`: key of the plan's, where it comes from
    there."""

    key: str
    title: str
    units: Sequence[Unit]
    due_on: dt.date
    demand: str = ""
    node: tuple[str, str] = ("", "")
    paragraph: str = ""


def follow_up(*, campaign: Campaign, ask: Ask, by: str, at: dt.datetime) -> list[FollowUp]:
    """Give each unit something to do after the campaign: a matter like those of the plan, in the same ledger. Asking
    again with the same key gives what is there.

    Raises:
        CampaignError: no title or unit, a day before the campaign, or nobody who keeps the campaign's matters.
        bihuan.loop.refusals.MatterError and its kin: see `loop.register_many`.
    """
    title = " ".join(ask.title.split())
    if not title or len(title) > 200:
        raise CampaignError("follow-up-title", "请写要做什么（200字以内）", "say what is to be done")
    if not ask.units:
        raise CampaignError("follow-up-unit", "请选择承办单位", "choose the units that do it")
    if ask.due_on < campaign.period_start:
        raise CampaignError("follow-up-due", "完成时限早于活动开始", "it is due before the campaign begins")
    if campaign.issuer is None:
        zh = "请先在方案页填写发文单位，事项以它的名义交办"
        raise CampaignError("no-issuer", zh, "say first who issues the campaign: its matters go out in that name")
    units = list({unit.pk: unit for unit in ask.units}.values())
    with transaction.atomic():
        Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
        keys = {unit.pk: uuid.uuid5(uuid.NAMESPACE_OID, f"{ask.key}:{unit.pk}").hex for unit in units}
        there = {row.key: row for row in FollowUp.objects.filter(campaign=campaign, key__in=keys.values())}
        fresh = [unit for unit in units if keys[unit.pk] not in there]
        wanted = [_wanted(campaign, ask, title, unit, keys[unit.pk]) for unit in fresh]
        matters = loop.register_many(wanted=wanted, by=by, at=at)
        made = [
            FollowUp.objects.create(
                campaign=campaign, key=keys[unit.pk], node=ask.node[0], node_name=ask.node[1][:60], title=title,
                unit=unit, due_on=ask.due_on, paragraph=ask.paragraph, matter=matter, by=by, at=at,
            )
            for unit, matter in zip(fresh, matters, strict=True)
        ]  # fmt: skip
        if made:
            values = {
                "name": campaign.name, "title": title, "count": len(made), "node": ask.node[1],
                "matters": [row.matter_id for row in made],
            }  # fmt: skip
            _record("campaigns.follow_up", campaign, values, by=by, at=at)
    return [*there.values(), *made]


def _wanted(campaign: Campaign, ask: Ask, title: str, unit: Unit, key: str) -> Wanted:
    assert campaign.issuer is not None
    demand = "\n".join(part for part in (ask.demand.strip(), f"节点：{ask.node[1]}" if ask.node[1] else "") if part)
    said = Said(unit=unit, due_on=ask.due_on, title=title, demand=demand)
    return Wanted(
        key=f"follow-up:{key}", flow=FLOW, title=title, keeper=campaign.issuer, demand=demand,
        scope=f"campaign:{campaign.pk}", book=campaign.book, said=said,
    )  # fmt: skip


# -- next year -------------------------------------------------------------------------------------------------------


def start_from(*, previous: Campaign, chosen: Mapping[str, Bound] | None = None, by: str, at: dt.datetime) -> Campaign:
    """Next year's campaign from this one: its lists of units, its plan with the division of work, the nodes that its
    office added, and what it asked to be handed in. Days move with what they are bound to (`moving`), and merged units
    give way to those they went into. Nothing of it is out: the plan is written on, then published. Registers are the
    place's own and need no copy; what came of this year is found through `follows`. Again it gives what is there.

    Args:
        chosen: to what days are bound, by due day or code of a node; the others move as `queries.next_year` proposes.

    Raises:
        CampaignError: see `open_campaign`.
    """
    period = (yearly.a_year_on(previous.period_start), yearly.a_year_on(previous.period_end))
    with transaction.atomic():
        Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=previous.pk)
        there = Campaign.objects.filter(
            region=previous.region_id, book=previous.book, period_start=period[0], period_end=period[1]
        ).first()
        if there is not None and there.follows_id is not None:
            return there
        name = yearly.name_a_year_on(previous.name, previous.period_start.year)
        made = open_campaign(region=previous.region, name=name, period=period, book=previous.book, by=by, at=at)
        if made.issuer_id is None:
            made = describe(
                campaign=made, expected_version=made.version, theme=made.theme,
                times=previous.times + 1 if previous.times else None,
                issuer=_now(previous.issuer), working_body=_now(previous.working_body), by=by, at=at,
            )  # fmt: skip
        made.follows = previous
        made.save(update_fields=["follows"])
        mover = mover_of(previous, chosen or {})
        lists = _copy_lists(previous, made, by=by, at=at)
        plan = _copy_plan(previous, made, mover, by=by, at=at)
        asked = _copy_asked(previous, plan, lists, mover, by=by, at=at) if plan is not None else 0
        nodes = _copy_nodes(previous, mover, by=by, at=at)
        values = {
            "name": made.name, "from": previous.pk, "lists": len(lists), "asked": asked, "nodes": nodes,
            "chosen": {key: bound.value for key, bound in sorted((chosen or {}).items())},
        }  # fmt: skip
        _record("campaigns.started_from", made, values, by=by, at=at)
    return made


def _now(unit: Unit | None) -> Unit | None:
    """What a unit is by now; None where it is no more."""
    if unit is None or unit.closed_on is None:
        return unit
    return unit.merged_into


def _copy_lists(previous: Campaign, made: Campaign, *, by: str, at: dt.datetime) -> dict[int, UnitList]:
    """The lists of units: of each old one, the new."""
    units = listed(previous)
    found = {}
    have = {row.name: row for row in UnitList.objects.filter(campaign=made)}
    for row in UnitList.objects.filter(campaign=previous).order_by("order", "pk"):
        now = [unit for unit in map(_now, units.get(row.pk, [])) if unit is not None]
        found[row.pk] = have.get(row.name) or set_unit_list(
            campaign=made, name=row.name, units=now, group=row.group, by=by, at=at
        )
    return found


def _copy_nodes(previous: Campaign, mover: Mover, *, by: str, at: dt.datetime) -> int:
    """The nodes that an office added, those of the same name in the new year excepted. How many were made."""
    made = 0
    for row in own_nodes(previous):
        node = next(node for node in mover.nodes if node.code == row.code)
        first, last = moved_node(mover, node)
        if first.year != last.year:
            continue
        key = {"region": row.region, "book": row.book, "name": row.name, "first_on__year": first.year, "dropped": False}
        if not YearNode.objects.filter(**key).exists():
            YearNode.objects.create(
                region=row.region, book=row.book, code=uuid.uuid4().hex, name=row.name, first_on=first, last_on=last,
                source=row.source, added_by=by, added_at=at,
            )  # fmt: skip
            made += 1
    return made


def _copy_plan(previous: Campaign, made: Campaign, mover: Mover, *, by: str, at: dt.datetime) -> Plan | None:
    """The plan of the year before, where it is out; one that was begun already is left alone."""
    if Plan.objects.filter(campaign=made).exists():
        return None
    if not Plan.objects.filter(campaign=previous, state__in=OUT_STATES).exists():
        return None
    return new_plan(campaign=made, source="last", mover=mover, by=by, at=at)


def _copy_asked(
    previous: Campaign, plan: Plan, lists: dict[int, UnitList], mover: Mover, *, by: str, at: dt.datetime
) -> int:
    """What was asked to be handed in, a year on: by the plan, and by the lists that were issued on their own."""
    old = out(previous)
    rows: dict[tuple[str, dt.date], Asked] = {}
    for item in old.asked.all() if old else ():
        told = item.period_start and item.period_end and (item.period_start, item.period_end)
        first, last = mover.span(*told, item.due_on) if told else (None, None)
        rows[item.form, item.due_on] = Asked(
            plan=plan, form=item.form, name=item.name, unit_list=lists.get(item.unit_list_id or 0),
            due_on=mover.due(item.due_on), due_time=item.due_time, period_start=first, period_end=last,
        )  # fmt: skip
    made_lists: dict[str, UnitList] = {}
    for issued in lists_of_its_own(previous):
        if (issued.form, issued.due_on) in rows:
            continue
        if issued.digest not in made_lists:
            made_lists[issued.digest] = _list_of(issued, plan.campaign, lists, by=by, at=at)
        span = mover.span(issued.period_start, issued.period_end, issued.due_on)
        rows[issued.form, issued.due_on] = Asked(
            plan=plan, form=issued.form, name=_renamed(issued.name, issued.period, span),
            unit_list=made_lists[issued.digest], due_on=mover.due(issued.due_on),
            due_time=local(issued.due_at).time(), period_start=span[0], period_end=span[1],
        )  # fmt: skip
    own = {(row.form, row.due_on): row for row in rows.values()}  # two that met on one day: the later one is kept
    Asked.objects.bulk_create(own.values())
    if rows:
        touched(plan, "asked", by=by, at=at, count=len(own))
    return len(own)


def _renamed(name: str, old: tuple[dt.date, dt.date], new: tuple[dt.date, dt.date]) -> str:
    """The name of a list that says its days, with those of the other year: 周报（6月1日—8日）."""
    before, after = (days_words(*span) for span in (old, new))
    return name.replace(before, after)[:60]


def _list_of(issued: ExpectedList, made: Campaign, lists: dict[int, UnitList], *, by: str, at: dt.datetime) -> UnitList:
    """The list of the new campaign with the units that a list was issued to."""
    units = [row.unit for row in issued.rows.select_related("unit__merged_into").order_by("pk")]
    now = list({unit.pk: unit for unit in map(_now, units) if unit is not None}.values())
    wanted = {unit.pk for unit in now}
    for row in lists.values():
        if set(row.listed.values_list("unit", flat=True)) == wanted:
            return row
    name = f"{issued.name}应报单位"[:40]
    if not now:
        raise PlanError("list-empty", f"“{issued.name}”的单位都已撤并", f"no unit of {issued.name} is left")
    return set_unit_list(campaign=made, name=name, units=now, by=by, at=at)


def _record(verb: str, campaign: Campaign, values: Mapping[str, object], *, by: str, at: dt.datetime) -> None:
    history.record(verb=verb, subject=("campaign", str(campaign.pk)), by=by, at=at, values=values)
