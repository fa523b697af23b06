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
from django.db import connection, transaction

from bihuan.messages.models import Message
from bihuan.messages.rules import LONGEST, QUIET

# Both in one statement: an event that came before changes nothing, and two senders at once meet at the index.
_SEND = """
    WITH fresh AS (
        INSERT INTO messages_arrival (recipient_id, key, at)
        SELECT person, %(key)s, %(at)s FROM unnest(%(to)s::bigint[]) AS person
        ON CONFLICT DO NOTHING
        RETURNING recipient_id
    )
    INSERT INTO messages_message
        (recipient_id, topic, zh, en, url, urgent, count, born_at, newest_at, show_from, read_at)
    SELECT recipient_id, %(topic)s, %(zh)s, %(en)s, %(url)s, %(urgent)s, 1, %(at)s, %(at)s, %(show)s, NULL FROM fresh
    ON CONFLICT (recipient_id, topic) WHERE read_at IS NULL DO UPDATE SET
        count = messages_message.count + 1,
        zh = EXCLUDED.zh, en = EXCLUDED.en, url = EXCLUDED.url,
        urgent = messages_message.urgent OR EXCLUDED.urgent,
        newest_at = greatest(messages_message.newest_at, EXCLUDED.newest_at),
        show_from = least(messages_message.show_from, EXCLUDED.show_from)
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
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message is sent in the transaction of what it tells of")
    own = int(by.removeprefix("person:")) if by.startswith("person:") else None
    people = sorted(set(to) - {own})  # one order for all senders: no two wait for each other
    if not people:
        return
    local = at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE))
    values: dict[str, Any] = {
        "to": people,
        "topic": topic[:100],
        "key": key[:120],
        "zh": words[0][:LONGEST],
        "en": words[1][:LONGEST],
        "url": url[:200],
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


def mark_all_read(*, person: int, until: dt.datetime, at: dt.datetime) -> int:
    """Mark all that had come by `until`, the moment of the page that the reader saw; returns how many."""
    with transaction.atomic():
        seen = Message.objects.filter(recipient=person, read_at=None, newest_at__lte=until, show_from__lte=until)
        return seen.update(read_at=at)
