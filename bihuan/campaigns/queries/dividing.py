"""The division of work as a table: a page of it with where each matter stands, and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from bihuan.campaigns.models import Duty, Plan, Task
from bihuan.campaigns.queries.importing import units_for
from bihuan.campaigns.queries.plans import duties
from bihuan.campaigns.queries.told import line_of
from bihuan.campaigns.task_division import Line
from bihuan.lib.words import say
from bihuan.loop import kinds
from bihuan.loop.models import Matter
from bihuan.reading.division.duty import DutyRead, Limit, LimitKind, Named
from bihuan.reading.division.write import write_division


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty with its names, and where its matter stands; the matter is None before it is published."""

    duty: Duty
    line: Line
    matter: Matter | None
    state: tuple[str, str] | None  # words and tone

    @property
    def people(self) -> tuple[str, ...]:
        return self.line.people


@dataclass(frozen=True)
class DivisionPage:
    """At most `size` rows of a table. `total`: of all that were asked for."""

    rows: Sequence[Standing]
    total: int
    start: int
    previous_url: str
    next_url: str


def division_page(plan: Plan, *, text: str = "", start: int = 0, size: int = 50) -> DivisionPage:
    """A page of the division of work. `text`: part of a task, a unit or a person. Five queries."""
    found = duties(plan)
    if text:
        named = Q(title__icontains=text) | Q(unit__name__icontains=text) | Q(unit__short_name__icontains=text)
        found = found.filter(named | Q(owner__name__icontains=text) | Q(leader__name__icontains=text))
    total = found.count()
    rows = list(found[start : start + size])
    tasks = Task.objects.filter(campaign=plan.campaign_id, current=True, key__in=[row.key for row in rows])
    matters = {task.key: task.matter for task in tasks.select_related("matter")}
    query = f"&q={text}" if text else ""
    return DivisionPage(
        [Standing(row, line_of(row), matters.get(row.key), _state(matters.get(row.key))) for row in rows],
        total,
        start,
        f"?start={max(start - size, 0)}{query}" if start else "",
        f"?start={start + size}{query}" if start + size < total else "",
    )


def _state(matter: Matter | None) -> tuple[str, str] | None:
    if matter is None:
        return None
    state = kinds.flow(matter.flow, matter.flow_version).state(matter.state)
    return say(state.zh, state.en), state.tone


def division_book(plan: Plan) -> bytes:
    """The division of work as a workbook that can be taken in again."""
    rows = [_read(number, duty) for number, duty in enumerate(duties(plan), 1)]
    return write_division(rows, title=f"{plan.campaign.name}任务分工表")


def empty_book(plan: Plan) -> bytes:
    """A workbook to fill in, with the names of the units that may lead."""
    names = [unit.name for unit in units_for(plan.campaign)][:2000]
    return write_division(title=f"{plan.campaign.name}任务分工表", guide=True, units=names)


def _read(number: int, duty: Duty) -> DutyRead:
    first, last = duty.first_on, duty.due_on
    kind = LimitKind.UNKNOWN if last is None and first is None else LimitKind.RANGE if first else LimitKind.EXACT
    line = line_of(duty)
    unit = duty.unit.name if duty.unit else duty.unit_words
    helpers = [row.name for row in duty.assisting.all()]
    helpers += [part for part in duty.assisting_words.split("、") if part]
    return DutyRead(
        number=str(number),
        section=duty.paragraph.heading,
        task=duty.title,
        measures=duty.requirement,
        leads=(Named(unit),) if unit else (),
        assisting=tuple(Named(name) for name in helpers),
        leader=line.leader,
        section_office=line.office,
        owner=line.owner,
        due=Limit(first, last, kind),
        remark="；".join(part for part in (duty.limit_words, duty.remark) if part),
    )
