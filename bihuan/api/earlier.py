"""A campaign beside earlier years; their values, loaded by a program; what the rules ask about, and the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.api.fields import (
    In,
    Key,
    Line,
    Listing,
    NamedOut,
    RangeOut,
    Small,
    Stretch,
    Version,
    listed,
    named,
    range_out,
)
from bihuan.campaigns.access import SEE_CAMPAIGN, campaign, part
from bihuan.figures import actions as figures
from bihuan.org.access import REGIONS, NotThere, may, within
from bihuan.org.gate import DeskRequest
from bihuan.reports import actions
from bihuan.reports.access import ANSWER_DOUBT, LOAD_PAST
from bihuan.reports.past_rows import FIRST_YEAR, LAST_YEAR, PastRow, given_row
from bihuan.reports.queries.campaigns import doubt_page, row_of
from bihuan.reports.queries.earlier import earlier_page
from bihuan.reports.queries.past import loaded, past_values, regions_of

if TYPE_CHECKING:
    from bihuan.figures.models import Revision
    from bihuan.reports.queries.campaigns import DoubtLine
    from bihuan.reports.queries.earlier import Compared, YearNumber

router = Router()
_SEES, _LOADS, _ANSWERS = (SEE_CAMPAIGN,), (LOAD_PAST,), (ANSWER_DOUBT,)
MOST_ROWS = 500  # of one call
RowText = Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00:]+:[^\x00:]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]


class YearNumberOut(BaseModel):
    """The number of one year. `whole`: whether all there is to it is in it."""

    year: int
    first: dt.date
    last: dt.date
    printed: str
    value: RangeOut
    basis: str = Field(description="stated, parts, closed, stated-part or records: on what it stands")
    whole: bool
    campaign: int | None = Field(description="The campaign of that year, where there was one")


class ComparedOut(BaseModel):
    """A row over the years. Where `change` is null, `because` says why."""

    row: str
    name: str
    now: YearNumberOut | None
    change: str | None = Field(description="Against the year before, in words; of a running campaign by the same days")
    because: str
    high: str = Field(description="yes, no, unproven or no-years: whether it is strictly above every year in store")
    rests_on: str = Field(description="The years in store, in words")
    years: list[YearNumberOut] = Field(description="All earlier ones, the newest first")


class EarlierOut(BaseModel):
    """A campaign's rows at a place beside earlier years."""

    region: NamedOut
    year: int
    until: dt.date | None = Field(description="The day up to which a running campaign is compared; null: it is over")
    rows: list[ComparedOut]


class EarlierQuery(BaseModel):
    region: Small = Field(default=0, ge=0, le=2**62, description="A place of the campaign; 0: its own")


class PastOut(BaseModel):
    """A value of an earlier year that was loaded: a statement, which never adds up."""

    id: int = Field(description="Of its figure")
    version: int
    name: str
    region: NamedOut
    first: dt.date
    last: dt.date
    printed: str
    value: RangeOut
    file: str
    row: str
    paper: str
    model: bool = Field(description="Model data, not real ones")


class PastListing(Listing[PastOut]):
    pass


class PastValueIn(In):
    """A value as a table has it, in the words of the paper."""

    region: Annotated[Line, StringConstraints(min_length=1, max_length=60)] = Field(description="Name or division code")
    measure: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = Field(
        description="Name or code; several that were counted together with 、 between them"
    )
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    period: Annotated[Line, StringConstraints(max_length=40)] = Field(
        default="",
        description="全年, 6月, 上半年, 二季度 or 6月1日至6月30日; left out: the campaign's own days in that year",
    )
    value: Annotated[Line, StringConstraints(min_length=1, max_length=40)] = Field(description="2000, 6万余, 近1.5万")
    unit: Annotated[Line, StringConstraints(max_length=20)] = ""
    paper: Annotated[Line, StringConstraints(min_length=1, max_length=200)] = Field(description="The source it cites")
    replace: bool = Field(default=False, description="It holds where another value is in store")


class PastIn(In):
    source: Annotated[Line, StringConstraints(min_length=1, max_length=100)] = Field(
        description="What the sender calls this delivery; stands where a table has the name of its file"
    )
    values: Annotated[list[PastValueIn], Field(min_length=1, max_length=MOST_ROWS)]


class PastRowOut(BaseModel):
    """What came of one value."""

    at: int = Field(description="Its place in `values`, from 0")
    state: str = Field(description="new, replace, same, or conflict: nothing was written, another value is in store")
    there: str = Field(description="What is in store and differs; else empty")


class PastTakenOut(BaseModel):
    rows: list[PastRowOut]


class PastBackIn(In):
    expected_version: Version
    reason: Sentence


class DoubtAnswerOut(BaseModel):
    text: str
    by: str
    holds: bool = Field(description="It was given for the numbers of now")


class DoubtOut(BaseModel):
    """A number that a rule asks about. Nothing is blocked by it."""

    rule: str
    words: str
    source: str = Field(description="On what the rule rests")
    row: str
    name: str
    region: NamedOut
    seen: str = Field(description="The numbers it is about: an answer is for them")
    open: bool
    answer: DoubtAnswerOut | None
    yours: bool = Field(description="Whether you may answer")


class DoubtsOut(BaseModel):
    items: list[DoubtOut]


class DoubtAnswerIn(In):
    rule: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,60}$")]
    row: RowText
    seen: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    text: Sentence


class AnsweredOut(BaseModel):
    """An answer was kept."""

    state: Literal["answered"] = "answered"


@router.get(
    "/campaigns/{pk}/earlier",
    **operation("reports.earlier", "与往年比", "A campaign beside earlier years", gives=EarlierOut, needs=_SEES),
)
def earlier(request: DeskRequest, pk: Key, wish: Query[EarlierQuery]) -> EarlierOut:
    """Each row at a place: this year, the change on the year, whether it is the highest there was, and on what that
    rests."""
    found = campaign(request.reader, pk)
    region = part(request.reader, found, wish.region) if wish.region else found.region
    page = earlier_page(request.reader, found, region, today=request.reader.day)
    rows = [_compared(line) for line in page.lines]
    return EarlierOut(region=named(region), year=page.year, until=page.until, rows=rows)


def _compared(line: Compared) -> ComparedOut:
    return ComparedOut(
        row=line.text,
        name=line.name,
        now=_year(line.now) if line.now else None,
        change=line.change or None,
        because=line.because,
        high=str(line.high),
        rests_on=line.rests_on,
        years=[_year(item) for item in line.years],
    )


def _year(item: YearNumber) -> YearNumberOut:
    held = item.held
    return YearNumberOut(
        year=item.year,
        first=held.period[0],
        last=held.period[1],
        printed=item.printed,
        value=range_out(held.value),
        basis=str(held.basis),
        whole=held.whole,
        campaign=item.campaign,
    )


@router.get(
    "/campaigns/{pk}/past",
    **operation("reports.past", "往年数据", "Values of earlier years", gives=PastListing, needs=_SEES),
)
def past(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """Those that were loaded for the campaign's own place and for yours, the newest periods first."""
    found = campaign(request.reader, pk)
    rows = loaded(found, regions_of(found, within(request.reader, SEE_CAMPAIGN, REGIONS)))
    return listed(rows, "-period_end", "-pk", stretch=stretch, out=_past)


def _past(rows: list[Revision]) -> Iterator[PastOut]:
    for item, told in zip(rows, past_values(rows, mine=frozenset()), strict=True):
        source = told.source.loaded
        yield PastOut(
            id=item.figure_id,
            version=item.version,
            name=told.name,
            region=named(item.region),
            first=item.period_start,
            last=item.period_end,
            printed=item.printed,
            value=range_out(item.value),
            file=source.file if source else "",
            row=source.row if source else "",
            paper=source.paper if source else "",
            model=bool(item.figure.book),
        )


@router.post(
    "/campaigns/{pk}/past",
    **operation(
        "reports.load_past",
        "载入往年数据",
        "Load values of earlier years",
        gives=PastTakenOut,
        needs=_LOADS,
        writes=True,
    ),
)
def load_past(request: DeskRequest, pk: Key, body: PastIn) -> PastTakenOut:
    """The same again writes nothing. Where another value is in store, both stand in the answer and nothing is written
    unless the value says `replace`. One at fault, and none is written."""
    found = campaign(request.reader, pk)
    rows: list[PastRow] = []
    for number, item in enumerate(body.values):
        values = item.model_dump(exclude={"replace", "year"}) | {"year": str(item.year)}
        rows.append(given_row(values, number))
    plan = actions.load_past(
        campaign=found,
        rows=rows,
        source=body.source,
        taken_over={row.key for row, item in zip(rows, body.values, strict=True) if item.replace},
        regions=within(request.reader, LOAD_PAST, REGIONS),
        today=request.reader.day,
        by=request.reader.by,
        at=timezone.now(),
    )
    return PastTakenOut(
        rows=[
            PastRowOut(
                at=number,
                state=str(item.state),
                there=item.there.printed if item.there and item.state in ("conflict", "replace") else "",
            )
            for number, item in enumerate(plan.rows)
        ]
    )


@router.post(
    "/campaigns/{pk}/past/{figure}/withdraw",
    **operation(
        "reports.withdraw_past", "撤回往年值", "Take a loaded value back", gives=AnsweredOut, needs=_LOADS, writes=True
    ),
)
def withdraw_past(request: DeskRequest, pk: Key, figure: Key, body: PastBackIn) -> AnsweredOut:
    """Its history stays; it may be loaded again."""
    found = campaign(request.reader, pk)
    item = loaded(found, within(request.reader, LOAD_PAST, REGIONS)).filter(figure=figure).first()
    if item is None:
        raise NotThere
    actions.withdraw_past(
        figure=item.figure,
        expected_version=body.expected_version,
        reason=body.reason,
        by=request.reader.by,
        at=timezone.now(),
    )
    return AnsweredOut()


@router.get(
    "/campaigns/{pk}/doubts",
    **operation("reports.doubts", "可疑数据", "Numbers in doubt", gives=DoubtsOut, needs=_SEES),
)
def doubts(request: DeskRequest, pk: Key) -> DoubtsOut:
    """What the rules ask about the numbers that you see, and what was answered; the open ones first."""
    found = campaign(request.reader, pk)
    page = doubt_page(request.reader, found, answering=within(request.reader, ANSWER_DOUBT, REGIONS))
    return DoubtsOut(items=[_doubt(line) for line in page.doubts])


def _doubt(line: DoubtLine) -> DoubtOut:
    doubt, answer = line.doubt, line.doubt.answer
    return DoubtOut(
        rule=doubt.rule.code,
        words=doubt.words,
        source=doubt.rule.source,
        row=line.row,
        name=line.name,
        region=named(doubt.region),
        seen=doubt.seen,
        open=doubt.open,
        answer=DoubtAnswerOut(text=answer.text, by=line.by, holds=answer.holds) if answer else None,
        yours=line.may_answer,
    )


@router.post(
    "/campaigns/{pk}/regions/{region}/doubts",
    **operation(
        "reports.answer_doubt", "说明可疑的数", "Answer for a number in doubt", gives=AnsweredOut, needs=_ANSWERS,
        writes=True,
    ),
)  # fmt: skip
def answer_doubt(request: DeskRequest, pk: Key, region: Key, body: DoubtAnswerIn) -> AnsweredOut:
    """Say in a sentence why it is right, or what will be done. The answer holds for the numbers it was given for."""
    found = campaign(request.reader, pk)
    place = part(request.reader, found, region)
    row = row_of(body.row)
    if row is None or not may(request.reader, ANSWER_DOUBT, place):
        raise NotThere
    figures.answer_doubt(
        region=place,
        period=found.period,
        book=found.book,
        rule=body.rule,
        row=row,
        seen=body.seen,
        text=body.text,
        by=request.reader.by,
        at=timezone.now(),
    )
    return AnsweredOut()
