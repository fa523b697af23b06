"""The writers of inboxes.

They leave no row in the history: what a message tells of is there already, and whether someone has read their mail is
theirs alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from bihuan.messages.models import Message
from bihuan.messages.rules import LONGEST, LONGEST_KEY, LONGEST_TOPIC, LONGEST_URL, QUIET, is_snapshot

# Both in one statement: an event that came before changes nothing, and two senders at once meet at the index.
_SEND = """
    WITH fresh AS (
        INSERT INTO messages_arrival (recipient_id, key, at)
        SELECT id, %(key)s, %(at)s FROM org_person WHERE id = ANY(%(to)s) ORDER BY id
        ON CONFLICT DO NOTHING
        RETURNING recipient_id
    )
    INSERT INTO messages_message
        (recipient_id, topic, zh, en, url, urgent, count, born_at, newest_at, show_from, read_at, txid)
    SELECT recipient_id, %(topic)s, %(zh)s, %(en)s, %(url)s, %(urgent)s, 1, %(at)s, %(at)s, %(show)s, NULL,
        pg_current_xact_id() FROM fresh
    ON CONFLICT (recipient_id, topic) WHERE read_at IS NULL DO UPDATE SET
        count = messages_message.count + 1,
        zh = EXCLUDED.zh, en = EXCLUDED.en, url = EXCLUDED.url,
        urgent = messages_message.urgent OR EXCLUDED.urgent,
        newest_at = greatest(messages_message.newest_at, EXCLUDED.newest_at),
        show_from = least(messages_message.show_from, EXCLUDED.show_from),
        txid = EXCLUDED.txid
"""

# What the reader's list showed, and nothing that has taken in more since: `newest_at` is the moment at which a change
# began, so one that took long may bear an earlier moment than the list and yet not be on it. A row with a transaction
# that this server has not given out yet came with a restore. The count is compared again on the row as it then is.
_MARK_ALL = """
    WITH seen AS MATERIALIZED (
        SELECT id, count FROM messages_message
        WHERE recipient_id = %(person)s AND read_at IS NULL AND newest_at <= %(until)s AND show_from <= %(until)s
          AND (%(seen)s = '' OR pg_visible_in_snapshot(txid, nullif(%(seen)s, '')::pg_snapshot)
               OR txid >= pg_snapshot_xmax(pg_current_snapshot()))
    )
    UPDATE messages_message m SET read_at = %(at)s FROM seen
    WHERE m.id = seen.id AND m.count = seen.count AND m.read_at IS NULL
"""


def send(
    *,
    to: Iterable[int],
    topic: str,
    key: str,
    words: tuple[str, str],
    url: str,
    urgent: bool = False,
    by: str,
    at: dt.datetime,
) -> None:
    """Tell people something, in the transaction of the change that it tells of. The same `key` again is harmless.

    Nobody is told of their own act. In the quiet hours it is kept back until the morning, unless it is urgent.

    Args:
        to: keys of people.
        topic: what it is about, such as "submission:12": an unread message on it takes this one in.
        key: of the event, such as "submission:12:returned:3".
        words: Chinese and English.
        url: the path of the page to go to.

    Raises:
        RuntimeError: no transaction is open: a message must not outlive a change that was taken back.
        ValueError: a topic, key or address too long to be kept whole: cut, two of them might become one.
    """
    if len(topic) > LONGEST_TOPIC or len(key) > LONGEST_KEY or len(url) > LONGEST_URL:
        raise ValueError(f"too long for a message: {topic!r}, {key!r}, {url!r}")
    if not connection.in_atomic_block:
        raise RuntimeError("a message is sent in the transaction of what it tells of")
    key_of_doer = by.removeprefix("person:")
    own = int(key_of_doer) if by.startswith("person:") and key_of_doer.isdecimal() else None
    people = sorted(set(to) - {own})  # one order for all senders: no two wait for each other
    if not people:
        return
    local = at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE))
    values: dict[str, Any] = {
        "to": people,
        "topic": topic,
        "key": key,
        "zh": words[0][:LONGEST],
        "en": words[1][:LONGEST],
        "url": url,
        "urgent": urgent,
        "at": at,
        "show": QUIET.show_from(local, urgent=urgent),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEND, values)


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
