"""What is laid to activities: files, placements, works and their views; rosters of training, and who came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from bihuan.activities import actions, queries
from bihuan.activities.access import activity
from bihuan.activities.actions import Listed, Offered, Place, Work
from bihuan.activities.attachment_rules import LARGEST, AttachmentKind
from bihuan.activities.material_access import (
    CORRECT,
    KEEP_ROSTER,
    SEE_ACTIVITY,
    SEE_ROSTER,
    activity_to,
    keeping_units,
    rosters,
    the_attachment,
    the_roster,
)
from bihuan.activities.publicity_rules import MOST_OF_ONE
from bihuan.api.answers import operation, with_files
from bihuan.api.fields import Amount, Day, DoneOut, In, Key, Line, Listing, Small, Stretch, listed
from bihuan.files import store
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.activities.models import Activity, Attachment, RosterEntry, TrainingRoster

router = Router()
_SEES, _CHANGES = (SEE_ACTIVITY,), (CORRECT,)
Reason = Annotated[Line, Field(min_length=1)]
Caption = Annotated[Line, Field(max_length=100)]


class AttachmentOut(BaseModel):
    id: int
    kind: Literal["photo", "paper", "plan"]
    name: str
    caption: str
    media_type: str = Field(description="By content, whatever the name says")
    size: int
    sha256: str
    released: bool = Field(description="Whether everybody may look at the public copy")
    at: dt.datetime


class PlacementOut(BaseModel):
    id: int
    carrier: str
    count: int
    place: str
    content: str
    start_on: dt.date
    end_on: dt.date


class ViewsOut(BaseModel):
    day: dt.date
    views: int


class WorkOut(BaseModel):
    id: int
    platform: str
    title: str
    address: str
    published_on: dt.date
    views: list[ViewsOut] = Field(description="As read off, from day to day; empty: not known, which is not 0")


class MaterialsOut(BaseModel):
    photo_reason: str = Field(description="Why photos are asked for; empty: they are not")
    attachments: list[AttachmentOut]
    placements: list[PlacementOut]
    works: list[WorkOut]
    model: bool


class PlacementIn(In):
    carrier: Line = Field(description="Code of a carrier: outdoor_screen, banner …")
    count: Small = Field(ge=1, le=MOST_OF_ONE)
    place: Annotated[Line, Field(min_length=1, max_length=100)]
    content: Annotated[Line, Field(min_length=1)]
    start_on: Day
    end_on: Day


class WorkIn(In):
    platform: Line = Field(description="Code of a platform: wechat, douyin …")
    title: Annotated[Line, Field(min_length=1, max_length=100)]
    address: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x20]*$")] = ""
    published_on: Day
    views: Amount | None = None


class ViewsIn(In):
    day: Day
    views: Amount


class RemoveIn(In):
    reason: Reason


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


def _attachment(row: Attachment) -> AttachmentOut:
    plain = ("id", "kind", "name", "caption", "media_type", "size", "sha256", "at")
    return AttachmentOut(**{name: getattr(row, name) for name in plain}, released=row.released_at is not None)


def _materials(found: Activity) -> MaterialsOut:
    plain = ("id", "carrier", "count", "place", "content", "start_on", "end_on")
    of_work = ("id", "platform", "title", "address", "published_on")
    works = queries.works_over_time(found)
    return MaterialsOut(
        photo_reason=found.kind.photo_reason,
        attachments=[_attachment(row) for row in queries.attachments(found)],
        placements=[PlacementOut(**{n: getattr(row, n) for n in plain}) for row in queries.placements(found)],
        works=[
            WorkOut(
                **{name: getattr(work, name) for name in of_work},
                views=[ViewsOut(day=item.day, views=item.views) for item in series],
            )
            for work, series in works
        ],
        model=bool(found.book),
    )


@router.get(
    "/activities/{pk}/materials",
    **operation(
        "activities.materials", "一次活动的材料", "What is laid to an activity", gives=MaterialsOut, needs=_SEES
    ),
)
def materials(request: DeskRequest, pk: Key) -> MaterialsOut:
    """Files, placements, works."""
    return _materials(activity(request.reader, pk))


@router.post(
    "/activities/{pk}/attachments",
    **operation(
        "activities.attach",
        "添加照片或材料",
        "Lay a file to an activity",
        gives=MaterialsOut,
        needs=_CHANGES,
        writes=True,
        file=True,
    ),
)
def attach(
    request: DeskRequest,
    pk: Key,
    kind: Form[Literal["photo", "paper", "plan"]],
    file: File[UploadedFile],
    caption: Form[Caption | SkipJsonSchema[None]] = None,
) -> MaterialsOut:
    """One file, at most 20 MB; the same file again changes nothing."""
    found = activity_to(request.reader, CORRECT, pk)
    offered = Offered((file.name or "")[:200], file.read(LARGEST + 1))
    actions.attach(
        activity=found,
        kind=AttachmentKind(kind),
        files=[offered],
        caption=caption or "",
        by=request.reader.by,
        at=timezone.now(),
    )
    return _materials(found)


_FILE = operation("activities.attachment", "材料原件", "A file as it came", gives=None, needs=_SEES)


@router.get("/activities/{pk}/attachments/{piece}", **with_files(_FILE, "application/octet-stream"))
def attachment(request: DeskRequest, pk: Key, piece: Key) -> HttpResponse:
    """A photo as it came says where it was taken: those who may correct the activity get it."""
    row = the_attachment(request.reader, activity(request.reader, pk), piece)
    try:
        return HttpResponse(store.get(row.sha256), content_type="application/octet-stream")
    except store.MissingFileError as error:
        raise NotThere from error


@router.post(
    "/activities/{pk}/attachments/{piece}/remove",
    **operation(
        "activities.remove_attachment", "移除材料", "Take a file off", gives=DoneOut, needs=_CHANGES, writes=True
    ),
)
def remove_attachment(request: DeskRequest, pk: Key, piece: Key, wish: RemoveIn) -> DoneOut:
    """Nobody is shown it any more."""
    found = activity_to(request.reader, CORRECT, pk)
    row = the_attachment(request.reader, found, piece)
    actions.remove_attachment(attachment=row, reason=wish.reason, by=request.reader.by, at=timezone.now())
    return DoneOut()


@router.post(
    "/activities/{pk}/placements",
    **operation(
        "activities.place", "登记宣传阵地", "Enter a placement", gives=MaterialsOut, needs=_CHANGES, writes=True
    ),
)
def place(request: DeskRequest, pk: Key, wish: PlacementIn) -> MaterialsOut:
    """The activity's figure of the carrier's measure follows."""
    found = activity_to(request.reader, CORRECT, pk)
    actions.place(activity=found, said=Place(**wish.model_dump()), by=request.reader.by, at=timezone.now())
    return _materials(found)


@router.post(
    "/activities/{pk}/works",
    **operation(
        "activities.publish", "登记作品", "Enter a media work", gives=MaterialsOut, needs=_CHANGES, writes=True
    ),
)
def publish(request: DeskRequest, pk: Key, wish: WorkIn) -> MaterialsOut:
    """The activity's figures of works and views follow."""
    found = activity_to(request.reader, CORRECT, pk)
    said = Work(**wish.model_dump(exclude={"views"}))
    actions.publish(activity=found, said=said, views=wish.views, by=request.reader.by, at=timezone.now())
    return _materials(found)


@router.post(
    "/activities/{pk}/works/{work}/views",
    **operation(
        "activities.read_views", "更新阅读播放量", "Read off views", gives=MaterialsOut, needs=_CHANGES, writes=True
    ),
)
def read_views(request: DeskRequest, pk: Key, work: Key, wish: ViewsIn) -> MaterialsOut:
    """Of one day the count that came last holds; the figure is the sum of each work's last day."""
    found = activity_to(request.reader, CORRECT, pk)
    row = next((item for item, _series in queries.works_over_time(found) if item.pk == work), None)
    if row is None:
        raise NotThere
    actions.read_views(work=row, day=wish.day, views=wish.views, by=request.reader.by, at=timezone.now())
    return _materials(found)


# -- rosters ---------------------------------------------------------------------------------------------------------


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


def _entry(row: RosterEntry) -> RosterEntryOut:
    came = bool(getattr(row, "came", False))
    return RosterEntryOut(id=row.pk, name=row.name, unit=row.unit_words, duty=row.duty, reached=came)


@router.get(
    "/rosters",
    **operation("activities.rosters", "培训名册", "Rosters of training", gives=Listing[RosterOut], needs=(SEE_ROSTER,)),
)
def all_rosters(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first, each with its coverage: people reached of the people listed, each once."""
    return listed(rosters(request.reader), "-pk", stretch=stretch, out=_rosters)


@router.get(
    "/rosters/{pk}/people",
    **operation(
        "activities.roster", "名册上的人", "Who is on a roster", gives=Listing[RosterEntryOut], needs=(SEE_ROSTER,)
    ),
)
def people(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """In the roster's order, each with whether a session reached them."""
    found = queries.entries(the_roster(request.reader, SEE_ROSTER, pk))
    return listed(found, "order", "pk", stretch=stretch, out=lambda rows: map(_entry, rows))


@router.post(
    "/rosters",
    **operation(
        "activities.open_roster",
        "建立培训名册",
        "Begin a roster",
        gives=RosterOut,
        needs=(KEEP_ROSTER,),
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
        needs=(KEEP_ROSTER,),
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
    **operation(
        "activities.attended", "登记参训", "Enter who came", gives=NewPeopleOut, needs=(KEEP_ROSTER,), writes=True
    ),
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
