"""Stocks: the newest value of each place added up, from what is kept of them, and what is not folded yet beside it.

Of each place, basket and classifier every day's newest value is kept with the day on which the next one takes its
place. Over a span of days that one counts which begins within it and holds beyond its end: so the sum of the newest
values at a node is one look at an index, whatever lies below. A place with deltas that are not folded yet is asked for
its figures themselves. All in one statement, so in one snapshot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from bihuan.figures.models import Keeping, Measure
from bihuan.figures.queries.standing import Period, Scope
from bihuan.figures.rules import SUM_FIELDS, Kind, Sum, Sums, tidy
from bihuan.org.models import Edition
from bihuan.org.queries import node

Asked = tuple[int, str, Period]  # region, its path, days

_COLUMNS = ", ".join(SUM_FIELDS)
# The columns of a `rules.Sum` of one revision r.
VALUE = """coalesce(r.low, 0) AS low, coalesce(r.high, 0) AS high, (r.low IS NULL)::int AS low_unbounded,
    (r.high IS NULL)::int AS high_unbounded, (r.low_open AND r.low IS NOT NULL)::int AS low_excluded,
    (r.high_open AND r.high IS NOT NULL)::int AS high_excluded, 1 AS count"""
# What stands and counts at its own place alone. What is of a joint occasion does not: see `Stock`.
ALONE = """figures_revision r JOIN figures_figure f ON f.id = r.figure_id AND f.version = r.version
    LEFT JOIN figures_occasion o ON o.id = r.occasion_id AND o.joint"""
STANDS = f"f.kind = '{Kind.RECORD.value}' AND NOT r.withdrawn AND o.id IS NULL"
NEWEST = "r.period_end DESC, r.period_start DESC, r.figure_id DESC"

_READ = f"""
    WITH asked AS MATERIALIZED (
        SELECT * FROM ROWS FROM (unnest(%(regions)s::bigint[]), unnest(%(paths)s::text[]), unnest(%(firsts)s::date[]),
            unnest(%(lasts)s::date[])) WITH ORDINALITY AS a (region, path, first, last, n)
    ), pending AS MATERIALIZED (
        SELECT DISTINCT d.path, x.region_id, d.basket, d.classifier
        FROM figures_delta d JOIN org_node x ON x.edition_id = d.edition_id AND x.path = d.path
        WHERE d.edition_id = %(edition)s AND d.book = %(book)s AND d.path >= %(top)s AND d.path < %(top)s || '~'
            AND d.basket && %(measures)s::varchar[]
    )
    SELECT a.n, p.basket, p.classifier, bool_or(p.joint), {", ".join(f"sum(p.{name})" for name in SUM_FIELDS)}
    FROM asked a CROSS JOIN LATERAL (
        SELECT s.basket, s.classifier, s.part = 'joint' AS joint, {_COLUMNS} FROM figures_stock s
        WHERE s.edition_id = %(edition)s AND s.region_id = a.region AND s.until > a.last
            AND s.day BETWEEN a.first AND a.last AND s.book = %(book)s AND s.basket && %(measures)s::varchar[]
        UNION ALL
        SELECT s.basket, s.classifier, false, {", ".join(f"-s.{name}" for name in SUM_FIELDS)}
        FROM pending p JOIN figures_stock s ON s.region_id = p.region_id AND s.basket = p.basket
            AND s.classifier = p.classifier
        WHERE p.path >= a.path AND p.path < a.path || '~' AND s.edition_id = %(edition)s AND s.book = %(book)s
            AND s.part = 'own' AND s.until > a.last AND s.day BETWEEN a.first AND a.last
        UNION ALL
        SELECT p.basket, p.classifier, false, newest.*
        FROM pending p CROSS JOIN LATERAL (
            SELECT {VALUE} FROM {ALONE}
            WHERE r.region_id = p.region_id AND r.measures = p.basket AND r.classifier = p.classifier
                AND r.period_end BETWEEN a.first AND a.last AND f.book = %(book)s AND {STANDS}
            ORDER BY {NEWEST} LIMIT 1
        ) AS newest
        WHERE p.path >= a.path AND p.path < a.path || '~'
    ) AS p
    GROUP BY a.n, p.basket, p.classifier
"""


def kept(measures: Iterable[str]) -> frozenset[str]:
    """Those of some measures whose newest values are kept."""
    return frozenset(Measure.objects.filter(code__in=measures, stock=True).values_list("code", flat=True))


def newest(scope: Scope) -> Sums | None:
    """The newest values in a scope added up, by basket and classifier; None where they are not kept."""
    if not Keeping.objects.filter(edition=scope.edition).exists() or kept(scope.measures) != scope.measures:
        return None
    path = node(scope.region, scope.edition).path
    (found,) = newest_at(
        [(scope.region.pk, path, scope.period)],
        top=path,
        edition=scope.edition,
        book=scope.book,
        measures=scope.measures,
    )
    return found


def newest_at(
    asked: Sequence[Asked], *, top: str, edition: Edition, book: str, measures: Iterable[str]
) -> list[Sums | None]:
    """The same for several nodes and spans at once, for measures that are `kept`; in one query.

    Args:
        top: the path of a node that all of them lie below.
    """
    values: dict[str, Any] = {
        "regions": [region for region, _path, _period in asked],
        "paths": [path for _region, path, _period in asked],
        "firsts": [first for _region, _path, (first, _last) in asked],
        "lasts": [last for _region, _path, (_first, last) in asked],
        "top": top,
        "edition": edition.pk,
        "book": book,
        "measures": sorted(measures),
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        rows: list[tuple[int, list[str], str, bool, Decimal, Decimal, int, int, int, int, int]] = cursor.fetchall()
    found: dict[int, Sums] = defaultdict(dict)
    for number, basket, classifier, _joint, low, high, *counts in rows:
        if any(counts) or low or high:
            found[number][tuple(basket), classifier] = Sum(tidy(low), tidy(high), *map(int, counts))
    joint = {number for number, _basket, _classifier, is_joint, *_sums in rows if is_joint}
    return [None if number in joint else found[number] for number in range(1, len(asked) + 1)]
