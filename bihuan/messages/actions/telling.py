"""Telling people. It leaves no row in the history: what a message tells of is there already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from bihuan.lib.punctuation import nested
from bihuan.messages import queries
from bihuan.messages.rules import LONGEST, Telling

# All in one statement: an event that came before changes nothing, and two senders at once meet at the indexes. Rows are
# taken in one order by all: those of the events, then those of the inboxes, then those that wait for people's channels.
# People and channels are looked up one by one, and OFFSET 0 keeps the planner from turning that round: just after many
# came in, its statistics know of none, and it would compare each telling with each.
_SEND = """
    WITH given AS MATERIALIZED (
        SELECT DISTINCT ON (t.recipient, t.key COLLATE "C") t.*
        FROM unnest(%(to)s::bigint[], %(topics)s::text[], %(keys)s::text[], %(zh)s::text[], %(en)s::text[],
                %(urls)s::text[], %(urgent)s::boolean[], %(counts)s::integer[])
            WITH ORDINALITY AS t (recipient, topic, key, zh, en, url, urgent, count, number)
        CROSS JOIN LATERAL (SELECT FROM org_person WHERE id = t.recipient OFFSET 0) person
        ORDER BY t.recipient, t.key COLLATE "C", t.number
    ), fresh AS (
        INSERT INTO messages_arrival (recipient_id, key, at)
        SELECT recipient, key, %(at)s FROM given ORDER BY recipient, key COLLATE "C"
        ON CONFLICT DO NOTHING
        RETURNING recipient_id, key
    ), merged AS (
        SELECT recipient, topic, max(number) AS newest, sum(count) AS count, bool_or(urgent) AS urgent
        FROM given JOIN fresh ON fresh.recipient_id = given.recipient AND fresh.key = given.key
        GROUP BY recipient, topic
    ), landed AS (
        INSERT INTO messages_message
            (recipient_id, topic, zh, en, url, urgent, count, born_at, newest_at, show_from, read_at, txid)
        SELECT merged.recipient, merged.topic, zh, en, url, merged.urgent, merged.count, %(at)s, %(at)s,
            CASE WHEN merged.urgent THEN %(at)s ELSE %(show)s END, NULL, pg_current_xact_id()
        FROM merged JOIN given ON given.number = merged.newest
        ORDER BY merged.recipient, merged.topic COLLATE "C"
        ON CONFLICT (recipient_id, topic) WHERE read_at IS NULL DO UPDATE SET
            count = messages_message.count + EXCLUDED.count,
            zh = EXCLUDED.zh, en = EXCLUDED.en, url = EXCLUDED.url,
            urgent = messages_message.urgent OR EXCLUDED.urgent,
            newest_at = greatest(messages_message.newest_at, EXCLUDED.newest_at),
            show_from = least(messages_message.show_from, EXCLUDED.show_from),
            txid = EXCLUDED.txid
        RETURNING id, recipient_id, topic
    )
    INSERT INTO messages_outgoing
        (channel_id, message_id, purpose, topic, urgent, count, state, attempts, repeat, born_at, next_try_at)
    SELECT channel.id, landed.id, 'message', landed.topic, merged.urgent, 0, 'waiting', 0, FALSE, %(at)s,
        CASE WHEN merged.urgent THEN %(at)s ELSE %(show)s END
    FROM merged
    JOIN landed ON landed.recipient_id = merged.recipient AND landed.topic = merged.topic
    CROSS JOIN LATERAL (
        SELECT id FROM messages_channel
        WHERE person_id = merged.recipient
            AND ended_at IS NULL AND paused_at IS NULL AND (scope = 'all' OR merged.urgent)
            AND NOT EXISTS (SELECT FROM org_account WHERE person_id = merged.recipient AND closed_at IS NOT NULL)
        OFFSET 0
    ) channel
    ORDER BY merged.recipient, merged.topic COLLATE "C", channel.id
    ON CONFLICT (channel_id, purpose, topic) WHERE state = 'waiting' DO UPDATE SET
        message_id = EXCLUDED.message_id,
        urgent = messages_outgoing.urgent OR EXCLUDED.urgent,
        next_try_at = CASE WHEN messages_outgoing.attempts = 0
            THEN least(messages_outgoing.next_try_at, EXCLUDED.next_try_at) ELSE messages_outgoing.next_try_at END
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
    """Tell several people one thing: `send_many` of a `Telling` for each of them, whose fields the arguments are.

    Raises what `send_many` raises.
    """
    send_many([Telling(person, topic, key, words, url, urgent) for person in set(to)], by=by, at=at)


def send_many(tellings: Sequence[Telling], *, by: str, at: dt.datetime) -> None:
    """Tell people many things at once, in the transaction of the change that they tell of.

    A key that reached its recipient before is harmless, here and in earlier calls: the first one counts. What is on one
    topic is merged; the last one's words stand. Nobody is told of their own act. In the quiet hours a message is kept
    back until the morning, unless it is urgent. Where a recipient has channels, it waits for those in the same
    statement; `actions.begin` takes it from there. Two statements, whatever the number.

    Any two callers take their rows in the same order, by recipient and then by event and topic, so one call waits for
    another and never both for each other. A transaction that calls more than once gives that up between its calls: two
    such that tell the same people of the same topics in opposite order may meet, and the database ends one of them
    (nothing of it stays). So gather the tellings and send them once, after the rows of the things themselves are held:
    whoever holds the thing that a topic names meets nobody.

    Raises:
        RuntimeError: no transaction is open: a message must not outlive a change that was taken back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message is sent in the transaction of what it tells of")
    key_of_doer = by.removeprefix("person:")
    own = int(key_of_doer) if by.startswith("person:") and key_of_doer.isdecimal() else None
    told = [telling for telling in tellings if telling.to != own]
    if not told:
        return
    local = at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE))
    values: dict[str, Any] = {
        "to": [telling.to for telling in told],
        "topics": [telling.topic for telling in told],
        "keys": [telling.key for telling in told],
        "zh": [nested(telling.words[0])[:LONGEST] for telling in told],
        "en": [telling.words[1][:LONGEST] for telling in told],
        "urls": [telling.url for telling in told],
        "urgent": [telling.urgent for telling in told],
        "counts": [telling.count for telling in told],
        "at": at,
        "show": queries.quiet_hours(on=local.date()).show_from(local),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEND, values)
