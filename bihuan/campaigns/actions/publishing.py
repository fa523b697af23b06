"""发布: the papers go to the units, each duty becomes a matter, the expected lists freeze. One transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.campaigns.actions.expecting import Wish as ListWish
from bihuan.campaigns.actions.expecting import digested, freeze
from bihuan.campaigns.actions.planning import BATCH, touched
from bihuan.campaigns.actions.preparing import fit
from bihuan.campaigns.models import Campaign, Duty, ExpectedList, Plan, Task
from bihuan.campaigns.queries.consequences import Change, Consequences, consequences
from bihuan.campaigns.queries.plans import asked, digest, listed, papers
from bihuan.campaigns.refusals import ClosedPlanError, PapersError, PlanError, StalePlanError
from bihuan.campaigns.rules import OUT_STATES, PlanState
from bihuan.documents import actions as documents
from bihuan.documents.rules import State as PaperState
from bihuan.loop import actions as loop
from bihuan.loop.actions import Said, Wanted, Wish
from bihuan.loop.days import local_day
from bihuan.loop.flows import Hand
from bihuan.loop.models import Matter
from bihuan.org.models import Unit

FLOW = "task"
_HANDS = frozenset({Hand.KEEPER, Hand.SUBJECT})


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Why a plan is published without papers made here, and the number under which it went out, if any."""

    reason: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it, in numbers."""

    plan: Plan
    made: int = 0
    amended: int = 0
    moved: int = 0
    withdrawn: int = 0
    same: int = 0
    waiting: int = 0


def publish(
    *, plan: Plan, expected_version: int, on_paper: OnPaper | None = None, by: str, at: dt.datetime
) -> Published:
    """Publish a version of a plan: once for all. Its papers go to the units of the plan, each new duty becomes a
    matter; against the version before it, only what changed is changed and only those whom it concerns are told.

    Args:
        on_paper: where it was issued outside of the system: then no papers are waited for.

    Returns:
        What was done; for the same person's second click nothing more.

    Raises:
        PapersError: its papers are not issued yet.
        UnfitPlanError: the check finds errors.
        StalePlanError, ClosedPlanError: it was changed since it was seen; it is out already.
    """
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=plan.campaign_id)  # one version after the other
        named = ("campaign__issuer", "campaign__edition")
        row = Plan.objects.select_for_update(of=("self",)).select_related(*named).get(pk=plan.pk)
        if row.state in OUT_STATES:
            if row.state == PlanState.PUBLISHED and row.published_by == by and row.version == expected_version + 1:
                return Published(row)
            raise ClosedPlanError(published=True)
        if row.version != expected_version:
            raise StalePlanError
        _papers_out(row, on_paper)
        fit(row, local_day(at))
        found = consequences(row)
        row.digest = digest(row)
        units = _deliver(row, by=by, at=at)
        _matters(row, found, by=by, at=at)
        _freeze_lists(row, units, by=by, at=at)
        Plan.objects.filter(campaign=row.campaign_id, state=PlanState.PUBLISHED).update(state=PlanState.REPLACED)
        row.state, row.published_by, row.published_at = PlanState.PUBLISHED.value, by, at
        done = Published(
            row,
            len(found.fresh),
            len(found.amended),
            len(found.moved),
            len(found.dropped),
            len(found.same),
            len(found.waiting),
        )
        counts = {name: getattr(done, name) for name in ("made", "amended", "moved", "withdrawn", "same", "waiting")}
        said = {"digest": row.digest, "without_papers": row.without_papers, "issued_as": row.issued_as}
        touched(row, "plan_published", by=by, at=at, **counts, **said)
    return done


def _papers_out(plan: Plan, on_paper: OnPaper | None) -> None:
    """Refuse a plan whose papers are not issued, unless it was issued on paper."""
    own = papers(plan)
    if own:
        waiting = [item.document.title for item in own if item.document.state != PaperState.ISSUED]
        if waiting:
            zh = f"公文还没有全部印发（例如《{waiting[0]}》），印发后再发布"
            raise PapersError(zh, f"its papers are not issued yet (“{waiting[0]}”): publish it then")
        return
    reason = " ".join(on_paper.reason.split()) if on_paper else ""
    if on_paper is None or not reason:
        zh = "请先拟制并印发公文；已在系统外印发的，请写明原因和文号"
        raise PapersError(zh, "draft and issue its papers first, or say why it is published without them")
    number = " ".join(on_paper.number.split())
    if len(reason) > 200 or len(number) > 100:
        raise PlanError("reason-too-long", "原因不超过200字，文号不超过100字", "at most 200 and 100 characters")
    plan.without_papers, plan.issued_as = reason, number


def _deliver(plan: Plan, *, by: str, at: dt.datetime) -> list[Unit]:
    """Send the papers to the units of the plan: those that have something to do, and those of its lists."""
    day = local_day(at)
    keys = set(plan.duties.values_list("unit", flat=True)) | set(plan.duties.values_list("assisting", flat=True))
    keys |= {unit.pk for units in listed(plan.campaign).values() for unit in units}
    found = Unit.objects.filter(pk__in=keys - {None}).order_by("pk")
    units = [unit for unit in found if unit.closed_on is None or unit.closed_on > day]
    for item in papers(plan):
        documents.deliver(document=item.document, units=units, by=by, at=at)
    return units


# -- matters ---------------------------------------------------------------------------------------------------------


def _matters(plan: Plan, found: Consequences, *, by: str, at: dt.datetime) -> None:
    reason = f"方案第{plan.number}版调整" if plan.number > 1 else "方案发布"
    wishes = [
        *(Wish(change.task.matter, "amend", _said(change.duty, reason)) for change in found.amended),
        *(Wish(change.task.matter, "withdraw", Said(text=f"{reason}：改由其他单位牵头")) for change in found.moved),
        *(Wish(task.matter, "withdraw", Said(text=f"{reason}：取消该项任务")) for task in found.dropped),
    ]
    loop.act_many(wishes=wishes, hands=_HANDS, by=by, at=at)
    over = [*(change.task for change in found.moved), *found.dropped]
    Task.objects.filter(pk__in=[task.pk for task in over]).update(current=False)
    for change in (*found.amended, *found.same):
        change.task.duty = change.duty
    Task.objects.bulk_update([change.task for change in (*found.amended, *found.same)], ["duty"], batch_size=BATCH)
    _register(plan, found.fresh, found.moved, by=by, at=at)


def _register(plan: Plan, fresh: Sequence[Duty], moved: Sequence[Change], *, by: str, at: dt.datetime) -> None:
    earlier = Task.objects.filter(campaign=plan.campaign_id, key__in=[duty.key for duty in fresh]).order_by("run")
    runs = dict(earlier.values_list("key", "run"))
    wanted = [(duty, runs.get(duty.key, 0) + 1, None) for duty in fresh]
    after: list[tuple[Duty, int, Matter | None]] = [
        *wanted,
        *((change.duty, change.task.run + 1, change.task.matter) for change in moved),
    ]
    matters = loop.register_many(
        wanted=[_wanted(plan, duty, run, raised_from=matter) for duty, run, matter in after], by=by, at=at
    )
    Task.objects.bulk_create(
        [
            Task(campaign=plan.campaign, key=duty.key, run=run, duty=duty, matter=matter)
            for (duty, run, _before), matter in zip(after, matters, strict=True)
        ],
        batch_size=BATCH,
    )


def _wanted(plan: Plan, duty: Duty, run: int, *, raised_from: Matter | None) -> Wanted:
    campaign = plan.campaign
    assert campaign.issuer is not None  # the check asks for it
    return Wanted(
        key=f"duty:{duty.key}" + (f":{run}" if run > 1 else ""),
        flow=FLOW,
        title=duty.title,
        keeper=campaign.issuer,
        demand=demand(duty),
        scope=f"campaign:{campaign.pk}",
        book=campaign.book,
        said=_said(duty, ""),
        raised_from=raised_from,
    )


def _said(duty: Duty, reason: str) -> Said:
    return Said(
        text=reason,
        unit=duty.unit,
        section=duty.section,
        owner=duty.owner,
        leader=duty.leader,
        assisting=tuple(duty.assisting.all()),
        due_on=duty.due_on,
        title=duty.title,
        demand=demand(duty),
    )


def demand(duty: Duty) -> str:
    """What a matter asks for, in the words of its duty."""
    lines = [duty.requirement.strip()]
    if duty.limit_words:
        lines.append(f"时限：{duty.limit_words}")
    if duty.evidence_asked:
        lines.append(f"佐证要求：{duty.evidence_asked}")
    return "\n".join(line for line in lines if line)


# -- what is to be handed in -----------------------------------------------------------------------------------------


def _freeze_lists(plan: Plan, units: Sequence[Unit], *, by: str, at: dt.datetime) -> None:
    """Freeze what should come from whom. What stands already with the same units stays, and so do the lists that were
    issued on their own; what an earlier version asked for gives way."""
    campaign = plan.campaign
    by_list = listed(campaign)
    standing = {(row.form, row.due_on): row for row in ExpectedList.objects.filter(campaign=campaign, replaced=False)}
    for item in asked(plan):
        chosen = by_list.get(item.unit_list_id, []) if item.unit_list_id else units
        period = (item.period_start or campaign.period_start, item.period_end or campaign.period_end)
        wish = ListWish(item.form, item.name, period, item.due_on, item.due_time)
        there = standing.pop((item.form, item.due_on), None)
        word = (digested(chosen)[1], wish.period, wish.due_at)
        if there is not None and (there.digest, there.period, there.due_at) == word:
            continue
        freeze(campaign, wish, chosen, plan=plan, by=by, at=at)
    over = [row.pk for row in standing.values() if row.plan_id is not None]
    ExpectedList.objects.filter(pk__in=over).update(replaced=True)
