"""Matters that go round a closed loop: the ledger, its counts, what waits for the person, one matter with its steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation, with_files
from bihuan.api.fields import Day, Key, Line, Listing, NamedOut, Stretch, named
from bihuan.api.refusals import BadCursor
from bihuan.components.downloads import TYPES
from bihuan.loop import desk, kinds, ledger_page, queries, scopes
from bihuan.loop.access import DO_MATTER, SEE_MATTER, reach, the_matter
from bihuan.loop.flows import Effect, Hand, Light
from bihuan.loop.matter_page import Happening, MatterPage, state_words
from bihuan.loop.queries.ledger import OPEN, Wish
from bihuan.loop.views.ledger import workbook
from bihuan.loop.views.matter import file_answer
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.loop.models import Evidence, Extension, Matter

router = Router()
_LOOKS = (SEE_MATTER, DO_MATTER)
Lamp = Literal["", "green", "blue", "yellow", "orange", "red"]
Word = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_:]*$")]


class StateOut(BaseModel):
    """A state of its flow."""

    name: str
    words: str
    over: bool = Field(description="The loop has ended there")


class MatterOut(BaseModel):
    """One matter in a list."""

    id: int
    version: int
    key: str = Field(description="Made by whoever registered it; the same for ever")
    flow: str
    title: str
    scope: str = Field(description="What it belongs to, such as campaign:3; empty: nothing")
    state: StateOut
    light: Lamp
    due_on: dt.date | None
    original_due_on: dt.date | None = Field(description="The first due day, kept beside what it was moved to")
    provisional: bool = Field(description="Counted by Monday to Friday: the official calendar is not out yet")
    unit: NamedOut | None = Field(description="The responsible unit")
    owner: NamedOut | None
    keeper: NamedOut = Field(description="The unit whose loop it is")
    progress: int
    model: bool = Field(description="Model data, not real ones")


class MatterListing(Listing[MatterOut]):
    pass


class CountOut(BaseModel):
    """How many there are of a state and a light."""

    state: str
    light: Lamp
    count: int
    more: bool = Field(description="There are more than `count`: a search by days stops counting there")


class CountsOut(BaseModel):
    """Exact, unless `more` says otherwise."""

    counts: list[CountOut] | None = Field(description="null: a search by words finds more than is counted")


class DutyOut(BaseModel):
    """A matter that waits for the person."""

    matter: MatterOut
    side: Hand
    words: str = Field(description="What to do with it")
    by: dt.date | None
    rung: int = Field(description="How far up the ladder of escalation it is")


class DutiesOut(BaseModel):
    """The gravest first, then by date; at most a hundred of each kind."""

    items: list[DutyOut]


class OfferOut(BaseModel):
    """A verb that the person can do now."""

    verb: str
    words: str
    effect: Effect
    reason: bool = Field(description="It wants a text")
    because: str | None = Field(description="Why this person may not; null: they may")


class PieceOut(BaseModel):
    """Evidence. A file is at /matters/{id}/evidence/{piece}."""

    id: int
    kind: str
    name: str
    text: str
    size: int
    sha256: str


class ToldOut(BaseModel):
    """Who was told that a rung was reached."""

    name: str
    stands_in: bool


class StepOut(BaseModel):
    """One step, for ever."""

    version: int
    cycle: int
    verb: str
    words: str
    by: str = Field(description="The identity that history keeps: person:17, system:loop")
    who: str
    at: dt.datetime
    source: str
    target: str
    light: Lamp
    text: str
    values: dict[str, Any] = Field(description="What it set, and the rule and dates that it used")
    evidence: list[PieceOut]
    told: list[ToldOut]


class StepsOut(BaseModel):
    """The newest first."""

    items: list[StepOut]


class ExtensionOut(BaseModel):
    """A wish for more time that waits."""

    asked_by: str
    until: dt.date
    reason: str
    decide_by: dt.date


class WholeMatterOut(MatterOut):
    """A matter with its people, and what the person may do with it."""

    demand: str
    section: NamedOut | None
    leader: NamedOut | None
    assisting: list[NamedOut]
    check_on: dt.date | None
    light_reason: str
    belongs_to: str = Field(description="The name of what it belongs to")
    asked: ExtensionOut | None
    offers: list[OfferOut]


class LedgerFilter(BaseModel):
    """What the ledger is narrowed down by."""

    state: Word = Field(default=OPEN, description="A state of a flow, `open`, `ended`, or `all`")
    light: Lamp = ""
    scope: Word = ""
    flow: Word = ""
    unit: Key | SkipJsonSchema[None] = None
    region: Key | SkipJsonSchema[None] = Field(default=None, description="A region and all below it")
    due_from: Day | SkipJsonSchema[None] = None
    due_to: Day | SkipJsonSchema[None] = None
    words: Annotated[Line, Field(max_length=60)] = Field(default="", description="Words of the title")

    def wish(self) -> Wish:
        return Wish(
            scope=self.scope,
            flow=self.flow,
            state="" if self.state == ledger_page.ALL else self.state,
            light=self.light,
            unit=self.unit,
            regions=queries.below(self.region) if self.region else (),
            due_from=self.due_from,
            due_to=self.due_to,
            words=self.words,
        )


class MattersFilter(LedgerFilter, Stretch):
    pass


# -- lists -----------------------------------------------------------------------------------------------------------


@router.get("/matters", **operation("loop.matters", "台账", "The ledger", gives=MatterListing, needs=_LOOKS))
def matters(request: DeskRequest, wish: Query[MattersFilter]) -> dict[str, Any]:
    """By due day; what has ended, the latest first. What is open unless another state is asked for."""
    start = ledger_page.read_key(wish.cursor.replace("_", ".")) if wish.cursor else None
    if wish.cursor and start is None:
        raise BadCursor
    found = queries.ledger(reach(request.reader), wish.wish(), start=start, size=wish.limit)
    after = ledger_page.write_key(found.after).replace(".", "_") if found.after else None
    return {"items": matters_out(found.rows), "next": after}


@router.get(
    "/matters/counts",
    **operation("loop.counts", "台账计数", "The ledger counted", gives=CountsOut, needs=_LOOKS),
)
def counts(request: DeskRequest, wish: Query[LedgerFilter]) -> CountsOut:
    """By state and light, before the filter's own state and light narrow it down."""
    found = queries.ledger(reach(request.reader), wish.wish(), size=1)
    if found.counts is None:
        return CountsOut(counts=None)
    rows = sorted(found.counts.items())
    return CountsOut(
        counts=[
            CountOut(state=state, light=Light(light).value, count=number, more=(state, light) in found.capped)
            for (state, light), number in rows
            if number
        ]
    )


_BOOK = operation("loop.export", "导出台账", "The ledger as a workbook", gives=None, needs=_LOOKS)


@router.get("/matters/ledger.xlsx", **with_files(_BOOK, TYPES["xlsx"]))
def export(request: DeskRequest, wish: Query[LedgerFilter]) -> HttpResponse:
    """What the filter leaves, at most 100,000 rows (422, `export-too-long`)."""
    return workbook(reach(request.reader), wish.wish(), name="ledger")


@router.get("/matters/mine", **operation("loop.mine", "我的事项", "What waits for you", gives=DutiesOut))
def mine(request: DeskRequest) -> DutiesOut:
    """What you are to sign for, do, assign, check, close or decide."""
    duties = desk.awaiting(request.reader, most=desk.SHOWN)
    return DutiesOut(
        items=[
            DutyOut(matter=matter_out(duty.matter), side=duty.hand, words=duty.words, by=duty.day, rung=duty.rung)
            for duty in duties
        ]
    )


def matters_out(rows: Iterable[Matter]) -> list[MatterOut]:
    """Matters, their unit, owner and keeper already read."""
    return [matter_out(row) for row in rows]


def matter_out(row: Matter) -> MatterOut:
    """One of them."""
    return MatterOut(**_head(row))


def _head(row: Matter) -> dict[str, Any]:
    flow = kinds.flow(row.flow, row.flow_version)
    words, _tone = state_words(flow, row.state)
    return {
        "id": row.pk,
        "version": row.version,
        "key": row.key,
        "flow": row.flow,
        "title": row.title,
        "scope": row.scope,
        "state": StateOut(name=row.state, words=words, over=bool(row.end)),
        "light": Light(row.light).value,
        "due_on": row.due_on,
        "original_due_on": row.original_due_on,
        "provisional": row.provisional,
        "unit": named(row.unit) if row.unit else None,
        "owner": named(row.owner) if row.owner else None,
        "keeper": named(row.keeper),
        "progress": row.progress,
        "model": bool(row.book),
    }


# -- one matter ------------------------------------------------------------------------------------------------------


@router.get("/matters/{pk}", **operation("loop.matter", "一件事项", "One matter", gives=WholeMatterOut))
def matter(request: DeskRequest, pk: Key) -> WholeMatterOut:
    """A matter, and what you may do with it."""
    return whole(request, pk)


def whole(request: DeskRequest, pk: int) -> WholeMatterOut:
    """A matter as it stands, for this person. Raises NotThere: there is none, or it is not theirs."""
    reader = request.reader
    item = the_matter(reader, pk)
    page = MatterPage(item, reader, timezone.now())
    scope = scopes.named([item.scope]).get(item.scope)
    return WholeMatterOut(
        **_head(item),
        demand=item.demand,
        section=named(item.section) if item.section else None,
        leader=named(item.leader) if item.leader else None,
        assisting=[named(unit) for unit in page.assisting],
        check_on=item.check_on,
        light_reason=page.light[1],
        belongs_to=scope.name if scope else "",
        asked=_asked(page.asked) if page.asked else None,
        offers=[
            OfferOut(
                verb=offer.way.verb,
                words=offer.label,
                effect=offer.way.effect,
                reason=offer.way.reason,
                because=offer.because or None,
            )
            for offer in page.offers
        ],
    )


def _asked(wish: Extension) -> ExtensionOut:
    return ExtensionOut(asked_by=wish.asked_by, until=wish.until, reason=wish.reason, decide_by=wish.decide_by)


@router.get("/matters/{pk}/steps", **operation("loop.steps", "办理经过", "The steps of a matter", gives=StepsOut))
def steps(request: DeskRequest, pk: Key) -> StepsOut:
    """Who did what when, with evidence; which reminders fell due, and who was told."""
    page = MatterPage(the_matter(request.reader, pk), request.reader, timezone.now())
    return StepsOut(items=[_step(item) for item in page.line])


def _step(item: Happening) -> StepOut:
    step = item.step
    return StepOut(
        version=step.version,
        cycle=step.cycle,
        verb=step.verb,
        words=item.words,
        by=step.by,
        who=item.who,
        at=step.at,
        source=step.source,
        target=step.target,
        light=Light(step.light).value,
        text=step.text,
        values={name: value for name, value in step.values.items() if name != "said"},
        evidence=[_piece(piece) for piece in item.pieces],
        told=[ToldOut(name=name, stands_in=stands_in) for name, stands_in in item.told],
    )


def _piece(row: Evidence) -> PieceOut:
    return PieceOut(id=row.pk, kind=row.kind, name=row.name, text=row.text, size=row.size, sha256=row.sha256)


_PIECE = operation("loop.evidence", "佐证文件", "A file of the evidence", gives=None)
_KINDS = ("application/octet-stream", "image/jpeg", "image/png", "image/webp")


@router.get("/matters/{pk}/evidence/{piece}", **with_files(_PIECE, *_KINDS))
def evidence(request: DeskRequest, pk: Key, piece: Key) -> HttpResponse:
    """Byte for byte as it was laid on the table."""
    found = queries.piece(the_matter(request.reader, pk), piece)
    if found is None or not found.sha256:
        raise NotThere
    return file_answer(found)
