"""Folding the counts of the ledger, behind the writers."""

from __future__ import annotations

from django.db import connection, transaction

_LIMIT = 5000

_FOLD = """
    WITH first_ones AS MATERIALIZED (
        SELECT id FROM loop_tallychange ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM loop_tallychange c USING first_ones f WHERE c.id = f.id
        RETURNING c.scope, c.book, c.flow, c.region_id, c.unit_id, c.place_id, c.state, c.light, c.count
    ), widened AS (
        INSERT INTO loop_widetally AS t (scope, book, flow, region_id, place_id, state, light, count)
        SELECT scope, book, flow, region_id, place_id, state, light, sum(count) FROM taken
        GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(count) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7
        ON CONFLICT (scope, book, flow, region_id, place_id, state, light)
        DO UPDATE SET count = t.count + EXCLUDED.count
    ), summed AS (
        INSERT INTO loop_tally AS t (scope, book, flow, region_id, unit_id, place_id, state, light, count)
        SELECT scope, book, flow, region_id, unit_id, place_id, state, light, sum(count) FROM taken
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(count) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT (scope, book, flow, region_id, unit_id, place_id, state, light)
        DO UPDATE SET count = t.count + EXCLUDED.count
    )
    SELECT count(*) FROM taken
"""


def fold(*, limit: int = _LIMIT) -> int:
    """Carry changes of the counts into the folded ones; returns how many. Reads are right before and after."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FOLD, {"limit": limit})
        (done,) = cursor.fetchone()
        return int(done)
