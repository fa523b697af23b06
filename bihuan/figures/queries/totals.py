"""Computed totals: folded totals and the deltas behind them in one statement, or a recount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import connection

from bihuan.figures.models import Keeping, Revision
from bihuan.figures.queries.measures import definitions
from bihuan.figures.queries.standing import Scope, records
from bihuan.figures.queries.stocks import newest
from bihuan.figures.rules import (
    NOTHING,
    SUM_FIELDS,
    Definition,
    FigureError,
    Share,
    Sum,
    Sums,
    Way,
    rate,
    share,
    tidy,
    way_of,
)
from bihuan.org.queries import node
from bihuan.reading.ranges import Range

_COLUMNS = ", ".join(SUM_FIELDS)
# One statement, so one snapshot: a fold that commits meanwhile is seen as a whole or not at all.
_READ = f"""
    SELECT basket, classifier, {", ".join(f"sum({name})" for name in SUM_FIELDS)}
    FROM (
        SELECT basket, classifier, {_COLUMNS} FROM figures_total
        WHERE edition_id = %(edition)s AND book = %(book)s AND region_id = %(region)s
          AND day BETWEEN %(start)s AND %(end)s AND basket && %(measures)s::varchar[]
        UNION ALL
        SELECT basket, classifier, {_COLUMNS} FROM figures_delta
        WHERE edition_id = %(edition)s AND book = %(book)s AND path >= %(path)s AND path < %(path)s || '~'
          AND day BETWEEN %(start)s AND %(end)s AND basket && %(measures)s::varchar[]
    ) AS parts
    GROUP BY basket, classifier
"""


@dataclass(frozen=True, slots=True)
class Part:
    """What one basket and classifier contributes: in whole, or anything from nothing to its high."""

    measures: tuple[str, ...]
    classifier: str
    share: Share
    sum: Sum


@dataclass(frozen=True, slots=True)
class TotalView:
    """A computed total.

    `range` is None where there is no number: `state` is then "blank" (nothing filed, which is not zero) or
    "not_applicable" (the measure has no total, or a rate of nothing); else it is "known". `sum` gives the known bounds
    and how many sides are unbounded, where the total is a sum. `flags`: "attendance" (people counted at each occasion,
    no roster), "partial" (a composite contributes between nothing and its high), "clipped" and "impossible" (of a rate
    past 100 %), "mixed_units".
    """

    scope: Scope
    as_of: int | None
    way: Way
    state: str
    range: Range | None
    count: int
    sum: Sum
    parts: tuple[Part, ...]
    unit: str | None
    flags: frozenset[str] = field(default_factory=frozenset)
    operands: tuple[TotalView, TotalView] | None = None  # numerator and denominator of a rate


def total(scope: Scope, *, as_of: int | None = None, recount: bool = False) -> TotalView:
    """The computed total of some measures at a region and all below it.

    Args:
        scope: a figure for several of its measures counts once; a composite 条(块) answers to 条 and to 块; a figure
            counts on the last day of its own period.
        as_of: a position of the history's chain: the answer for it never changes. None: now.
        recount: add up the figures themselves even where folded totals are at hand.

    Raises:
        FigureError: unknown measures, ways that cannot be mixed.
    """
    known = definitions(scope.measures, as_of=as_of)
    way = way_of(known.values(), scope.classifiers)
    if way is Way.NONE:
        return TotalView(scope, as_of, way, "not_applicable", None, 0, NOTHING, (), None)
    if way is Way.RATIO:
        return _rate(scope, known, as_of, recount)
    if way is Way.LATEST:
        stock = newest(scope) if as_of is None and not recount else None
        sums = added(latest(records(scope, as_of=as_of))) if stock is None else stock
    elif as_of is None and not recount and Keeping.objects.filter(edition=scope.edition).exists():
        sums = _folded(scope)
    else:
        sums = added(records(scope, as_of=as_of))
    return viewed(scope, as_of, way, sums)


def added(found: Iterable[Revision]) -> Sums:
    """The figures themselves added up."""
    sums: Sums = defaultdict(lambda: NOTHING)
    for item in found:
        sums[tuple(item.measures), item.classifier] += Sum.of(item.value)
    return dict(sums)


def latest(found: Iterable[Revision]) -> list[Revision]:
    """Of a stock only the newest value of each region, basket and classifier, by its day and then by its filing."""
    newest: dict[tuple[int, tuple[str, ...], str], Revision] = {}
    for item in sorted(found, key=lambda item: (item.period_end, item.period_start, item.figure_id)):
        newest[item.region_id, tuple(item.measures), item.classifier] = item
    return sorted(newest.values(), key=lambda item: item.figure_id)


def _folded(scope: Scope) -> Sums:
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "edition": scope.edition.pk,
                "book": scope.book,
                "region": scope.region.pk,
                "path": node(scope.region, scope.edition).path,
                "start": scope.period[0],
                "end": scope.period[1],
                "measures": sorted(scope.measures),
            },
        )
        rows: list[tuple[list[str], str, Decimal, Decimal, int, int, int, int, int]] = cursor.fetchall()
    return {
        (tuple(basket), classifier): Sum(tidy(low), tidy(high), *map(int, counts))
        for basket, classifier, low, high, *counts in rows
    }


def viewed(scope: Scope, as_of: int | None, way: Way, sums: Sums) -> TotalView:
    """The total of a scope from the sums of its baskets; those that do not belong to it are passed over."""
    parts = []
    for (basket, classifier), item in sorted(sums.items()):
        mine = share(basket, classifier, scope.measures, scope.classifiers)
        if mine is not Share.NONE and item.count:
            parts.append(Part(basket, classifier, mine, item if mine is Share.WHOLE else item.down_to_zero()))
    if len(parts) == 1:  # as nearly always, and a page has hundreds of totals
        whole, units = parts[0].sum, {parts[0].classifier}
    else:
        whole = sum((part.sum for part in parts), NOTHING)
        units = {part.classifier for part in parts if part.share is Share.WHOLE} or {part.classifier for part in parts}
    flags = {
        "attendance": way is Way.DISTINCT and whole.count > 1,
        "partial": any(part.share is Share.PART for part in parts),
        "mixed_units": len(units) > 1,
    }
    return TotalView(
        scope,
        as_of,
        way,
        "known" if whole.count else "blank",
        whole.range,
        whole.count,
        whole,
        tuple(parts),
        units.pop() if len(units) == 1 else None,
        frozenset(name for name, raised in flags.items() if raised),
    )


def operands_of(scope: Scope, known: Mapping[str, Definition], *, as_of: int | None) -> tuple[Scope, Scope]:
    """The two sums whose ratio is asked for, each in the classifiers that both are counted in.

    Raises:
        FigureError: more than one ratio at a time, or one without operands.
    """
    (definition, *others) = known.values()
    if others or not definition.operands:
        raise FigureError("比率指标须单独查询 / a rate is asked for alone, and needs a numerator and a denominator")
    of = definitions(definition.operands, as_of=as_of)
    upper, lower = (of[code] for code in definition.operands)
    common = upper.classifiers & lower.classifiers

    def operand(code: str) -> Scope:
        return replace(scope, measures=frozenset({code}), classifiers=common)

    return operand(upper.code), operand(lower.code)


def _rate(scope: Scope, known: Mapping[str, Definition], as_of: int | None, recount: bool) -> TotalView:
    part, whole = (total(item, as_of=as_of, recount=recount) for item in operands_of(scope, known, as_of=as_of))
    return rated(scope, as_of, part, whole)


def rated(scope: Scope, as_of: int | None, part: TotalView, whole: TotalView) -> TotalView:
    """The total of a rate from those of its two operands."""
    found = rate(part.range, whole.range) if part.range and whole.range else None
    flags = set(part.flags | whole.flags)
    if found and found.clipped:
        flags.add("impossible" if found.impossible else "clipped")
    state = "known" if found else "blank" if part.range is None or whole.range is None else "not_applicable"
    return TotalView(
        scope,
        as_of,
        Way.RATIO,
        state,
        found.range if found else None,
        part.count + whole.count,
        NOTHING,
        (),
        "%",
        frozenset(flags),
        (part, whole),
    )
