"""Registers of places: what there is on a day, one place and its history, what is done to it; and what a campaign
covered of them. Whole tables come in
in two steps, as on the page: what is wrong in which cell first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import File, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.activities.coverage_access import covered_part
from bihuan.activities.queries.five_entries import coverage
from bihuan.api.answers import operation
from bihuan.api.fields import Day, Flag, In, Key, Line, Listing, NamedOut, SeenIn, Stretch, listed, named
from bihuan.campaigns.access import SEE_CAMPAIGN, visible_parts
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.access import REGIONS, SEE_DIRECTORY, UNITS, the, within
from bihuan.org.gate import DeskRequest
from bihuan.places import actions, queries
from bihuan.places.access import KEEP_PLACE, PLACES, SEE_PLACE, own_draft
from bihuan.places.actions import About, PlaceError
from bihuan.places.rules import LONGEST_CODE, LONGEST_NAME, LONGEST_REASON, degrees

if TYPE_CHECKING:
    from bihuan.activities.queries.five_entries import NodeRow
    from bihuan.org.models import Unit
    from bihuan.places.models import Place, PlaceChange, PlaceKind

router = Router()
_SEES, _KEEPS = (SEE_PLACE,), (KEEP_PLACE,)
MOST_FAULTS = 100  # told of one register

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(max_length=LONGEST_CODE, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, StringConstraints(max_length=LONGEST_REASON, pattern=r"^[^\x00]*$")]
KindCode = Annotated[str, StringConstraints(max_length=30, pattern=r"^[a-z\-]*$")]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


class PlaceKindOut(BaseModel):
    """A kind of place. `entry`: the destination of the five entries that its register counts for, "" for none."""

    code: str
    name: str
    entry: str


class PlaceKindsOut(BaseModel):
    items: list[PlaceKindOut]


class PlacePointOut(BaseModel):
    lon: Decimal
    lat: Decimal


class PlaceOut(BaseModel):
    """A place as it was on the day that was asked about."""

    id: int
    kind: str
    name: str
    code: str
    region: NamedOut
    standing: str = Field(description="open, merged or closed")
    point: PlacePointOut | None
    model: bool = Field(description="Model data, not real ones")


class PlaceListing(Listing[PlaceOut]):
    pass


class BecameOut(BaseModel):
    """What a place is from a day on."""

    version: int
    became: str
    valid_from: dt.date
    name: str
    region: NamedOut
    merged_into: int | None
    reason: str
    at: dt.datetime


class WholePlaceOut(PlaceOut):
    """A place as it is by its newest change, and what has become of it, the newest first."""

    version: int = Field(description="`expected_version` of a change")
    unit: NamedOut | None
    opened_on: dt.date
    closed_on: dt.date | None
    merged_into: int | None
    changes: list[BecameOut]


class PlaceCountOut(BaseModel):
    kind: str
    places: int


class RegionPlacesOut(BaseModel):
    region: NamedOut
    counts: list[PlaceCountOut]


class RegisterOut(RegionPlacesOut):
    """How many places of each kind a region has on a day, and each part of it."""

    on: dt.date
    parts: list[RegionPlacesOut]


class CoveredShareOut(BaseModel):
    """Of the places of a kind, how many were reached. Without a register there is no rate."""

    kind: str
    reached: int
    places: int
    rate: str | None


class CoveredOut(BaseModel):
    region: NamedOut
    shares: list[CoveredShareOut]
    events: int
    unplaced: int = Field(description="Events that name no place of a register")


class CoverageOut(CoveredOut):
    """What a campaign covered of the registers of its period's last day; distinct places, each once."""

    on: dt.date
    known: dt.datetime | None = Field(description="Once the period is closed: all as it was known at that moment")
    off_register: int = Field(description="Places reached that were closed by that day, and count in no rate")
    parts: list[CoveredOut] = Field(description="Those whose numbers you see")


class PlacesQuery(Stretch):
    region: Key | SkipJsonSchema[None] = Field(default=None, description="Left out: all that you see")
    kind: KindCode = ""
    words: Line = Field(default="", description="Parts of the name or code")
    on: Day | SkipJsonSchema[None] = Field(default=None, description="Left out: today")
    gone: Flag = Field(default=False, description="Also those that are closed")


class AboutPlaceIn(In):
    code: Code = ""
    unit: Key | None = None
    lon: Lon | None = Field(default=None, description="Degrees, with `lat`; kept to six places")
    lat: Lat | None = None


class PlaceIn(AboutPlaceIn):
    kind: KindCode
    name: Name
    region: Key
    on: Day = Field(description="There is such a place from this day on")


class PlaceChangeIn(SeenIn):
    on: Day = Field(description="From this day on; not before the newest change")
    reason: Reason = ""


class AmendPlaceIn(PlaceChangeIn, AboutPlaceIn):
    pass


class RenamePlaceIn(PlaceChangeIn):
    name: Name


class MovePlaceIn(PlaceChangeIn):
    region: Key


class MergePlaceIn(PlaceChangeIn):
    into: Key


class RegisterFaultOut(BaseModel):
    cell: str = Field(description="底册!C17")
    message: str


class RegisterSheetOut(BaseModel):
    """A register that was sent and is looked at: nothing of it is written yet. It goes after a day."""

    id: int
    file: str
    rows: int
    new: int
    changed: int
    same: int
    faults: int
    told: list[RegisterFaultOut] = Field(description="What is wrong in which cell: the first hundred")
    shown: str = Field(description="What `take` is to be given: it writes what was shown, or nothing")


class TakeRegisterIn(In):
    shown: Annotated[Line, Field(max_length=64, description="Of the answer to the register")]
    on: Day = Field(description="From this day on, where a row does not say; not before a place's newest change")


class RegisterTakenOut(BaseModel):
    new: int
    changed: int


@router.get(
    "/places/kinds", **operation("places.kinds", "场所类别", "Kinds of places", gives=PlaceKindsOut, needs=_SEES)
)
def kinds(request: DeskRequest) -> PlaceKindsOut:
    """The codes that registers and places name."""
    return PlaceKindsOut(
        items=[PlaceKindOut(code=item.code, name=say(item.zh, item.en), entry=item.entry) for item in queries.kinds()]
    )


@router.get("/places", **operation("places.list", "场所名单", "Places", gives=PlaceListing, needs=_SEES))
def places(request: DeskRequest, wish: Query[PlacesQuery]) -> dict[str, Any]:
    """The places of your registers on a day, by their sound."""
    reader = request.reader
    authority = reader.authority
    more: dict[str, Any] = {
        "book": authority.book if authority else "",
        "on": wish.on or reader.day,
        "kind": _kind(wish.kind) if wish.kind else None,
        "words": wish.words,
        "gone": wish.gone,
    }
    if wish.region is None:
        found = queries.listed_in(within(reader, SEE_PLACE, REGIONS), **more)
    else:
        region = the(reader, SEE_PLACE, REGIONS, pk=wish.region)
        found = queries.listed(region=region, edition=reader.edition, **more)
    return listed(found, "pinyin", "pk", stretch=wish, out=_places)


def _places(rows: list[PlaceChange]) -> Iterator[PlaceOut]:
    return (PlaceOut(**_place(row, row.place_id, row.standing)) for row in rows)


def _place(row: PlaceChange | Place, pk: int, standing: str) -> dict[str, Any]:
    point = None if row.lon is None or row.lat is None else PlacePointOut(lon=row.lon, lat=row.lat)
    return {
        "id": pk,
        "kind": row.kind.code,
        "name": row.name,
        "code": row.code,
        "region": named(row.region),
        "standing": standing,
        "point": point,
        "model": bool(row.book),
    }


def _kind(code: str) -> PlaceKind:
    found = queries.kind(code)
    if found is None:
        zh = f"没有类别“{code}”"
        raise PlaceError("place-kind", zh, f"there is no kind {code}: see /places/kinds")
    return found


@router.get("/places/{pk}", **operation("places.get", "场所", "A place", gives=WholePlaceOut, needs=_SEES))
def place(request: DeskRequest, pk: Key) -> WholePlaceOut:
    """One place with its own history."""
    rows = PLACES.all().select_related("kind", "region", "unit")
    return _whole(the(request.reader, SEE_PLACE, PLACES, rows, pk=pk))


def _whole(found: Place) -> WholePlaceOut:
    changes = queries.changes_of(found)
    became = [
        BecameOut(
            version=change.version,
            became=change.became,
            valid_from=change.valid_from,
            name=change.name,
            region=named(change.region),
            merged_into=change.merged_into_id,
            reason=change.reason,
            at=change.at,
        )
        for change in changes
    ]
    return WholePlaceOut(
        **_place(found, found.pk, changes[0].standing),
        version=found.version,
        unit=named(found.unit) if found.unit else None,
        opened_on=found.opened_on,
        closed_on=found.closed_on,
        merged_into=found.merged_into_id,
        changes=became,
    )


@router.get(
    "/regions/{pk}/places",
    **operation("places.counts", "各类场所数", "How many places there are", gives=RegisterOut, needs=_SEES),
)
def counts(
    request: DeskRequest,
    pk: Key,
    on: Annotated[Day | SkipJsonSchema[None], Field(description="Left out: today")] = None,
) -> RegisterOut:
    """The registers of a region and of each part of it on a day. What is changed later alters no earlier day."""
    reader = request.reader
    region = the(reader, SEE_PLACE, REGIONS, pk=pk)
    day, authority = on or reader.day, reader.authority
    found = queries.overview(region, reader.edition, book=authority.book if authority else "", on=day)
    return RegisterOut(**_counted(found.whole), on=day, parts=[RegionPlacesOut(**_counted(row)) for row in found.parts])


def _counted(row: queries.CountRow) -> dict[str, Any]:
    return {
        "region": named(row.region),
        "counts": [PlaceCountOut(kind=kind.code, places=count) for kind, count in row.counts],
    }


def _about(request: DeskRequest, body: AboutPlaceIn) -> About:
    if (body.lon is None) != (body.lat is None):
        raise PlaceError("place-point", "经纬度都填或都不填", "give both lon and lat, or neither")
    lon, lat = (None if value is None else degrees(repr(value), 180) for value in (body.lon, body.lat))
    point = None if lon is None or lat is None else (lon, lat)
    return About(body.code, _unit(request, body.unit), point)


def _unit(request: DeskRequest, pk: int | None) -> Unit | None:
    if pk is None:
        return None
    mine = within(request.reader, SEE_DIRECTORY, UNITS) | within(request.reader, KEEP_PLACE, UNITS)
    found = mine.filter(pk=pk).first()
    if found is None:
        raise PlaceError("place-unit", "没有这个单位，或不在您的权限范围内", "there is no such unit within your rights")
    return found


@router.post(
    "/places", **operation("places.add", "登记场所", "Enter a place", gives=WholePlaceOut, needs=_KEEPS, writes=True)
)
def add(request: DeskRequest, body: PlaceIn) -> WholePlaceOut:
    """Enter a place in a region whose registers you keep."""
    reader, authority = request.reader, request.reader.authority
    made = actions.add_place(
        kind=_kind(body.kind),
        region=the(reader, KEEP_PLACE, REGIONS, pk=body.region),
        name=body.name,
        on=body.on,
        about=_about(request, body),
        book=authority.book if authority else "",
        by=reader.by,
        at=timezone.now(),
    )
    return _whole(made)


def _kept(request: DeskRequest, pk: int) -> Place:
    rows = PLACES.all().select_related("kind", "region", "unit")
    return the(request.reader, KEEP_PLACE, PLACES, rows, pk=pk)


def _seen(request: DeskRequest, body: PlaceChangeIn) -> dict[str, Any]:
    return {
        "expected_version": body.expected_version,
        "on": body.on,
        "reason": body.reason,
        "by": request.reader.by,
        "at": timezone.now(),
    }


def _changes(name: str, zh: str, en: str) -> dict[str, Any]:
    return operation(name, zh, en, gives=WholePlaceOut, needs=_KEEPS, writes=True)


@router.put("/places/{pk}", **_changes("places.amend", "修改场所信息", "Amend a place"))
def amend(request: DeskRequest, pk: Key, body: AmendPlaceIn) -> WholePlaceOut:
    """Another code, unit or point; all three as they are to be."""
    found = _kept(request, pk)
    return _whole(actions.amend_place(place=found, about=_about(request, body), **_seen(request, body)))


@router.post("/places/{pk}/rename", **_changes("places.rename", "场所更名", "Give a place another name"))
def rename(request: DeskRequest, pk: Key, body: RenamePlaceIn) -> WholePlaceOut:
    """From a day on; registers of earlier days keep the old name."""
    return _whole(actions.rename_place(place=_kept(request, pk), name=body.name, **_seen(request, body)))


@router.post("/places/{pk}/move", **_changes("places.move", "场所划转", "Move a place to another region"))
def move(request: DeskRequest, pk: Key, body: MovePlaceIn) -> WholePlaceOut:
    """From a day on; on earlier days it counts where it was."""
    found = _kept(request, pk)
    region = the(request.reader, KEEP_PLACE, REGIONS, pk=body.region)
    return _whole(actions.move_place(place=found, region=region, **_seen(request, body)))


@router.post("/places/{pk}/merge", **_changes("places.merge", "场所合并", "Merge a place into another"))
def merge(request: DeskRequest, pk: Key, body: MergePlaceIn) -> WholePlaceOut:
    """From a day on; what reached it earlier counts for the other from then on."""
    found = _kept(request, pk)
    return _whole(actions.merge_place(place=found, into=_kept(request, body.into), **_seen(request, body)))


@router.post("/places/{pk}/close", **_changes("places.close", "注销场所", "Close a place"))
def close(request: DeskRequest, pk: Key, body: PlaceChangeIn) -> WholePlaceOut:
    """From a day on; registers of earlier days still have it."""
    return _whole(actions.close_place(place=_kept(request, pk), **_seen(request, body)))


@router.post("/places/{pk}/reopen", **_changes("places.reopen", "恢复场所", "Reopen a place"))
def reopen(request: DeskRequest, pk: Key, body: PlaceChangeIn) -> WholePlaceOut:
    """From a day on, or, where closing it was a mistake, from that day."""
    return _whole(actions.reopen_place(place=_kept(request, pk), **_seen(request, body)))


# -- whole registers -------------------------------------------------------------------------------------------------


@router.post(
    "/registers",
    **operation(
        "places.keep_register",
        "上传底册",
        "Send a register",
        gives=RegisterSheetOut,
        needs=_KEEPS,
        writes=True,
        file=True,
    ),
)
def keep_register(request: DeskRequest, file: File[UploadedFile]) -> RegisterSheetOut:
    """XLSX or CSV, at most 20,000 rows; it is read and kept to be looked at, nothing of it is written yet."""
    content, name = file.read(LARGEST_FILE + 1), (file.name or "")[:200]
    draft = actions.keep_register(content=content, file_name=name, by=request.reader.by, at=timezone.now())
    plan = actions.register_plan(draft, **_reach(request))
    wrong = [fault for item in plan.rows for fault in item.row.faults][:MOST_FAULTS]
    return RegisterSheetOut(
        id=draft.pk,
        file=draft.file_name,
        rows=len(plan.rows),
        new=plan.counts["new"],
        changed=plan.counts["change"],
        same=plan.counts["same"],
        faults=plan.counts["fault"],
        told=[RegisterFaultOut(cell=fault.cell, message=fault.said) for fault in wrong],
        shown=plan.digest,
    )


@router.post(
    "/registers/{draft}/take",
    **operation(
        "places.take_register",
        "写入底册",
        "Take a register in",
        gives=RegisterTakenOut,
        needs=_KEEPS,
        writes=True,
    ),
)
def take_register(request: DeskRequest, draft: Key, body: TakeRegisterIn) -> RegisterTakenOut:
    """All that was shown and is not at fault, or nothing."""
    found = own_draft(request.reader, draft)
    told: dict[str, Any] = {"by": request.reader.by, "at": timezone.now()}
    counts = actions.take_register(draft=found, shown=body.shown, on=body.on, **_reach(request), **told)
    return RegisterTakenOut(new=counts["new"], changed=counts["change"])


def _reach(request: DeskRequest) -> dict[str, Any]:
    """What an import of this reader may touch."""
    reader = request.reader
    return {
        "regions": within(reader, KEEP_PLACE, REGIONS),
        "units": within(reader, SEE_DIRECTORY, UNITS) | within(reader, KEEP_PLACE, UNITS),
        "book": reader.authority.book if reader.authority else "",
    }


@router.get(
    "/campaigns/{pk}/coverage",
    **operation("activities.coverage", "五进覆盖", "What was covered", gives=CoverageOut, needs=(SEE_CAMPAIGN,)),
)
def covered(
    request: DeskRequest,
    pk: Key,
    region: Annotated[Key | SkipJsonSchema[None], Field(description="Left out: the campaign's own")] = None,
) -> CoverageOut:
    """Distinct places reached ÷ the register, by kind of place, at a region and each part of it."""
    campaign, at = covered_part(request.reader, pk, region)
    found = coverage(campaign, at)
    seen = {item.pk for item in visible_parts(request.reader, campaign, [row.region for row in found.parts])}
    return CoverageOut(
        **_covered(found.whole),
        on=found.on,
        known=found.known,
        off_register=found.off_register,
        parts=[CoveredOut(**_covered(row)) for row in found.parts if row.region.pk in seen],
    )


def _covered(row: NodeRow) -> dict[str, Any]:
    shares = [
        CoveredShareOut(kind=share.kind.code, reached=share.reached, places=share.places, rate=share.rate)
        for share in row.shares
    ]
    return {"region": named(row.region), "shares": shares, "events": row.events, "unplaced": row.unplaced}
