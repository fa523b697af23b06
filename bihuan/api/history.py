"""Who did what, when; and whether the chain still holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from django.core import signing
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import ActorOut, In, Instant, Line, Listing, Stretch, actors, listed
from bihuan.api.refusals import BadStand
from bihuan.history import queries
from bihuan.lib.words import say
from bihuan.org.gate import DeskRequest
from bihuan.web.access import SEE_HISTORY, history_without
from bihuan.web.telling import told
from bihuan.web.walking import walk

if TYPE_CHECKING:
    from bihuan.history.models import Entry
    from bihuan.org.access import Reader

router = Router()


class EntryOut(BaseModel):
    """One change, as it stands in the chain."""

    id: int
    at: dt.datetime
    by: ActorOut | None
    verb: str = Field(description="What was done: documents.checked")
    words: str = Field(description="The same for people")
    kind: str = Field(description="Of the thing it was done to: document, submission, unit, …")
    thing: str = Field(description="The id of the thing")
    values: dict[str, Any] = Field(description="What changed")
    position: int | None = Field(description="Its place in the chain; null while it is not sealed")


class EntryListing(Listing[EntryOut]):
    pass


class Filter(Stretch):
    """What the history is narrowed down by."""

    by: Line = Field(default="", description="The identity of who did it: person:17")
    kind: Line = ""
    thing: Line = Field(default="", description="With `kind`: the id of the thing")
    first: Instant | SkipJsonSchema[None] = Field(default=None, description="From this moment on")
    last: Instant | SkipJsonSchema[None] = Field(default=None, description="Before this moment")


class WalkIn(In):
    stand: Annotated[str, StringConstraints(max_length=400, pattern=r"^[A-Za-z0-9_:\-]*$")] = Field(
        default="", description="`stand` of the part before; empty: from the beginning"
    )


class BrokenOut(BaseModel):
    """Where the chain fails first."""

    position: int | None
    entry: int | None
    message: str


class WalkOut(BaseModel):
    """How far the walk has come: every digest up to `length` was computed again from the rows."""

    length: int
    digest: str
    total: int = Field(description="The length of the chain")
    broken: BrokenOut | None
    changed: int | None = Field(description="The first figure that was changed past the history; looked at at the end")
    stand: str | None = Field(description="To go on with; null: this was the end")


@router.get(
    "/history",
    **operation("history.list", "历史记录", "Who did what, when", gives=EntryListing, needs=(SEE_HISTORY,)),
)
def history(request: DeskRequest, wish: Query[Filter]) -> dict[str, Any]:
    """The newest first."""
    found = queries.feed(
        by=[wish.by] if wish.by else None,
        subject=(wish.kind, wish.thing) if wish.kind else None,
        first=wish.first,
        last=wish.last,
        without=history_without(request.reader),
    )
    return listed(found, "-id", stretch=wish, out=partial(_entries, request.reader))


def _entries(reader: Reader, rows: list[Entry]) -> Iterator[EntryOut]:
    names = actors(row.by for row in rows)
    for item in told(rows, reader):
        row = item.entry
        seal = getattr(row, "seal", None)
        yield EntryOut(
            id=row.pk,
            at=row.at,
            by=names[row.by],
            verb=row.verb,
            words=item.moment.words,
            kind=row.subject_kind,
            thing=row.subject_id,
            values=row.values,
            position=seal.position if seal else None,
        )


@router.post(
    "/history/verify",
    **operation("history.verify", "核验历史链", "Walk the chain", gives=WalkOut, needs=(SEE_HISTORY,), writes=True),
)
def verify(request: DeskRequest, wish: WalkIn) -> WalkOut:
    """One part of the walk; ask again with `stand` until it is null. Where it stands travels with it, signed."""
    history_without(request.reader)
    try:
        part = walk(wish.stand)
    except signing.BadSignature as error:
        raise BadStand from error
    broken = part.broken
    return WalkOut(
        length=part.length,
        digest=part.digest,
        total=part.total,
        broken=BrokenOut(position=broken.position, entry=broken.entry, message=say(broken.zh, broken.en))
        if broken
        else None,
        changed=part.changed.figure if part.changed else None,
        stand=part.stand or None,
    )
