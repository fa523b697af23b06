"""What the numbers of a table are held against: who lives there, earlier years, its days. A few queries in all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from bihuan.figures.models import Revision
from bihuan.figures.queries.plausibility import FEWEST_OTHERS, Beside, DayJump
from bihuan.figures.queries.standing import Period, revisions
from bihuan.figures.queries.tabling import RowKey, Table
from bihuan.figures.rules import SUM_FIELDS, Kind, Share, Sum, Way, share, tidy
from bihuan.org.models import Edition, Node
from bihuan.reading.ranges import Range

POPULATION = "population"
_COLUMNS = ", ".join(SUM_FIELDS)
_PLACED = f"""
    SELECT n.region, p.day, p.basket, p.classifier, {", ".join(f"p.{name}" for name in SUM_FIELDS)}
    FROM unnest(%(regions)s::bigint[], %(paths)s::text[]) AS n (region, path)
    CROSS JOIN unnest(%(starts)s::date[], %(ends)s::date[]) AS s (first, last)
    CROSS JOIN LATERAL (
        SELECT day, basket, classifier, {_COLUMNS} FROM figures_total
        WHERE edition_id = %(edition)s AND book = %(book)s AND region_id = n.region AND day BETWEEN s.first AND s.last
        UNION ALL
        SELECT day, basket, classifier, {_COLUMNS} FROM figures_delta
        WHERE edition_id = %(edition)s AND book = %(book)s AND path >= n.path AND path < n.path || '~'
          AND day BETWEEN s.first AND s.last
    ) AS p
"""
_YEARS = f"""
    SELECT region, extract(year FROM day)::int, basket, classifier,
        {", ".join(f"sum({name})" for name in SUM_FIELDS)}
    FROM ({_PLACED}) AS placed GROUP BY 1, 2, 3, 4
"""
# A day is what all its records add up to; then the day with the most, and the middle of the days.
_DAYS = f"""
    WITH days AS (
        SELECT region, day, basket, classifier, sum(low) AS low, sum(count) AS count
        FROM ({_PLACED}) AS placed GROUP BY 1, 2, 3, 4 HAVING sum(count) > 0
    )
    SELECT region, basket, classifier, (array_agg(day ORDER BY low DESC, day))[1], max(low),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY low)
    FROM days GROUP BY 1, 2, 3
    HAVING count(*) > %(fewest)s AND max(low) > percentile_disc(0.5) WITHIN GROUP (ORDER BY low)
"""


def beside(table: Table, *, edition: Edition, period: Period, earlier: Sequence[Period], book: str = "") -> Beside:
    """All that is known beside a table. Five queries.

    Args:
        earlier: the periods of earlier years.
    """
    regions = [region.pk for region in table.regions]
    paths = dict(Node.objects.filter(edition=edition, region__in=regions).values_list("region_id", "path"))
    where = {
        "edition": edition.pk,
        "book": book,
        "regions": list(paths),
        "paths": list(paths.values()),
    }
    return Beside(
        population=_population(regions, period, book),
        years=_years(table, regions, where, earlier, book),
        days=_days(table, where, period),
    )


def _population(regions: list[int], period: Period, book: str) -> Mapping[int, Range]:
    """Who lives in each place by the newest statement up to the period's end."""
    found = revisions(as_of=None).filter(
        figure__kind=Kind.STATEMENT,
        figure__book=book,
        region__in=regions,
        measures=[POPULATION],
        period_end__lte=period[1],
    )
    return {item.region_id: item.value for item in found.order_by("period_end", "figure")}  # the last one holds


def _years(
    table: Table, regions: list[int], where: dict[str, Any], earlier: Sequence[Period], book: str
) -> Mapping[tuple[RowKey, int], Sequence[Range]]:
    """One number a year: the statement for just its period, else what the records add up to."""
    if not earlier:
        return {}
    stated = revisions(as_of=None).filter(
        figure__kind=Kind.STATEMENT,
        figure__book=book,
        region__in=regions,
        period_start__in=[first for first, _last in earlier],
        period_end__in=[last for _first, last in earlier],
    )
    said = [item for item in stated.order_by("-figure") if (item.period_start, item.period_end) in set(earlier)]
    rows = _read(_YEARS, where | _spans(earlier))
    summed = [
        (region, year, tuple(basket), unit, Sum(tidy(low), tidy(high), *map(int, counts)))
        for region, year, basket, unit, low, high, *counts in rows
    ]
    found: dict[tuple[RowKey, int], list[Range]] = defaultdict(list)
    for row in table.rows:
        for pk in regions:
            years = _summed(row, pk, table, summed) | _stated(row, pk, said)
            found[row, pk] = list(years.values())
    return {key: years for key, years in found.items() if years}


def _stated(row: RowKey, pk: int, said: Sequence[Revision]) -> dict[int, Range]:
    found: dict[int, Range] = {}
    for item in said:
        if item.region_id == pk and _whole(item.measures, item.classifier, row):
            found.setdefault(item.period_end.year, item.value)
    return found


def _summed(
    row: RowKey, pk: int, table: Table, summed: Sequence[tuple[int, int, tuple[str, ...], str, Sum]]
) -> dict[int, Range]:
    side = table.cells.get((row, pk))
    if side is None or side.computed.way not in (Way.SUM, Way.DISTINCT):
        return {}
    sums: dict[int, Sum] = defaultdict(Sum)
    for region, year, basket, unit, item in summed:
        if region == pk and _whole(basket, unit, row):
            sums[year] += item
    return {year: item.range for year, item in sums.items() if item.range is not None}


def _days(table: Table, where: dict[str, Any], period: Period) -> Mapping[tuple[RowKey, int], DayJump]:
    rows: list[tuple[int, list[str], str, dt.date, Decimal, Decimal]] = _read(
        _DAYS, where | _spans([period]) | {"fewest": FEWEST_OTHERS}
    )
    by_basket: dict[tuple[tuple[str, ...], int], list[tuple[str, DayJump]]] = defaultdict(list)
    for region, basket, unit, day, most, middle in rows:
        by_basket[tuple(basket), region].append((unit, DayJump(day, tidy(most), tidy(middle))))
    return {
        (row, region): jump
        for row in table.rows
        for (basket, region), jumps in by_basket.items()
        if basket == row.measures
        for unit, jump in jumps
        if _whole(basket, unit, row)
    }


def _whole(basket: Sequence[str], unit: str, row: RowKey) -> bool:
    return share(basket, unit, frozenset(row.measures), frozenset(row.classifiers)) is Share.WHOLE


def _spans(periods: Sequence[Period]) -> dict[str, Any]:
    return {"starts": [first for first, _last in periods], "ends": [last for _first, last in periods]}


def _read(sql: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows
