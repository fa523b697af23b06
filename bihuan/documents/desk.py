"""What the pages of papers show: where a paper stands, what its reader may do with it, what wants a look before it goes
on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from django.db.models import QuerySet

from bihuan.components.steps import Step
from bihuan.components.timeline import Moment
from bihuan.documents import access, editing, preview, queries, vouching
from bihuan.documents.fonts import discover
from bihuan.documents.inline_marks import number_mark
from bihuan.documents.models import Delivery, Document
from bihuan.documents.moments import moments
from bihuan.documents.paper import (
    Block,
    Bound,
    Heading,
    Inlines,
    Notice,
    Paper,
    PaperError,
    RunIn,
    Table,
    addressee_line,
    annex_name,
    inlines_of,
)
from bihuan.documents.preview import Preview
from bihuan.documents.rules import State
from bihuan.history import queries as history
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader, Verb, may, within
from bihuan.org.gate import local_day

#: Of what awaits a reader, so many of each kind are listed.
AWAITING = 20
#: After so long a paper that is still being printed is one whose printing was cut off.
PRINTING = dt.timedelta(minutes=2)

STATE_WORDS = {
    State.DRAFT: ("待核稿", "to be checked", "info"),
    State.CHECKED: ("待签发", "to be signed off", "info"),
    State.SIGNED: ("正在排印", "being printed", "warn"),
    State.ISSUED: ("已印发", "issued", "good"),
    State.VOID: ("作废", "void", "bad"),
}


def state_of(document: Document) -> tuple[str, str]:
    """A paper's state in words, and its tone."""
    if document.state == State.DRAFT and document.returned_by:
        return say("已退回", "returned"), "warn"
    zh, en, tone = STATE_WORDS[State(document.state)]
    return say(zh, en), tone


@dataclass(frozen=True)
class Task:
    """A paper that waits for the reader, and what they are to do with it."""

    document: Document
    words: str


def awaiting(reader: Reader) -> list[Task]:
    """What awaits the reader first: to sign off, to check, to write again, to sign for."""
    seen = access.papers(reader).select_related("region").defer("paper", "offered").order_by("pk")
    found: list[Task] = []
    if may(reader, access.SIGN_PAPER):
        ripe = seen.filter(state=State.CHECKED).exclude(checked_by=reader.by)
        found += _tasks(reader, ripe.exclude(writers__contains=[reader.by]), access.SIGN_PAPER, "签发", "sign off")
    if may(reader, access.CHECK_PAPER):
        ripe = seen.filter(state=State.DRAFT, returned_by="").exclude(writers__contains=[reader.by])
        found += _tasks(reader, ripe, access.CHECK_PAPER, "核稿", "check")
    if may(reader, access.DRAFT_PAPER):
        ripe = seen.filter(state=State.DRAFT, writers__contains=[reader.by]).exclude(returned_by="")
        found += _tasks(reader, ripe, access.DRAFT_PAPER, "退回的稿子，修改", "write again what was sent back")
    for delivery in access.to_sign_for(reader).select_related("document__region")[:AWAITING]:
        found.append(Task(delivery.document, say("签收", "sign for")))
    return found


def _tasks(reader: Reader, rows: QuerySet[Document], verb: Verb, zh: str, en: str) -> list[Task]:
    return [Task(row, say(zh, en)) for row in within(reader, verb, access.PAPERS, rows)[:AWAITING]]


@dataclass(frozen=True)
class Rights:
    """What a reader may do with a paper as it stands; `because`: why not what they would look for."""

    edit: bool = False
    check: bool = False
    send_back: bool = False
    sign: bool = False
    print_again: bool = False
    deliver: bool = False
    discard: bool = False
    because: tuple[str, ...] = ()


def rights(reader: Reader, document: Document, *, at: dt.datetime) -> Rights:
    """See `Rights`. The actions look again: this is for the buttons."""
    wrote = reader.by in document.writers
    draft, checked = document.state == State.DRAFT, document.state == State.CHECKED
    checks, signs = may(reader, access.CHECK_PAPER, document), may(reader, access.SIGN_PAPER, document)
    drafts = may(reader, access.DRAFT_PAPER, document)
    because = []
    if draft and checks and wrote:
        because.append(say("您写过或改过本稿，须由他人核稿", "you wrote in this draft: someone else checks it"))
    if checked and signs and wrote:
        because.append(say("您写过或改过本稿，须由他人签发", "you wrote in this paper: someone else signs it off"))
    if checked and signs and document.checked_by == reader.by:
        because.append(say("本稿由您核稿，须由他人签发", "you checked this paper: someone else signs it off"))
    overdue = document.signed_at is not None and at - document.signed_at > PRINTING
    return Rights(
        edit=draft and drafts,
        check=draft and checks and not wrote,
        send_back=checks and ((draft and not wrote and not document.returned_by) or checked),
        sign=checked and signs and not wrote and document.checked_by != reader.by,
        print_again=document.state == State.SIGNED and (checks or signs) and overdue,
        deliver=document.state == State.ISSUED and drafts,
        discard=draft and drafts,
        because=tuple(because),
    )


@dataclass(frozen=True)
class Advice:
    """Something to look at before the paper goes on; `quotes` are the places, as the paper says them."""

    tone: str
    words: str
    quotes: tuple[str, ...] = ()


def advice(document: Document, paper: Paper) -> list[Advice]:
    """What wants a look in a draft: remarks left in it, numbers typed by hand, numbers it no longer quotes."""
    found = []
    blocks = [*paper.blocks, *(block for annex in paper.annexes for block in annex.blocks)]
    if remarks := tuple(block.text for block in blocks if isinstance(block, Notice)):
        found.append(Advice("warn", say("提示框会照样印出来", "remarks that will be printed as they stand"), remarks))
    if loose := tuple(loose.around for loose in editing.loose_numbers(paper)):
        found.append(
            Advice("warn", say("没有绑定记录的数，由写的人负责", "numbers that are bound to no record"), loose)
        )
    quoted = set(paper.bounds())
    if left := tuple(bound.text for bound in queries.numbers_of(document) if bound not in quoted):
        found.append(Advice("info", say("本稿不再引用的数", "numbers that the paper no longer quotes"), left))
    return found


@dataclass(frozen=True)
class ShownInline:
    """A stretch of text; `tag` where it is a bound number, `url` where the page of its fact is."""

    text: str
    bold: bool = False
    tag: str = ""
    url: str = ""


@dataclass(frozen=True)
class ShownBlock:
    """One block for a template. `rows` and `header` of a table: cells of inlines."""

    kind: str
    level: int = 0
    head: tuple[ShownInline, ...] = ()
    inlines: tuple[ShownInline, ...] = ()
    text: str = ""
    caption: str = ""
    header: tuple[tuple[tuple[ShownInline, ...], ...], ...] = ()
    rows: tuple[tuple[tuple[ShownInline, ...], ...], ...] = ()


@dataclass(frozen=True)
class ShownAnnex:
    name: str
    title: str
    blocks: tuple[ShownBlock, ...]


@dataclass(frozen=True)
class ShownText:
    """A paper's words for a template, each bound number with its fact."""

    blocks: tuple[ShownBlock, ...]
    annexes: tuple[ShownAnnex, ...]
    bounds: tuple[ShownInline, ...]


def shown_text(paper: Paper) -> ShownText:
    """The words of a paper for a template."""
    annexes = tuple(
        ShownAnnex(annex_name(order, len(paper.annexes)), annex.title, tuple(map(shown_block, annex.blocks)))
        for order, annex in enumerate(paper.annexes)
    )
    return ShownText(tuple(map(shown_block, paper.blocks)), annexes, _inlines(paper.bounds()))


def shown_block(block: Block) -> ShownBlock:
    """One block of a paper for a template."""
    match block:
        case Heading():
            return ShownBlock("heading", block.level, inlines=_inlines(block.inlines))
        case RunIn():
            return ShownBlock("runin", block.level, _inlines(block.heading), _inlines(block.inlines))
        case Notice():
            return ShownBlock("notice", text=block.text)
        case Table():
            header, rows = (tuple(tuple(map(_inlines, row)) for row in part) for part in (block.header, block.rows))
            return ShownBlock("table", caption=block.caption, header=header, rows=rows)
        case _:
            return ShownBlock("paragraph", inlines=_inlines(block.inlines))


def _inlines(inlines: Inlines) -> tuple[ShownInline, ...]:
    return tuple(
        ShownInline(inline.text, tag=inline.tag, url=fact_url(inline))
        if isinstance(inline, Bound)
        else ShownInline(inline.text, inline.bold)
        for inline in inlines
    )


@dataclass(frozen=True)
class NumberOfPaper:
    """One of the document's numbers: its mark in the text, what it prints, its fact's page, how often and where it is
    quoted."""

    mark: str
    printed: str
    url: str
    quoted: int
    where: str


@dataclass
class PaperPage:
    """One paper's own page."""

    document: Document
    reader: Reader
    at: dt.datetime
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        document = self.document
        deliveries = [delivery.receipt.by for delivery in self.deliveries if delivery.receipt]
        acted = [document.drafted_by, document.checked_by, document.signed_by, document.returned_by, *document.writers]
        self.names = org.names({by for by in (*acted, *deliveries) if by})

    @cached_property
    def paper(self) -> Paper:
        return queries.paper(self.document)

    @cached_property
    def rights(self) -> Rights:
        return rights(self.reader, self.document, at=self.at)

    @property
    def state(self) -> tuple[str, str]:
        return state_of(self.document)

    @property
    def issued(self) -> bool:
        return self.document.state == State.ISSUED

    @cached_property
    def shown(self) -> Paper:
        """The paper as its pages show it: what is not issued says so on each of them."""
        return self.paper if self.issued else preview.as_draft(self.paper, self.document.version)

    @cached_property
    def preview(self) -> Preview | None:
        """Its pages; None where it cannot be printed, which `unprintable` says."""
        try:
            return preview.preview(self.shown, discover())
        except PaperError as error:
            self.unprintable = error.said()
            return None

    unprintable: str = ""

    @cached_property
    def steps(self) -> list[Step]:
        """拟稿 → 核稿 → 签发 → 印发, who and when."""
        document, states = self.document, [State.DRAFT, State.CHECKED, State.SIGNED, State.ISSUED]
        done = states.index(State(document.state)) if document.state in states else 0
        reached = 4 if self.issued else 0 if document.returned_by else done + 1
        acted = (
            (say("拟稿", "draft"), document.drafted_by, document.drafted_at),
            (say("核稿", "check"), document.checked_by, document.checked_at),
            (say("签发", "sign off"), document.signed_by, document.signed_at),
            (say("印发", "issue"), "", self.printed_at),
        )
        return [
            Step(
                label,
                "done" if place < reached else "now" if place == reached else "todo",
                self.names.get(by, ""),
                when if place < reached else None,
            )
            for place, (label, by, when) in enumerate(acted)
        ]

    @cached_property
    def printed_at(self) -> dt.datetime | None:
        found = self.document.printings.values_list("at", flat=True).first() if self.issued else None
        return found

    @cached_property
    def advice(self) -> list[Advice]:
        return [] if self.issued else advice(self.document, self.paper)

    @cached_property
    def moments(self) -> list[Moment]:
        """The newest first."""
        return moments(history.about(("document", str(self.document.pk))))[::-1]

    @property
    def returned(self) -> str:
        return self.names.get(self.document.returned_by, "")

    @cached_property
    def deliveries(self) -> list[Delivery]:
        rows = self.document.deliveries.select_related("unit", "receipt").order_by("unit__region__pinyin", "pk")
        return list(rows) if self.issued else []

    @cached_property
    def mine(self) -> list[Delivery]:
        """What the reader is to sign for."""
        own = access.own_units(self.reader) if self.deliveries and may(self.reader, access.SIGN_FOR) else frozenset()
        return [delivery for delivery in self.deliveries if delivery.unit_id in own and delivery.receipt is None]

    @cached_property
    def numbers(self) -> list[NumberOfPaper]:
        return numbers(self.document, self.paper)

    @property
    def receipts(self) -> list[tuple[Delivery, str]]:
        """Each delivery with the name of who signed for it."""
        return [(item, self.names.get(item.receipt.by, "") if item.receipt else "") for item in self.deliveries]

    @property
    def signed_for(self) -> int:
        return sum(1 for delivery in self.deliveries if delivery.receipt)

    @property
    def issuer(self) -> str:
        return "、".join(self.paper.issuer)

    @property
    def addressees(self) -> str:
        return "，".join(self.paper.addressees)

    @property
    def addressee_line(self) -> str:
        return addressee_line(self.paper.addressees)

    @property
    def drafter(self) -> str:
        return self.names.get(self.document.drafted_by, "") or self.document.drafted_by

    @property
    def checker(self) -> str:
        return self.names.get(self.document.checked_by, "") or self.document.checked_by

    @property
    def sees_drafts(self) -> bool:
        return may(self.reader, access.SEE_PAPER, self.document)

    @cached_property
    def text(self) -> ShownText:
        return shown_text(self.paper)

    @property
    def next_number(self) -> str:
        return queries.next_number(self.document, local_day(self.at))


def numbers(document: Document, paper: Paper) -> list[NumberOfPaper]:
    """The document's numbers in the order of their marks."""
    named = [("正文", paper.blocks)]
    named += [(annex_name(order, len(paper.annexes)), annex.blocks) for order, annex in enumerate(paper.annexes)]
    places: dict[Bound, list[str]] = {}
    for name, blocks in named:
        for inline in chain.from_iterable(map(inlines_of, blocks)):
            if isinstance(inline, Bound):
                places.setdefault(inline, []).append(name)
    found = []
    for place, bound in enumerate(queries.numbers_of(document), 1):
        at = places.get(bound, [])
        where = "、".join(dict.fromkeys(at))
        found.append(NumberOfPaper(number_mark(place, bound), bound.text, fact_url(bound), len(at), where))
    return found


def fact_url(bound: Bound) -> str:
    """The page of what a number is bound to; "" where its tag names none."""
    return vouching.page(bound.tag)
