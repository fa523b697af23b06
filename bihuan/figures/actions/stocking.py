"""Keeping the newest values of stocks: what is written for them beside the deltas. Folding carries it up.

A delta at a place tells the fold that the newest value of a day may be another one there; a change that adds nothing
(a period that begins earlier) is booked for that reason. What is newest is then read from the figures themselves, so
it does not matter in which order deltas are folded, or how often.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import connection

from bihuan.figures.models import Measure, Revision
from bihuan.figures.rules import NEVER, SUM_FIELDS
from bihuan.history.rules import canonical
from bihuan.org.rules import SEGMENT

_ZEROS = ", ".join(f"0 AS {name}" for name in SUM_FIELDS)
# That something of a joint occasion was filed stays said, even where it is withdrawn since: that costs time alone.
_JOINT = f"""
    INSERT INTO figures_stock (edition_id, book, region_id, basket, classifier, day, until, part,
        {", ".join(SUM_FIELDS)})
    SELECT DISTINCT n.edition_id, r.book, n.region_id, r.measures, r.classifier, r.day, %(never)s::date, 'joint',
        {_ZEROS}
    FROM ({{filed}}) AS r JOIN figures_occasionregion w ON w.occasion_id = r.occasion
    JOIN org_node x ON x.region_id = w.region_id JOIN figures_keeping k ON k.edition_id = x.edition_id
    CROSS JOIN LATERAL generate_series({SEGMENT}, length(x.path), {SEGMENT}) AS size
    JOIN org_node n ON n.edition_id = x.edition_id AND n.path = left(x.path, size)
    ORDER BY 1, 2, 3, 4, 5, 6 ON CONFLICT DO NOTHING
"""
_GIVEN = """
    SELECT * FROM jsonb_to_recordset(%(items)s::jsonb) AS g (book varchar, measures varchar[], classifier varchar,
        day date, occasion bigint)
"""
_FILED = """
    SELECT f.book, r.measures, r.classifier, r.period_end AS day, r.occasion_id AS occasion
    FROM figures_occasion o JOIN figures_revision r ON r.occasion_id = o.id AND o.joint
    JOIN figures_figure f ON f.id = r.figure_id AND f.kind = 'record' WHERE r.measures && %(measures)s::varchar[]
"""
_MARK = f"""
    INSERT INTO figures_delta (edition_id, book, path, day, basket, classifier, {", ".join(SUM_FIELDS)})
    SELECT DISTINCT n.edition_id, f.book, n.path, r.period_end, r.measures, r.classifier, {_ZEROS}
    FROM figures_revision r JOIN figures_figure f ON f.id = r.figure_id AND f.kind = 'record'
    JOIN org_node n ON n.region_id = r.region_id JOIN figures_keeping k ON k.edition_id = n.edition_id
    WHERE r.measures && %(measures)s::varchar[]
"""


def stocks() -> frozenset[str]:
    """The measures whose newest values are kept."""
    return frozenset(Measure.objects.filter(stock=True).values_list("code", flat=True))


def mark_joint(revisions: Iterable[Revision]) -> None:
    """Say where records of joint occasions, of measures that are stocks, make it needful to ask the figures."""
    items = [
        {
            "book": item.figure.book,
            "measures": list(item.measures),
            "classifier": item.classifier,
            "day": item.period_end.isoformat(),
            "occasion": item.occasion.pk,
        }
        for item in revisions
        if item.occasion
    ]
    if items:
        _run(_JOINT.format(filed=_GIVEN), (), items=canonical(items).decode())


def begin(measures: Collection[str]) -> None:
    """Keep the newest values of measures that are stocks from now on. Alone: no writer may be under way."""
    if measures:
        Measure.objects.filter(code__in=measures).update(stock=True)
        _run(_MARK, measures)
        _run(_JOINT.format(filed=_FILED), measures)


def _run(sql: str, measures: Collection[str], **values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"measures": sorted(measures), "never": NEVER, **values})
