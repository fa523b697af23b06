"""Monthly bulletins: the list, one, the matters behind a number, freezing one, writing it as a paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import ActorOut, In, Instant, Key, Line, Listing, NamedOut, Stretch, actors, listed, named
from bihuan.campaigns.access import campaign
from bihuan.documents.access import DRAFT_PAPER
from bihuan.lib.words import say
from bihuan.org.access import NotThere, the, within
from bihuan.org.gate import DeskRequest
from bihuan.supervision import access, actions, queries
from bihuan.supervision.bulletin_rules import COUNTS, Month, Openness, percent
from bihuan.supervision.queries.bulletins import Asked
from bihuan.supervision.queries.bulletins import listed as with_names

if TYPE_CHECKING:
    from bihuan.org.models import Region
    from bihuan.supervision.models import Bulletin, BulletinItem

router = Router()
_SEES = (access.SEE_BULLETIN,)
MonthText = Annotated[
    str, StringConstraints(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"), Field(description="2023-06")
]
CountName = Annotated[Literal[COUNTS], Field(description="Which number: total, due, done, overdue, red …")]  # type: ignore[valid-type]


class BulletinOut(BaseModel):
    """A month of a campaign, frozen."""

    id: int
    campaign: NamedOut
    region: NamedOut
    month: str
    version: int
    cut_off: dt.datetime
    as_of: int = Field(description="The position in the chain of history up to which steps count")
    digest: str
    model: bool = Field(description="Model data, not real ones")
    frozen_by: ActorOut | None
    frozen_at: dt.datetime


class BulletinListing(Listing[BulletinOut]):
    pass


class BulletinRowOut(BaseModel):
    """The numbers of a unit, or of all together (`unit` is null)."""

    unit: NamedOut | None
    counts: dict[str, int]
    notices: int
    rate: str | None = Field(description="Done ÷ due in percent; null: nothing was due")
    rate_before: str | None = Field(description="Of the month before")
    rank: int | None


class BulletinChangeOut(BaseModel):
    """What became of a matter since the month before."""

    kind: str
    matter: int
    title: str
    unit: NamedOut


class BulletinTableOut(BaseModel):
    rows: list[BulletinRowOut]
    changes: list[BulletinChangeOut]
    unassigned: int = Field(description="Matters that were nobody's yet; they count nowhere")


class WholeBulletinOut(BulletinOut):
    """With its rows, and what became of matters since the month before."""

    table: BulletinTableOut
    newest: int = Field(description="The newest version of the month")
    papers: list[int] = Field(description="The papers that were made of it")


class BulletinCheckOut(BaseModel):
    """Whether it still is what its sealed steps give."""

    holds: bool
    because: str


class BulletinMatterOut(BaseModel):
    """A matter as it stood at the cut-off."""

    matter: int
    title: str
    unit: NamedOut
    stage: str
    due_on: dt.date | None
    original_due_on: dt.date | None
    answered_on: dt.date | None
    days_late: int
    light: str
    reason: str
    progress: int | None
    account: str
    counted: list[str]


class BulletinMatterListing(Listing[BulletinMatterOut]):
    pass


class BulletinAskedIn(In):
    """Of what a bulletin is asked. `region`: left out: the campaign's own."""

    month: MonthText
    cut_off: Instant
    region: Key | None = None
    ranking_basis: Line = Field(default="", description="The upper paper that asks for a ranking; empty: none")


class BulletinPaperIn(In):
    openness: Openness = Field(description="open: for the public, without reasons; on_request, closed: for the inside")
    basis: Line = Field(default="", description="The article on which that rests; empty: the usual one")


class BulletinPaperOut(BaseModel):
    paper: int


@router.get(
    "/bulletins",
    **operation("supervision.bulletins", "月度通报", "Monthly bulletins", gives=BulletinListing, needs=_SEES),
)
def bulletins(
    request: DeskRequest,
    stretch: Query[Stretch],
    campaign: Annotated[Key | SkipJsonSchema[None], Field(description="Of this campaign alone")] = None,
) -> dict[str, Any]:
    """The newest month first."""
    found = with_names(within(request.reader, access.SEE_BULLETIN, access.BULLETINS))
    if campaign is not None:
        found = found.filter(campaign=campaign)
    return listed(found, "-month", "-pk", stretch=stretch, out=_bulletins)


def _bulletins(rows: list[Bulletin]) -> Iterator[BulletinOut]:
    people = actors(row.by for row in rows)
    return (BulletinOut(**_bulletin(row, people.get(row.by))) for row in rows)


def _bulletin(row: Bulletin, by: ActorOut | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "campaign": named(row.campaign),
        "region": named(row.region),
        "month": str(Month(row.month)),
        "version": row.version,
        "cut_off": row.cut_off,
        "as_of": row.as_of,
        "digest": row.digest,
        "model": bool(row.book),
        "frozen_by": by,
        "frozen_at": row.at,
    }


def _one(request: DeskRequest, pk: int) -> Bulletin:
    rows = with_names(access.BULLETINS.all())
    return the(request.reader, access.SEE_BULLETIN, access.BULLETINS, rows, pk=pk)


@router.get(
    "/bulletins/{pk}",
    **operation("supervision.bulletin", "一份通报", "A bulletin", gives=WholeBulletinOut, needs=_SEES),
)
def bulletin(request: DeskRequest, pk: Key) -> WholeBulletinOut:
    """Units by number, in the order of the bulletin; the last row is all together."""
    return _whole(_one(request, pk))


def _whole(row: Bulletin) -> WholeBulletinOut:
    table = queries.table(queries.asked_of(row), queries.stored(row), row.previous, ranked=bool(row.ranking_basis))
    return WholeBulletinOut(
        **_bulletin(row, actors([row.by]).get(row.by)),
        table=_table(table, row.unassigned),
        newest=queries.newest(row).pk,
        papers=list(row.papers.order_by("pk").values_list("document_id", flat=True)),
    )


def _table(table: queries.Table, unassigned: int) -> BulletinTableOut:
    rows = [
        BulletinRowOut(
            unit=named(line.unit) if line.unit else None,
            counts=dict(line.row.counts),
            notices=line.row.notices,
            rate=None if line.row.rate is None else percent(line.row.rate),
            rate_before=percent(line.before.rate) if line.before and line.before.rate is not None else None,
            rank=line.rank,
        )
        for line in (*table.lines, table.all)
    ]
    changes = [
        BulletinChangeOut(kind=item.kind, matter=item.matter, title=item.title, unit=named(table.units[item.unit]))
        for item in table.changes
    ]
    return BulletinTableOut(rows=rows, changes=changes, unassigned=unassigned)


class BehindQuery(BaseModel):
    count: CountName = "total"
    unit: Key | SkipJsonSchema[None] = Field(default=None, description="Left out: of all units")


@router.get(
    "/bulletins/{pk}/matters",
    **operation(
        "supervision.bulletin_matters",
        "通报中一个数背后的事项",
        "The matters behind a number of a bulletin",
        gives=BulletinMatterListing,
        needs=_SEES,
    ),
)
def matters(request: DeskRequest, pk: Key, wish: Query[BehindQuery], stretch: Query[Stretch]) -> dict[str, Any]:
    """As they stood at the cut-off."""
    found = queries.behind(_one(request, pk), unit=wish.unit, count=wish.count).select_related("unit")
    return listed(found, "pk", stretch=stretch, out=_matters)


def _matters(rows: list[BulletinItem]) -> Iterator[BulletinMatterOut]:
    return (
        BulletinMatterOut(
            matter=row.matter_id,
            title=row.title,
            unit=named(row.unit),
            stage=row.stage,
            due_on=row.due_on,
            original_due_on=row.original_due_on,
            answered_on=row.answered_on,
            days_late=row.days_late,
            light=row.light,
            reason=row.reason,
            progress=row.progress,
            account=row.account,
            counted=row.counted,
        )
        for row in rows
    )


@router.get(
    "/bulletins/{pk}/check",
    **operation("supervision.check_bulletin", "重新核算", "Compute it again", gives=BulletinCheckOut, needs=_SEES),
)
def check(request: DeskRequest, pk: Key) -> BulletinCheckOut:
    """From the steps of matters as they were sealed when it was made."""
    wrong = queries.broken(_one(request, pk))
    return BulletinCheckOut(holds=wrong is None, because=say(*wrong) if wrong else "")


def _asked(request: DeskRequest, pk: int, body: BulletinAskedIn) -> Asked:
    found = campaign(request.reader, pk)
    allowed = {item.pk: item for item in access.regions_to_tell_of(request.reader, found)}
    region: Region | None = allowed.get(body.region or found.region_id)
    if region is None:
        raise NotThere
    month = Month(dt.date.fromisoformat(f"{body.month}-01"))
    return actions.asked(campaign=found, region=region, month=month, cut_off=body.cut_off, at=timezone.now())


@router.post(
    "/campaigns/{pk}/bulletins/preview",
    **operation(
        "supervision.preview_bulletin",
        "预览通报",
        "What a bulletin would say",
        gives=BulletinTableOut,
        needs=(access.MAKE_BULLETIN,),
        writes=True,
    ),
)
def preview(request: DeskRequest, pk: Key, body: BulletinAskedIn) -> BulletinTableOut:
    """Nothing is written."""
    asked = _asked(request, pk, body)
    said = queries.compute(asked)
    table = queries.table(asked, said, queries.month_before(asked), ranked=bool(body.ranking_basis))
    return _table(table, said.unassigned)


@router.post(
    "/campaigns/{pk}/bulletins",
    **operation(
        "supervision.freeze_bulletin",
        "定稿通报",
        "Freeze a bulletin",
        gives=WholeBulletinOut,
        needs=(access.MAKE_BULLETIN,),
        writes=True,
    ),
)
def freeze(request: DeskRequest, pk: Key, body: BulletinAskedIn) -> WholeBulletinOut:
    """What had been done by the cut-off. Where nothing differs from the newest version, that one is the answer."""
    asked = _asked(request, pk, body)
    made = actions.freeze(
        campaign=asked.campaign,
        region=asked.region,
        month=asked.month,
        cut_off=asked.cut_off,
        ranking_basis=body.ranking_basis,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _whole(_one(request, made.pk))


@router.post(
    "/bulletins/{pk}/papers",
    **operation(
        "supervision.write_bulletin",
        "通报拟成公文",
        "Draft a bulletin as a paper",
        gives=BulletinPaperOut,
        needs=(DRAFT_PAPER,),
        writes=True,
    ),
)
def write(request: DeskRequest, pk: Key, body: BulletinPaperIn) -> BulletinPaperOut:
    """For the public or for the inside. The same again gives the paper that is there."""
    found = _one(request, pk)
    the(request.reader, DRAFT_PAPER, access.BULLETINS, pk=pk)
    by, at = request.reader.by, timezone.now()
    paper = actions.write_paper(bulletin=found, openness=body.openness, basis=body.basis, by=by, at=at)
    return BulletinPaperOut(paper=paper.pk)
