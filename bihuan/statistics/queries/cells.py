"""The cells of a form computed from the records of a region, and the records behind one of them.

However many cells a form has, it takes a fixed number of queries: the folded sums of all its spans in one, the records
behind cells that name kinds of activities or places in two more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.activities.models import ActivityFigure
from bihuan.figures.models import Revision
from bihuan.figures.queries import Asked, Spanning, TotalView, records
from bihuan.figures.queries.measures import definitions
from bihuan.figures.queries.standing import Scope
from bihuan.lib.words import say
from bihuan.org.models import Edition, Region
from bihuan.statistics.models import FormVersion
from bihuan.statistics.rules import Cell, Definition, Period, days_of

Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Known:
    """What the records say of a cell. `view` is None where its measures combine in no way."""

    cell: Cell
    view: TotalView | None

    @property
    def bounds(self) -> Bounds | None:
        """The number as a range; None where there is none."""
        found = self.view.range if self.view else None
        return (found.low, found.high) if found else None

    @property
    def printed(self) -> str:
        """As it stands in the table: a number, a range, or nothing."""
        if self.bounds is None:
            return ""
        low, high = self.bounds
        if low is not None and low == high:
            return _plain(low)
        if low is None or high is None:
            return f"≥{_plain(low)}" if low is not None else f"≤{_plain(high)}" if high is not None else "?"
        return f"{_plain(low)}–{_plain(high)}"

    @property
    def exact(self) -> Decimal | None:
        """The number itself, where it is one and not a range."""
        low, high = self.bounds or (None, None)
        return low if low == high else None

    @property
    def count(self) -> int:
        return self.view.count if self.view else 0

    @property
    def remark(self) -> str:
        """What a reader should know of it."""
        if self.view is None or self.view.state == "not_applicable":
            return say("不合计", "no total")
        if "attendance" in self.view.flags:
            return say("各场到场人数之和", "attendance, added up")
        return ""


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


@dataclass(frozen=True)
class FormPage:
    """A form filled from the records of a region and all below it, in one of its periods."""

    version: FormVersion
    definition: Definition
    region: Region
    period: Period
    book: str
    cells: Mapping[str, Known]

    @property
    def values(self) -> dict[str, Decimal | str]:
        """By address, what is written into the workbook."""
        return {
            at: known.exact if known.exact is not None else known.printed
            for at, known in self.cells.items()
            if known.printed
        }

    @property
    def rows(self) -> list[tuple[str, list[Known | None]]]:
        """The cells as a table: words of a row, then one cell for each column, None where the form has none."""
        held: dict[int, dict[int, Known]] = {}
        for known in self.cells.values():
            row, column = known.cell.place
            held.setdefault(row, {})[column] = known
        columns = self._columns()
        return [
            (next(iter(cells.values())).cell.row, [cells.get(column) for column in columns])
            for _row, cells in sorted(held.items())
        ]

    @property
    def heads(self) -> list[str]:
        return list(self._columns().values())

    def _columns(self) -> dict[int, str]:
        return dict(sorted({known.cell.place[1]: known.cell.column for known in self.cells.values()}.items()))


Filled = FormPage


def form_page(version: FormVersion, *, region: Region, edition: Edition, period: Period, book: str) -> FormPage:
    """All cells of a form for a region. At most seven queries, whatever the form."""
    found = version.definition
    asked = _asked(version, found, region, edition, period, book)
    reads = Spanning(region=region, edition=edition, book=book, asked=list(asked.values()))
    cells = {cell.at: Known(cell, reads.total(asked[cell.at])) for cell in found.cells}
    return FormPage(version, found, region, period, book, cells)


def paged_cells(page: FormPage) -> list[Known]:
    """The cells in the order of the table."""
    return sorted(page.cells.values(), key=lambda known: known.cell.place)


def cell_records(page: FormPage, cell: Cell, edition: Edition) -> list[Revision]:
    """The records behind a cell, in the order of filing; behind a ratio, those of both its parts."""
    asked = _asked(page.version, page.definition, page.region, edition, page.period, page.book, only=[cell])[cell.at]
    view = page.cells[cell.at].view
    scopes = [Scope(page.region, edition, asked.measures, asked.classifiers, asked.period, page.book)]
    if view is not None and view.operands:
        scopes = [part.scope for part in view.operands]
    found = {item.figure_id: item for scope in scopes for item in records(scope)}
    return [item for key, item in sorted(found.items()) if asked.among is None or key in asked.among]


def asked_of(page: FormPage, edition: Edition, cells: Collection[Cell]) -> dict[str, Asked]:
    """What some cells of a form ask for, by address."""
    version, found = page.version, page.definition
    return _asked(version, found, page.region, edition, page.period, page.book, only=cells)


def _asked(
    version: FormVersion,
    found: Definition,
    region: Region,
    edition: Edition,
    period: Period,
    book: str,
    only: Collection[Cell] | None = None,
) -> dict[str, Asked]:
    cells = found.cells if only is None else only
    narrowed = [cell for cell in cells if cell.narrowed]
    among = _among(version, narrowed, region, edition, period, book) if narrowed else {}
    return {
        cell.at: Asked(
            frozenset(cell.measures), frozenset(cell.classifiers), days_of(cell.span, period), among.get(cell.at)
        )
        for cell in cells
    }


def _among(
    version: FormVersion, cells: list[Cell], region: Region, edition: Edition, period: Period, book: str
) -> dict[str, frozenset[int]]:
    """For each cell that names kinds, the figures that stand on such activities, and those that were filed for the
    very cell."""
    spans = [days_of(cell.span, period) for cell in cells]
    days = min(first for first, _ in spans), max(last for _, last in spans)
    known = definitions({code for cell in cells for code in cell.measures})
    operands = {code for item in known.values() for code in item.operands or ()}
    known |= definitions(operands) if operands else {}
    measures = frozenset(known)
    units = frozenset(unit for item in known.values() for unit in item.classifiers)
    rows = records(Scope(region, edition, measures, units, days, book))
    kinds: dict[int, tuple[str, str]] = {}
    stand = ActivityFigure.objects.filter(figure__in=[item.figure_id for item in rows])
    for figure, kind, place in stand.values_list("figure_id", "activity__kind__code", "activity__place__kind__code"):
        kinds[figure] = kind, place or ""
    return {
        cell.at: frozenset(
            item.figure_id
            for item in rows
            if item.origin.get("cell") == f"{version.form_id}:{cell.at}"
            or (item.figure_id in kinds and _fits(cell, *kinds[item.figure_id]))
        )
        for cell in cells
    }


def _fits(cell: Cell, kind: str, place: str) -> bool:
    return (not cell.kinds or kind in cell.kinds) and (not cell.places or place in cell.places)
