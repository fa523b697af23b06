"""What would come of a filled-in form: each value beside what the records say."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from bihuan.figures.models import Revision
from bihuan.figures.queries import revisions
from bihuan.figures.rules import Kind
from bihuan.org.models import Edition, Unit
from bihuan.statistics import layout
from bihuan.statistics.handed import Given, from_page, read_handed
from bihuan.statistics.models import Form, HandedDraft
from bihuan.statistics.queries.cells import FormPage, Known, form_page
from bihuan.statistics.rules import Cell, Choice, Outcome, Period, choices, outcome


@dataclass(frozen=True)
class Line:
    """One cell: what the table says, what the records say, what becomes of it. `own`: the record that this very table
    had made, where it stands."""

    given: Given
    known: Known
    state: Outcome
    own: Revision | None = None

    @property
    def at(self) -> str:
        return self.given.cell.at

    @property
    def choices(self) -> Sequence[Choice]:
        """What may be done about a conflict; nothing where there is none."""
        if self.state is not Outcome.CONFLICT or self.given.value is None or self.known.bounds is None:
            return ()
        return choices(self.given.value, self.known.bounds, self.own.low if self.own else None)

    @property
    def beyond(self) -> Decimal:
        """What the table has more than the records; less than 0 where it has less."""
        return (self.given.value or Decimal(0)) - (self.known.exact or Decimal(0))


@dataclass(frozen=True)
class Plan:
    """A filled-in form as it would be taken: `page` is the form as the records have it."""

    page: FormPage
    lines: Sequence[Line]

    @property
    def rows(self) -> Sequence[Line]:
        return self.lines

    @property
    def acting(self) -> Sequence[Line]:
        """The cells that would write something."""
        return [line for line in self.lines if line.state in _ACTING]

    @property
    def digest(self) -> str:
        """Of what is shown: what is taken is that and nothing else."""
        parts = [
            f"{line.at}:{line.given.value}:{line.known.printed}:{line.state}:{line.own.version if line.own else ''}"
            for line in self.lines
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def of(self, state: Outcome) -> list[Line]:
        return [line for line in self.lines if line.state is state]

    @property
    def faults(self) -> list[Line]:
        return self.of(Outcome.FAULT)

    @property
    def conflicts(self) -> list[Line]:
        return self.of(Outcome.CONFLICT)

    @property
    def fresh(self) -> list[Line]:
        return self.of(Outcome.NEW)

    @property
    def same(self) -> list[Line]:
        return self.of(Outcome.KNOWN)


_ACTING = frozenset({Outcome.NEW, Outcome.CONFLICT, Outcome.CORRECTED, Outcome.EMPTIED})


def plan_of(draft: HandedDraft, edition: Edition) -> Plan:
    """What would come of a draft.

    Raises:
        bihuan.lib.refusals.Refusal: its file is not this form.
    """
    version, period = draft.version, (draft.first, draft.last)
    page = form_page(version, region=draft.unit.region, edition=edition, period=period, book=draft.unit.book)
    asked = [cell for cell in page.definition.cells if cell.asked]
    given = from_page(draft.typed, asked) if draft.typed is not None else _read(draft, page, asked)
    own = own_records(version.form, draft.unit, period, asked)
    emptied = set(own) & set(draft.typed or ())  # a blank in a file says nothing, a field that was emptied does
    return Plan(page, [_line(item, page.cells[item.cell.at], own.get(item.cell.at), emptied) for item in given])


def own_records(form: Form, unit: Unit, period: Period, cells: Collection[Cell]) -> dict[str, Revision]:
    """By cell, the record that a unit's own table of a period made and that stands. One query."""
    known = {cell.at: cell for cell in cells}
    found: dict[str, Revision] = {}
    for row in filed_by(form, unit, period).filter(figure__kind=Kind.RECORD):
        at = str(row.origin.get("cell", "")).partition(":")[2]
        cell = known.get(at)
        # A form that was defined anew may count something else there.
        if cell is not None and set(row.measures) == set(cell.measures) and row.classifier in cell.classifiers:
            found[at] = row
    return found


def filed_by(form: Form, unit: Unit, period: Period) -> QuerySet[Revision]:
    """All that stands of what a unit's table of a period wrote, records and statements."""
    rows = revisions(as_of=None).filter(
        figure__book=unit.book,
        region=unit.region_id,
        unit=unit,
        period_start=period[0],
        period_end=period[1],
        origin__form=form.code,
    )
    return rows.select_related("figure", "region", "occasion", "unit").order_by("figure")


def _read(draft: HandedDraft, page: FormPage, asked: Sequence[Cell]) -> list[Given]:
    sheet = layout.sheet_of(bytes(draft.version.workbook), page.definition.sheet)
    return read_handed(bytes(draft.content), layout=sheet, cells=asked)


def _line(item: Given, known: Known, own: Revision | None, emptied: Collection[str]) -> Line:
    if item.fault:
        return Line(item, known, Outcome.FAULT, own)
    if item.value is None and item.cell.at in emptied:
        return Line(item, known, Outcome.EMPTIED, own)
    found = outcome(item.value, known.bounds)
    if found is Outcome.CONFLICT and own is not None and known.count == 1 and known.exact == own.low:
        found = Outcome.CORRECTED
    return Line(item, known, found, own)
