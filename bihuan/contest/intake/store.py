"""What the intake writes and reads: a batch a transaction, by COPY; what stood when it began.

A batch is in the database whole or not at all. When its answer is lost (the server was killed while it committed), the
next connection looks for its last row: it is there, or the batch is written again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any, LiteralString

import psycopg

from bihuan.contest.intake.hall import Outbox, SheetRow

LOCK = 0x42_48_49_4E  # the one advisory lock that an intake holds while it writes
_EPOCH_DAY = 10_957  # 2000-01-01, from which the server counts
_EPOCH_MS = _EPOCH_DAY * 86_400_000
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"

# A row: how many values, then each with its length before it.
_PARTICIPANT = struct.Struct(">h iq ii ii i16s ii iq iq iq")
_START = struct.Struct(">h iq ii ii ih ii ii iq")
_SHEET = struct.Struct(">h iq ii ii ih ii ii ii iq ii ih i")
_SHEET_END = struct.Struct(">ih ii ii i16s ih")

COPY_PARTICIPANTS: LiteralString = (
    "COPY contest_participant (contest_id, number, unit, key, day, at, address, device) FROM STDIN (FORMAT binary)"
)
COPY_STARTS: LiteralString = (
    "COPY contest_start (contest_id, participant, day, ordinal, pool, rules, at) FROM STDIN (FORMAT binary)"
)
COPY_SHEETS: LiteralString = (
    "COPY contest_sheet (contest_id, participant, day, ordinal, unit, pool, rules, started_at, ms, ended, answers, "
    '"right", points, counted, key, allowed) FROM STDIN (FORMAT binary)'
)
ADD_POINTS: LiteralString = """
INSERT INTO contest_unitpoints AS kept (contest_id, unit, people, sheets, "right", points)
SELECT * FROM unnest(%b::bigint[], %b::int[], %b::int[], %b::bigint[], %b::bigint[], %b::bigint[])
ON CONFLICT (contest_id, unit) DO UPDATE SET people = kept.people + excluded.people,
    sheets = kept.sheets + excluded.sheets, "right" = kept."right" + excluded."right",
    points = kept.points + excluded.points
"""


def participants(rows: Iterable[tuple[int, int, int, bytes, int, int, int, int]]) -> bytes:
    """Participants as COPY takes them."""
    pack = _PARTICIPANT.pack
    return _HEAD + b"".join([
        pack(8, 8, contest, 4, number, 4, unit, 16, key, 4, day - _EPOCH_DAY, 8, _micros(at), 8, address, 8, device)
        for contest, number, unit, key, day, at, address, device in rows
    ]) + _TAIL  # fmt: skip


def starts(rows: Iterable[tuple[int, int, int, int, int, int, int]]) -> bytes:
    """Sheets given out, as COPY takes them."""
    pack = _START.pack
    return _HEAD + b"".join([
        pack(7, 8, contest, 4, who, 4, day - _EPOCH_DAY, 2, ordinal, 4, pool, 4, rules, 8, _micros(at))
        for contest, who, day, ordinal, pool, rules, at in rows
    ]) + _TAIL  # fmt: skip


def sheets(rows: Iterable[SheetRow]) -> bytes:
    """Sheets that are over, as COPY takes them."""
    head, end = _SHEET.pack, _SHEET_END.pack
    return _HEAD + b"".join([
        head(16, 8, row.contest, 4, row.participant, 4, row.day - _EPOCH_DAY, 2, row.ordinal, 4, row.unit, 4, row.pool,
             4, row.rules, 8, _micros(row.started), 4, row.ms, 2, row.ended, len(row.answers))
        + row.answers
        + end(2, row.right, 4, row.points, 4, row.counted, 16, row.key, 2, row.allowed)
        for row in rows
    ]) + _TAIL  # fmt: skip


def _micros(ms: int) -> int:
    return (ms - _EPOCH_MS) * 1000


def points(rows: Iterable[SheetRow]) -> tuple[list[int], ...]:
    """What a batch adds to its units, one line each, in one order so that no two writers wait for each other."""
    added: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        kept = added.get((row.contest, row.unit))
        if kept is None:
            kept = added[row.contest, row.unit] = [0, 0, 0, 0]
        kept[0] += row.first
        kept[1] += 1
        kept[2] += row.right
        kept[3] += row.counted
    lines = [(contest, unit, *kept) for (contest, unit), kept in sorted(added.items())]
    return tuple([line[place] for line in lines] for place in range(6))


async def write(connection: psycopg.AsyncConnection[Any], batch: Outbox) -> None:
    """Store a batch in one transaction."""
    async with connection.transaction(), connection.cursor() as cursor:
        if batch.participants:
            await _copy(cursor, COPY_PARTICIPANTS, participants(batch.participants))
        if batch.starts:
            await _copy(cursor, COPY_STARTS, starts(batch.starts))
        if batch.sheets:
            await _copy(cursor, COPY_SHEETS, sheets(batch.sheets))
            await cursor.execute(ADD_POINTS, points(batch.sheets), prepare=True)


async def _copy(cursor: psycopg.AsyncCursor[Any], statement: LiteralString, rows: bytes) -> None:
    async with cursor.copy(statement) as copy:
        await copy.write(rows)


async def stored(connection: psycopg.AsyncConnection[Any], batch: Outbox) -> bool:
    """Whether a batch is in the database already: its last row stands for it."""
    if batch.sheets:
        last = batch.sheets[-1]
        return await _there(
            connection,
            "SELECT 1 FROM contest_sheet WHERE contest_id = %s AND participant = %s AND day = date '1970-01-01' + %s"
            " AND ordinal = %s",
            (last.contest, last.participant, last.day, last.ordinal),
        )
    if batch.starts:
        return await _there(
            connection,
            "SELECT 1 FROM contest_start WHERE contest_id = %s AND participant = %s AND day = date '1970-01-01' + %s"
            " AND ordinal = %s",
            batch.starts[-1][:4],
        )
    return await _there(
        connection,
        "SELECT 1 FROM contest_participant WHERE contest_id = %s AND number = %s",
        batch.participants[-1][:2],
    )


async def _there(connection: psycopg.AsyncConnection[Any], statement: LiteralString, values: tuple[int, ...]) -> bool:
    found = await connection.execute(statement, values)
    return await found.fetchone() is not None
