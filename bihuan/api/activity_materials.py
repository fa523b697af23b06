"""What is laid to activities: files and photos for the public, placements, works and their views."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from bihuan.activities import actions, queries
from bihuan.activities.access import activity
from bihuan.activities.actions import Offered, Place, Work
from bihuan.activities.attachment_rules import LARGEST, AttachmentKind
from bihuan.activities.material_access import (
    CORRECT,
    RELEASE_PHOTO,
    SEE_ACTIVITY,
    activity_to,
    the_attachment,
)
from bihuan.activities.publicity_rules import MOST_OF_ONE
from bihuan.api.answers import operation, with_files
from bihuan.api.fields import Amount, Day, DoneOut, In, Key, Line, Small
from bihuan.files import store
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.activities.models import Activity, Attachment, MediaWork

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
    public_caption: str = Field(description="What everybody reads below it; empty: the kind of activity")
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
    reason: Reason = Field(description="Why; it stays with the file")


class ReleaseIn(In):
    caption: Caption = Field(
        default="", description="For everybody; names that the directory or a roster knows become 某某"
    )


def _attachment(row: Attachment) -> AttachmentOut:
    plain = ("id", "kind", "name", "caption", "media_type", "size", "sha256", "public_caption", "at")
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
    "/activities/{pk}/attachments/{piece}/release",
    **operation(
        "activities.release_photo",
        "公开照片",
        "Let everybody see a photo",
        gives=MaterialsOut,
        needs=(RELEASE_PHOTO,),
        writes=True,
    ),
)
def release(request: DeskRequest, pk: Key, piece: Key, wish: ReleaseIn) -> MaterialsOut:
    """The copy that says nothing but the picture; a second time changes nothing."""
    found, row = _photo(request, pk, piece)
    actions.release_photo(photo=row, caption=wish.caption, by=request.reader.by, at=timezone.now())
    return _materials(found)


@router.post(
    "/activities/{pk}/attachments/{piece}/take-back",
    **operation(
        "activities.take_back_photo",
        "撤下公开照片",
        "Show a photo to the public no more",
        gives=MaterialsOut,
        needs=(RELEASE_PHOTO,),
        writes=True,
    ),
)
def take_back(request: DeskRequest, pk: Key, piece: Key) -> MaterialsOut:
    """At once; what somebody kept of it is theirs."""
    found, row = _photo(request, pk, piece)
    actions.take_back_photo(photo=row, by=request.reader.by, at=timezone.now())
    return _materials(found)


def _photo(request: DeskRequest, pk: int, piece: int) -> tuple[Activity, Attachment]:
    found = activity_to(request.reader, RELEASE_PHOTO, pk)
    row = queries.attachment(found, piece)
    if row is None:
        raise NotThere
    return found, row


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
    "/activities/{pk}/placements/{placement}/remove",
    **operation(
        "activities.remove_placement",
        "移除宣传阵地",
        "Take a placement out",
        gives=MaterialsOut,
        needs=_CHANGES,
        writes=True,
    ),
)
def remove_placement(request: DeskRequest, pk: Key, placement: Key) -> MaterialsOut:
    """It was entered by mistake; the activity's figure follows."""
    found = activity_to(request.reader, CORRECT, pk)
    row = next((item for item in queries.placements(found) if item.pk == placement), None)
    if row is None:
        raise NotThere
    actions.remove_placement(placement=row, by=request.reader.by, at=timezone.now())
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
    found, row = _work(request, pk, work)
    actions.read_views(work=row, day=wish.day, views=wish.views, by=request.reader.by, at=timezone.now())
    return _materials(found)


@router.post(
    "/activities/{pk}/works/{work}/remove",
    **operation(
        "activities.remove_work", "移除作品", "Take a media work out", gives=MaterialsOut, needs=_CHANGES, writes=True
    ),
)
def remove_work(request: DeskRequest, pk: Key, work: Key) -> MaterialsOut:
    """It was entered by mistake; the activity's figures follow."""
    found, row = _work(request, pk, work)
    actions.remove_work(work=row, by=request.reader.by, at=timezone.now())
    return _materials(found)


def _work(request: DeskRequest, pk: int, work: int) -> tuple[Activity, MediaWork]:
    found = activity_to(request.reader, CORRECT, pk)
    row = next((item for item, _series in queries.works_over_time(found) if item.pk == work), None)
    if row is None:
        raise NotThere
    return found, row
