"""A region and its children × all that was counted there, in one go: what a campaign's page compares.

Each cell is what `comparing.side_by_side` gives for its scope; here all of them together take a fixed number of
queries, however many regions, measures and records there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from bihuan.figures.models import Keeping, MeasureVersion, OccasionRegion, Revision
from bihuan.figures.queries.comparing import SideBySide, beside
from bihuan.figures.queries.standing import Period, Scope, revisions
from bihuan.figures.queries.stocks import newest_at
from bihuan.figures.queries.totals import TotalView, added, latest, rated, viewed
from bihuan.figures.rules import (
    NOTHING,
    SUM_FIELDS,
    Definition,
    FigureError,
    Kind,
    Share,
    Sum,
    Sums,
    Way,
    classifiers_of,
    share,
    tidy,
    way_of,
)
from bihuan.org.models import Edition, Node, Region
from bihuan.org.queries import node
from bihuan.org.rules import SEGMENT

_COLUMNS = ", ".join(SUM_FIELDS)
# As in `totals`: one statement, so one snapshot, here for several nodes at once.
_READ = f"""
    SELECT n.region, p.basket, p.classifier, {", ".join(f"sum(p.{name})" for name in SUM_FIELDS)}
    FROM unnest(%(regions)s::bigint[], %(paths)s::text[]) AS n (region, path)
    CROSS JOIN LATERAL (
        SELECT basket, classifier, {_COLUMNS} FROM figures_total
        WHERE edition_id = %(edition)s AND book = %(book)s AND region_id = n.region
          AND day BETWEEN %(start)s AND %(end)s
        UNION ALL
        SELECT basket, classifier, {_COLUMNS} FROM figures_delta
        WHERE edition_id = %(edition)s AND book = %(book)s AND path >= n.path AND path < n.path || '~'
          AND day BETWEEN %(start)s AND %(end)s
    ) AS p
    GROUP BY n.region, p.basket, p.classifier
"""


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """What a row counts: a set of measures, in some classifiers."""

    measures: tuple[str, ...]
    classifiers: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`regions`: the one asked for, then its children. `rows` in the order of the catalogue; a cell is None where the
    measures of its row combine in no way."""

    regions: tuple[Region, ...]
    rows: tuple[RowKey, ...]
    cells: Mapping[tuple[RowKey, int], SideBySide | None]  # by row and key of the region

    def cell(self, row: RowKey, region: Region) -> SideBySide | None:
        return self.cells[row, region.pk]


def table(
    *,
    region: Region,
    edition: Edition,
    period: Period,
    book: str = "",
    as_of: int | None = None,
    only: RowKey | None = None,
) -> Table:
    """Every set of measures that was stated or recorded at `region` or below, there and at each child.

    Args:
        as_of: a position of the history's chain; None: now.
        only: this row alone, also where nothing was filed for it.
    """
    return _Tabling(region, edition, period, book, as_of).table(only)


class _Tabling:
    """What is read once for all cells."""

    def __init__(self, region: Region, edition: Edition, period: Period, book: str, as_of: int | None) -> None:
        self.edition, self.period, self.book, self.as_of = edition, period, book, as_of
        self.path = node(region, edition).path
        below = Node.objects.filter(edition=edition, parent=region).order_by("path").select_related("region")
        self.children = {item.path: item.region for item in below}
        self.regions = (region, *self.children.values())
        self.paths = {region.pk: self.path, **{item.pk: path for path, item in self.children.items()}}
        self.known = self._definitions()
        self.folded = as_of is None and Keeping.objects.filter(edition=edition).exists()
        stocks = {code for code, item in self.known.items() if Way.LATEST in map(Way, item.combine.values())}
        self.stocks = self._kept_stocks(stocks) if self.folded else None
        counted = None if not self.folded else [] if self.stocks is not None else sorted(stocks)
        self.records = self._records(counted)
        self.sums = self._folded() if self.folded else {pk: added(found) for pk, found in self.records.items()}
        self.naming = _by_measure(self.sums)
        self.stocks_naming = None if self.stocks is None else _by_measure(self.stocks)
        self.stated = self._stated()
        self.ways: dict[tuple[frozenset[str], frozenset[str]], Way] = {}  # one for all cells of a row

    def table(self, only: RowKey | None) -> Table:
        rows = (only,) if only else tuple(sorted(self._keys(), key=self._order))
        cells = {}
        for row in rows:
            what = frozenset(row.measures), frozenset(row.classifiers)
            for region in self.regions:
                scope = Scope(region, self.edition, *what, self.period, self.book)
                cells[row, region.pk] = self._cell(row, scope)
        return Table(self.regions, rows, cells)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _definitions(self) -> dict[str, Definition]:
        """All measures, as they stand or as they stood."""
        versions = MeasureVersion.objects.order_by("version")
        if self.as_of is not None:
            versions = versions.filter(entry__seal__position__lte=self.as_of)
        rows = versions.values_list("measure__code", "version", "sha256", "definition", "measure_id", "measure__stock")
        self.rank = {code: pk for code, _version, _sha256, _body, pk, _stock in rows}
        self.kept = {code for code, _version, _sha256, _body, _pk, stock in rows if stock}
        return {code: Definition(code, version, sha256, body) for code, version, sha256, body, *_measure in rows}

    def _standing(self, kind: Kind, measures: list[str] | None = None) -> Iterator[Revision]:
        found = revisions(as_of=self.as_of).filter(
            figure__kind=kind, figure__book=self.book, period_end__range=self.period
        )
        if measures is not None:
            found = found.filter(measures__overlap=measures)
        inside = Node.objects.filter(edition=self.edition, path__gte=self.path, path__lt=self.path + "~")
        if kind is Kind.STATEMENT:
            yield from (found.filter(region__in=self.regions).order_by("-period_end", "-figure"))
            return
        takes_part = OccasionRegion.objects.filter(occasion=OuterRef("occasion"), region__in=inside.values("region"))
        alone = Q(occasion=None) | Q(occasion__joint=False)
        here = (alone & Q(region__in=inside.values("region"))) | (Q(occasion__joint=True) & Exists(takes_part))
        yield from found.filter(here).select_related("figure", "occasion", "region").order_by("figure")

    def _records(self, measures: list[str] | None) -> dict[int, list[Revision]]:
        """The records of each region, the joint ones once in each branch that took part. `measures`: of these alone;
        None for all."""
        found: dict[int, list[Revision]] = defaultdict(list)
        rows: list[Revision] = []
        if measures is None or measures:
            rows = list(self._standing(Kind.RECORD, measures))
        branches = self._branches(rows)
        for item in rows:
            joint = item.occasion is not None and item.occasion.joint
            key = (True, item.occasion_id or 0) if joint else (False, item.region_id)
            for pk in branches[key]:
                found[pk].append(item)
        return found

    def _branches(self, rows: Iterable[Revision]) -> dict[tuple[bool, int], set[int]]:
        """Where a record counts, by its joint occasion or else its region: here always, and in each child's subtree."""
        joint = {item.occasion_id or 0 for item in rows if item.occasion is not None and item.occasion.joint}
        alone = {item.region_id for item in rows}
        places = list(OccasionRegion.objects.filter(occasion__in=joint).values_list("occasion_id", "region_id"))
        regions = alone | {region for _occasion, region in places}
        held = Node.objects.filter(
            edition=self.edition, path__gte=self.path, path__lt=self.path + "~", region__in=regions
        )
        paths = dict(held.values_list("region_id", "path"))
        here = self.regions[0].pk

        def branch(region: int) -> set[int]:
            path = paths.get(region, "")
            child = self.children.get(path[: len(self.path) + SEGMENT])
            return {here, child.pk} if child else {here}

        found = {(False, region): branch(region) for region in alone}
        for occasion, region in places:
            if region in paths:
                found.setdefault((True, occasion), {here}).update(branch(region))
        return found

    def _kept_stocks(self, stocks: set[str]) -> dict[int, Sums] | None:
        """The newest values of each region; None where only the records tell them."""
        if not stocks <= self.kept:
            return None
        asked = [(region, path, self.period) for region, path in self.paths.items()]
        found = newest_at(asked, top=self.path, edition=self.edition, book=self.book, measures=stocks)
        known = {region: sums for region, sums in zip(self.paths, found, strict=True) if sums is not None}
        return known if len(known) == len(found) else None

    def _folded(self) -> dict[int, Sums]:
        with connection.cursor() as cursor:
            cursor.execute(
                _READ,
                {
                    "regions": list(self.paths),
                    "paths": list(self.paths.values()),
                    "edition": self.edition.pk,
                    "book": self.book,
                    "start": self.period[0],
                    "end": self.period[1],
                },
            )
            rows: list[tuple[int, list[str], str, Decimal, Decimal, int, int, int, int, int]] = cursor.fetchall()
        sums: dict[int, Sums] = defaultdict(dict)
        for region, basket, classifier, low, high, *counts in rows:
            sums[region][tuple(basket), classifier] = Sum(tidy(low), tidy(high), *map(int, counts))
        return sums

    def _stated(self) -> dict[tuple[int, tuple[str, ...]], list[Revision]]:
        """Statements by region and measures, the newest first."""
        found: dict[tuple[int, tuple[str, ...]], list[Revision]] = defaultdict(list)
        places = {region.pk: region for region in self.regions}
        for item in self._standing(Kind.STATEMENT):
            item.region = places[item.region_id]
            found[item.region_id, tuple(item.measures)].append(item)
        return found

    # -- cells -------------------------------------------------------------------------------------------------------

    def _keys(self) -> set[RowKey]:
        top = self.regions[0].pk
        found = {key for key, item in self.sums.get(top, {}).items() if item.count}
        found |= {(tuple(item.measures), item.classifier) for item in self.records.get(top, ())}
        found |= {(measures, item.classifier) for (_pk, measures), items in self.stated.items() for item in items}
        return {RowKey(basket, tuple(sorted(classifiers_of(unit)))) for basket, unit in found if basket}

    def _order(self, row: RowKey) -> tuple[list[int], tuple[str, ...]]:
        return [self.rank.get(code, 0) for code in row.measures], row.classifiers

    def _cell(self, row: RowKey, scope: Scope) -> SideBySide | None:
        try:
            computed = self._total(scope)
        except FigureError:
            return None
        stated = self.stated.get((scope.region.pk, row.measures), ())
        whole = (item for item in stated if _share(item, scope) is Share.WHOLE)
        return beside(next(whole, None), computed)

    def _total(self, scope: Scope) -> TotalView:
        """As `totals.total`, from what was read."""
        known = {code: self.known[code] for code in scope.measures if code in self.known}
        if len(known) < len(scope.measures):
            raise FigureError("没有这样的指标 / no such measure")
        way = self.ways.get((scope.measures, scope.classifiers))
        if way is None:
            way = self.ways[scope.measures, scope.classifiers] = way_of(known.values(), scope.classifiers)
        if way is Way.NONE:
            return TotalView(scope, self.as_of, way, "not_applicable", None, 0, NOTHING, (), None)
        if way is Way.RATIO:
            return self._rate(scope, known)
        if way is Way.LATEST and self.stocks_naming is not None:
            return viewed(scope, None, way, _of(self.stocks_naming[scope.region.pk], scope))
        if way is Way.LATEST:
            own = [item for item in self.records.get(scope.region.pk, ()) if _share(item, scope) is not Share.NONE]
            return viewed(scope, self.as_of, way, added(latest(own)))
        return viewed(scope, self.as_of, way, _of(self.naming.get(scope.region.pk, {}), scope))

    def _rate(self, scope: Scope, known: Mapping[str, Definition]) -> TotalView:
        (definition, *others) = known.values()
        if others or not definition.operands:
            raise FigureError("比率指标须单独查询 / a rate is asked for alone, and needs a numerator and a denominator")
        upper, lower = (self.known[code] for code in definition.operands)
        common = upper.classifiers & lower.classifiers
        part, whole = (
            self._total(replace(scope, measures=frozenset({item.code}), classifiers=common)) for item in (upper, lower)
        )
        return rated(scope, self.as_of, part, whole)


def _by_measure(sums: Mapping[int, Sums]) -> dict[int, dict[str, Sums]]:
    """The sums of each region by each measure that they name."""
    found: dict[int, dict[str, Sums]] = {}
    for region, own in sums.items():
        naming = found[region] = defaultdict(dict)
        for key, item in own.items():
            for code in key[0]:
                naming[code][key] = item
    return found


def _of(naming: Mapping[str, Sums], scope: Scope) -> Sums:
    """The sums that name a measure of a scope."""
    found: Sums = {}
    for code in scope.measures:
        found |= naming.get(code, {})
    return found


def _share(item: Revision, scope: Scope) -> Share:
    return share(item.measures, item.classifier, scope.measures, scope.classifiers)
