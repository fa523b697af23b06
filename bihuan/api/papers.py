"""Official papers: the list, one paper, and its way from 核稿 to the receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation, with_files
from bihuan.api.fields import (
    ActorOut,
    DoneOut,
    In,
    Key,
    Line,
    Listing,
    NamedOut,
    SeenIn,
    Stretch,
    actors,
    listed,
    named,
)
from bihuan.documents import access, actions, queries
from bihuan.documents.desk import PaperPage, awaiting
from bihuan.documents.fonts import discover
from bihuan.documents.rules import Format, State
from bihuan.documents.views.desk import TYPES, file_answer
from bihuan.org.gate import DeskRequest, local_day

if TYPE_CHECKING:
    from bihuan.documents.desk import ShownBlock, ShownInline
    from bihuan.documents.models import Delivery, Document

router = Router()
_SEES = (access.SEE_PAPER, access.SIGN_FOR)


class PaperOut(BaseModel):
    """One paper in a list."""

    id: int
    version: int
    state: State
    returned: bool = Field(description="A draft that was sent back to its drafter")
    title: str
    number: str = Field(description="发文字号; empty before it is signed off")
    check_code: str
    region: NamedOut
    model: bool = Field(description="Made of model data, not of real ones")
    drafted_by: ActorOut | None
    drafted_at: dt.datetime


class PaperListing(Listing[PaperOut]):
    pass


class TaskOut(BaseModel):
    """A paper that waits for the person, and what they are to do with it."""

    paper: PaperOut
    words: str


class AwaitingOut(BaseModel):
    items: list[TaskOut]


class InlineOut(BaseModel):
    """A stretch of text; with `tag` a number bound to a fact."""

    text: str
    bold: bool
    tag: str


class BlockOut(BaseModel):
    """One block of a paper. `header` and `rows`: of a table, cells of stretches."""

    kind: str = Field(description="heading, paragraph, runin, notice or table")
    level: int
    head: list[InlineOut]
    inlines: list[InlineOut]
    text: str
    caption: str
    header: list[list[list[InlineOut]]]
    rows: list[list[list[InlineOut]]]


class AnnexOut(BaseModel):
    name: str
    title: str
    blocks: list[BlockOut]


class NumberOut(BaseModel):
    """One of the paper's bound numbers."""

    mark: str = Field(description="How it stands in the text that is edited")
    printed: str
    url: str = Field(description="The page of its fact")
    quoted: int = Field(description="How often the paper quotes it")


class RightsOut(BaseModel):
    """What the person may do with the paper as it stands; `because`: why not what they would look for."""

    edit: bool
    check: bool
    send_back: bool
    sign: bool
    print_again: bool
    deliver: bool
    discard: bool
    because: list[str]


class DeliveryOut(BaseModel):
    """分发 to a unit, and 签收."""

    unit: NamedOut
    delivered_at: dt.datetime
    received_by: ActorOut | None
    received_at: dt.datetime | None


class WholePaperOut(PaperOut):
    """One paper with its words and where it stands."""

    checked_by: ActorOut | None
    checked_at: dt.datetime | None
    signed_by: ActorOut | None
    signed_at: dt.datetime | None
    returned_by: ActorOut | None
    returned_reason: str
    blocks: list[BlockOut]
    annexes: list[AnnexOut]
    numbers: list[NumberOut]
    rights: RightsOut
    deliveries: list[DeliveryOut]


class ReasonIn(SeenIn):
    reason: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class UnitsIn(In):
    units: list[Key] = Field(max_length=1000, description="Keys of units; those that have it already are passed over")


class DeliveredOut(BaseModel):
    units: list[NamedOut] = Field(description="Those that did not have it yet")


# -- reads -----------------------------------------------------------------------------------------------------------


@router.get("/papers", **operation("documents.list", "公文列表", "The papers you see", gives=PaperListing, needs=_SEES))
def papers(
    request: DeskRequest, stretch: Query[Stretch], state: State | SkipJsonSchema[None] = None, words: Line = ""
) -> dict[str, Any]:
    """The newest first. `state` and `words` (of title or number) narrow the list."""
    found = access.papers(request.reader).select_related("region").defer("paper", "offered")
    if state:
        found = found.filter(state=state)
    if words.strip():
        found = found.filter(Q(title__icontains=words.strip()) | Q(number__icontains=words.strip()))
    return listed(found, "-pk", stretch=stretch, out=_papers)


@router.get(
    "/papers/awaiting",
    **operation("documents.awaiting", "等我办理的公文", "The papers that wait for you", gives=AwaitingOut, needs=_SEES),
)
def waiting(request: DeskRequest) -> AwaitingOut:
    """What you are to sign off, check, write again or sign for."""
    tasks = awaiting(request.reader)
    shown = _papers([task.document for task in tasks])
    return AwaitingOut(items=[TaskOut(paper=paper, words=task.words) for paper, task in zip(shown, tasks, strict=True)])


def _papers(rows: list[Document]) -> Iterator[PaperOut]:
    names = actors(row.drafted_by for row in rows)
    for row in rows:
        yield PaperOut(**_head(row), drafted_by=names[row.drafted_by])


def _head(row: Document) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "state": row.state,
        "returned": row.state == State.DRAFT and bool(row.returned_by),
        "title": row.title,
        "number": row.number,
        "check_code": row.check_code,
        "region": named(row.region),
        "model": bool(row.book),
        "drafted_at": row.drafted_at,
    }


@router.get("/papers/{pk}", **operation("documents.get", "一份公文", "One paper", gives=WholePaperOut, needs=_SEES))
def paper(request: DeskRequest, pk: Key) -> WholePaperOut:
    """One paper with its words, its numbers and where it stands."""
    return whole(request, access.paper(request.reader, pk=pk))


def whole(request: DeskRequest, document: Document) -> WholePaperOut:
    """A paper as its own page shows it."""
    own = PaperPage(document, request.reader, timezone.now())
    receipts = [item.receipt.by for item in own.deliveries if item.receipt]
    names = actors([document.drafted_by, document.checked_by, document.signed_by, document.returned_by, *receipts])
    return WholePaperOut(
        **_head(document),
        drafted_by=names[document.drafted_by],
        checked_by=names[document.checked_by],
        checked_at=document.checked_at,
        signed_by=names[document.signed_by],
        signed_at=document.signed_at,
        returned_by=names[document.returned_by],
        returned_reason=document.returned_reason,
        blocks=[_block(block) for block in own.text.blocks],
        annexes=[
            AnnexOut(name=annex.name, title=annex.title, blocks=[_block(block) for block in annex.blocks])
            for annex in own.text.annexes
        ],
        numbers=[NumberOut(mark=n.mark, printed=n.printed, url=n.url, quoted=n.quoted) for n in own.numbers],
        rights=RightsOut.model_validate(own.rights, from_attributes=True),
        deliveries=[_delivery(item, names[item.receipt.by] if item.receipt else None) for item in own.deliveries],
    )


def _delivery(item: Delivery, who: ActorOut | None) -> DeliveryOut:
    received = item.receipt.at if item.receipt else None
    return DeliveryOut(unit=named(item.unit), delivered_at=item.at, received_by=who, received_at=received)


def _block(block: ShownBlock) -> BlockOut:
    return BlockOut(
        kind=block.kind,
        level=block.level,
        head=_inlines(block.head),
        inlines=_inlines(block.inlines),
        text=block.text,
        caption=block.caption,
        header=[[_inlines(cell) for cell in row] for row in block.header],
        rows=[[_inlines(cell) for cell in row] for row in block.rows],
    )


def _inlines(inlines: tuple[ShownInline, ...]) -> list[InlineOut]:
    return [InlineOut(text=item.text, bold=item.bold, tag=item.tag) for item in inlines]


_FILES = operation("documents.file", "印发的文件", "A printed file of an issued paper", gives=None, needs=_SEES)


@router.get("/papers/{pk}/files/{kind}", **with_files(_FILES, *TYPES.values()))
def file(request: DeskRequest, pk: Key, kind: Format) -> HttpResponse:
    """The PDF or the DOCX, byte for byte as it was printed."""
    document = access.paper(request.reader, pk=pk, state=State.ISSUED)
    content = queries.printed(document, kind)
    return file_answer(content, kind, f"{document.number} {document.check_code}.{kind}", download=True)


# -- steps -----------------------------------------------------------------------------------------------------------


@router.post(
    "/papers/{pk}/check",
    **operation("documents.check", "核稿", "Check", gives=WholePaperOut, needs=(access.CHECK_PAPER,), writes=True),
)
def check(request: DeskRequest, pk: Key, seen: SeenIn) -> WholePaperOut:
    """核稿: by someone who did not write in it."""
    document = access.paper_to(request.reader, access.CHECK_PAPER, pk=pk)
    done = actions.check(
        document=document, expected_version=seen.expected_version, by=request.reader.by, at=timezone.now()
    )
    return whole(request, done)


@router.post(
    "/papers/{pk}/send-back",
    **operation(
        "documents.send_back", "退回", "Send back", gives=WholePaperOut, needs=(access.CHECK_PAPER,), writes=True
    ),
)
def send_back(request: DeskRequest, pk: Key, wish: ReasonIn) -> WholePaperOut:
    """退回 to the drafter, with a reason."""
    document = access.paper_to(request.reader, access.CHECK_PAPER, pk=pk)
    done = actions.send_back(
        document=document,
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole(request, done)


@router.post(
    "/papers/{pk}/discard",
    **operation(
        "documents.discard",
        "作废草稿",
        "Give a draft up",
        gives=WholePaperOut,
        needs=(access.DRAFT_PAPER,),
        writes=True,
    ),
)
def discard(request: DeskRequest, pk: Key, wish: ReasonIn) -> WholePaperOut:
    """作废, with a reason; it took no number."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    done = actions.discard(
        document=document,
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole(request, done)


@router.post(
    "/papers/{pk}/sign",
    **operation("documents.sign", "签发", "Sign off", gives=WholePaperOut, needs=(access.SIGN_PAPER,), writes=True),
)
def sign(request: DeskRequest, pk: Key, seen: SeenIn) -> WholePaperOut:
    """签发: takes the number, prints DOCX and PDF. A paper that cannot be printed takes none, or leaves it void and
    says why."""
    document = access.paper_to(request.reader, access.SIGN_PAPER, pk=pk)
    now = timezone.now()
    done = actions.sign_off(
        document=document,
        day=local_day(now),
        fonts=discover(),
        by=request.reader.by,
        at=now,
        expected_version=seen.expected_version,
        signer=request.reader.name,
    )
    return whole(request, done)


@router.post(
    "/papers/{pk}/print",
    **operation(
        "documents.print_again",
        "继续排印",
        "Go on with a printing that was cut off",
        gives=WholePaperOut,
        needs=(access.CHECK_PAPER, access.SIGN_PAPER),
        writes=True,
    ),
)
def print_again(request: DeskRequest, pk: Key) -> WholePaperOut:
    """The number stays the one that was taken."""
    document = access.paper_to(request.reader, access.CHECK_PAPER, pk=pk)
    done = actions.print_again(document=document, fonts=discover(), by=request.reader.by, at=timezone.now())
    return whole(request, done)


@router.post(
    "/papers/{pk}/deliveries",
    **operation("documents.deliver", "分发", "Deliver", gives=DeliveredOut, needs=(access.DRAFT_PAPER,), writes=True),
)
def deliver(request: DeskRequest, pk: Key, wish: UnitsIn) -> DeliveredOut:
    """分发 an issued paper to units, which are to sign for it. Units that are not yours to address are passed over."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    units = access.addressable(request.reader).filter(pk__in=wish.units)
    made = actions.deliver(document=document, units=units, by=request.reader.by, at=timezone.now())
    return DeliveredOut(units=[named(item.unit) for item in made])


@router.post(
    "/papers/{pk}/receipts/{unit}",
    **operation("documents.receive", "签收", "Sign for a paper", gives=DoneOut, needs=(access.SIGN_FOR,), writes=True),
)
def receive(request: DeskRequest, pk: Key, unit: Key) -> DoneOut:
    """签收 for one of your own units; done twice, the first receipt stands."""
    document = access.paper(request.reader, pk=pk)
    delivery = access.delivery(request.reader, document, unit)
    actions.receive(delivery=delivery, by=request.reader.by, at=timezone.now())
    return DoneOut()
