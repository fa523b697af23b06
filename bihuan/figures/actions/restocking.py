"""Newest values that are kept, beside those of the figures: the part of a recount that is of stocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from bihuan.figures.actions.stocking import stocks
from bihuan.figures.queries.recounting import What
from bihuan.figures.queries.stocks import ALONE, STANDS, VALUE
from bihuan.figures.rules import NEVER, SUM_FIELDS, Sum, tidy
from bihuan.org.models import Edition, Region
from bihuan.org.queries import node
from bihuan.org.rules import SEGMENT

Found = tuple[int, What, Sum, Sum]  # region, kept, counted

_COLUMNS = ", ".join(SUM_FIELDS)
_KEY = "region_id, basket, classifier, day, until, part"
# Of a place with deltas that are not folded yet, what is kept of it is taken for right until they are.
_LACKING = f"""
    WITH places AS MATERIALIZED (
        SELECT region_id, path FROM org_node
        WHERE edition_id = %(edition)s AND path >= %(top)s AND path < %(top)s || '~'
    ), pending AS MATERIALIZED (
        SELECT DISTINCT p.region_id, d.basket, d.classifier FROM figures_delta d JOIN places p ON p.path = d.path
        WHERE d.edition_id = %(edition)s AND d.book = %(book)s AND d.path >= %(top)s AND d.path < %(top)s || '~'
            AND d.basket && %(measures)s::varchar[]
    ), filed AS (
        SELECT DISTINCT ON (r.region_id, r.measures, r.classifier, r.period_end) p.path, r.region_id,
            r.measures AS basket, r.classifier, r.period_end AS day, {VALUE}
        FROM {ALONE} JOIN places p ON p.region_id = r.region_id
        WHERE r.period_end >= %(first)s AND r.measures && %(measures)s::varchar[] AND f.book = %(book)s AND {STANDS}
        ORDER BY r.region_id, r.measures, r.classifier, r.period_end, r.period_start DESC, r.figure_id DESC
    ), spans AS (
        SELECT *, lead(day, 1, %(never)s::date) OVER (PARTITION BY region_id, basket, classifier ORDER BY day) AS until
        FROM filed
    ), own AS MATERIALIZED (
        SELECT path, region_id, basket, classifier, day, until, {_COLUMNS} FROM spans
        WHERE day = ANY (%(days)s)
            AND (region_id, basket, classifier) NOT IN (SELECT region_id, basket, classifier FROM pending)
        UNION ALL
        SELECT p.path, s.region_id, s.basket, s.classifier, s.day, s.until, {", ".join(f"s.{x}" for x in SUM_FIELDS)}
        FROM figures_stock s JOIN pending USING (region_id, basket, classifier) JOIN places p USING (region_id)
        WHERE s.edition_id = %(edition)s AND s.book = %(book)s AND s.part = 'own' AND s.day = ANY (%(days)s)
    ), sides AS (
        SELECT {_KEY}, true AS counted, {_COLUMNS} FROM (
            SELECT *, 'own' AS part FROM own
            UNION ALL
            SELECT n.path, n.region_id, o.basket, o.classifier, o.day, o.until,
                {", ".join(f"o.{x}" for x in SUM_FIELDS)}, 'below'
            FROM own o
            CROSS JOIN LATERAL generate_series(length(%(top)s), length(o.path) - {SEGMENT}, {SEGMENT}) AS size
            JOIN org_node n ON n.edition_id = %(edition)s AND n.path = left(o.path, size)
        ) AS rolled
        UNION ALL
        SELECT {_KEY}, false, {_COLUMNS} FROM figures_stock JOIN places USING (region_id)
        WHERE edition_id = %(edition)s AND book = %(book)s AND day = ANY (%(days)s) AND part <> 'joint'
    ), lacking AS MATERIALIZED (
        SELECT {_KEY}, {", ".join(f"sum(CASE WHEN counted THEN {x} ELSE -{x} END) AS {x}" for x in SUM_FIELDS)},
            {", ".join(f"coalesce(sum({x}) FILTER (WHERE NOT counted), 0) AS kept_{x}" for x in SUM_FIELDS)}
        FROM sides GROUP BY {_KEY}
        HAVING {" OR ".join(f"sum(CASE WHEN counted THEN {x} ELSE -{x} END) <> 0" for x in SUM_FIELDS)}
    ), added AS (
        INSERT INTO figures_stock AS f (edition_id, book, {_KEY}, {_COLUMNS})
        SELECT %(edition)s, %(book)s, {_KEY}, {_COLUMNS} FROM lacking WHERE %(repair)s
        ON CONFLICT (edition_id, book, region_id, basket, classifier, day, until, part)
        DO UPDATE SET {", ".join(f"{x} = f.{x} + excluded.{x}" for x in SUM_FIELDS)}
    )
    SELECT count(*) OVER (), region_id, basket, classifier, day, {", ".join(f"kept_{x}" for x in SUM_FIELDS)},
        {", ".join(f"kept_{x} + {x}" for x in SUM_FIELDS)}
    FROM lacking ORDER BY day, basket, classifier, region_id, until LIMIT %(limit)s
"""


def compare(
    *, edition: Edition, region: Region, days: Sequence[dt.date], book: str, repair: bool, limit: int
) -> tuple[int, list[Found]]:
    """How many newest values that began on those days are wrong, and the first of them. To repair, hold `FOLDERS`."""
    values: dict[str, Any] = {
        "edition": edition.pk,
        "book": book,
        "top": node(region, edition).path,
        "days": list(days),
        "first": min(days),
        "never": NEVER,
        "measures": sorted(stocks()),
        "repair": repair,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, values)
        rows = cursor.fetchall()
        if repair and rows:
            cursor.execute("DELETE FROM figures_stock WHERE count = 0 AND part <> 'joint'")
    size = len(SUM_FIELDS)
    found = [
        (region, What(day, tuple(basket), classifier), _sum(sums[:size]), _sum(sums[size:]))
        for _count, region, basket, classifier, day, *sums in rows
    ]
    return rows[0][0] if rows else 0, found


def _sum(columns: Sequence[Decimal]) -> Sum:
    low, high, *counts = columns
    return Sum(tidy(low), tidy(high), *map(int, counts))
