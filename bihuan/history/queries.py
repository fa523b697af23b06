"""Reads of the log and of its chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.history import rules
from bihuan.history.models import Entry, Pending, Seal
from bihuan.history.rules import GENESIS, Row, UnknownHashError

CHUNK = 2000  # rows in memory at a time while walking

# An entry in the form its bytes are made from: `at` as microseconds, without any conversion that could round or fail.
_ROW = """
    e.id, e.txid::text, trunc(extract(epoch FROM e.at) * 1000000)::text, e.by, e.verb,
    e.subject_kind, e.subject_id, e."values"::text, e.commitments::text
"""

# Settled: every transaction of this database below the horizon has ended, so none that is still open can add a row
# before this one in the order (txid, id). The horizon is the oldest transaction that the snapshot saw running, those of
# the server's other databases left out: they cannot write here, and a long one over there must not hold us up. Each is
# known by the session that holds its lock; one whose session cannot be told counts as ours. A row with a txid that this
# server has not given out yet was restored from another one, and nothing of this server comes before it either. Our own
# transaction is not over.
_SEALABLE = f"""
    WITH moment AS MATERIALIZED (
        SELECT pg_current_snapshot() AS seen
    ), elsewhere AS MATERIALIZED (
        SELECT l.transactionid AS xid
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
          AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
    ), horizon AS MATERIALIZED (
        SELECT pg_snapshot_xmax(seen) AS upper, coalesce(
            (SELECT xid FROM pg_snapshot_xip(seen) AS xid
             WHERE xid::xid NOT IN (SELECT elsewhere.xid FROM elsewhere) ORDER BY xid LIMIT 1),
            pg_snapshot_xmax(seen)) AS lower
        FROM moment
    )
    SELECT {_ROW}
    FROM horizon CROSS JOIN history_pending p JOIN history_entry e ON e.id = p.entry_id
    WHERE (e.txid < horizon.lower OR e.txid >= horizon.upper)
      AND e.txid IS DISTINCT FROM pg_current_xact_id_if_assigned()
    ORDER BY e.txid, e.id LIMIT %s
"""

_WALK = f"""
    SELECT s.position, s.entry_id, s.digest, s.algorithm, {_ROW}
    FROM history_seal s LEFT JOIN history_entry e ON e.id = s.entry_id
    WHERE s.position > %s ORDER BY s.position LIMIT %s
"""

_SECRETS = """
    SELECT x.id, x.entry_id, x.name, x.salt, x.value, s.position,
           e.commitments -> x.name ->> 'algorithm', e.commitments -> x.name ->> 'digest'
    FROM history_secret x LEFT JOIN history_entry e ON e.id = x.entry_id LEFT JOIN history_seal s ON s.entry_id = e.id
    WHERE x.id > %s ORDER BY x.id LIMIT %s
"""


def last_seal() -> tuple[int, bytes]:
    """Position and digest of the newest seal; 0 and the genesis where there is none."""
    last = Seal.objects.order_by("-position").values_list("position", "digest").first()
    return (last[0], bytes(last[1])) if last else (0, GENESIS)


def head() -> tuple[int, str]:
    """Position and digest (hexadecimal) of the newest seal: the as-of moment that is now."""
    position, digest = last_seal()
    return position, digest.hex()


def digest_at(position: int) -> str | None:
    """The digest (hexadecimal) of the seal at `position`; None where there is none. Position 0 is the genesis."""
    if position == 0:
        return GENESIS.hex()
    found = Seal.objects.filter(position=position).values_list("digest", flat=True).first()
    return None if found is None else bytes(found).hex()


def position_of(entry: Entry) -> int | None:
    """The entry's place in the chain, or None while it is not sealed."""
    return Seal.objects.filter(entry=entry).values_list("position", flat=True).first()


def about(subject: tuple[str, str]) -> list[Entry]:
    """All entries on a subject, oldest first."""
    return list(Entry.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("txid", "id"))


def sealable(limit: int) -> list[Row]:
    """Up to `limit` settled entries that are not sealed, in the order of the chain."""
    with connection.cursor() as cursor:
        cursor.execute(_SEALABLE, [limit])
        return [Row(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain fails first, and how."""

    position: int | None
    entry: int | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. `length` counts the seals that hold, from the first on."""

    length: int
    digest: str  # of the last seal that holds, hexadecimal
    pending: int
    broken: Broken | None

    @property
    def whole(self) -> bool:
        return self.broken is None


def verify(
    progress: Callable[[int], None] | None = None, *, anchors: Iterable[tuple[int, str]] = (), chunk: int = CHUNK
) -> Verdict:
    """Walk the whole chain and compute each digest again from the rows as they stand now.

    Finds a changed, missing, inserted or re-ordered row, a gap, a digest that does not belong, an entry outside the
    chain and the queue, a personal value that is not the one committed to; the first of them is named. An end cut off
    neatly shows only against `anchors`: positions with the digest (hexadecimal) that was known for them, as facts and
    papers carry them.

    Args:
        progress: called with the position reached after each chunk.
        chunk: rows in memory at a time.
    """
    known = dict(anchors)
    length, previous = 0, GENESIS
    broken: Broken | None = None
    for link in _pages(_WALK, chunk):
        if progress and length and length % chunk == 0:
            progress(length)
        broken = _fault(length + 1, previous, link, known.get(link[0]))
        if broken:
            break
        length, previous = link[0], bytes(link[2])
    else:
        if progress:
            progress(length)
        broken = _cut_off(length, known) or _outside() or _false_secret(chunk)
    return Verdict(length, previous.hex(), Pending.objects.count(), broken)


@dataclass(frozen=True, slots=True)
class Part:
    """How far a walk in parts has come. `ended`: there is nothing behind, or a fault."""

    length: int
    digest: str  # of the last seal that holds, hexadecimal
    broken: Broken | None
    ended: bool


def verify_part(*, length: int, digest: str, limit: int, anchors: Iterable[tuple[int, str]] = ()) -> Part:
    """Walk on from the seal at `length` with its `digest`, `limit` seals far: a walk that a page can show the progress
    of. The last part also looks for what `verify` looks for behind the end.

    Args:
        length, digest: 0 and that of the genesis to begin with; then those of the part before.
    """
    known = dict(anchors)
    previous = bytes.fromhex(digest)
    with connection.cursor() as cursor:
        cursor.execute(_WALK, [length, limit])
        rows = cursor.fetchall()
    for link in rows:
        if broken := _fault(length + 1, previous, link, known.get(link[0])):
            return Part(length, previous.hex(), broken, True)
        length, previous = link[0], bytes(link[2])
    ended = len(rows) < limit
    found = (_cut_off(length, known) or _outside() or _false_secret(CHUNK)) if ended else None
    return Part(length, previous.hex(), found, ended)


def position_at(moment: dt.datetime) -> int:
    """The position of the last seal made at or before `moment`; 0 before the first."""
    found = Seal.objects.filter(sealed_at__lte=moment).order_by("-position").values_list("position", flat=True).first()
    return found or 0


def feed(
    *,
    by: Iterable[str] | None = None,
    subject: tuple[str, str] | None = None,
    rooms: Iterable[str] = (),
    first: dt.datetime | None = None,
    last: dt.datetime | None = None,
    without: Iterable[str] = (),
) -> QuerySet[Entry]:
    """What was done, with its place in the chain: to be paged by key, the newest first.

    Args:
        by: identities of those who acted; None for all.
        subject: kind and id of a thing; an empty id for all of the kind.
        rooms: whose verbs ("org", "reports"); none for all.
        first, last: from and before which moment.
        without: kinds of things that are left out.
    """
    found = Entry.objects.select_related("seal").exclude(subject_kind__in=list(without))
    if by is not None:
        found = found.filter(by__in=list(by))
    if subject is not None:
        found = found.filter(subject_kind=subject[0])
        if subject[1]:
            found = found.filter(subject_id=subject[1])
    if wanted := [Q(verb__startswith=f"{room}.") for room in rooms]:
        found = found.filter(reduce(or_, wanted))
    if first is not None:
        found = found.filter(at__gte=first)
    if last is not None:
        found = found.filter(at__lt=last)
    return found


def _pages(sql: str, chunk: int) -> Iterator[Sequence[Any]]:
    """All rows of a query that pages by its first column, an ascending key above zero."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [last, chunk])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < chunk:
            return
        last = rows[-1][0]


def _fault(expected: int, previous: bytes, link: Sequence[Any], anchor: str | None) -> Broken | None:
    """What is wrong with one seal, if anything, given the digest before it."""
    position, entry, stored, algorithm = link[0], link[1], bytes(link[2]), link[3]
    if position != expected:
        return Broken(expected, None, f"第{expected}号封印缺失", f"seal {expected} is missing")
    if link[4] is None:
        return Broken(position, entry, f"第{entry}号记录缺失", f"entry {entry} is missing")
    row = Row(*link[4:])
    try:
        computed = rules.link(algorithm, previous, row)
    except UnknownHashError:
        return Broken(position, entry, f"封印所记算法“{algorithm}”不可用", f"its digest {algorithm!r} is unknown here")
    if computed != stored:
        other = next((name for name in _others(algorithm) if rules.link(name, previous, row) == stored), None)
        if other:
            return Broken(
                position, entry, f"封印所记算法{algorithm}有误,实为{other}", f"its digest is {other}, not {algorithm}"
            )
        return Broken(position, entry, f"第{entry}号记录或其封印被改动", f"entry {entry} or its seal was changed")
    if anchor is not None and anchor != stored.hex():
        return Broken(
            position, entry, "与已知锚点的摘要不符", "its digest differs from the one known for this position"
        )
    return None


def _others(algorithm: str) -> Iterator[str]:
    for name in rules.ALGORITHMS:
        if name != algorithm:
            try:
                rules.digest(name)
            except UnknownHashError:
                continue
            yield name


def _cut_off(length: int, known: dict[int, str]) -> Broken | None:
    """An anchor behind the end: the chain was longer once."""
    beyond = min((position for position in known if position > length), default=None)
    if beyond is None:
        return None
    return Broken(
        length + 1,
        None,
        f"链条在第{length}号后被截断:已知曾有第{beyond}号",
        f"the chain was cut off after {length}: seal {beyond} was known once",
    )


def _outside() -> Broken | None:
    """An entry that is neither sealed nor waiting, or a waiting one that is gone."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT e.id FROM history_entry e
            WHERE NOT EXISTS (SELECT FROM history_seal s WHERE s.entry_id = e.id)
              AND NOT EXISTS (SELECT FROM history_pending p WHERE p.entry_id = e.id)
            ORDER BY e.txid, e.id LIMIT 1
        """)
        if lost := cursor.fetchone():
            return Broken(
                None,
                lost[0],
                f"第{lost[0]}号记录既未封印也不在待封队列",
                f"entry {lost[0]} is neither sealed nor waiting",
            )
        cursor.execute("""
            SELECT p.entry_id FROM history_pending p
            WHERE NOT EXISTS (SELECT FROM history_entry e WHERE e.id = p.entry_id) ORDER BY p.entry_id LIMIT 1
        """)
        if gone := cursor.fetchone():
            return Broken(
                None, gone[0], f"待封的第{gone[0]}号记录缺失", f"entry {gone[0]}, waiting to be sealed, is missing"
            )
    return None


def _false_secret(chunk: int) -> Broken | None:
    """The first personal value that is not the one its entry committed to."""
    for _id, entry, name, salt, value, position, algorithm, committed in _pages(_SECRETS, chunk):
        try:
            holds = committed is not None and rules.commitment(algorithm or "", bytes(salt), value) == committed
        except UnknownHashError:
            holds = False
        if not holds:
            return Broken(
                position,
                entry,
                f"第{entry}号记录的个人信息“{name}”与其承诺值不符",
                f"the personal value {name!r} of entry {entry} is not the one committed to",
            )
    return None
