"""What campaigns add up to, what makes each number, and facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import (
    Instant,
    Key,
    Line,
    Listing,
    NamedOut,
    RangeOut,
    Small,
    Stretch,
    listed,
    named,
    range_out,
)
from bihuan.campaigns.access import SEE_CAMPAIGN, campaign, campaigns, part
from bihuan.org.access import NotThere, within
from bihuan.org.gate import DeskRequest
from bihuan.reports import queries
from bihuan.reports.access import SEE_SUBMISSION, SUBMISSIONS
from bihuan.reports.queries.campaigns import AsOf, making_page, row_of

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.reports.queries.campaigns import Cell, Number
    from bihuan.reports.queries.facts import Behind

router = Router()
_SEES = (SEE_CAMPAIGN,)
_MOMENT = Field(default=None, description="A past moment; left out: now")


class CampaignOut(BaseModel):
    """A period with a theme, in a region and all below it."""

    id: int
    name: str
    theme: str
    region: NamedOut
    first: dt.date
    last: dt.date
    model: bool = Field(description="Model data, not real ones")


class CampaignListing(Listing[CampaignOut]):
    pass


class CellNumberOut(BaseModel):
    """One number of a cell. Nothing filed (`known` is false) is not zero."""

    what: Literal["statement", "total", "remainder"]
    printed: str
    known: bool
    value: RangeOut | None


class CellOut(BaseModel):
    """What a unit claims, what the records add up to, and the difference, at a place."""

    region: NamedOut
    numbers: list[CellNumberOut]
    records: int = Field(description="How many records there are")
    remarks: list[str]


class RowOut(BaseModel):
    """One row: some measures that were given together, beside each place."""

    row: str = Field(description="What names the row: banners,exhibition_boards:条,块")
    name: str
    measures: list[str]
    classifiers: list[str]
    cells: list[CellOut]


class TotalsOut(CampaignOut):
    """All that a campaign counts. The campaign's own place is the first of each row's cells."""

    as_of: int | None = Field(description="The position in the chain of history; null: now")
    rows: list[RowOut]


class QuoteOut(BaseModel):
    before: str
    text: str
    after: str


class RecordOut(BaseModel):
    """A figure behind a number, down to the words that it was read from."""

    printed: str
    kind: str
    place: str
    days: str
    occasion: str
    version: int
    model: bool
    submission: int | None = Field(description="The report that it comes from, where you see it")
    hidden: bool = Field(description="It comes from a report that you do not see")
    quote: QuoteOut | None


class MakingOut(BaseModel):
    """What makes the numbers of a row at a place."""

    cell: CellOut
    statement: RecordOut | None
    records: list[RecordOut]
    count: int = Field(description="How many records there are in all")
    elsewhere: int = Field(description="How many of them are of places that are not yours, and are not shown")
    joint: list[str] = Field(description="Occasions of several places, which count once")
    next: int | None = Field(description="`after` for the next records; null: these were the last")


class MakingQuery(BaseModel):
    row: Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00:]+:[^\x00:]*$")] = Field(
        description="`row` of the totals"
    )
    at: Instant | SkipJsonSchema[None] = _MOMENT
    after: Small = Field(default=0, ge=0, le=2**62, description="`next` of the answer before")


class MeasureOut(BaseModel):
    code: str
    name: str


class MeasuresOut(BaseModel):
    items: list[MeasureOut]


class TraitOut(BaseModel):
    name: str
    words: str


class ChangedOut(BaseModel):
    """How a figure behind a fact differs from what it was."""

    old: str | None
    new: str | None
    who: str
    at: dt.datetime


class FactOut(BaseModel):
    """A number as a paper printed it, and whether it still holds."""

    id: str
    printed: str
    value: RangeOut
    unit: str
    as_of: int = Field(description="The position in the chain of history at which it was frozen")
    digest: str
    model: bool
    verdict: str = Field(description="holds, superseded or broken")
    verdict_words: str
    changes: list[ChangedOut]
    definition: list[TraitOut]
    records: list[RecordOut]
    elsewhere: int = Field(description="How many records are of places that are not yours, and are not shown")


@router.get(
    "/campaigns",
    **operation("campaigns.list", "活动", "The campaigns that concern you", gives=CampaignListing, needs=_SEES),
)
def all_campaigns(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first."""
    return listed(campaigns(request.reader), "-period_start", "-pk", stretch=stretch, out=_campaigns)


def _campaigns(rows: list[Campaign]) -> Iterator[CampaignOut]:
    return (CampaignOut(**_campaign(row)) for row in rows)


def _campaign(row: Campaign) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "theme": row.theme,
        "region": named(row.region),
        "first": row.period_start,
        "last": row.period_end,
        "model": bool(row.book),
    }


@router.get(
    "/campaigns/{pk}",
    **operation("reports.totals", "活动合计", "What a campaign adds up to", gives=TotalsOut, needs=_SEES),
)
def totals(
    request: DeskRequest,
    pk: Key,
    at: Annotated[Instant | SkipJsonSchema[None], Field(description="A past moment; left out: now")] = None,
    words: Line = "",
) -> TotalsOut:
    """Each measure beside the campaign's place and those below it. `words` narrows the rows by the measures' names."""
    found = campaign(request.reader, pk)
    page = queries.campaign_page(request.reader, found, as_of=_as_of(at), words=words.strip())
    rows = [
        RowOut(
            row=line.text,
            name=line.name,
            measures=list(line.key.measures),
            classifiers=list(line.key.classifiers),
            cells=[_cell(cell) for cell in line.cells],
        )
        for line in page.lines
    ]
    return TotalsOut(**_campaign(found), as_of=page.as_of.position, rows=rows)


def _as_of(at: dt.datetime | None) -> AsOf:
    return AsOf.read(at.isoformat() if at else "")


def _cell(cell: Cell) -> CellOut:
    numbers = [_number(item) for item in cell.numbers]
    return CellOut(region=named(cell.region), numbers=numbers, records=cell.records, remarks=list(cell.remarks))


def _number(item: Number) -> CellNumberOut:
    value = range_out(item.value) if item.value else None
    return CellNumberOut(what=item.what, printed=item.printed, known=item.known, value=value)


@router.get(
    "/campaigns/{pk}/regions/{region}",
    **operation("reports.making", "一个数由什么构成", "What makes a number", gives=MakingOut, needs=_SEES),
)
def making(request: DeskRequest, pk: Key, region: Key, wish: Query[MakingQuery]) -> MakingOut:
    """The statement and the records behind a row at a place, each with the words it was read from."""
    reader = request.reader
    found = campaign(reader, pk)
    row = row_of(wish.row)
    page = row and making_page(
        reader,
        found,
        part(reader, found, region),
        row,
        as_of=_as_of(wish.at),
        among=within(reader, SEE_SUBMISSION, SUBMISSIONS),
        after=wish.after,
    )
    if not page:
        raise NotThere
    return MakingOut(
        cell=_cell(page.cell),
        statement=_record(page.statement) if page.statement else None,
        records=[_record(item) for item in page.records],
        count=page.count,
        elsewhere=page.elsewhere,
        joint=[str(item) for item in page.joint],
        next=page.next_after,
    )


def _record(item: Behind) -> RecordOut:
    quote = item.quote
    return RecordOut(
        printed=item.printed,
        kind=item.kind,
        place=item.place,
        days=item.days,
        occasion=item.occasion,
        version=item.version,
        model=bool(item.book),
        submission=item.submission,
        hidden=item.hidden,
        quote=QuoteOut(before=quote.before, text=quote.text, after=quote.after) if quote else None,
    )


@router.get(
    "/measures",
    **operation("figures.measures", "指标目录", "What is counted", gives=MeasuresOut, needs=(SEE_CAMPAIGN,)),
)
def measures(request: DeskRequest) -> MeasuresOut:
    """The codes that totals, facts and corrections name."""
    return MeasuresOut(items=[MeasureOut(code=code, name=name) for code, name in queries.names_of_measures().items()])


@router.get(
    "/facts/{public_id}",
    **operation("reports.fact", "公文中的一个数", "A number of a paper", gives=FactOut, needs=(SEE_SUBMISSION,)),
)
def fact(
    request: DeskRequest, public_id: Annotated[str, StringConstraints(max_length=16, pattern=r"^[0-9A-Za-z_\-]+$")]
) -> FactOut:
    """Value, definition, the records behind it, and whether it still holds."""
    page = queries.fact_page(
        public_id, reader=request.reader, among=within(request.reader, SEE_SUBMISSION, SUBMISSIONS)
    )
    if page is None:
        raise NotThere
    return FactOut(
        id=page.fact.public_id,
        printed=page.fact.printed,
        value=range_out(page.fact.value),
        unit=page.fact.unit,
        as_of=page.fact.as_of,
        digest=page.fact.digest,
        model=page.model,
        verdict=page.verdict,
        verdict_words=page.verdict_words,
        changes=[ChangedOut(old=item.old, new=item.new, who=item.who, at=item.at) for item in page.changes],
        definition=[TraitOut(name=item.name, words=item.words) for item in page.definition],
        records=[_record(item) for item in page.records],
        elsewhere=page.elsewhere,
    )
