"""A nation's records: the shipped tree with villages below its townships, and figures of thirty measures for them.

Written by SQL into the product's own tables, as filing would have left them; the totals are then built by a recount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

from bihuan.org import queries as places

if TYPE_CHECKING:
    from bihuan.org.models import Edition, Region

BY = "system:bench"
AT = dt.datetime(2026, 6, 16, 2, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 16)
BOOK = ""  # the real one
MEASURES = 30
Progress = Callable[[str], None]

# The shipped tree has the townships of one prefecture. Every other county gets some, and each township villages:
# between one and twice the mean less one. They are regions like any other.
_BELOW = """
    WITH above AS MATERIALIZED (
        SELECT n.edition_id, n.region_id, n.path, n.depth FROM org_node n JOIN org_region r ON r.id = n.region_id
        WHERE n.edition_id = %(edition)s AND r.level = %(above)s AND n.path >= %(path)s AND n.path < %(path)s || '~'
            AND NOT EXISTS (SELECT FROM org_node c WHERE c.edition_id = n.edition_id AND c.parent_id = n.region_id)
    ), fresh AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('org_region', 'id')) AS id, a.*, number
        FROM above a CROSS JOIN LATERAL generate_series(0, abs(hashint8(a.region_id)) %% (2 * %(each)s - 1)) AS number
    ), regions AS (
        INSERT INTO org_region (id, key, name, level, pinyin)
        SELECT id, gen_random_uuid(), '第' || number + 1 || %(name)s, %(level)s, %(level)s || ' ' || number FROM fresh
    )
    INSERT INTO org_node (edition_id, region_id, parent_id, path, depth)
    SELECT edition_id, id, region_id, path || lpad(upper(to_hex(number)), 4, '0'), depth + 1 FROM fresh
"""

# What a village says on a day: most measures are left blank by most. Of what is said, one in twenty-five is a range
# ("300余人"), one measure has decimals, one figure in a hundred was corrected since and one in two hundred withdrawn.
_FIGURES = """
    CREATE TEMP TABLE made AS
    SELECT row_number() OVER () + %(base)s AS id, n.region_id, c.code, c.unit, d.day::date AS day, h.a, h.b,
        c.number, h.b %% 100 = 7 AS corrected, h.b %% 200 = 11 AS withdrawn
    FROM (
        SELECT n.region_id FROM org_node n JOIN org_region r ON r.id = n.region_id AND r.level = 'village'
        WHERE n.edition_id = %(edition)s AND n.path >= %(path)s AND n.path < %(path)s || '~' OFFSET 0
    ) AS n
    CROSS JOIN unnest(%(days)s::date[]) AS d (day)
    CROSS JOIN unnest(%(codes)s::text[], %(units)s::text[], %(shares)s::int[]) WITH ORDINALITY
        AS c (code, unit, share, number)
    CROSS JOIN LATERAL (
        SELECT abs(hashint8extended(n.region_id * 64 + c.number, d.day - date '2000-01-01')) AS a,
            abs(hashint8extended(n.region_id * 64 + c.number, 7)) AS b
    ) AS h
    WHERE h.a %% 1000 < c.share
"""
_HEADS = """
    INSERT INTO figures_figure (id, kind, book, version, withdrawn)
    SELECT id, 'record', %(book)s, CASE WHEN corrected OR withdrawn THEN 2 ELSE 1 END, withdrawn FROM made
"""
_SAID = """
    INSERT INTO figures_revision (figure_id, version, measures, classifier, low, high, low_open, high_open, printed,
        form, region_id, period_start, period_end, stated_by, origin, withdrawn, entry_id)
    SELECT m.id, v.version, ARRAY[m.code], m.unit, x.value, CASE WHEN y.open THEN x.value + 100 ELSE x.value END,
        y.open, y.open, x.value || CASE WHEN y.open THEN '余' ELSE '' END || m.unit,
        CASE WHEN y.open THEN 'over' ELSE 'exact' END, m.region_id, m.day, m.day, '',
        jsonb_build_object('person', m.region_id), m.withdrawn AND v.version = 2, %(entry)s
    FROM made m
    CROSS JOIN LATERAL generate_series(1, CASE WHEN m.corrected OR m.withdrawn THEN 2 ELSE 1 END) AS v (version)
    CROSS JOIN LATERAL (SELECT m.a / 1000 %% 25 = 3 AS open) AS y
    CROSS JOIN LATERAL (
        SELECT CASE WHEN m.number = 5 THEN (m.a / 7 %% 10000)::numeric / 100 ELSE (m.a / 7 %% 400)::numeric END
            + CASE WHEN m.corrected AND v.version = 2 THEN 3 ELSE 0 END AS value
    ) AS x
"""


@dataclass(frozen=True)
class Nation:
    """What was written."""

    edition: Edition
    region: Region
    nodes: int


def grow(*, townships: int = 14, villages: int = 16, below: str = "") -> Nation:
    """Give the newest edition townships and villages, so many a county and a township on average; everywhere, or below
    the region of that name."""
    edition = places.current_edition()
    top: Region = edition.nodes.select_related("region").get(depth=0).region
    path = places.node(places.the_one_called(below, edition=edition) if below else top, edition).path
    with connections["owner"].cursor() as cursor:
        _quietly(cursor)
        for above, level, name, each in (
            ("county", "township", "乡", townships),
            ("township", "village", "村", villages),
        ):
            cursor.execute("ANALYZE org_node, org_region")
            values: dict[str, Any] = {
                "edition": edition.pk,
                "path": path,
                "above": above,
                "level": level,
                "name": name,
                "each": each,
            }
            cursor.execute(_BELOW, values)
        cursor.execute("ANALYZE org_node, org_region")
        cursor.execute("SELECT count(*) FROM org_node WHERE edition_id = %s", [edition.pk])
        (count,) = cursor.fetchone()
    return Nation(edition, top, count)


def fill(
    nation: Nation,
    *,
    region: Region,
    days: list[dt.date],
    measures: Sequence[str] = (),
    progress: Progress = lambda _line: None,
) -> int:
    """File what the villages of a region say on some days, of thirty measures or those named; returns how many
    figures."""
    from bihuan.history import actions as history
    from bihuan.reading.catalogue import catalogue

    path = places.node(region, nation.edition).path
    known = list(measures) or list(catalogue())[:MEASURES]
    with transaction.atomic():
        entry = history.record(verb="figures.filed", subject=("figure", "0"), by=BY, at=AT, values={})
    with connections["owner"].cursor() as cursor:
        _quietly(cursor)
        indexes = _without_indexes(cursor)
        cursor.execute("SELECT coalesce(max(id), 0) FROM figures_figure")
        (base,) = cursor.fetchone()
        cursor.execute("DROP TABLE IF EXISTS made")
        values = {
            "base": base, "edition": nation.edition.pk, "path": path, "days": days, "codes": known,
            "units": [catalogue()[code].classifiers[0] for code in known],
            "shares": [max(30, 900 - 32 * number) if number % 2 == 0 else max(20, 420 - 14 * number)
                       for number in range(len(known))],
            "book": BOOK, "entry": entry.pk,
        }  # fmt: skip
        for name, sql in (("made", _FIGURES), ("figures", _HEADS), ("revisions", _SAID)):
            progress(name)
            cursor.execute(sql, values)
        cursor.execute("SELECT count(*) FROM made")
        (count,) = cursor.fetchone()
        cursor.execute("DROP TABLE made")
        cursor.execute("SELECT setval(pg_get_serial_sequence('figures_figure', 'id'), max(id)) FROM figures_figure")
        for number, sql in enumerate(indexes):
            progress(f"index {number + 1}/{len(indexes)}")
            cursor.execute(sql)
        progress("vacuum")
        cursor.execute("VACUUM (ANALYZE) figures_figure, figures_revision")
    return int(count)


def _quietly(cursor: object) -> None:
    """No checks row by row: what is written here is sound, and there are millions of it."""
    cursor.execute("SET session_replication_role = replica")  # type: ignore[attr-defined]
    cursor.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'")  # type: ignore[attr-defined]


def _without_indexes(cursor: object) -> list[str]:
    """Take away the indexes that are no constraints; returns the statements that make them again."""
    cursor.execute(  # type: ignore[attr-defined]
        """
        SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid IN ('figures_figure'::regclass, 'figures_revision'::regclass)
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
        """
    )
    found: list[tuple[str, str]] = cursor.fetchall()  # type: ignore[attr-defined]
    for name, _sql in found:
        cursor.execute(f'DROP INDEX "{name}"')  # type: ignore[attr-defined]
    return [sql for _name, sql in found]
