"""Where matters stood at a moment, from their steps alone: the read that a frozen bulletin stands on.

Steps are only added, and each has a row of the history that carries the matter's version. Two things bound what counts:
`cut_off`, the moment up to which something must have been done, and `as_of`, the seal by which it must have been known.
What is sealed up to a position never changes, so neither does what this gives for the two. Of a matter only those steps
count before which none is missing: a later step is never seen without the one that it follows. See docs/adr.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from bihuan.loop import kinds
from bihuan.loop.flows import Effect, Light
from bihuan.loop.stages import Stood, stage

# The last step of each matter that counts. Versions run from 1 without a gap, so the row number is the version until
# the first one that is missing.
_SEALED = """
    told AS (
        SELECT c.id AS matter, (e."values" ->> 'version')::int AS version, max(e."values" ->> 'title') AS title
        FROM chosen c
        JOIN history_entry e ON e.subject_kind = 'matter' AND e.subject_id = c.id::text
        JOIN history_seal s ON s.entry_id = e.id
        WHERE s.position <= %(as_of)s AND e.at <= %(cut_off)s AND e.verb LIKE 'loop.%%' AND e."values" ? 'version'
        GROUP BY c.id, (e."values" ->> 'version')::int
    )
"""
_WRITTEN = """
    told AS (
        SELECT c.id AS matter, s.version, c.title
        FROM chosen c JOIN loop_step s ON s.matter_id = c.id WHERE s.at <= %(cut_off)s
    )
"""


def _last(name: str, kind: str = "text") -> str:
    """What steps set a field to, the last time that they did."""
    return f"(array_agg(put ->> '{name}' ORDER BY version DESC) FILTER (WHERE put ? '{name}'))[1]::{kind}"


def _latest(what: str, where: str) -> str:
    return f"(array_agg({what} ORDER BY version DESC) FILTER (WHERE {where}))[1]"


_COLOURS = [light.value for light in Light if light]
_CAME_ON = ", ".join(f"count(*) FILTER (WHERE cycle = this AND came AND light = '{colour}')" for colour in _COLOURS)
_COLUMNS = f"""
    matter, max(version), min(flow), {_latest("flow_version", "true")}, min(title), {_latest("target", "true")}, this,
    {_latest("light", "true")}, {_last("unit_id", "bigint")}, {_last("place_id", "bigint")},
    {_last("section_id", "bigint")}, {_last("owner_id", "bigint")}, {_last("leader_id", "bigint")},
    {_last("due_on", "date")}, {_last("original_due_on", "date")}, {_last("answered_on", "date")},
    min(at) FILTER (WHERE version = 1), min(at) FILTER (WHERE cycle = this AND this > 0), {_latest("at", "true")},
    {_latest("(put ->> 'progress')::int", "cycle = this AND act = ANY(%(reports)s) AND put ? 'progress'")},
    count(*) FILTER (WHERE act = ANY(%(grants)s)), max(at) FILTER (WHERE act = ANY(%(grants)s)),
    coalesce(max(version) FILTER (WHERE act = ANY(%(asks)s)), 0)
        > coalesce(max(version) FILTER (WHERE act = ANY(%(decides)s)), 0),
    bool_or(act = ANY(%(returns)s) AND cycle = this), max(rung) FILTER (WHERE cycle = this AND clock = 'due'),
    {_latest('"values" ->> ' + "'rule'", "act = ANY(%(lights)s) AND cycle = this")},
    {_latest("text", "act = ANY(%(lights)s) AND cycle = this")},
    {_latest("text", "(act = ANY(%(reports)s) OR act = ANY(%(asks)s)) AND text <> ''")},
    {_CAME_ON}
"""


def _sql(*, sealed: bool) -> str:
    return f"""
    WITH chosen AS MATERIALIZED (
        SELECT id, flow, title FROM loop_matter WHERE id = ANY(%(keys)s)
    ), {_SEALED if sealed else _WRITTEN}, numbered AS (
        SELECT matter, version, title, row_number() OVER (PARTITION BY matter ORDER BY version) AS number FROM told
    ), until AS MATERIALIZED (
        SELECT DISTINCT ON (matter) matter, version, title FROM numbered WHERE number = version
        ORDER BY matter, version DESC
    ), steps AS MATERIALIZED (
        SELECT s.matter_id AS matter, s.version, s.cycle, s.target, s.flow_version, s.at, s.light, s.text, s.clock,
            s.rung, s."values", s."values" -> 'set' AS put, c.flow, u.title, c.flow || ':' || s.verb AS act,
            s.light <> lag(s.light, 1, '') OVER own AS came,
            last_value(s.cycle) OVER (own ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS this
        FROM until u JOIN chosen c ON c.id = u.matter
        JOIN loop_step s ON s.matter_id = u.matter AND s.version <= u.version
        WINDOW own AS (PARTITION BY s.matter_id ORDER BY s.version)
    )
    SELECT {_COLUMNS} FROM steps GROUP BY matter, this ORDER BY matter
    """


def stood(matters: Iterable[int], *, cut_off: dt.datetime, as_of: int | None = None) -> list[Stood]:
    """Where matters stood at `cut_off`, in the order of their keys; those that were not registered then are left out.
    One query.

    Args:
        matters: their keys.
        as_of: a position of the chain: only steps whose history row is sealed up to it count, and what is given never
            changes. None: all that is written counts now.

    Raises:
        KeyError: a step was made under a flow that is not there any more.
    """
    keys = sorted(set(matters))
    if not keys:
        return []
    values = {"keys": keys, "cut_off": cut_off, "as_of": as_of, **_acts()}
    with connection.cursor() as cursor:
        cursor.execute(_sql(sealed=as_of is not None), values)
        return list(_rows(cursor.fetchall()))


def _rows(rows: Sequence[Sequence[Any]]) -> Iterator[Stood]:
    for row in rows:
        matter, version, name, flow_version, title, state, cycle, light, *more = row
        flow = kinds.flow(name, flow_version)
        *plain, rule, lit, account = more[: -len(_COLOURS)]
        lights = {colour: count for colour, count in zip(_COLOURS, more[-len(_COLOURS) :], strict=True) if count}
        head = [matter, version, name, flow_version, title, stage(flow, state), state, cycle, Light(light)]
        yield Stood(*[*head, *plain, lights, rule or "", lit or "", account or ""])


_EFFECTS = {
    "reports": (Effect.REPORT,),
    "asks": (Effect.ASK,),
    "grants": (Effect.GRANT,),
    "decides": (Effect.GRANT, Effect.REFUSE, Effect.ANSWER),
    "returns": (Effect.RETURN,),
    "lights": (Effect.LIGHT,),
}


def _acts() -> dict[str, list[str]]:
    """The verbs of each of these effects in all flows, as "flow:verb"."""
    return {
        name: sorted({f"{flow.name}:{way.verb}" for flow in kinds.every() for way in flow.transitions
                      if way.effect in effects})
        for name, effects in _EFFECTS.items()
    }  # fmt: skip
