"""Whom a step tells: one statement for one matter and for twenty thousand.

Who is not there any more is not told: where a rung finds nobody, those who sign for the unit are told in the place of
the missing, and where the unit has nobody at all, the keeper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from bihuan.loop.flows import Audience

# Reads `told (step, matter, audience)`; gives `people (step, person, stands_in)`. %(day)s: who holds a post then.
PEOPLE = """
    around AS MATERIALIZED (
        SELECT t.step, t.audience, m.section_id, m.leader_id, m.keeper_id, m.region_id,
            CASE WHEN m.next_owner_on <= %(day)s THEN m.next_owner_id ELSE m.owner_id END AS owner_id,
            coalesce(u.merged_into_id, u.id) AS unit_id
        FROM told t JOIN loop_matter m ON m.id = t.matter LEFT JOIN org_unit u ON u.id = m.unit_id
    ), posts AS NOT MATERIALIZED (
        SELECT id, person_id, unit_id, section_id FROM org_post
        WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
    ), held AS MATERIALIZED (
        SELECT p.person_id, p.unit_id, h.role, h.region_id FROM posts p JOIN org_holding h ON h.post_id = p.id
        WHERE h.role IN ('liaison', 'safety_officer', 'principal', 'operator')
    ), found AS MATERIALIZED (
        SELECT a.step, p.person_id FROM around a JOIN posts p ON p.person_id = a.owner_id WHERE a.audience = 'owner'
        UNION
        SELECT a.step, p.person_id FROM around a JOIN posts p ON p.section_id = a.section_id
        WHERE a.audience = 'section'
        UNION
        SELECT a.step, p.person_id FROM around a JOIN posts p ON p.person_id = a.leader_id WHERE a.audience = 'leader'
        UNION
        SELECT a.step, h.person_id FROM around a JOIN held h ON h.unit_id = a.unit_id AND h.role = 'principal'
        WHERE a.audience = 'principal'
        UNION
        SELECT a.step, h.person_id FROM around a JOIN held h ON h.role = 'operator' AND h.unit_id = a.keeper_id
        WHERE a.audience = 'keeper'
    ), missing AS MATERIALIZED (
        SELECT a.* FROM around a WHERE NOT EXISTS (SELECT FROM found f WHERE f.step = a.step)
    ), nearest AS MATERIALIZED (
        SELECT a.step, h.person_id FROM missing a
        JOIN held h ON h.unit_id = a.unit_id AND h.role IN ('liaison', 'safety_officer', 'principal')
        WHERE a.audience <> 'keeper'
    ), people AS (
        SELECT step, person_id AS person, false AS stands_in FROM found
        UNION ALL
        SELECT DISTINCT step, person_id, true FROM nearest
        UNION ALL
        SELECT DISTINCT a.step, h.person_id, true FROM missing a JOIN held h
            ON h.role = 'operator' AND (h.unit_id = a.keeper_id OR h.region_id = a.region_id)
        WHERE NOT EXISTS (SELECT FROM nearest n WHERE n.step = a.step)
    )
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A person who is to be told of something about a matter."""

    matter: int
    person: int
    stands_in: bool


def people(matters: Iterable[tuple[int, Audience]], *, day: dt.date) -> list[Told]:
    """Whom to tell of matters (key, audience) on a day. One query."""
    wanted = sorted({(pk, audience.value) for pk, audience in matters})
    if not wanted:
        return []
    keys, audiences = [pk for pk, _ in wanted], [audience for _, audience in wanted]
    sql = f"""
        WITH told AS (
            SELECT ordinality AS step, matter, audience
            FROM unnest(%(keys)s::bigint[], %(audiences)s::text[]) WITH ORDINALITY AS t (matter, audience, ordinality)
        ), {PEOPLE}
        SELECT DISTINCT ON (t.matter, p.person) t.matter, p.person, p.stands_in
        FROM people p JOIN told t ON t.step = p.step ORDER BY t.matter, p.person, p.stands_in
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"keys": keys, "audiences": audiences, "day": day})
        return [Told(*row) for row in cursor.fetchall()]
