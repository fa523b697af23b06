"""The division of work (分工): duties made on the page or taken from a table, one for each unit that leads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Max

from bihuan.campaigns import rules
from bihuan.campaigns.actions.planning import BATCH, help_with, hold, touched
from bihuan.campaigns.models import Asked, Duty, Paragraph, Plan, UnitList
from bihuan.campaigns.refusals import PlanError, StalePlanError
from bihuan.org.models import Person, Section, Unit


@dataclass(frozen=True, slots=True)
class DutySaid:
    """What one line of the division of work says; `…_words`: a name that the directory does not know, as printed."""

    title: str
    requirement: str = ""
    unit: Unit | None = None
    unit_words: str = ""
    section: Section | None = None
    section_words: str = ""
    leader: Person | None = None
    leader_words: str = ""
    owner: Person | None = None
    owner_words: str = ""
    first_on: dt.date | None = None
    due_on: dt.date | None = None
    limit_words: str = ""
    evidence_asked: str = ""
    assisting: tuple[Unit, ...] = ()
    assisting_words: str = ""
    remark: str = ""

    def values(self) -> dict[str, Any]:
        """The fields of a row.

        Raises:
            PlanError: no title, something too long, a section of another unit, days in the wrong order.
        """
        title = " ".join(self.title.split())
        if not title or len(title) > 200:
            raise PlanError("duty-title", "请写任务名称（200字以内）", "name the task, in 200 characters at most")
        if len(self.requirement) > rules.LONGEST_TEXT:
            zh = f"“{title[:30]}”的工作措施超过 {rules.LONGEST_TEXT} 字"
            raise PlanError("duty-text", zh, f"what is asked for has {rules.LONGEST_TEXT} characters at most")
        if self.section is not None and (self.unit is None or self.section.unit_id != self.unit.pk):
            zh = f"“{self.section.name}”不是牵头单位的科室"
            raise PlanError("section-elsewhere", zh, f"{self.section.name} is no section of the lead unit")
        if self.first_on and self.due_on and self.due_on < self.first_on:
            zh = f"“{title[:30]}”的完成时限早于开始时间"
            raise PlanError("duty-days", zh, f"{title[:30]}: it is due before it begins")
        found: dict[str, Any] = {"title": title, "requirement": self.requirement.strip()}
        for name in ("unit", "section", "leader", "owner"):
            row = getattr(self, name)
            found[f"{name}_id"] = row.pk if row is not None else None
        for name, longest in _WORDS.items():
            text = " ".join(getattr(self, name).split())
            if len(text) > longest:
                zh = f"“{title[:30]}”有一格超过 {longest} 字：{text[:30]}…"
                raise PlanError("duty-cell", zh, f"{title[:30]}: a cell is longer than {longest} characters")
            found[name] = text
        return found | {"first_on": self.first_on, "due_on": self.due_on}


_WORDS = {
    "unit_words": 200, "section_words": 60, "leader_words": 60, "owner_words": 60, "limit_words": 60,
    "evidence_asked": 200, "assisting_words": 400, "remark": 400,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A duty to be added below a paragraph; `key` is made by the caller: adding it again gives the one there is."""

    key: str
    paragraph: Paragraph
    said: DutySaid


def key_for(key: str, unit: Unit) -> str:
    """The key of one unit's duty among those that one line gives to many."""
    return uuid.uuid5(uuid.UUID(key), str(unit.pk)).hex


def for_each(key: str, paragraph: Paragraph, said: DutySaid, units: Sequence[Unit]) -> list[Wanted]:
    """The duties that one line gives to many units: one each."""
    return [Wanted(key_for(key, unit), paragraph, replace(said, unit=unit)) for unit in units]


def add_duties(*, plan: Plan, wanted: Sequence[Wanted], by: str, at: dt.datetime) -> list[Duty]:
    """Add duties to a plan that is being written, all or none. What is there by its key stays as it is.

    Returns:
        Those that were added.

    Raises:
        ClosedPlanError: the plan is not being written.
        PlanError: one of them will not do, or there would be too many.
    """
    with transaction.atomic():
        row = hold(plan)
        added = write_duties(row, wanted, by=by)
        if added:
            units = sorted({duty.unit_id for duty in added if duty.unit_id})
            titles = list(dict.fromkeys(duty.title for duty in added))[:20]
            touched(row, "duties_added", by=by, at=at, count=len(added), titles=titles, units=units[:100])
    return added


def write_duties(plan: Plan, wanted: Sequence[Wanted], *, by: str) -> list[Duty]:
    """Store duties of a held plan, in bulk; the caller notes it in the history. Raises PlanError."""
    there = set(plan.duties.filter(key__in=[item.key for item in wanted]).values_list("key", flat=True))
    fresh = [item for item in {item.key: item for item in wanted}.values() if item.key not in there]
    if plan.duties.count() + len(fresh) > rules.MOST_DUTIES:
        zh = f"一份方案最多 {rules.MOST_DUTIES} 项任务，这次一项也没有写入"
        raise PlanError("too-many-duties", zh, f"a plan has {rules.MOST_DUTIES} duties at most; none was written")
    last = plan.duties.aggregate(last=Max("order"))["last"] or 0
    made = [
        Duty(plan=plan, paragraph=item.paragraph, key=item.key, order=last + at, written_by=by, **item.said.values())
        for at, item in enumerate(fresh, 1)
    ]
    Duty.objects.bulk_create(made, batch_size=BATCH)
    help_with(zip(made, (_helpers(item.said) for item in fresh), strict=True))
    return made


def _helpers(said: DutySaid) -> list[int]:
    lead = said.unit.pk if said.unit else None
    return [unit.pk for unit in said.assisting if unit.pk != lead]


def write_duty(
    *,
    duty: Duty,
    expected_version: int,
    said: DutySaid,
    paragraph: Paragraph | None = None,
    by: str,
    at: dt.datetime,
) -> Duty:
    """Write one duty anew. The same again changes nothing.

    Raises:
        ClosedPlanError, StalePlanError: the plan is not being written; somebody changed this duty meanwhile.
        PlanError: what is said will not do.
    """
    values = said.values()
    with transaction.atomic():
        plan = hold(duty.plan)
        row = Duty.objects.filter(pk=duty.pk).first()
        if row is None:
            raise StalePlanError
        if paragraph is not None:
            values["paragraph_id"] = paragraph.pk
        helpers = sorted(set(_helpers(said)))
        had = sorted(row.assisting.values_list("pk", flat=True))
        old = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        if not old and helpers == had:
            return row
        if row.version != expected_version:
            raise StalePlanError
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.written_by = by
        row.save()
        if helpers != had:
            row.assisting.set(helpers)
            old["assisting"] = had
        noted = {name: str(value) for name, value in old.items()}
        touched(plan, "duty_written", by=by, at=at, title=row.title, key=row.key, old=noted)
    return row


def drop_duty(*, duty: Duty, expected_version: int, by: str, at: dt.datetime) -> None:
    """Take a duty out of a plan that is being written. The same again does nothing more.

    Raises:
        ClosedPlanError, StalePlanError: as for writing it.
    """
    with transaction.atomic():
        plan = hold(duty.plan)
        row = Duty.objects.filter(pk=duty.pk).select_related("unit").first()
        if row is None:
            return
        if row.version != expected_version:
            raise StalePlanError
        title, unit = row.title, row.unit.name if row.unit else row.unit_words
        row.delete()
        touched(plan, "duty_dropped", by=by, at=at, title=title, key=duty.key, unit=unit)


def ask(
    *, plan: Plan, form: str, due_on: dt.date, unit_list: UnitList | None = None, by: str, at: dt.datetime
) -> Asked:
    """Ask for something to be handed in by a day (应报): the same form and day again gives what is there.

    Raises:
        ClosedPlanError: the plan is not being written.
        PlanError: no such form, or a day before the campaign.
    """
    if form not in rules.FORMS:
        raise PlanError("no-such-form", "没有这种应报材料", "there is nothing of that kind to hand in")
    with transaction.atomic():
        row = hold(plan)
        if due_on < row.campaign.period_start:
            zh = f"应报日期 {due_on.isoformat()} 早于活动开始"
            raise PlanError("asked-before", zh, f"{due_on.isoformat()} is before the campaign begins")
        defaults = {"name": rules.FORMS[form][0], "unit_list": unit_list}
        made, new = Asked.objects.get_or_create(plan=row, form=form, due_on=due_on, defaults=defaults)
        if new:
            values = {"form": form, "due_on": due_on.isoformat(), "list": unit_list.name if unit_list else ""}
            touched(row, "asked", by=by, at=at, **values)
    return made


def drop_asked(*, asked: Asked, by: str, at: dt.datetime) -> None:
    """Ask for it no more. Raises ClosedPlanError."""
    with transaction.atomic():
        plan = hold(asked.plan)
        row = Asked.objects.filter(pk=asked.pk).first()
        if row is not None:
            row.delete()
            touched(plan, "ask_dropped", by=by, at=at, form=row.form, due_on=row.due_on.isoformat())
