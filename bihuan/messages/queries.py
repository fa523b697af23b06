"""Reads of inboxes."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import QuerySet

from bihuan.messages.models import Message


def inbox(person: int, *, at: dt.datetime, unread_only: bool = False) -> QuerySet[Message]:
    """What a person has been told by now; what waits for the morning is not there yet."""
    found = Message.objects.filter(recipient=person, show_from__lte=at)
    return found.filter(read_at=None) if unread_only else found


def unread_count(person: int, *, at: dt.datetime) -> int:
    """How many messages a person has not read. One query."""
    return inbox(person, at=at, unread_only=True).count()


def own(person: int, pk: int) -> Message | None:
    """The person's own message of that key, or None."""
    return Message.objects.filter(recipient=person, pk=pk).first()


def snapshot() -> str:
    """What the database has seen by now, for `actions.mark_all_read`: asked for before the messages are listed, it
    tells what was on the list from what was only on its way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (found,) = cursor.fetchone()
    return str(found)
