"""The kinds of activities and of places, kept by the office of the installation."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from bihuan.activities import access, actions
from bihuan.activities.actions import KindSaid
from bihuan.api.answers import operation
from bihuan.api.fields import In, Line, SeenIn
from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, local_day
from bihuan.places import access as place_access
from bihuan.places import actions as place_actions
from bihuan.places import queries as places

router = Router()
KindCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{1,39}$")]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,29}$")]
AskedText = Annotated[
    str, StringConstraints(max_length=80, pattern=r"^[a-z_]{1,30}(\+[a-z_]{1,29})?:[^\x00-\x1f:]{0,19}$")
]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$")
]
PlaceName = Annotated[
    str, StringConstraints(min_length=1, max_length=30, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$")
]


class KindOut(BaseModel):
    """A kind of activity. `asks`: the measures that it suggests, as `numbers` of a report names them."""

    code: str
    name: str
    group: str
    counts: str | None = Field(description="What one event itself counts: consultation_events:场")
    asks: list[str]


class KindsOut(BaseModel):
    items: list[KindOut]


class KeptKindOut(BaseModel):
    """A kind of activity with whose it is."""

    code: str
    zh: str
    en: str
    owner: str
    year: int | None
    group: str
    counts: str
    asks: list[str]
    photo_reason: str
    place_kinds: list[str]
    needs: list[str]
    source: str
    version: int
    retired: bool


class KindIn(In):
    """What a kind of activity is."""

    zh: Name
    en: Annotated[Line, Field(max_length=60)] = ""
    owner: Name
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    group: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$")]
    counts: AskedText | None = Field(default=None, description="What one event itself counts: consultation_events:场")
    asks: Annotated[list[AskedText], Field(max_length=40)] = Field(default=[], description="The usual ones first")
    photo_reason: Annotated[Line, Field(max_length=100)] = Field(
        default="", description="Without it none are asked for"
    )
    place_kinds: Annotated[list[PlaceCode], Field(max_length=40)] = []
    needs: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]], Field(max_length=3)] = []
    source: Line = ""


class AddKindIn(KindIn):
    code: KindCode


class ChangeKindIn(KindIn, SeenIn):
    pass


class RetireKindIn(SeenIn):
    """`retired` false: offered again."""

    retired: bool


class PlaceKindIn(In):
    """What a kind of place is."""

    zh: PlaceName
    en: Annotated[Line, Field(min_length=1, max_length=60)]
    entry: Annotated[Line, Field(max_length=20)] = Field(
        default="", description="The destination of the five entries that its register counts for"
    )
    source: Annotated[Line, Field(min_length=1)]


class AddPlaceKindIn(PlaceKindIn):
    code: PlaceCode


class ChangePlaceKindIn(PlaceKindIn, SeenIn):
    retired: bool = False


class KeptPlaceKindOut(BaseModel):
    """A kind of place with its source."""

    code: str
    zh: str
    en: str
    entry: str
    source: str
    version: int
    retired: bool


_KEEPS, _KEEPS_PLACES = (access.KEEP_KINDS,), (place_access.KEEP_KINDS,)


def _said(body: KindIn) -> KindSaid:
    return KindSaid(
        zh=body.zh,
        en=body.en or body.zh,
        owner=body.owner,
        year=body.year,
        group=body.group,
        counts=body.counts or "",
        suggests=tuple(dict.fromkeys(body.asks)),
        photo_reason=body.photo_reason,
        place_kinds=tuple(body.place_kinds),
        needs=tuple(body.needs),
        source=body.source,
    )


def _kind(code: str) -> KeptKindOut:
    row = access.the_kind(code)
    plain = ("code", "zh", "en", "owner", "year", "group", "counts", "photo_reason", "place_kinds", "needs", "source")
    found: dict[str, Any] = {name: getattr(row, name) for name in (*plain, "version")}
    return KeptKindOut(**found, asks=row.suggests, retired=row.retired_on is not None)


def _place_kind(code: str) -> KeptPlaceKindOut:
    row = places.kind(code)
    if row is None:
        raise NotThere
    found = {name: getattr(row, name) for name in ("code", "zh", "en", "entry", "source", "version")}
    return KeptPlaceKindOut(**found, retired=row.retired_on is not None)


@router.get(
    "/activity-kinds",
    **operation("activities.kinds", "活动类别", "Kinds of activities", gives=KindsOut, needs=(access.SEE_ACTIVITY,)),
)
def kinds(request: DeskRequest) -> KindsOut:
    """Those that are offered."""
    return KindsOut(
        items=[
            KindOut(
                code=item.code,
                name=say(item.zh, item.en),
                group=item.group,
                counts=item.counts or None,
                asks=item.suggests,
            )
            for item in access.kinds(day=local_day(timezone.now()))
        ]
    )


@router.post(
    "/activity-kinds",
    **operation(
        "activities.add_kind", "增加活动类别", "Add a kind of activity", gives=KeptKindOut, needs=_KEEPS, writes=True
    ),
)
def add_kind(request: DeskRequest, body: AddKindIn) -> KeptKindOut:
    """Offered at once, to all who report here."""
    access.keeping_kinds(request.reader)
    actions.add_kind(code=body.code, said=_said(body), by=request.reader.by, at=timezone.now())
    return _kind(body.code)


@router.put(
    "/activity-kinds/{code}",
    **operation(
        "activities.change_kind",
        "修改活动类别",
        "Change a kind of activity",
        gives=KeptKindOut,
        needs=_KEEPS,
        writes=True,
    ),
)
def change_kind(request: DeskRequest, code: KindCode, body: ChangeKindIn) -> KeptKindOut:
    """Whole. What one event counts stays once an activity of the kind is filed."""
    access.keeping_kinds(request.reader)
    actions.change_kind(
        kind=access.the_kind(code),
        expected_version=body.expected_version,
        said=_said(body),
        by=request.reader.by,
        at=timezone.now(),
    )
    return _kind(code)


@router.post(
    "/activity-kinds/{code}/retire",
    **operation(
        "activities.retire_kind",
        "停用活动类别",
        "Retire a kind of activity",
        gives=KeptKindOut,
        needs=_KEEPS,
        writes=True,
    ),
)
def retire_kind(request: DeskRequest, code: KindCode, body: RetireKindIn) -> KeptKindOut:
    """From today on, or offer it again. What was filed stands."""
    access.keeping_kinds(request.reader)
    now = timezone.now()
    actions.retire_kind(
        kind=access.the_kind(code),
        expected_version=body.expected_version,
        on=local_day(now) if body.retired else None,
        by=request.reader.by,
        at=now,
    )
    return _kind(code)


@router.post(
    "/place-kinds",
    **operation(
        "places.add_kind",
        "增加场所类别",
        "Add a kind of place",
        gives=KeptPlaceKindOut,
        needs=_KEEPS_PLACES,
        writes=True,
    ),
)
def add_place_kind(request: DeskRequest, body: AddPlaceKindIn) -> KeptPlaceKindOut:
    """Registers can be kept of it at once."""
    place_access.keeping_kinds(request.reader)
    place_actions.add_kind(**body.model_dump(), by=request.reader.by, at=timezone.now())
    return _place_kind(body.code)


@router.put(
    "/place-kinds/{code}",
    **operation(
        "places.change_kind",
        "修改场所类别",
        "Change a kind of place",
        gives=KeptPlaceKindOut,
        needs=_KEEPS_PLACES,
        writes=True,
    ),
)
def change_place_kind(request: DeskRequest, code: PlaceCode, body: ChangePlaceKindIn) -> KeptPlaceKindOut:
    """Whole. The entry that it is the denominator of stays once a place of it is entered."""
    place_access.keeping_kinds(request.reader)
    kind = places.kind(code)
    if kind is None:
        raise NotThere
    now = timezone.now()
    place_actions.change_kind(
        kind=kind,
        expected_version=body.expected_version,
        zh=body.zh,
        en=body.en,
        entry=body.entry,
        source=body.source,
        retired_on=(kind.retired_on or local_day(now)) if body.retired else None,
        by=request.reader.by,
        at=now,
    )
    return _place_kind(code)
