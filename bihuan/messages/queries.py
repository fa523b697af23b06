"""Reads of inboxes, channels, what went out, and the hours of quiet."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.messages.models import Channel, Gateway, Message, Outgoing, QuietChange
from bihuan.messages.rules import QUIET, QuietHours
from bihuan.messages.sending import State


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


# -- quiet hours and the way out ---------------------------------------------------------------------------------------


def quiet_hours(*, on: dt.date) -> QuietHours:
    """The quiet hours of a day: what was set for it, or the default. One query."""
    row = QuietChange.objects.filter(valid_from__lte=on).order_by("-valid_from", "-id").values_list("begin", "end")
    found = row.first()
    return QuietHours(*found) if found else QUIET


def quiet_changes() -> QuerySet[QuietChange]:
    """How the quiet hours were set, the newest day first."""
    return QuietChange.objects.order_by("-valid_from", "-id")


def gateway() -> Gateway:
    """How messages leave the installation; an unsaved row of defaults as long as nobody has set it up."""
    return Gateway.objects.first() or Gateway(version=0)


# -- channels ----------------------------------------------------------------------------------------------------------


def channels(person: int) -> QuerySet[Channel]:
    """A person's channels, the oldest first."""
    return Channel.objects.filter(person=person, ended_at=None).order_by("pk")


def own_channel(person: int, pk: int) -> Channel | None:
    """The person's own channel of that key, or None."""
    return channels(person).filter(pk=pk).first()


def outgoing(person: int | None = None) -> QuerySet[Outgoing]:
    """What went out to a person, or to all, with its channel and attempts."""
    found = Outgoing.objects.select_related("channel", "channel__person", "message").prefetch_related("tries")
    return found if person is None else found.filter(channel__person=person)


def outgoing_in_trouble() -> QuerySet[Outgoing]:
    """What was given up, or waits for another try."""
    return outgoing().filter(Q(state=State.GIVEN_UP) | Q(state=State.WAITING, attempts__gt=0))
