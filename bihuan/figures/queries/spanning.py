"""The sums of one region over several spans of days at once: what a form's cells are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from bihuan.figures.models import Keeping, Revision
from bihuan.figures.queries.measures import definitions
from bihuan.figures.queries.standing import Period, Scope, records
from bihuan.figures.queries.stocks import kept, newest_at
from bihuan.figures.queries.totals import TotalView, added, latest, rated, viewed
from bihuan.figures.rules import (
    NOTHING,
    SUM_FIELDS,
    Definition,
    FigureError,
    Sum,
    Sums,
    Way,
    tidy,
    way_of,
)
from bihuan.org.models import Edition, Region
from bihuan.org.queries import node

_COLUMNS = ", ".join(SUM_FIELDS)
# As in `totals`: one statement, so one snapshot, here for several spans at once.
_READ = f"""
    SELECT s.n, p.basket, p.classifier, {", ".join(f"sum(p.{name})" for name in SUM_FIELDS)}
    FROM ROWS FROM (unnest(%(starts)s::date[]), unnest(%(ends)s::date[])) WITH ORDINALITY AS s (first, last, n)
    CROSS JOIN LATERAL (
        SELECT basket, classifier, {_COLUMNS} FROM figures_total
        WHERE edition_id = %(edition)s AND book = %(book)s AND region_id = %(region)s
          AND day BETWEEN s.first AND s.last AND basket && %(measures)s::varchar[]
        UNION ALL
        SELECT basket, classifier, {_COLUMNS} FROM figures_delta
        WHERE edition_id = %(edition)s AND book = %(book)s AND path >= %(path)s AND path < %(path)s || '~'
          AND day BETWEEN s.first AND s.last AND basket && %(measures)s::varchar[]
    ) AS p
    GROUP BY s.n, p.basket, p.classifier
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One of many numbers: some measures in some classifiers over a span of days; `among`: of these figures alone."""

    measures: frozenset[str]
    classifiers: frozenset[str]
    period: Period
    among: frozenset[int] | None = None


class Spanning:
    """A region's numbers over several spans, read once in a fixed number of queries however many are asked for."""

    def __init__(self, *, region: Region, edition: Edition, book: str, asked: Collection[Asked]) -> None:
        self.region, self.edition, self.book = region, edition, book
        self.known = dict(definitions({code for item in asked for code in item.measures}))
        operands = {code for item in self.known.values() for code in item.operands or ()}
        self.known |= definitions(operands) if operands else {}
        self.periods = tuple(dict.fromkeys(item.period for item in asked))
        stocks = {code for code, item in self.known.items() if Way.LATEST in map(Way, item.combine.values())}
        narrow = {code for item in asked if item.among is not None for code in item.measures}
        narrow |= {code for name in narrow for code in self.known[name].operands or ()}
        folded = Keeping.objects.filter(edition=edition).exists()
        self.stocks = self._kept_stocks(stocks) if folded and stocks and self.periods else None
        wanted = set(self.known) if not folded else narrow if self.stocks is not None else stocks | narrow
        self.records = records(self._widest(wanted)) if wanted and self.periods else []
        self.sums = self._folded() if folded and self.known and self.periods else self._counted()

    def total(self, asked: Asked) -> TotalView | None:
        """As `totals.total`; None where the measures combine in no way."""
        scope = Scope(self.region, self.edition, asked.measures, asked.classifiers, asked.period, self.book)
        try:
            return self._total(scope, asked.among)
        except FigureError:
            return None

    def _widest(self, measures: Iterable[str]) -> Scope:
        units = {unit for item in self.known.values() for unit in item.classifiers}
        days = min(first for first, _last in self.periods), max(last for _first, last in self.periods)
        return Scope(self.region, self.edition, frozenset(measures), frozenset(units), days, self.book)

    def _in(self, period: Period, among: frozenset[int] | None) -> list[Revision]:
        return [
            item
            for item in self.records
            if period[0] <= item.period_end <= period[1] and (among is None or item.figure_id in among)
        ]

    def _counted(self) -> Mapping[Period, Sums]:
        return {period: added(self._in(period, None)) for period in self.periods}

    def _kept_stocks(self, stocks: set[str]) -> Mapping[Period, Sums] | None:
        """The newest values in each span; None where only the records tell them."""
        if kept(stocks) != stocks:
            return None
        path = node(self.region, self.edition).path
        asked = [(self.region.pk, path, period) for period in self.periods]
        found = newest_at(asked, top=path, edition=self.edition, book=self.book, measures=stocks)
        known = {period: sums for period, sums in zip(self.periods, found, strict=True) if sums is not None}
        return known if len(known) == len(found) else None

    def _folded(self) -> Mapping[Period, Sums]:
        with connection.cursor() as cursor:
            cursor.execute(
                _READ,
                {
                    "edition": self.edition.pk,
                    "book": self.book,
                    "region": self.region.pk,
                    "path": node(self.region, self.edition).path,
                    "starts": [first for first, _last in self.periods],
                    "ends": [last for _first, last in self.periods],
                    "measures": sorted(self.known),
                },
            )
            rows: list[tuple[int, list[str], str, Decimal, Decimal, int, int, int, int, int]] = cursor.fetchall()
        found: dict[Period, Sums] = defaultdict(dict)
        for number, basket, classifier, low, high, *counts in rows:
            found[self.periods[number - 1]][tuple(basket), classifier] = Sum(tidy(low), tidy(high), *map(int, counts))
        return found

    def _total(self, scope: Scope, among: frozenset[int] | None) -> TotalView:
        known = {code: self.known[code] for code in scope.measures if code in self.known}
        if len(known) < len(scope.measures):
            raise FigureError("没有这样的指标 / no such measure")
        way = way_of(known.values(), scope.classifiers)
        if way is Way.NONE:
            return TotalView(scope, None, way, "not_applicable", None, 0, NOTHING, (), None)
        if way is Way.RATIO:
            return self._rate(scope, known, among)
        if way is Way.LATEST and among is None and self.stocks is not None:
            stock = self.stocks[scope.period]
            return viewed(scope, None, way, {key: item for key, item in stock.items() if scope.measures & {*key[0]}})
        if way is Way.LATEST or among is not None:
            own = [item for item in self._in(scope.period, among) if scope.measures & {*item.measures}]
            return viewed(scope, None, way, added(latest(own) if way is Way.LATEST else own))
        sums = self.sums.get(scope.period, {})
        return viewed(scope, None, way, {key: item for key, item in sums.items() if scope.measures & {*key[0]}})

    def _rate(self, scope: Scope, known: Mapping[str, Definition], among: frozenset[int] | None) -> TotalView:
        (definition, *others) = known.values()
        if others or not definition.operands:
            raise FigureError("比率指标须单独查询 / a rate is asked for alone, and needs a numerator and a denominator")
        upper, lower = (self.known[code] for code in definition.operands)
        common = upper.classifiers & lower.classifiers
        part, whole = (
            self._total(
                Scope(self.region, self.edition, frozenset({item.code}), common, scope.period, self.book), among
            )
            for item in (upper, lower)
        )
        return rated(scope, None, part, whole)
