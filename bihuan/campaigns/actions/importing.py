"""Taking a division of work in from a file, in two steps: keep it to look at, then take what was shown."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import transaction

from bihuan.campaigns import incoming
from bihuan.campaigns.actions.dividing import DutySaid, Wanted, key_for, write_duties
from bihuan.campaigns.actions.planning import hold, new_key, touched
from bihuan.campaigns.incoming import Incoming, Line
from bihuan.campaigns.models import DivisionDraft, Duty, Paragraph, Plan
from bihuan.campaigns.queries.importing import read_draft
from bihuan.campaigns.refusals import PlanError, StalePlanError
from bihuan.components import uploads
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.models import Person, Post, Section, Unit
from bihuan.org.queries.people import holds_on

KEPT_DAYS = 7  # a file that nobody took in


def keep_division(*, plan: Plan, content: bytes, file_name: str, by: str, at: dt.datetime) -> DivisionDraft:
    """Keep a file with a division of work, to be looked at before anything is written. The same file again gives the
    one there is.

    Raises:
        ClosedPlanError: the plan is not being written.
        PlanError: it is larger than 10 MB.
        bihuan.lib.refusals.Refusal: it is no table, or cannot be opened.
    """
    if len(content) > LARGEST_FILE:
        zh = "文件超过 10 MB，请删去图片和无用的内容后再传"
        raise PlanError("file-too-large", zh, "the file is larger than 10 MB: take out what is not needed")
    incoming.read(content, file_name, plan.campaign.period_start.year)
    with transaction.atomic():
        row = hold(plan)
        return uploads.keep(DivisionDraft, content=content, file_name=file_name, by=by, at=at, days=KEPT_DAYS, plan=row)


def choose(
    *,
    draft: DivisionDraft,
    columns: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    leave: Iterable[int] = (),
    want: Iterable[int] = (),
) -> DivisionDraft:
    """Say what columns and names of a file mean, and which rows are not wanted. Raises StalePlanError: it is gone."""
    with transaction.atomic():
        row = DivisionDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if row is None:
            raise StalePlanError
        row.columns = {**row.columns, **(columns or {})}
        row.names = {**row.names, **(names or {})}
        row.left_out = sorted((set(row.left_out) | set(leave)) - set(want))
        row.save(update_fields=["columns", "names", "left_out"])
    return row


def shown(found: Incoming) -> str:
    """One word for what a preview shows: what is taken is that and nothing else."""
    parts = [f"{line.place}:{line.makes}:{line.units}:{line.words}:{line.days}" for line in found.lines]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def take_division(*, draft: DivisionDraft, expected: str, by: str, at: dt.datetime) -> list[Duty]:
    """Take in what was shown: all of it or nothing. Rows with a name that means no unit come with the name as printed.

    Args:
        expected: what `shown` gave for the preview.

    Returns:
        The duties that were added; those that the same file gave before stay as they are.

    Raises:
        ClosedPlanError, StalePlanError: the plan is not being written; the file was taken, or it means something else.
        PlanError: a cell is too long, or there would be too many duties.
    """
    with transaction.atomic():
        plan = hold(draft.plan)
        standing = DivisionDraft.objects.select_related("plan__campaign__region").filter(pk=draft.pk).first()
        if standing is None:
            raise StalePlanError
        found = read_draft(standing)
        if shown(found) != expected:
            raise StalePlanError
        added = write_duties(plan, list(_wanted(plan, standing, found, at)), by=by)
        standing.delete()
        values = {"file": draft.file_name, "digest": draft.digest, "rows": len(found.taken), "count": len(added)}
        left = [line.read.where for line in found.lines if not line.makes]
        touched(plan, "division_taken", by=by, at=at, **values, left=left[:100])
    return added


def _wanted(plan: Plan, draft: DivisionDraft, found: Incoming, at: dt.datetime) -> Iterator[Wanted]:
    lines = found.taken
    paragraphs = _paragraphs(plan, lines)
    units = Unit.objects.in_bulk({key for line in lines for m in (*line.leads, *line.assisting) for key in m.units})
    directory = _Directory(set(units), at.date())
    for line in lines:
        duty = line.read
        key = incoming.key_of(draft.digest, plan.pk, duty)
        part = paragraphs[incoming.heading_of(duty)]
        for unit in [units[pk] for pk in line.units]:
            yield Wanted(key_for(key, unit), part, _said(line, unit, units, directory))
        if line.words or not line.units:
            yield Wanted(key, part, _said(line, None, units, directory))


def _said(line: Line, unit: Unit | None, units: Mapping[int, Unit], directory: _Directory) -> DutySaid:
    duty = line.read
    title = " ".join((duty.task or duty.measures).split())
    requirement = duty.measures if duty.task else ""
    if len(title) > 200:  # a task told at length: its first words name it
        title, requirement = title[:60] + "…", "\n".join(part for part in (duty.task, requirement) if part)
    section = directory.section(unit, duty.section_office)
    leader, owner = (directory.person(unit, name) for name in (duty.leader, duty.owner))
    extra = [f"{name}：{cell.text}" for name, cell in duty.extra.items() if cell.text.strip()]
    return DutySaid(
        title=title,
        requirement=requirement,
        unit=unit,
        unit_words="" if unit else line.words,
        section=section,
        section_words="" if section else duty.section_office,
        leader=leader,
        leader_words="" if leader else duty.leader,
        owner=owner,
        owner_words="" if owner else duty.owner,
        first_on=line.days[0],
        due_on=line.days[1],
        limit_words=line.limit_words,
        assisting=tuple(units[key] for meaning in line.assisting for key in meaning.units),
        assisting_words="、".join(meaning.name for meaning in line.assisting if not meaning.units),
        remark="；".join(part for part in (duty.remark, *extra) if part)[:400],
    )


class _Directory:
    """Sections and people of units by their printed names: only where one alone is called so."""

    def __init__(self, units: set[int], day: dt.date) -> None:
        self._sections = {
            (row.unit_id, row.name): row for row in Section.objects.filter(unit__in=units, closed_on=None)
        }
        self._people: dict[tuple[int, str], list[Person]] = {}
        for post in Post.objects.filter(holds_on(day), unit__in=units).select_related("person"):
            self._people.setdefault((post.unit_id, post.person.name), []).append(post.person)

    def section(self, unit: Unit | None, name: str) -> Section | None:
        return self._sections.get((unit.pk, name.strip())) if unit else None

    def person(self, unit: Unit | None, name: str) -> Person | None:
        found = set(self._people.get((unit.pk, name.strip()), ())) if unit else set()
        return found.pop() if len(found) == 1 else None


def _paragraphs(plan: Plan, lines: Sequence[Line]) -> dict[str, Paragraph]:
    """The paragraph of each heading: the one that is called so, else a new one at the end."""
    rows = list(plan.paragraphs.order_by("order"))
    found = {row.heading: row for row in reversed(rows)}
    wanted = dict.fromkeys(incoming.heading_of(line.read) for line in lines)
    fresh = [name for name in wanted if name not in found]
    last = rows[-1].order if rows else -1
    made = [
        Paragraph(
            plan=plan, key=new_key(), order=last + at, level=1, heading=name, tasked=True, written_by=plan.written_by
        )
        for at, name in enumerate(fresh, 1)
    ]
    Paragraph.objects.bulk_create(made)
    return found | {row.heading: row for row in made}
