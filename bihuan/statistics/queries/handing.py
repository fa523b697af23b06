"""What the pages of handing in show: a form to be filled, what came of it, who handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from bihuan.campaigns.models import Expected
from bihuan.figures.models import Revision
from bihuan.org.models import Edition, Unit
from bihuan.statistics.models import Form, FormVersion, Return
from bihuan.statistics.queries.cells import FormPage, Known, form_page
from bihuan.statistics.queries.taking import own_records
from bihuan.statistics.rules import Cell, Handed, Period

SUBJECT = "form_return"  # as expected lists name it


@dataclass(frozen=True)
class FillPage:
    """A form as a unit finds it: what is known, what it said itself, what is open. `row`: what it handed in before."""

    page: FormPage
    unit: Unit
    own: Mapping[str, Revision]
    row: Return | None

    def open(self, cell: Cell) -> bool:
        """Whether the unit is asked for a cell: no record holds it, or this very table alone does."""
        if not cell.asked:
            return False
        known = self.page.cells[cell.at]
        own = self.own.get(cell.at)
        return known.bounds is None or (own is not None and known.count == 1 and known.exact == own.low)

    def value(self, cell: Cell) -> str:
        """What stands in an open cell beforehand: what this table says already, or said before it was returned."""
        own = self.own.get(cell.at)
        if own is not None and own.low is not None:
            return plain(own.low)
        returned = self.row is not None and self.row.state == Handed.RETURNED
        return str(self.row.given.get(cell.at, "")) if returned and self.row is not None else ""

    @property
    def open_cells(self) -> list[Cell]:
        return [cell for cell in self.page.definition.cells if self.open(cell)]


def plain(number: Decimal) -> str:
    """A number without the noughts behind its point.

    >>> plain(Decimal("1200.000000"))
    '1200'
    """
    return format(number.normalize(), "f")


def fill_page(version: FormVersion, *, unit: Unit, period: Period, edition: Edition) -> FillPage:
    """A form to be filled by a unit. A fixed number of queries."""
    page = form_page(version, region=unit.region, edition=edition, period=period, book=unit.book)
    own = own_records(version.form, unit, period, page.definition.cells)
    return FillPage(page, unit, own, returned_by(version.form, unit, period))


def returned_by(form: Form, unit: Unit, period: Period) -> Return | None:
    """What a unit handed in by a form for a period."""
    return Return.objects.filter(version__form=form, unit=unit, first=period[0]).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Side:
    """One cell of a form that was handed in: what the unit wrote, what the records said then, and what they say now."""

    cell: Cell
    given: str
    then: str
    now: Known

    @property
    def said(self) -> bool:
        """Whether anything stands there, or stood there."""
        return bool(self.given or self.then or self.now.printed)

    @property
    def differs(self) -> bool:
        return self.then != self.now.printed


def sides(row: Return, edition: Edition) -> list[Side]:
    """The cells of a form that was handed in, in the order of the table, beside what the records say now."""
    page = form_page(row.version, region=row.region, edition=edition, period=(row.first, row.last), book=row.book)
    cells = sorted(page.definition.cells, key=lambda cell: cell.place)
    return [
        Side(cell, str(row.given.get(cell.at, "")), str(row.shown.get(cell.at, "")), page.cells[cell.at])
        for cell in cells
    ]


def lines_answered(row: Return) -> Sequence[Expected]:
    """The lines of expected lists that a return stands for. One query."""
    found = Expected.objects.filter(receipt__subject_kind=SUBJECT, receipt__subject_id=str(row.pk))
    return list(found.select_related("expected_list__campaign", "unit", "receipt", "exemption").order_by("pk"))


def unlisted(rows: QuerySet[Return]) -> QuerySet[Return]:
    """Those that were given back and that no expected list waits for: the lists say it of the others."""
    waits = Expected.objects.filter(
        receipt__subject_kind=SUBJECT,
        receipt__subject_id=Cast(OuterRef("pk"), CharField()),
        expected_list__replaced=False,
    )
    return rows.filter(~Exists(waits), state=Handed.RETURNED)
