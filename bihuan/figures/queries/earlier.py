"""One place's numbers in several years, each with what it stands on; read in a fixed number of queries.

Totals of earlier years may be loaded at several nodes at once: a county's for the county, the prefecture's for the
prefecture. They are statements (上报数), which never add up, so nothing is counted twice. The number of a node and a
period is, in this order: its own statement for just this period; the sum of the statements of all places directly below
it; the records of a closed period; a statement for part of the period; the records there are. Else it is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bihuan.figures.earlier import COMPLETE, Basis, Stood
from bihuan.figures.models import Revision
from bihuan.figures.queries.closings import closings_at
from bihuan.figures.queries.spanning import Asked, Spanning
from bihuan.figures.queries.standing import Period, revisions
from bihuan.figures.queries.tabling import RowKey
from bihuan.figures.queries.totals import TotalView
from bihuan.figures.rules import FigureError, Kind, Share, Sum, Way, classifiers_of, share, way_of
from bihuan.org.models import Edition, Region
from bihuan.org.queries import children
from bihuan.reading.ranges import Range


@dataclass(frozen=True, slots=True)
class Held:
    """The number of a row at a place in a period. `statements`: its own or those of its parts, where it rests on such;
    `records`: how many there are."""

    period: Period
    value: Range
    basis: Basis
    statements: tuple[Revision, ...]
    records: int
    unit: str
    way: Way

    @property
    def whole(self) -> bool:
        """Whether all there is to the number is in it."""
        return self.basis in COMPLETE

    @property
    def stood(self) -> Stood:
        return Stood(self.value, self.whole)


class Years:
    """A region's numbers in several periods."""

    def __init__(
        self, *, region: Region, edition: Edition, periods: Sequence[Period], rows: Sequence[RowKey], book: str
    ) -> None:
        self.region, self.edition, self.book = region, edition, book
        self.periods = tuple(dict.fromkeys(periods))
        self.parts = [item.pk for item in children(region, edition)]
        self.stated = self._stated()
        self.rows = tuple(dict.fromkeys([*rows, *self._stated_rows()]))
        asked = [
            Asked(frozenset(row.measures), frozenset(row.classifiers), period)
            for row in self.rows
            for period in self.periods
        ]
        self.spanning = Spanning(region=region, edition=edition, book=book, asked=asked)
        self.closed = self._closed()

    def held(self, row: RowKey, period: Period) -> Held | None:
        """What is known of a row in a period; None where nothing is."""
        found = self.stated.get(row.measures, {})
        mine = [item for item in found.get(self.region.pk, ()) if self._fits(item, row, period)]
        just = next((item for item in mine if _days(item) == period), None)
        if just is not None:
            return self._of_statement(just, row, period, Basis.STATED)
        view = self._total(row, period)
        if (summed := self._of_parts(found, row, period, view)) is not None:
            return summed
        if view is not None and view.range is not None and period in self.closed:
            return Held(period, view.range, Basis.CLOSED, (), view.count, view.unit or "", view.way)
        if mine:
            return self._of_statement(mine[0], row, period, Basis.STATED_PART)
        if view is not None and view.range is not None:
            return Held(period, view.range, Basis.RECORDS, (), view.count, view.unit or "", view.way)
        return None

    # -- reading -----------------------------------------------------------------------------------------------------

    def _stated(self) -> Mapping[tuple[str, ...], Mapping[int, Sequence[Revision]]]:
        """Statements of the place and its parts in the periods, by measures and region, the newest first."""
        found: dict[tuple[str, ...], dict[int, list[Revision]]] = defaultdict(lambda: defaultdict(list))
        if not self.periods:
            return found
        first, last = min(start for start, _end in self.periods), max(end for _start, end in self.periods)
        rows = revisions(as_of=None).filter(
            figure__kind=Kind.STATEMENT,
            figure__book=self.book,
            region__in=[self.region.pk, *self.parts],
            period_end__range=(first, last),
        )
        for item in rows.select_related("figure", "region", "entry").order_by("-period_end", "-figure"):
            if any(start <= item.period_end <= end for start, end in self.periods):
                found[tuple(item.measures)][item.region_id].append(item)
        return found

    def _stated_rows(self) -> Iterator[RowKey]:
        for measures, places in sorted(self.stated.items()):
            units = {tuple(sorted(classifiers_of(item.classifier))) for items in places.values() for item in items}
            if measures:
                yield from (RowKey(measures, unit) for unit in sorted(units))

    def _closed(self) -> frozenset[Period]:
        """The periods that are closed as a whole by one closing."""
        places = {(self.region.pk, day) for period in self.periods for day in period}
        found = closings_at(places, book=self.book)

        def by(day: dt.date) -> set[int]:
            return {item.closing for item in found.get((self.region.pk, day), ())}

        return frozenset(period for period in self.periods if by(period[0]) & by(period[1]))

    # -- what a number stands on -------------------------------------------------------------------------------------

    def _fits(self, item: Revision, row: RowKey, period: Period) -> bool:
        whole = share(item.measures, item.classifier, frozenset(row.measures), frozenset(row.classifiers))
        return period[0] <= item.period_end <= period[1] and whole is Share.WHOLE

    def _of_statement(self, item: Revision, row: RowKey, period: Period, basis: Basis) -> Held:
        return Held(period, item.value, basis, (item,), 0, item.classifier, self._way(row))

    def _of_parts(
        self, found: Mapping[int, Sequence[Revision]], row: RowKey, period: Period, view: TotalView | None
    ) -> Held | None:
        """The sum over all places below, where each has a statement for just this period, and the measure adds up."""
        way = self._way(row)
        if way not in (Way.SUM, Way.DISTINCT, Way.LATEST) or not self.parts:
            return None
        items = []
        for part in self.parts:
            said = (item for item in found.get(part, ()) if self._fits(item, row, period) and _days(item) == period)
            item = next(said, None)
            if item is None:
                return None
            items.append(item)
        value = sum((Sum.of(item.value) for item in items), Sum()).range
        unit = items[0].classifier if len({item.classifier for item in items}) == 1 else ""
        return (
            None
            if value is None
            else Held(period, value, Basis.PARTS, tuple(items), view.count if view else 0, unit, way)
        )

    def _total(self, row: RowKey, period: Period) -> TotalView | None:
        return self.spanning.total(Asked(frozenset(row.measures), frozenset(row.classifiers), period))

    def _way(self, row: RowKey) -> Way:
        known = [self.spanning.known[code] for code in row.measures]
        try:
            return way_of(known, frozenset(row.classifiers))
        except FigureError:
            return Way.NONE


def statement_periods(*, regions: Iterable[int], before: dt.date, book: str) -> set[Period]:
    """For which periods there are statements of these regions that end before a day. One query."""
    found = revisions(as_of=None).filter(
        figure__kind=Kind.STATEMENT, figure__book=book, region__in=list(regions), period_end__lt=before
    )
    return set(found.order_by().values_list("period_start", "period_end").distinct())


def _days(item: Revision) -> Period:
    return item.period_start, item.period_end
