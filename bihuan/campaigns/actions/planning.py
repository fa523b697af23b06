"""Plans and their paragraphs: made from a template, from last year's, copied into a new version, written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Literal

from django.db import transaction

from bihuan.campaigns import rules, template
from bihuan.campaigns.models import Asked, Campaign, Duty, Paragraph, Plan
from bihuan.campaigns.moving import Mover
from bihuan.campaigns.queries.plans import plan_before
from bihuan.campaigns.refusals import ClosedPlanError, PlanError, StalePlanError
from bihuan.campaigns.rules import PlanState
from bihuan.history import actions as history
from bihuan.org.models import Unit
from bihuan.workdays import queries as workdays

_PARAGRAPH = ("key", "order", "level", "heading", "text", "workstream", "tasked")
_DUTY = (
    "key", "order", "title", "requirement", "unit_id", "unit_words", "section_id", "section_words", "leader_id",
    "leader_words", "owner_id", "owner_words", "first_on", "due_on", "limit_words", "evidence_asked",
    "assisting_words", "remark",
)  # fmt: skip
ASKED = ("form", "name", "due_on", "due_time", "period_start", "period_end")
Source = Literal["template", "last", "empty"]
BATCH = 1000


def new_key() -> str:
    """The key of a paragraph or duty: its own for ever, through all versions."""
    return uuid.uuid4().hex


def hold(plan: Plan, *, expected_version: int | None = None) -> Plan:
    """The plan, locked to be written in, inside the caller's transaction.

    Raises:
        ClosedPlanError: its papers are on their way, or it is published.
        StalePlanError: it is not the version that the person saw.
    """
    row = Plan.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=plan.pk)
    if row.state != PlanState.DRAFT:
        raise ClosedPlanError(row.state in rules.OUT_STATES)
    if expected_version is not None and row.version != expected_version:
        raise StalePlanError
    return row


def touched(plan: Plan, verb: str, *, by: str, at: dt.datetime, **values: Any) -> None:
    """Note that a held plan was written in: its version, its writer, a row of the history."""
    plan.version += 1
    plan.written_by, plan.written_at = by, at
    plan.save()
    noted = {"name": plan.campaign.name, "number": plan.number, "version": plan.version, **values}
    history.record(verb=f"campaigns.{verb}", subject=("plan", str(plan.pk)), by=by, at=at, values=noted)


def new_plan(
    *, campaign: Campaign, source: Source = "template", mover: Mover | None = None, by: str, at: dt.datetime
) -> Plan:
    """The first version of a campaign's plan: from the template of its year, from the plan of the campaign before it in
    the same place, or empty. The one being written, where there is one.

    Args:
        mover: moves the days of the plan before; without it they keep their dates.

    Raises:
        PlanError: there is no plan before; or one is published: that gets a new version.
    """
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        there = Plan.objects.filter(campaign=held).order_by("-number").first()
        if there is not None and there.state in rules.OUT_STATES:
            zh = "这一活动的方案已发布，要修改请另立新版本"
            raise PlanError("plan-published", zh, "this campaign's plan is published: make a new version of it")
        if there is not None:
            return there
        before = plan_before(held) if source == "last" else None
        if source == "last" and before is None:
            zh = "没有上一期活动的方案，请从内置模板或空白开始"
            raise PlanError("no-plan-before", zh, "there is no plan before this: begin from the template")
        plan = _made(held, 1, by, at, copied_from=before, source=template.SOURCE if source == "template" else "")
        if source == "template":
            _from_template(plan)
        elif before is not None:
            years = held.period_start.year - before.campaign.period_start.year
            copy(before, plan, mover=mover or Mover(years, calendar=workdays.calendar()), by=by)
        touched(plan, "plan_made", by=by, at=at, source=source)
    return plan


def new_version(*, plan: Plan, by: str, at: dt.datetime) -> Plan:
    """Another version of a published plan, with all that it says; the one being written, where there is one.

    Raises:
        PlanError: it is not the published one.
    """
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=plan.campaign_id)
        there = Plan.objects.filter(campaign=held).order_by("-number").first()
        assert there is not None
        if there.state in rules.OPEN_STATES:
            return there
        if there.state != PlanState.PUBLISHED:
            raise PlanError("plan-not-out", "只有已发布的方案才另立新版本", "only a published plan gets a new version")
        made = _made(held, there.number + 1, by, at, copied_from=there)
        copy(there, made, by=by)
        touched(made, "plan_made", by=by, at=at, source=f"v{there.number}")
    return made


def _made(campaign: Campaign, number: int, by: str, at: dt.datetime, **more: Any) -> Plan:
    people = {"made_by": by, "made_at": at, "written_by": by, "written_at": at}
    return Plan.objects.create(campaign=campaign, number=number, **people, **more)


def _from_template(plan: Plan) -> None:
    campaign = plan.campaign
    rows = template.of_year(campaign.period_start.year)
    Paragraph.objects.bulk_create(
        Paragraph(
            plan=plan,
            key=new_key(),
            order=order,
            level=row.level,
            heading=row.heading,
            text=template.filled(row.text, theme=campaign.theme, period=campaign.period),
            workstream=row.workstream,
            tasked=row.tasked,
            written_by=plan.made_by,
        )
        for order, row in enumerate(rows)
    )


def copy(old: Plan, new: Plan, *, mover: Mover | None = None, by: str) -> None:
    """All that `old` says into `new`. `mover`: moves its days into another year; a plan of another campaign gets keys
    of its own, and the units that were merged since give way to those they went into."""
    same = old.campaign_id == new.campaign_id
    paragraphs: dict[int, Paragraph] = {}
    for item in old.paragraphs.order_by("order"):
        values = {name: getattr(item, name) for name in _PARAGRAPH}
        if not same:
            values["key"] = new_key()
        paragraphs[item.pk] = Paragraph(plan=new, written_by=by, **values)
    Paragraph.objects.bulk_create(paragraphs.values())
    rows = list(old.duties.order_by("order").prefetch_related("assisting"))
    into: dict[Any, Any] = {} if same else dict(Unit.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    duties = []
    for row in rows:
        values = {name: getattr(row, name) for name in _DUTY}
        if not same:
            values["key"] = new_key()
            values["unit_id"] = into.get(row.unit_id, row.unit_id)
        if mover is not None:
            first, due = values["first_on"], values["due_on"]
            due = due and mover.due(due)
            values |= {"first_on": first and min(mover.plain(first), due or dt.date.max), "due_on": due}
        duties.append(Duty(plan=new, paragraph=paragraphs[row.paragraph_id], written_by=by, **values))
    Duty.objects.bulk_create(duties, batch_size=BATCH)
    help_with(zip(duties, ([into.get(unit.pk, unit.pk) for unit in row.assisting.all()] for row in rows), strict=True))
    if same:
        Asked.objects.bulk_create(
            Asked(plan=new, unit_list=row.unit_list, **{name: getattr(row, name) for name in ASKED})
            for row in old.asked.select_related("unit_list")
        )


def help_with(pairs: Any) -> None:
    """Write the units that help with duties: pairs of a stored duty and the keys of units."""
    through = Duty.assisting.through
    rows = [through(duty_id=duty.pk, unit_id=key) for duty, keys in pairs for key in dict.fromkeys(keys)]
    through.objects.bulk_create(rows, batch_size=BATCH)


# -- paragraphs ------------------------------------------------------------------------------------------------------


def add_paragraph(
    *,
    plan: Plan,
    key: str,
    heading: str,
    text: str = "",
    level: int = 1,
    tasked: bool = False,
    after: Paragraph | None = None,
    by: str,
    at: dt.datetime,
) -> Paragraph:
    """A new paragraph behind another one, or at the end. The same `key` again gives the one that is there.

    Raises:
        ClosedPlanError: the plan is not being written.
        PlanError: no heading, or something is too long.
    """
    values = _paragraph_values(heading, text, level, tasked)
    with transaction.atomic():
        row = hold(plan)
        there = Paragraph.objects.filter(plan=row, key=key).first()
        if there is not None:
            return there
        rows = list(row.paragraphs.order_by("order"))
        if len(rows) >= rules.MOST_PARAGRAPHS:
            zh = f"一份方案最多 {rules.MOST_PARAGRAPHS} 段"
            raise PlanError("too-many-paragraphs", zh, f"a plan has {rules.MOST_PARAGRAPHS} paragraphs at most")
        made = Paragraph(plan=row, key=key, order=0, written_by=by, **values)
        where = next((at for at, item in enumerate(rows) if after and item.pk == after.pk), len(rows) - 1) + 1
        rows.insert(where, made)
        _ordered(rows)
        made.save()
        touched(row, "paragraph_written", by=by, at=at, heading=made.heading, new=True)
    return made


def write_paragraph(
    *,
    paragraph: Paragraph,
    expected_version: int,
    heading: str,
    text: str = "",
    level: int = 1,
    tasked: bool = False,
    by: str,
    at: dt.datetime,
) -> Paragraph:
    """Write one paragraph anew; others may write in other paragraphs meanwhile. The same again changes nothing.

    Raises:
        ClosedPlanError, StalePlanError: the plan is not being written; somebody changed this paragraph meanwhile.
        PlanError: no heading, or something is too long.
    """
    values = _paragraph_values(heading, text, level, tasked)
    with transaction.atomic():
        plan = hold(paragraph.plan)
        row = Paragraph.objects.filter(pk=paragraph.pk).first()
        if row is None:
            raise StalePlanError
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
        if row.version != expected_version:
            raise StalePlanError
        old = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.written_by = by
        row.save()
        touched(plan, "paragraph_written", by=by, at=at, heading=row.heading, old=old, now={k: values[k] for k in old})
    return row


def move_paragraph(*, paragraph: Paragraph, up: bool, by: str, at: dt.datetime) -> None:
    """Change places with the paragraph before or behind it. Raises ClosedPlanError."""
    with transaction.atomic():
        plan = hold(paragraph.plan)
        rows = list(plan.paragraphs.order_by("order"))
        place = next((at for at, item in enumerate(rows) if item.pk == paragraph.pk), None)
        other = None if place is None else place - 1 if up else place + 1
        if place is None or other is None or not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        _ordered(rows)
        touched(plan, "paragraph_moved", by=by, at=at, heading=paragraph.heading, up=up)


def drop_paragraph(*, paragraph: Paragraph, expected_version: int, by: str, at: dt.datetime) -> None:
    """Take a paragraph out of a plan that is being written. The same again does nothing more.

    Raises:
        ClosedPlanError, StalePlanError: as for writing it.
        PlanError: duties stand below it.
    """
    with transaction.atomic():
        plan = hold(paragraph.plan)
        row = Paragraph.objects.filter(pk=paragraph.pk).first()
        if row is None:
            return
        if row.version != expected_version:
            raise StalePlanError
        if count := row.duties.count():
            zh = f"“{row.heading}”下还有 {count} 项任务，请先移走或删除"
            raise PlanError("paragraph-in-use", zh, f"{count} duties stand below “{row.heading}”: move them first")
        row.delete()
        _ordered(list(plan.paragraphs.order_by("order")))
        touched(plan, "paragraph_dropped", by=by, at=at, heading=row.heading, text=row.text)


def _ordered(rows: Sequence[Paragraph]) -> None:
    """Number paragraphs as they stand; those that are stored already are written."""
    changed = []
    for order, row in enumerate(rows):
        if row.order != order:
            row.order = order
            if row.pk:
                changed.append(row)
    Paragraph.objects.bulk_update(changed, ["order"])


def _paragraph_values(heading: str, text: str, level: int, tasked: bool) -> dict[str, Any]:
    plain = " ".join(heading.split())
    if not plain or len(plain) > 100:
        raise PlanError("paragraph-heading", "请写段落标题（100字以内）", "give a heading of 100 characters at most")
    if len(text) > rules.LONGEST_TEXT:
        zh, en = f"一段不超过 {rules.LONGEST_TEXT} 字", f"a paragraph has {rules.LONGEST_TEXT} characters at most"
        raise PlanError("paragraph-text", zh, en)
    if level not in (1, 2, 3):
        raise PlanError("paragraph-level", "段落层级只有一至三级", "a paragraph's level is 1, 2 or 3")
    return {"heading": plain, "text": text.strip(), "level": level, "tasked": tasked}
