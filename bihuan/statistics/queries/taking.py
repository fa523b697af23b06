"""What would come of a filled-in form: each value beside what the records say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.org.models import Edition
from bihuan.statistics import layout
from bihuan.statistics.handed import Given, from_page, read_handed
from bihuan.statistics.models import HandedDraft
from bihuan.statistics.queries.cells import FormPage, Known, form_page
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import Choice, Outcome, choices, outcome


@dataclass(frozen=True)
class Line:
    """One cell: what the table says, what the records say, what becomes of it."""

    given: Given
    known: Known
    state: Outcome

    @property
    def at(self) -> str:
        return self.given.cell.at

    @property
    def choices(self) -> Sequence[Choice]:
        """What may be done about a conflict; nothing where there is none."""
        if self.state is not Outcome.CONFLICT or self.given.value is None or self.known.bounds is None:
            return ()
        return choices(self.given.value, self.known.bounds)

    @property
    def beyond(self) -> Decimal:
        """What the table has more than the records."""
        return (self.given.value or Decimal(0)) - (self.known.exact or Decimal(0))


@dataclass(frozen=True)
class Plan:
    """A filled-in form as it would be taken: `page` is the form as the records have it."""

    page: FormPage
    lines: Sequence[Line]

    @property
    def digest(self) -> str:
        """Of what is shown: what is taken is that and nothing else."""
        parts = [f"{line.at}:{line.given.value}:{line.known.printed}:{line.state}" for line in self.lines]
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


def plan_of(draft: HandedDraft, edition: Edition) -> Plan:
    """What would come of a draft.

    Raises:
        bihuan.lib.refusals.Refusal: its file is not this form.
    """
    version, period = draft.version, (draft.first, draft.last)
    page = form_page(version, region=draft.unit.region, edition=edition, period=period, book=draft.unit.book)
    asked = [cell for cell in page.definition.cells if cell.asked]
    given = from_page(draft.typed, asked) if draft.typed is not None else _read(draft, page, asked)
    return Plan(page, [_line(item, page.cells) for item in given])


def _read(draft: HandedDraft, page: FormPage, asked: Sequence[object]) -> list[Given]:
    sheets = layout.template_sheets(bytes(draft.version.workbook))
    sheet = next((one for one in sheets if one.name == page.definition.sheet), None)
    if sheet is None:
        raise FormError("form-sheet", "表样里没有所定的工作表", "the form's workbook lacks its sheet")
    cells = [cell for cell in page.definition.cells if cell in asked]
    return read_handed(bytes(draft.content), layout=sheet, cells=cells)


def _line(item: Given, cells: Mapping[str, Known]) -> Line:
    known = cells[item.cell.at]
    return Line(item, known, Outcome.FAULT if item.fault else outcome(item.value, known.bounds))
