"""Closed periods: which there are, what was corrected under errata, closing, correcting a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.api.fields import ActorOut, Day, In, Key, Line, Listing, NamedOut, SeenIn, Stretch, actors, listed, named
from bihuan.campaigns import access, actions, queries
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.campaigns.queries import RecordLine
    from bihuan.figures.models import Closing, Revision

router = Router()
_SEES, _CLOSES, _CORRECTS = (access.SEE_CAMPAIGN,), (access.CLOSE_PERIOD,), (access.CORRECT_CLOSED,)
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class ClosingOut(BaseModel):
    """Days of a region and all below it whose records change by errata alone."""

    id: int
    region: NamedOut
    first: dt.date
    last: dt.date
    by: ActorOut | None
    at: dt.datetime
    errata: int = Field(description="How many errata there are")
    model: bool = Field(description="Model data, not real ones")


class ClosedRecordOut(BaseModel):
    """A record that stands in a closed period."""

    figure: int
    version: int
    name: str
    where: str = Field(description="Place and days")
    source: str = Field(description="What it was counted at, and who filed it")
    printed: str


class ErratumChangeOut(BaseModel):
    """One figure before and after an erratum; "" where there was none, or is none any more."""

    figure: int
    name: str
    where: str
    before: str
    after: str


class ErratumOut(BaseModel):
    id: int
    reason: str
    by: ActorOut | None
    at: dt.datetime
    changes: list[ErratumChangeOut]
    elsewhere: int = Field(description="Changes in regions that are not yours")


class ClosingWholeOut(ClosingOut):
    """With its errata, the newest first."""

    chain: list[ErratumOut]


class CloseCampaignIn(In):
    """Which days of which campaign, both included."""

    campaign: Key
    first: Day
    last: Day


class CorrectClosedIn(SeenIn):
    """What a record should say. `value`: as people write it, 4862份; "" withdraws it."""

    figure: Key
    value: Annotated[Line, Field(max_length=60)]
    reason: Reason


Closings, ClosedRecords = Listing[ClosingOut], Listing[ClosedRecordOut]


def _rows(rows: list[Closing]) -> Iterator[ClosingOut]:
    people = actors(row.entry.by for row in rows)
    return (
        ClosingOut(
            id=line.closing.pk,
            region=named(line.closing.region),
            first=line.closing.first,
            last=line.closing.last,
            by=people[line.closing.entry.by],
            at=line.at,
            errata=line.errata,
            model=bool(line.closing.book),
        )
        for line in queries.closing_lines(rows)
    )


def _whole(request: DeskRequest, row: Closing) -> ClosingWholeOut:
    chain = queries.errata_of(row, partial(access.visible_regions, request.reader))
    people = actors(line.erratum.entry.by for line in chain)
    errata = [
        ErratumOut(
            id=line.erratum.pk,
            reason=line.erratum.reason,
            by=people[line.erratum.entry.by],
            at=line.at,
            elsewhere=line.hidden,
            changes=[
                ErratumChangeOut(
                    figure=change.record.revision.figure_id,
                    name=change.record.name,
                    where=change.record.where,
                    before=change.before,
                    after=change.after,
                )
                for change in line.changes
            ],
        )
        for line in chain
    ]
    return ClosingWholeOut(**next(_rows([row])).model_dump(), chain=errata)


def _record(line: RecordLine) -> ClosedRecordOut:
    row: Revision = line.revision
    return ClosedRecordOut(
        figure=row.figure_id,
        version=row.version,
        name=line.name,
        where=line.where,
        source=line.source,
        printed=line.printed,
    )


def _said(name: str, zh: str, en: str, gives: Any, needs: Any = _SEES, *, writes: bool = False) -> dict[str, Any]:
    return operation(f"closings.{name}", zh, en, gives=gives, needs=needs, writes=writes)


@router.get("/closings", **_said("list", "关账的时段", "Closed periods", Closings))
def closings(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """Those that concern you, the newest period first."""
    return listed(access.closings(request.reader), "-last", "-pk", stretch=stretch, out=_rows)


@router.get("/closings/{pk}", **_said("get", "一个关账时段", "A closed period", ClosingWholeOut))
def closing(request: DeskRequest, pk: Key) -> ClosingWholeOut:
    """With every erratum and what it changed, as far as you see it."""
    return _whole(request, access.closing(request.reader, pk))


@router.get(
    "/closings/{pk}/records",
    **_said("records", "关账时段的记录", "The records of a closed period", ClosedRecords, _CORRECTS),
)
def records(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """As they stand now; for the office that may correct them."""
    row = access.closing_to_correct(request.reader, pk)
    return listed(
        queries.records_of(row),
        "-period_end",
        "-pk",
        stretch=stretch,
        out=lambda rows: map(_record, queries.record_lines(rows)),
    )


@router.post("/closings", **_said("close", "关账", "Close a period", ClosingWholeOut, _CLOSES, writes=True))
def close(request: DeskRequest, wish: CloseCampaignIn) -> ClosingWholeOut:
    """Its records change from now on by errata alone. The same again gives the closing that there is."""
    campaign = access.campaign_to(request.reader, access.CLOSE_PERIOD, wish.campaign)
    made = actions.close_campaign_period(
        campaign=campaign, period=(wish.first, wish.last), by=request.reader.by, at=timezone.now()
    )
    return _whole(request, access.closing(request.reader, made.pk))


@router.post(
    "/closings/{pk}/corrections",
    **_said("correct", "凭勘误更正", "Correct under an erratum", ClosingWholeOut, _CORRECTS, writes=True),
)
def correct(request: DeskRequest, pk: Key, wish: CorrectClosedIn) -> ClosingWholeOut:
    """The erratum and the correction of one record, in one transaction."""
    row = access.closing_to_correct(request.reader, pk)
    record = queries.record_of(row, wish.figure)
    if record is None:
        raise NotThere
    actions.correct_closed(
        closing=row,
        figure=record.revision.figure,
        expected_version=wish.expected_version,
        value=wish.value,
        reason=wish.reason,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _whole(request, row)
