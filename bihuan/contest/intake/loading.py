"""What stands in the database when an intake begins, and what the pages have changed since."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from bihuan.contest.intake.clock import day_of
from bihuan.contest.intake.hall import Hall, Outbox, SheetRow
from bihuan.contest.intake.setup import Asked, ContestSetup, PoolSetup, UnitSetup, asked
from bihuan.contest.rules import ContestState, Rules, TakingPart, read

Connection = psycopg.AsyncConnection[Any]
KEPT_DAYS = 60  # a contest that was frozen longer ago is not loaded: its pages read the database

_CONTESTS: LiteralString = """
SELECT id, code, name, secret, state, first_day, last_day, taking_part, ranking_basis <> '', rules, pool, change
FROM contest_contest WHERE last_day >= current_date - %s ORDER BY id
"""
_SHEETS: LiteralString = """
SELECT participant, day, ordinal, unit, pool, rules, (extract(epoch FROM started_at) * 1000)::bigint, ms, ended,
       answers, "right", points, counted, key, allowed
FROM contest_sheet WHERE contest_id = %s AND day >= date '1970-01-01' + %s ORDER BY participant, day, ordinal
"""


async def setups(connection: Connection, unseal: Callable[[str], bytes]) -> list[ContestSetup]:
    """The contests that are on, will be, or were not long ago."""
    found = []
    for row in await _rows(connection, _CONTESTS, (KEPT_DAYS,)):
        key = row[0]
        units = await _units(connection, key)
        found.append(
            ContestSetup(
                id=key,
                code=row[1],
                name=row[2],
                secret=unseal(row[3]),
                state=ContestState(row[4]),
                first_day=day_of(row[5]),
                last_day=day_of(row[6]),
                taking_part=TakingPart(row[7]),
                ranked=row[8],
                rules_number=row[9],
                rules=await _rules(connection, key),
                pool_number=row[10],
                pools=await _pools(connection, key),
                units=units,
                counties=await _counties(connection, key),
                change=row[11],
            )
        )
    return found


async def _rules(connection: Connection, contest: int) -> dict[int, Rules]:
    rows = await _rows(connection, "SELECT number, body FROM contest_rulesversion WHERE contest_id = %s", (contest,))
    return {number: read(body) for number, body in rows}


async def _pools(connection: Connection, contest: int) -> dict[int, PoolSetup]:
    wanted = "SELECT number, versions FROM contest_pool WHERE contest_id = %s"
    pools = await _rows(connection, wanted, (contest,))
    named = sorted({version for _number, versions in pools for version in versions})
    rows = await _rows(
        connection,
        "SELECT v.id, i.kind, v.stem, v.options, v.key, v.explanation, v.basis FROM contest_itemversion v"
        " JOIN contest_item i ON i.id = v.item_id WHERE v.id = ANY(%s)",
        (named,),
    )
    questions: dict[int, Asked] = {row[0]: asked(*row) for row in rows}
    return {number: PoolSetup(number, tuple(questions[each] for each in versions)) for number, versions in pools}


async def _units(connection: Connection, contest: int) -> dict[int, UnitSetup]:
    rows = await _rows(
        connection,
        "SELECT number, county_id, name, headcount, sector, password, minors, closed FROM contest_contestunit"
        " WHERE contest_id = %s",
        (contest,),
    )
    return {row[0]: UnitSetup(*row) for row in rows}


async def _counties(connection: Connection, contest: int) -> dict[int, str]:
    rows = await _rows(
        connection,
        "SELECT DISTINCT r.id, r.name FROM contest_contestunit u JOIN org_region r ON r.id = u.county_id"
        " WHERE u.contest_id = %s",
        (contest,),
    )
    return dict(rows)


async def hall(connection: Connection, setup: ContestSetup, outbox: Outbox, day: int, corrected: int) -> Hall:
    """A contest as it stands in the database: its participants, what each has, which sheets are open.

    `corrected`: the last correction to count."""
    made = Hall(setup, outbox)
    made.today = day
    await _people(connection, made, day)
    await _totals(connection, made, corrected)
    await _latest(connection, made, day)
    await _open(connection, made, day)
    for who in range(1, made.people + 1):
        if made.done[who]:
            points = made.total[who]
            made.total[who] = 0
            made.credit(who, points, first=True)
    return made


async def _people(connection: Connection, made: Hall, day: int) -> None:
    rows = await _rows(
        connection,
        "SELECT number, unit, key, day = date '1970-01-01' + %s FROM contest_participant WHERE contest_id = %s"
        " ORDER BY number",
        (day, made.setup.id),
    )
    for number, unit, key, today in rows:
        while made.people < number - 1:
            made.add(0)  # a number that was never stored is nobody's
        made.add(unit)
        if today:
            made.keys[key.bytes] = number


async def _totals(connection: Connection, made: Hall, corrected: int) -> None:
    rows = await _rows(
        connection,
        "SELECT participant, count(*), count(*) FILTER (WHERE ended = 1), max(points), sum(counted)::bigint"
        " FROM contest_sheet WHERE contest_id = %s GROUP BY participant",
        (made.setup.id,),
    )
    for who, ever, done, best, total in rows:
        made.ever[who], made.done[who], made.best_ever[who], made.total[who] = ever, done, best, total
    rows = await _rows(
        connection,
        "SELECT participant, sum(points)::bigint FROM contest_correction WHERE contest_id = %s AND id <= %s"
        " GROUP BY participant",
        (made.setup.id, corrected),
    )
    for who, points in rows:
        made.total[who] += points


async def _latest(connection: Connection, made: Hall, day: int) -> None:
    """The sheets of yesterday and today: how many of today there are already, and which may be handed in again."""
    for row in await _rows(connection, _SHEETS, (made.setup.id, day - 1)):
        sheet = _sheet(made.setup.id, row)
        who = sheet.participant
        if made.day[who] != sheet.day:
            made.day[who], made.best_day[who] = sheet.day, 0
        made.handed[who] = sheet.ordinal
        made.best_day[who] = max(made.best_day[who], sheet.points)
        (made.last if sheet.day == day else made.earlier)[who] = sheet


def _sheet(contest: int, row: tuple[Any, ...]) -> SheetRow:
    who, of, ordinal, unit, pool, rules, started, ms, ended, answers, right, points, counted, key, allowed = row
    return SheetRow(
        contest=contest,
        participant=who,
        day=day_of(of),
        ordinal=ordinal,
        unit=unit,
        pool=pool,
        rules=rules,
        started=started,
        ms=ms,
        ended=ended,
        answers=bytes(answers),
        right=right,
        points=points,
        counted=counted,
        key=key.bytes,
        allowed=allowed,
        first=False,
    )


async def _open(connection: Connection, made: Hall, day: int) -> None:
    rows = await _rows(
        connection,
        "SELECT s.participant, s.day, s.ordinal, s.pool, s.rules, (extract(epoch FROM s.at) * 1000)::bigint"
        " FROM contest_start s LEFT JOIN contest_sheet t USING (contest_id, participant, day, ordinal)"
        " WHERE s.contest_id = %s AND s.day >= date '1970-01-01' + %s AND t.ordinal IS NULL ORDER BY s.day",
        (made.setup.id, day - 1),
    )
    for who, of, ordinal, pool, rules, at in rows:
        made.day[who], made.handed[who], made.opened[who] = day_of(of), ordinal - 1, at
        made.by_pool[who], made.by_rules[who] = pool, rules
        if ordinal == 1:
            made.best_day[who] = 0


async def changes(connection: Connection) -> dict[int, int]:
    """How often each contest was changed."""
    wanted: LiteralString = "SELECT id, change FROM contest_contest WHERE last_day >= current_date - %s"
    return dict(await _rows(connection, wanted, (KEPT_DAYS,)))


async def last_correction(connection: Connection) -> int:
    """The newest correction there is; 0 without any."""
    rows = await _rows(connection, "SELECT coalesce(max(id), 0) FROM contest_correction", ())
    return int(rows[0][0])


async def corrections(connection: Connection, after: int) -> list[tuple[Any, ...]]:
    """Number, contest, participant and points of the corrections after one."""
    wanted: LiteralString = (
        "SELECT id, contest_id, participant, points FROM contest_correction WHERE id > %s ORDER BY id"
    )
    return await _rows(connection, wanted, (after,))


async def _rows(connection: Connection, statement: LiteralString, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    found = await connection.execute(statement, values)
    return await found.fetchall()


def differing(made: Hall, stored: Hall) -> list[str]:
    """In what two halls of one contest differ: for the check that what is in memory is what stands there."""
    rows: tuple[tuple[str, array[Any], array[Any]], ...] = tuple(
        (name, getattr(made, name), getattr(stored, name))
        for name in ("unit", "ever", "done", "best_ever", "total", "opened")
    )
    found = [name for name, one, other in rows if one != other]
    spread = {points: many for points, many in made.spread.items() if many}
    if spread != {points: many for points, many in stored.spread.items() if many}:
        found.append("spread")
    return found
