"""The inbox of the person behind the token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.api.fields import DoneOut, Flag, In, Instant, Key, Listing, Stretch, Version, listed
from bihuan.api.refusals import BadCursor
from bihuan.lib.words import say
from bihuan.messages import actions, queries
from bihuan.messages.rules import is_snapshot
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.messages.models import Message

router = Router()


class MessageOut(BaseModel):
    """What the person is told about one topic."""

    id: int
    topic: str = Field(description="What it is about: submission:12")
    words: str
    url: str = Field(description="The page to go to")
    urgent: bool
    count: int = Field(description="How many events were merged into it")
    newest_at: dt.datetime
    read_at: dt.datetime | None


class MessageListing(Listing[MessageOut]):
    """`until` and `seen`: what to send to mark all as read that had come when this was answered."""

    until: dt.datetime
    seen: str


class ReadIn(In):
    count: Version = Field(description="The `count` that was seen: what has taken in more since stays unread")


class ReadOut(BaseModel):
    read: bool


class ReadAllIn(In):
    """Of the list that was seen; what came later stays unread."""

    until: Instant
    seen: Annotated[str, StringConstraints(max_length=400, pattern=r"^[0-9:,]*$")] = ""


class ReadAllOut(BaseModel):
    read: int = Field(description="How many were marked")


@router.get("/inbox", **operation("messages.list", "收件箱", "Your messages", gives=MessageListing))
def inbox(request: DeskRequest, stretch: Query[Stretch], unread: Flag = False) -> dict[str, Any]:
    """The newest first."""
    now, seen = timezone.now(), queries.snapshot()
    found = queries.inbox(_own(request), at=now, unread_only=unread)
    return {**listed(found, "-newest_at", "-pk", stretch=stretch, out=_messages), "until": now, "seen": seen}


def _messages(rows: list[Message]) -> Iterator[MessageOut]:
    for row in rows:
        yield MessageOut(
            id=row.pk,
            topic=row.topic,
            words=say(row.zh, row.en),
            url=row.url,
            urgent=row.urgent,
            count=row.count,
            newest_at=row.newest_at,
            read_at=row.read_at,
        )


@router.post(
    "/inbox/read", **operation("messages.read_all", "全部标为已读", "Mark all as read", gives=ReadAllOut, writes=True)
)
def read_all(request: DeskRequest, seen: ReadAllIn) -> ReadAllOut:
    """All that had come when a list was answered."""
    if seen.seen and not is_snapshot(seen.seen):
        raise BadCursor
    marked = actions.mark_all_read(person=_own(request), until=seen.until, seen=seen.seen, at=timezone.now())
    return ReadAllOut(read=marked)


@router.post("/inbox/{pk}/read", **operation("messages.read", "标为已读", "Mark as read", gives=ReadOut, writes=True))
def read(request: DeskRequest, pk: Key, seen: ReadIn) -> ReadOut:
    """One message, as it was seen."""
    message = queries.own(_own(request), pk)
    if message is None:
        raise NotThere
    return ReadOut(read=actions.mark_read(message=message, count=seen.count, at=timezone.now()))


@router.post(
    "/inbox/{pk}/unread", **operation("messages.unread", "标为未读", "Mark as unread", gives=DoneOut, writes=True)
)
def put_back(request: DeskRequest, pk: Key) -> DoneOut:
    """To be looked at again."""
    message = queries.own(_own(request), pk)
    if message is None:
        raise NotThere
    actions.mark_unread(message=message)
    return DoneOut()


def _own(request: DeskRequest) -> int:
    if request.reader.person is None:
        raise NotThere
    return request.reader.person.pk
