"""The writers of the log: record a change, seal what is settled, erase what is personal."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bihuan.history import queries, rules
from bihuan.history.models import Entry, Pending, Seal, Secret
from bihuan.history.prepared import prepared

# For a room that records thousands of changes in the one statement that makes them: a SELECT of these columns follows.
INSERT_ENTRIES = 'INSERT INTO history_entry (at, by, verb, subject_kind, subject_id, "values", commitments)'
_RECORD = f"""{INSERT_ENTRIES}
    SELECT %(at)s, %(by)s, x.v, x.k, x.s, x."values", x.c
    FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS (v text, k text, s text, "values" jsonb, c jsonb))
        WITH ORDINALITY AS x (v, k, s, "values", c, n) ORDER BY n RETURNING id
"""
BATCH = 1000  # rows in memory at a time
SEALED_AT_ONCE = 10_000  # the same for the sealer, who sorts all that waits for each of them


class NoTransactionError(Exception):
    """A history row was to be written apart from its change."""

    def __init__(self) -> None:
        super().__init__(
            "历史记录必须与所记的变更在同一事务中写入 / "
            "a history row is written in the transaction of the change it tells of: open one with transaction.atomic()"
        )


def record(
    *,
    verb: str,
    subject: tuple[str, str],
    by: str,
    at: dt.datetime,
    values: Mapping[str, Any],
    personal: Mapping[str, Any] | None = None,
) -> Entry:
    """Write one change into the log, inside the transaction that makes the change.

    Args:
        verb: what was done, "room.past_participle".
        subject: kind and id of what it was done to.
        by: who: "person:17 马某", "system:demo".
        at: when, aware.
        values: what changed, old and new values; JSON without floats (numbers that matter are text).
        personal: values about a natural person: the entry keeps a commitment only, and `erase` can forget them.

    Raises:
        NoTransactionError: no transaction is open.
        ValueError: `at` has no zone, `by` or `verb` is empty.
        TypeError: a value without an exact JSON form.
    """
    return record_many([Change(verb, subject, values, personal or {})], by=by, at=at)[0]


@dataclass(frozen=True, slots=True)
class Change:
    """One of many changes that are recorded together; the fields are `record`'s."""

    verb: str
    subject: tuple[str, str]
    values: Mapping[str, Any]
    personal: Mapping[str, Any] = field(default_factory=dict)


def record_many(changes: Iterable[Change], *, by: str, at: dt.datetime) -> list[Entry]:
    """Write many changes of one transaction, each as an entry of its own, in their order. Raises as `record` does."""
    if not connection.in_atomic_block:
        raise NoTransactionError
    check_telling(by=by, at=at)
    entries: list[Entry] = []
    secrets: list[Secret] = []
    for change in changes:
        if not change.verb:
            raise ValueError("a history row needs a verb")
        kept = {name: rules.commit(settings.HISTORY_HASH, value) for name, value in change.personal.items()}
        entry = Entry(
            at=at,
            by=by,
            verb=change.verb,
            subject_kind=change.subject[0],
            subject_id=str(change.subject[1]),
            values=dict(change.values),
            commitments={name: item.commitment for name, item in kept.items()},
        )
        entries.append(entry)
        secrets += [Secret(entry=entry, name=name, salt=item.salt, value=item.value) for name, item in kept.items()]
    for first in range(0, len(entries), BATCH):
        _insert(entries[first : first + BATCH], by=by, at=at)
    for secret in secrets:
        secret.entry_id = secret.entry.pk  # known only now
    if secrets:
        Secret.objects.bulk_create(secrets, batch_size=BATCH)
    return entries


def _insert(entries: list[Entry], *, by: str, at: dt.datetime) -> None:
    rows = [
        {"v": item.verb, "k": item.subject_kind, "s": item.subject_id, "values": item.values, "c": item.commitments}
        for item in entries
    ]
    found = prepared(_RECORD, {"rows": rules.canonical(rows).decode(), "by": by, "at": at})
    for entry, (key,) in zip(entries, found, strict=True):
        entry.pk = key
        entry._state.adding, entry._state.db = False, connection.alias


def check_telling(*, by: str, at: dt.datetime) -> None:
    """Raises ValueError where a history row could not say who did it or when."""
    if at.tzinfo is None or not by:
        raise ValueError("a history row needs an aware time and a doer")


def seal(*, at: dt.datetime, limit: int | None = None) -> int:
    """Link settled entries to the chain, in one transaction of its own; returns how many.

    An entry is settled when no open transaction can still come before it (see `queries.sealable`). What is not
    settled stays for the next call. A second sealer waits for the first; writers never wait.

    Raises:
        bihuan.history.rules.UnknownHashError: the digest that the settings name is not to be had.
        RuntimeError: called inside a transaction.
    """
    algorithm: str = settings.HISTORY_HASH
    done = 0
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            # Each statement must see what is committed when it starts: the snapshot decides what is settled, and the
            # head must be read after the lock was got.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [rules.SEAL_LOCK])
            # A pending row beside a seal is left over from a restore; it says nothing.
            cursor.execute("DELETE FROM history_pending p USING history_seal s WHERE s.entry_id = p.entry_id")
        position, previous = queries.last_seal()
        while limit is None or done < limit:
            rows = queries.sealable(SEALED_AT_ONCE if limit is None else min(SEALED_AT_ONCE, limit - done))
            if not rows:
                break
            seals = []
            for row in rows:
                position += 1
                previous = rules.link(algorithm, previous, row)
                seals.append(
                    Seal(position=position, entry_id=row.id, digest=previous, algorithm=algorithm, sealed_at=at)
                )
            Seal.objects.bulk_create(seals, batch_size=BATCH)
            Pending.objects.filter(entry__in=[row.id for row in rows]).delete()
            done += len(rows)
    return done


def erase(
    *,
    by: str,
    at: dt.datetime,
    reason: str,
    entry: Entry | None = None,
    subject: tuple[str, str] | None = None,
) -> int:
    """Forget the personal values of one entry, or of all entries about a subject; returns how many values.

    Value and salt are deleted; the commitments stay and tell nothing without them. That it was done, and why, is an
    entry itself. Copies in backups and in the server's write-ahead log last as long as those are kept.

    Raises:
        ValueError: neither or both of `entry` and `subject`.
    """
    if (entry is None) == (subject is None):
        raise ValueError("erase one entry's values, or one subject's")
    with transaction.atomic():
        secrets = Secret.objects.select_for_update()
        if entry is not None:
            secrets = secrets.filter(entry=entry)
            subject = (entry.subject_kind, entry.subject_id)
        else:
            assert subject is not None
            secrets = secrets.filter(entry__subject_kind=subject[0], entry__subject_id=subject[1])
        found: dict[str, list[str]] = defaultdict(list)
        for secret in secrets.select_for_update(of=("self",)).order_by("id"):
            found[str(secret.entry_id)].append(secret.name)
        count = sum(map(len, found.values()))
        if count:
            Secret.objects.filter(entry__in=[int(key) for key in found]).delete()
            record(
                verb="history.erased",
                subject=subject,
                by=by,
                at=at,
                values={"entries": dict(found), "reason": reason},
            )
    return count
