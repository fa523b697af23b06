"""The channels of the person behind the token, and what went out by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from bihuan.api.answers import operation
from bihuan.api.fields import Listing, Stretch, listed
from bihuan.lib.words import say
from bihuan.messages import queries
from bihuan.messages.access import own
from bihuan.messages.sending import Kind, Outcome, Purpose, Scope, State
from bihuan.messages.sent import sent
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.messages.models import Attempt, Outgoing

router = Router()


def _one_of(words: type[StrEnum], **more: Any) -> Any:
    """A field with one of these words, said in place: other rooms have enumerations of the same names."""
    return Field(json_schema_extra={"enum": [word.value for word in words]}, **more)


class ChannelOut(BaseModel):
    """A way to reach the person outside."""

    id: int
    kind: str = _one_of(Kind)
    name: str
    address: str = Field(description="Masked")
    scope: str = _one_of(Scope)
    added_at: dt.datetime
    paused_at: dt.datetime | None


class ChannelsOut(BaseModel):
    items: list[ChannelOut]


class OutgoingAttemptOut(BaseModel):
    """One attempt to send."""

    number: int
    begun_at: dt.datetime
    ended_at: dt.datetime
    outcome: str = _one_of(Outcome)
    answer: str = Field(description="What the other side said, shortened")
    repeat: bool = Field(description="It said that it may be a repeat")


class OutgoingOut(BaseModel):
    """What goes to one channel about one topic."""

    id: int
    channel: int
    purpose: str = _one_of(Purpose)
    topic: str
    words: str
    urgent: bool
    state: str = _one_of(State)
    born_at: dt.datetime
    next_try_at: dt.datetime | None = Field(description="Where it waits")
    attempts: list[OutgoingAttemptOut]


class OutgoingListing(Listing[OutgoingOut]):
    """The newest first."""


@router.get("/channels", **operation("messages.channels", "我的渠道", "Your channels", gives=ChannelsOut))
def channels(request: DeskRequest) -> ChannelsOut:
    """The oldest first. They are added and changed on their page."""
    return ChannelsOut(
        items=[
            ChannelOut(
                id=row.pk,
                kind=row.kind,
                name=row.name,
                address=row.shown,
                scope=row.scope,
                added_at=row.added_at,
                paused_at=row.paused_at,
            )
            for row in queries.channels(own(request.reader))
        ]
    )


@router.get("/outgoing", **operation("messages.outgoing", "发送记录", "What went out to you", gives=OutgoingListing))
def outgoing(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first, with every attempt."""
    return listed(queries.outgoing(own(request.reader)), "-pk", stretch=stretch, out=_outgoing)


def _outgoing(rows: list[Outgoing]) -> Iterator[OutgoingOut]:
    for row in rows:
        told = sent(row)
        yield OutgoingOut(
            id=row.pk,
            channel=row.channel_id,
            purpose=row.purpose,
            topic=row.topic,
            words=say(told.zh, told.en),
            urgent=row.urgent,
            state=row.state,
            born_at=row.born_at,
            next_try_at=row.next_try_at if told.waits else None,
            attempts=[_attempt(item) for item in sorted(row.tries.all(), key=lambda item: item.number)],
        )


def _attempt(item: Attempt) -> OutgoingAttemptOut:
    return OutgoingAttemptOut(
        number=item.number,
        begun_at=item.begun_at,
        ended_at=item.ended_at,
        outcome=item.outcome,
        answer=item.answer,
        repeat=item.repeat,
    )
