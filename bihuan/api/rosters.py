"""Rosters of training: who is on them, who came, who holds which certificate; whole tables in two steps."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import File, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from bihuan.activities import actions, queries
from bihuan.activities.access import activity
from bihuan.activities.actions import Listed, Paper
from bihuan.activities.material_access import (
    KEEP_ROSTER,
    SEE_ACTIVITY,
    SEE_ROSTER,
    keeping_units,
    own_sheet,
    rosters,
    the_certificate,
    the_entry,
    the_roster,
)
from bihuan.activities.training_rules import ends_soon, holds
from bihuan.api.answers import operation
from bihuan.api.fields import Day, DoneOut, In, Key, Line, Listing, SeenIn, Stretch, listed
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.activities.models import Certificate, RosterEntry, TrainingRoster

router = Router()
_SEES, _KEEPS = (SEE_ROSTER,), (KEEP_ROSTER,)
MOST_FAULTS = 100  # told of one table


class RosterOut(BaseModel):
    id: int
    version: int
    name: str
    target: str
    unit: int
    region: int
    reached: int
    people: int
    rate: str = Field(description="Like 33.3%; empty where nobody is listed")
    closed: bool
    model: bool


class RosterEntryOut(BaseModel):
    id: int
    name: str
    unit: str
    duty: str
    reached: bool


class RosterIn(In):
    unit: Key
    target: Line = Field(description="Code of an audience: officials, principals …")
    name: Annotated[Line, Field(min_length=1, max_length=100)]


class RosterPersonIn(In):
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    unit: Annotated[Line, Field(max_length=100)] = ""
    duty: Annotated[Line, Field(max_length=60)] = ""


class PeopleIn(In):
    people: list[RosterPersonIn] = Field(min_length=1, max_length=5000)


class AttendanceIn(In):
    roster: Key
    entries: list[Key] = Field(min_length=1, max_length=5000, description="Of that roster: who came")


class NewPeopleOut(BaseModel):
    new: int = Field(description="How many were not there yet")


class CertificateOut(BaseModel):
    id: int
    entry: int = Field(description="Whose, of the roster")
    person: str
    name: str
    number: str
    issuer: str
    issued_on: dt.date
    valid_until: dt.date | None = Field(description="null: without an end")
    state: Literal["future", "holds", "ends_soon", "expired"] = Field(description="Today")


class CertificateIn(In):
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    number: Annotated[Line, Field(min_length=1, max_length=60)]
    issuer: Annotated[Line, Field(max_length=100)] = ""
    issued_on: Day
    valid_until: Day | None = Field(default=None, description="Left out: without an end")


class TakeOffIn(In):
    reason: Annotated[Line, Field(min_length=1)] = Field(description="Why they are not to be reached any more")


class SheetFaultOut(BaseModel):
    cell: str = Field(description="签到表!B6")
    message: str


class SheetOut(BaseModel):
    """A table that was sent and is looked at: nothing of it is written yet. It goes after a day."""

    id: int
    file: str
    activity: int | None = Field(description="The session; null: people for the roster")
    rows: int
    new: int = Field(description="Rows that would be written")
    absent: int = Field(description="Rows that say that somebody did not come: they take nothing out")
    same: int
    faults: int
    told: list[SheetFaultOut] = Field(description="What is wrong in which cell, of the first hundred rows at fault")
    shown: str = Field(description="What `take` is to be given: it writes what was shown, or nothing")


class TakeSheetIn(In):
    shown: Annotated[Line, Field(max_length=64, description="Of the answer to the table")]


def _rosters(rows: list[TrainingRoster]) -> list[RosterOut]:
    reached = queries.coverage(rows)
    return [
        RosterOut(
            **{name: getattr(row, name) for name in ("id", "version", "name", "target")},
            unit=row.unit_id,
            region=row.region_id,
            reached=reached[row.pk].reached,
            people=reached[row.pk].of,
            rate=reached[row.pk].percent,
            closed=row.closed_on is not None,
            model=bool(row.book),
        )
        for row in rows
    ]


def _entry(row: RosterEntry, *, came: bool | None = None) -> RosterEntryOut:
    came = bool(getattr(row, "came", False)) if came is None else came
    return RosterEntryOut(id=row.pk, name=row.name, unit=row.unit_words, duty=row.duty, reached=came)


@router.get(
    "/rosters",
    **operation("activities.rosters", "培训名册", "Rosters of training", gives=Listing[RosterOut], needs=_SEES),
)
def all_rosters(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first, each with its coverage: people reached of the people listed, each once."""
    return listed(rosters(request.reader), "-pk", stretch=stretch, out=_rosters)


@router.get(
    "/rosters/{pk}/people",
    **operation("activities.roster", "名册上的人", "Who is on a roster", gives=Listing[RosterEntryOut], needs=_SEES),
)
def people(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """In the roster's order, each with whether a session reached them."""
    found = queries.entries(the_roster(request.reader, SEE_ROSTER, pk))
    return listed(found, "order", "pk", stretch=stretch, out=lambda rows: (_entry(row) for row in rows))


@router.post(
    "/rosters",
    **operation(
        "activities.open_roster",
        "建立培训名册",
        "Begin a roster",
        gives=RosterOut,
        needs=_KEEPS,
        writes=True,
    ),
)
def open_roster(request: DeskRequest, wish: RosterIn) -> RosterOut:
    """Of one target role."""
    unit = keeping_units(request.reader).filter(pk=wish.unit).first()
    if unit is None:
        raise NotThere
    row = actions.open_roster(
        unit=unit,
        region=unit.region,
        target=wish.target,
        name=wish.name,
        book=unit.book,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _rosters([row])[0]


@router.post(
    "/rosters/{pk}/people",
    **operation(
        "activities.list_people",
        "列入名册",
        "Put people on a roster",
        gives=NewPeopleOut,
        needs=_KEEPS,
        writes=True,
    ),
)
def list_people(request: DeskRequest, pk: Key, wish: PeopleIn) -> NewPeopleOut:
    """Who is on it already stays where they are."""
    row = the_roster(request.reader, KEEP_ROSTER, pk)
    said = [Listed(item.name, item.unit, item.duty) for item in wish.people]
    return NewPeopleOut(new=actions.list_people(roster=row, people=said, by=request.reader.by, at=timezone.now()))


@router.post(
    "/activities/{pk}/attendance",
    **operation("activities.attended", "登记参训", "Enter who came", gives=NewPeopleOut, needs=_KEEPS, writes=True),
)
def attended(request: DeskRequest, pk: Key, wish: AttendanceIn) -> NewPeopleOut:
    """Of a roster that you keep, also to a session of others that you see."""
    found = activity(request.reader, pk)
    roster = the_roster(request.reader, KEEP_ROSTER, wish.roster)
    rows = list(queries.entries(roster).filter(pk__in=wish.entries))
    if len(rows) != len(set(wish.entries)):
        raise NotThere
    new = actions.attended(activity=found, entries=rows, by=request.reader.by, at=timezone.now())
    return NewPeopleOut(new=new)


@router.post(
    "/rosters/{pk}/people/{entry}/take-off",
    **operation(
        "activities.take_off", "移出名册", "Take someone off a roster", gives=DoneOut, needs=_KEEPS, writes=True
    ),
)
def take_off(request: DeskRequest, pk: Key, entry: Key, wish: TakeOffIn) -> DoneOut:
    """They count no more; what they came to stays known."""
    row = the_entry(the_roster(request.reader, KEEP_ROSTER, pk), entry)
    actions.take_off(entry=row, reason=wish.reason, by=request.reader.by, at=timezone.now())
    return DoneOut()


@router.post(
    "/rosters/{pk}/close",
    **operation("activities.close_roster", "封存名册", "Close a roster", gives=RosterOut, needs=_KEEPS, writes=True),
)
def close(request: DeskRequest, pk: Key, wish: SeenIn) -> RosterOut:
    """It changes no more; who came can still be entered."""
    row, at = the_roster(request.reader, KEEP_ROSTER, pk), timezone.now()
    seen = wish.expected_version
    actions.close_roster(roster=row, expected_version=seen, day=request.reader.day, by=request.reader.by, at=at)
    return _rosters([the_roster(request.reader, KEEP_ROSTER, pk)])[0]


@router.get(
    "/activities/{pk}/attendance",
    **operation(
        "activities.attendance",
        "参训人员",
        "Who came to a session",
        gives=Listing[RosterEntryOut],
        needs=(SEE_ACTIVITY,),
    ),
)
def attendance(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """Of the rosters that were ticked."""
    found = queries.attendance(activity(request.reader, pk))
    return listed(found, "pk", stretch=stretch, out=lambda rows: (_entry(row, came=True) for row in rows))


@router.post(
    "/activities/{pk}/attendance/{entry}/remove",
    **operation(
        "activities.did_not_attend", "更正参训", "Take an attendance out", gives=DoneOut, needs=_KEEPS, writes=True
    ),
)
def did_not_attend(request: DeskRequest, pk: Key, entry: Key) -> DoneOut:
    """It was entered by mistake. Of rosters that you keep."""
    found = activity(request.reader, pk)
    row = queries.entry(entry)
    if row is None or not may(request.reader, KEEP_ROSTER, row.roster):
        raise NotThere
    actions.did_not_attend(activity=found, entry=row, by=request.reader.by, at=timezone.now())
    return DoneOut()


# -- certificates ----------------------------------------------------------------------------------------------------


@router.get(
    "/rosters/{pk}/certificates",
    **operation(
        "activities.certificates",
        "名册上的证书",
        "Certificates of a roster",
        gives=Listing[CertificateOut],
        needs=_SEES,
    ),
)
def certificates(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first, each with how it stands today."""
    roster = the_roster(request.reader, SEE_ROSTER, pk)
    day = request.reader.day
    found = queries.certificates(rosters(request.reader).filter(pk=roster.pk))
    return listed(found, "-pk", stretch=stretch, out=lambda rows: (_certificate(row, day) for row in rows))


def _certificate(row: Certificate, day: dt.date) -> CertificateOut:
    plain = ("id", "name", "number", "issuer", "issued_on", "valid_until")
    return CertificateOut(
        **{name: getattr(row, name) for name in plain},
        entry=row.entry_id,
        person=row.entry.name,
        state=_state(row, day),
    )


def _state(row: Certificate, day: dt.date) -> Literal["future", "holds", "ends_soon", "expired"]:
    if row.issued_on > day:
        return "future"
    if not holds(row.issued_on, row.valid_until, day):
        return "expired"
    return "ends_soon" if ends_soon(row.valid_until, day) else "holds"


@router.post(
    "/rosters/{pk}/people/{entry}/certificates",
    **operation(
        "activities.certify", "登记证书", "Enter a certificate", gives=CertificateOut, needs=_KEEPS, writes=True
    ),
)
def certify(request: DeskRequest, pk: Key, entry: Key, wish: CertificateIn) -> CertificateOut:
    """A number of one kind of certificate is there once."""
    holder = the_entry(the_roster(request.reader, KEEP_ROSTER, pk), entry)
    row = actions.certify(entry=holder, said=Paper(**wish.model_dump()), by=request.reader.by, at=timezone.now())
    return _certificate(row, request.reader.day)


@router.post(
    "/rosters/{pk}/certificates/{certificate}/remove",
    **operation(
        "activities.remove_certificate", "移除证书", "Take a certificate out", gives=DoneOut, needs=_KEEPS, writes=True
    ),
)
def remove_certificate(request: DeskRequest, pk: Key, certificate: Key) -> DoneOut:
    """It was entered by mistake."""
    row = the_certificate(the_roster(request.reader, KEEP_ROSTER, pk), certificate)
    actions.remove_certificate(certificate=row, by=request.reader.by, at=timezone.now())
    return DoneOut()


# -- tables ----------------------------------------------------------------------------------------------------------


@router.post(
    "/rosters/{pk}/sheets",
    **operation(
        "activities.keep_sheet",
        "上传人员表或签到表",
        "Send a table of people",
        gives=SheetOut,
        needs=_KEEPS,
        writes=True,
        file=True,
    ),
)
def keep_sheet(
    request: DeskRequest,
    pk: Key,
    file: File[UploadedFile],
    session: Annotated[
        Key | SkipJsonSchema[None], Field(description="An activity: who came to it; left out: people for the roster")
    ] = None,
) -> SheetOut:
    """XLSX or CSV with a column 姓名; it is read and kept to be looked at, nothing of it is written yet."""
    roster = the_roster(request.reader, KEEP_ROSTER, pk)
    found = None if session is None else activity(request.reader, session)
    sheet = actions.keep_sheet(
        roster=roster,
        activity=found,
        content=file.read(LARGEST_FILE + 1),
        file_name=(file.name or "")[:200],
        by=request.reader.by,
        at=timezone.now(),
    )
    plan = actions.sheet_plan(sheet)
    counts = {state: sum(item.state == state for item in plan.rows) for state in ("new", "absent", "same", "fault")}
    wrong = [fault for item in plan.rows for fault in item.row.faults][:MOST_FAULTS]
    return SheetOut(
        id=sheet.pk,
        file=sheet.file_name,
        activity=sheet.activity_id,
        rows=len(plan.rows),
        new=counts["new"],
        absent=counts["absent"],
        same=counts["same"],
        faults=counts["fault"],
        told=[SheetFaultOut(cell=fault.cell, message=fault.said) for fault in wrong],
        shown=plan.digest,
    )


@router.post(
    "/rosters/{pk}/sheets/{sheet}/take",
    **operation(
        "activities.take_sheet", "写入表格", "Take a table of people in", gives=NewPeopleOut, needs=_KEEPS, writes=True
    ),
)
def take_sheet(request: DeskRequest, pk: Key, sheet: Key, wish: TakeSheetIn) -> NewPeopleOut:
    """All that was shown and is not at fault, or nothing."""
    roster = the_roster(request.reader, KEEP_ROSTER, pk)
    found = own_sheet(request.reader, sheet)
    if found.roster_id != roster.pk:
        raise NotThere
    if found.activity_id is not None:
        found.activity = activity(request.reader, found.activity_id)
    new = actions.take_sheet(sheet=found, shown=wish.shown, by=request.reader.by, at=timezone.now())
    return NewPeopleOut(new=new)
