"""Reading one's mail. It leaves no row in the history: whether someone has read their mail is theirs alone."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, connection, transaction

from bihuan.messages.models import Message
from bihuan.messages.rules import is_snapshot

# What the reader's list showed, and nothing that has taken in more since: `newest_at` is the moment at which a change
# began, so one that took long may bear an earlier moment than the list and yet not be on it. A row with a transaction
# that this server has not given out yet came with a restore. The count is compared again on the row as it then is.
# Rows are taken in the senders' order.
_MARK_ALL = """
    WITH seen AS MATERIALIZED (
        SELECT id, count FROM messages_message
        WHERE recipient_id = %(person)s AND read_at IS NULL AND newest_at <= %(until)s AND show_from <= %(until)s
          AND (%(seen)s = '' OR pg_visible_in_snapshot(txid, nullif(%(seen)s, '')::pg_snapshot)
               OR txid >= pg_snapshot_xmax(pg_current_snapshot()))
    ), held AS MATERIALIZED (
        SELECT m.id FROM messages_message m JOIN seen ON seen.id = m.id
        WHERE m.count = seen.count AND m.read_at IS NULL
        ORDER BY m.topic COLLATE "C" FOR UPDATE OF m
    )
    UPDATE messages_message m SET read_at = %(at)s FROM held WHERE m.id = held.id
"""


def mark_read(*, message: Message, count: int, at: dt.datetime) -> bool:
    """Mark a message as read, as the reader saw it: one that has taken in more since stays unread. Returns whether it
    is read now."""
    with transaction.atomic():
        Message.objects.filter(pk=message.pk, count=count, read_at=None).update(read_at=at)
        return Message.objects.filter(pk=message.pk, read_at__isnull=False).exists()


def mark_unread(*, message: Message) -> bool:
    """Put a message back among the unread, unless a newer one on its topic is there. Returns whether one is."""
    with transaction.atomic():
        newer = Message.objects.filter(recipient=message.recipient_id, topic=message.topic, read_at=None)
        if newer.exists():
            return True
        try:
            with transaction.atomic():
                return bool(Message.objects.filter(pk=message.pk).update(read_at=None))
        except IntegrityError:  # a newer one came this very moment
            return True


def mark_all_read(*, person: int, until: dt.datetime, seen: str = "", at: dt.datetime) -> int:
    """Mark all that was on the reader's list; returns how many. What came since, or was kept back, stays unread.

    Args:
        until: the moment of the list.
        seen: `queries.snapshot` from before the list was read. Without it a change that began before `until` and ended
            after it counts as seen.

    Raises:
        ValueError: `seen` is no snapshot.
    """
    if seen and not is_snapshot(seen):
        raise ValueError("no snapshot")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MARK_ALL, {"person": person, "until": until, "seen": seen, "at": at})
        return int(cursor.rowcount)
