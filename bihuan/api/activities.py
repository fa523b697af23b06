"""What was done: kinds, records with their sentence and figures; report, correct, withdraw."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.activities import access, actions, queries
from bihuan.activities.actions import Said, Taking
from bihuan.activities.rules import Mode, Part
from bihuan.activities.wording import place, sentence
from bihuan.api.answers import operation
from bihuan.api.fields import (
    Count,
    Day,
    In,
    Key,
    Line,
    Listing,
    NamedOut,
    RangeOut,
    SeenIn,
    Stretch,
    Text,
    listed,
    named,
    range_out,
)
from bihuan.campaigns.access import closing_to_correct
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.activities.models import Activity, ActivityUnit
    from bihuan.activities.queries import Standing
    from bihuan.figures.models import Erratum

router = Router()
_SEES, _FILES, _CORRECTS = (access.SEE_ACTIVITY,), (access.FILE,), (access.CORRECT,)
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
Asked_ = Annotated[str, StringConstraints(pattern=r"^[a-z_+]{1,60}:[^\x00-\x1f:]{0,20}$")]


class ActivityFigureOut(BaseModel):
    """A figure that stands on a record."""

    measures: list[str]
    classifier: str
    name: str
    printed: str
    value: RangeOut
    itself: bool = Field(description="The count of the event, which follows from its kind")


class TookPartOut(BaseModel):
    """A unit that took part, in the order of credit; `id` is null for one that the directory does not know."""

    id: int | None
    name: str
    part: Literal["host", "joint", "assist"]


class ActivityOut(BaseModel):
    """A record of what was done."""

    id: int
    key: str
    title: str
    kind: str
    region: NamedOut
    place: str
    first: dt.date
    last: dt.date
    unit: NamedOut
    state: Literal["filed", "withdrawn"]
    version: int
    model: bool = Field(description="Model data, not real ones")
    figures: list[ActivityFigureOut]


class WholeActivityOut(ActivityOut):
    """All of it, with the sentence that it makes in a summary."""

    sentence: str
    mode: Literal["on_site", "online", "video", "both"]
    units: list[TookPartOut]
    audiences: list[str]
    subjects: list[str]
    not_applicable: list[str]
    campaign: int | None


class ActivityListing(Listing[ActivityOut]):
    pass


class ActivityQuery(Stretch):
    kind: Code | SkipJsonSchema[None] = None
    first: Day | SkipJsonSchema[None] = None
    last: Day | SkipJsonSchema[None] = None


class TookPartIn(In):
    """By the directory or by words, one of the two."""

    part: Literal["host", "joint", "assist"]
    unit: Key | None = None
    words: Annotated[Line, Field(max_length=100)] = ""


class SaidIn(In):
    """What was done. The unit that reports is the first host, unless `units` names it otherwise."""

    kind: Code
    unit: Key
    region: Key
    first: Day
    last: Day | None = None
    title: Annotated[Line, Field(max_length=100)] = ""
    mode: Literal["on_site", "online", "video", "both"] = "on_site"
    place: Annotated[Line, Field(max_length=100)] = ""
    who: Line = ""
    expected_attendance: Count | None = None
    audiences: Annotated[list[Code], Field(max_length=50)] = []
    subjects: Annotated[list[Code], Field(max_length=50)] = []
    units: Annotated[list[TookPartIn], Field(max_length=60)] = []
    numbers: dict[Asked_, Annotated[Line, Field(max_length=40)]] = Field(
        default={},
        max_length=40,
        description="{“participants:人”: “2000余”}: as papers write it; blank: not known",
        json_schema_extra={"additionalProperties": False},  # a pattern alone leaves other keys open
    )
    words: Annotated[Text, Field(max_length=2000)] = ""


class UnderIn(In):
    """An erratum, where the period is closed: its office alone."""

    closing: Key
    reason: Line


class FileIn(SaidIn):
    erratum: UnderIn | None = None
    key: uuid.UUID = Field(description="Yours: what is sent again under it is not filed again")


class CorrectIn(SaidIn, SeenIn):
    reason: Line = ""
    erratum: UnderIn | None = None


class WithdrawIn(SeenIn):
    reason: Line
    erratum: UnderIn | None = None


def _said(name: str, zh: str, en: str, gives: Any, needs: Any = _SEES, *, writes: bool = False) -> dict[str, Any]:
    return operation(f"activities.{name}", zh, en, gives=gives, needs=needs, writes=writes)


@router.get("/activities", **_said("list", "活动记录", "What was done", ActivityListing))
def activities(request: DeskRequest, stretch: Query[ActivityQuery]) -> dict[str, Any]:
    """What you see of it, the newest first; withdrawn records left out."""
    found = queries.narrowed(
        access.seen(request.reader), kind=stretch.kind or "", first=stretch.first, last=stretch.last
    )
    return listed(queries.listed(found), "-end_on", "-pk", stretch=stretch, out=_rows)


def _rows(rows: list[Activity]) -> Iterator[ActivityOut]:
    standing = queries.standing_on(rows)
    return (ActivityOut(**_row(row, standing[row.pk])) for row in rows)


def _row(row: Activity, standing: list[Standing]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "key": str(row.key),
        "title": row.title,
        "kind": row.kind.code,
        "region": named(row.region),
        "place": place(row),
        "first": row.start_on,
        "last": row.end_on,
        "unit": named(row.unit),
        "state": row.state,
        "version": row.version,
        "model": bool(row.book),
        "figures": [
            ActivityFigureOut(
                measures=item.revision.measures,
                classifier=item.revision.classifier,
                name=item.name,
                printed=item.revision.printed,
                value=range_out(item.revision.value),
                itself=item.row.itself,
            )
            for item in standing
        ],
    }


def _whole(row: Activity) -> WholeActivityOut:
    units, standing = queries.units_of([row])[row.pk], queries.standing(row)
    return WholeActivityOut.model_validate(
        {
            **_row(row, standing),
            "sentence": sentence(row, units, standing),
            "mode": row.mode,
            "units": [_took_part(item) for item in units],
            "audiences": row.audiences,
            "subjects": row.subjects,
            "not_applicable": row.not_applicable,
            "campaign": row.campaign_id,
        }
    )


def _took_part(item: ActivityUnit) -> TookPartOut:
    name = item.unit.name if item.unit else item.words
    return TookPartOut.model_validate({"id": item.unit_id, "name": name, "part": item.part})


@router.get("/activities/{pk}", **_said("get", "一条活动记录", "One record of what was done", WholeActivityOut))
def activity(request: DeskRequest, pk: Key) -> WholeActivityOut:
    """One record: its sentence, units and figures."""
    return _whole(access.activity(request.reader, pk))


@router.post(
    "/activities", **_said("file", "报我们做了什么", "Report what was done", WholeActivityOut, _FILES, writes=True)
)
def file_activity(request: DeskRequest, body: FileIn) -> WholeActivityOut:
    """Its figures count at once. The same key again gives the record that is there."""
    reader = request.reader
    unit = access.the_unit(reader, body.unit)
    said = _understood(request, body, unit)
    done = _written(
        request,
        body.erratum,
        lambda erratum: actions.file_activity(
            said=said, key=body.key, erratum=erratum, by=reader.by, at=timezone.now()
        ),
    )
    return _whole(access.activity(reader, done.pk))


@router.put(
    "/activities/{pk}",
    **_said("correct", "更正活动记录", "Correct a record", WholeActivityOut, _CORRECTS, writes=True),
)
def correct(request: DeskRequest, pk: Key, body: CorrectIn) -> WholeActivityOut:
    """Say it otherwise, whole: figures left out are withdrawn."""
    reader = request.reader
    found = access.activity_to(reader, access.CORRECT, pk)
    said = _understood(request, body, access.the_unit(reader, body.unit))
    _written(
        request,
        body.erratum,
        lambda erratum: actions.correct_activity(
            activity=found,
            expected_version=body.expected_version,
            said=said,
            reason=body.reason,
            erratum=erratum,
            by=reader.by,
            at=timezone.now(),
        ),
        seen=body.expected_version,
    )
    return _whole(access.activity(reader, pk))


@router.post(
    "/activities/{pk}/withdraw",
    **_said("withdraw", "撤回活动记录", "Withdraw a record", WholeActivityOut, _CORRECTS, writes=True),
)
def withdraw(request: DeskRequest, pk: Key, body: WithdrawIn) -> WholeActivityOut:
    """Take it out of all totals, for a reason."""
    found = access.activity_to(request.reader, access.CORRECT, pk)
    _written(
        request,
        body.erratum,
        lambda erratum: actions.withdraw_activity(
            activity=found,
            expected_version=body.expected_version,
            reason=body.reason,
            erratum=erratum,
            by=request.reader.by,
            at=timezone.now(),
        ),
    )
    return _whole(access.activity(request.reader, pk))


def _written(
    request: DeskRequest, under: UnderIn | None, write: Callable[[Erratum | None], Activity], *, seen: int = 0
) -> Activity:
    """Do it, under an erratum where one is named."""
    if under is None:
        return write(None)
    return actions.under_erratum(
        write,
        closing=closing_to_correct(request.reader, under.closing),
        reason=under.reason,
        seen=seen,
        by=request.reader.by,
        at=timezone.now(),
    )


def _understood(request: DeskRequest, body: SaidIn, unit: Any) -> Said:
    return Said(
        kind=access.the_kind(body.kind),
        unit=unit,
        region=access.the_region(body.region),
        start=body.first,
        end=body.last or body.first,
        title=body.title,
        mode=Mode(body.mode),
        place_words=body.place,
        who=body.who,
        expected_attendance=body.expected_attendance,
        audiences=tuple(body.audiences),
        subjects=tuple(body.subjects),
        units=tuple(_taking(request, item) for item in body.units),
        numbers=dict(body.numbers),
        words=body.words,
    )


def _taking(request: DeskRequest, item: TookPartIn) -> Taking:
    if item.unit is None:
        return Taking(Part(item.part), words=item.words)
    found = access.unit_to_name(request.reader, item.unit)
    if found is None:
        raise NotThere
    return Taking(Part(item.part), found)
