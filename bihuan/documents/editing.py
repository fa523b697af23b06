"""A paper's prose as blocks that a person edits, and edited blocks as a paper again. Pure.

What may be edited: the title, to whom it goes, 签发人, 附注, 抄送, headings, paragraphs and remarks, of the text and of
its annexes. A table is shown, may be moved or left out, and its cells stay. A number bound to a fact may be moved, left
out, or quoted in a second place (a summary often says a number twice, and both are bound); its words never change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Final

from bihuan.documents.inline_marks import ProseError, marked, places, tidy, unmarked
from bihuan.documents.paper import (
    Annex,
    Block,
    Bound,
    Colophon,
    Heading,
    Inlines,
    Notice,
    Paper,
    Paragraph,
    RunIn,
    Table,
    Text,
    inlines_of,
    plain,
)
from bihuan.lib.punctuation import full_width
from bihuan.reading.figures import find_figures

MAX_CHARACTERS: Final = 200_000  # a hundred-page paper has half of it
MAX_BLOCKS: Final = 2_000
MAX_TITLE: Final = 200
_STAND_IN: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
_BLANK: Final = " \t\r\n\u3000\u00a0"


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    RUN_IN = "runin"  # a paragraph whose first words are its heading
    NOTICE = "notice"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class EditBlock:
    """One block. `key` is its part and place in the paper that was opened ("0.3"), "" for a new one; `level` 1–4 for
    headings, else 0; `head` the run-in heading; both texts carry marks (see `inline_marks`). A table's are empty."""

    key: str
    kind: Kind
    level: int = 0
    head: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class EditAnnex:
    """One annex; `key` is its part ("1", "2" …)."""

    key: str
    title: str
    blocks: tuple[EditBlock, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """What of a paper is edited. `addressees` and `copies_to`: one a line."""

    title: str
    addressees: str
    signer: str
    note: str
    copies_to: str
    blocks: tuple[EditBlock, ...]
    annexes: tuple[EditAnnex, ...]


@dataclass(frozen=True, slots=True)
class Loose:
    """A number in the prose that is bound to nothing, with the words around it."""

    text: str
    around: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The paper after an edit, and what the person is told: numbers no longer quoted, numbers quoted in more places
    than before, numbers typed by hand that nobody vouches for."""

    paper: Paper
    removed: tuple[Bound, ...]
    repeated: tuple[Bound, ...]
    loose: tuple[Loose, ...]


def numbers_of(paper: Paper, earlier: Iterable[Bound] = ()) -> tuple[Bound, ...]:
    """The document's list of numbers: those it had, then what this paper adds, in the order of print."""
    return tuple(dict.fromkeys(chain(earlier, paper.bounds())))


def prose_of(paper: Paper, numbers: Sequence[Bound]) -> Prose:
    """A paper's prose. `numbers`: the document's list, which holds at least the paper's own."""
    known = places(numbers)
    return Prose(
        title=paper.title,
        addressees="\n".join(paper.addressees),
        signer=paper.signer or "",
        note=paper.note,
        copies_to="\n".join(paper.colophon.copies_to) if paper.colophon else "",
        blocks=_edit_blocks(paper.blocks, 0, known),
        annexes=tuple(
            EditAnnex(str(part), annex.title, _edit_blocks(annex.blocks, part, known))
            for part, annex in enumerate(paper.annexes, 1)
        ),
    )


def apply(prose: Prose, *, paper: Paper, numbers: Sequence[Bound]) -> Edited:
    """The paper that an edited prose makes of `paper`, which is the one whose prose was opened.

    A block that was not touched stays exactly as it was; one that was gets full-width punctuation and tidy white space.
    A line feed in a block begins a new paragraph; a block without words is left out, and so is an annex without words.

    Raises:
        ProseError: what is no edit of this paper; the sentence names the place.
        bihuan.documents.paper.PaperError: it cannot be printed.
    """
    _limit(prose)
    maker = _Maker(paper, numbers)
    colophon = paper.colophon and replace(paper.colophon, copies_to=_entries(prose.copies_to, paper.colophon))
    edited = replace(
        paper,
        title=prose.title if prose.title == paper.title else _title(prose.title),
        addressees=_lines(prose.addressees, paper.addressees),
        signer=prose.signer.strip() or None if prose.signer != (paper.signer or "") else paper.signer,
        note=prose.note if prose.note == paper.note else full_width(prose.note.strip(_BLANK).strip("（）()")),
        colophon=colophon,
        blocks=maker.blocks(prose.blocks, "正文"),
        annexes=tuple(maker.annexes(prose.annexes)),
    )
    edited.check()
    return compare(paper, edited)


def rebased(prose: Prose, paper: Paper) -> Prose:
    """A prose that was opened on an earlier version, as an edit of `paper`: every word that was typed, as new blocks; a
    table where the paper still has one in that place. For whoever saved second: nothing is lost, and what saving would
    change can be shown."""
    parts = (paper.blocks, *(annex.blocks for annex in paper.annexes))
    held = {
        f"{part}.{place}"
        for part, blocks in enumerate(parts)
        for place, block in enumerate(blocks)
        if isinstance(block, Table)
    }

    def fresh(blocks: Sequence[EditBlock]) -> tuple[EditBlock, ...]:
        kept = (block for block in blocks if block.kind is not Kind.TABLE or block.key in held)
        return tuple(block if block.kind is Kind.TABLE else replace(block, key="") for block in kept)

    known = {str(part) for part in range(1, len(paper.annexes) + 1)}
    annexes = (
        EditAnnex(annex.key if annex.key in known else "", annex.title, fresh(annex.blocks)) for annex in prose.annexes
    )
    return replace(prose, blocks=fresh(prose.blocks), annexes=tuple(annexes))


def compare(old: Paper, new: Paper) -> Edited:
    """What a person is told of the way from one paper to another."""
    before, after = Counter(old.bounds()), Counter(new.bounds())
    removed = tuple(bound for bound in before if bound not in after)
    repeated = tuple(bound for bound in after if 0 < before[bound] < after[bound])
    known = Counter(loose.text for loose in loose_numbers(old))
    typed = []
    for loose in loose_numbers(new):
        if known[loose.text]:
            known[loose.text] -= 1
        else:
            typed.append(loose)
    return Edited(new, removed, repeated, tuple(typed))


def loose_numbers(paper: Paper) -> tuple[Loose, ...]:
    """Every number of the prose that counts something and is bound to no fact, in the order of print."""
    blocks = chain(paper.blocks, *(annex.blocks for annex in paper.annexes))
    text = "\n".join(
        "".join(_STAND_IN if isinstance(inline, Bound) else inline.text for inline in inlines_of(block))
        for block in blocks
        if not isinstance(block, Table | Notice)
    )
    return tuple(
        Loose(figure.text, text[max(figure.start - 12, 0) : figure.end + 8].replace(_STAND_IN, "…").replace("\n", " "))
        for figure in find_figures(text)
    )


# --- paper → prose


def _edit_blocks(blocks: Sequence[Block], part: int, known: Mapping[Bound, int]) -> tuple[EditBlock, ...]:
    return tuple(_edit_block(block, f"{part}.{place}", known) for place, block in enumerate(blocks))


def _edit_block(block: Block, key: str, known: Mapping[Bound, int]) -> EditBlock:
    match block:
        case Heading():
            return EditBlock(key, Kind.HEADING, block.level, "", marked(block.inlines, known))
        case RunIn():
            head, text = marked(block.heading, known), marked(block.inlines, known)
            return EditBlock(key, Kind.RUN_IN, block.level, head, text)
        case Paragraph():
            return EditBlock(key, Kind.PARAGRAPH, 0, "", marked(block.inlines, known))
        case Notice():
            return EditBlock(key, Kind.NOTICE, 0, "", marked((Text(block.text),), known))
        case Table():
            return EditBlock(key, Kind.TABLE)


# --- prose → paper


class _Maker:
    """Makes blocks of one paper; knows what each was before."""

    def __init__(self, paper: Paper, numbers: Sequence[Bound]) -> None:
        self.paper, self.numbers = paper, numbers
        known = places(numbers)
        parts = (paper.blocks, *(annex.blocks for annex in paper.annexes))
        self.before = {
            f"{part}.{place}": block for part, blocks in enumerate(parts) for place, block in enumerate(blocks)
        }
        self.opened = {key: _edit_block(block, key, known) for key, block in self.before.items()}
        self.titles = {str(part): annex.title for part, annex in enumerate(paper.annexes, 1)}
        self.used: set[str] = set()

    def annexes(self, annexes: Sequence[EditAnnex]) -> Iterator[Annex]:
        seen: set[str] = set()
        for order, annex in enumerate(annexes, 1):
            if annex.key in seen or (annex.key and annex.key not in self.titles):
                raise _no_form()
            seen.add(annex.key)
            where = f"附件{order}"
            blocks = self.blocks(annex.blocks, where)
            title = annex.title if annex.title == self.titles.get(annex.key) else _title(annex.title)
            if not title and not blocks:
                continue
            if not title:
                raise ProseError(
                    "empty", f"{where}有内容而没有标题，请写上标题", f"annex {order} has text but no title"
                )
            yield Annex(title, blocks)

    def blocks(self, blocks: Sequence[EditBlock], where: str) -> tuple[Block, ...]:
        return tuple(
            chain.from_iterable(self._made(block, f"{where}第{order}段") for order, block in enumerate(blocks, 1))
        )

    def _made(self, block: EditBlock, where: str) -> Iterator[Block]:
        opened = self.opened.get(block.key)
        if block.key:
            if opened is None or block.key in self.used:
                raise _no_form()
            self.used.add(block.key)
        if block.kind is Kind.TABLE or (opened is not None and opened.kind is Kind.TABLE):
            if opened is None or opened.kind is not block.kind:
                zh, en = f"{where}：表格不能在文字中新增或改成文字", "tables are neither added to nor turned into text"
                raise ProseError("table", zh, en)
            yield self.before[block.key]
        elif block == opened:
            yield self.before[block.key]
        else:
            yield from self._written(block, where)

    def _written(self, block: EditBlock, where: str) -> Iterator[Block]:
        if block.kind in (Kind.HEADING, Kind.RUN_IN) and block.level not in (1, 2, 3, 4):
            raise _no_form()
        first, *rest = _split(block.text)
        head = self._inlines(" ".join(_split(block.head)), where)
        words = self._inlines(first, where)
        yield from _block(block, head, words)
        for line in rest:
            words = self._inlines(line, where)
            if words:
                yield Notice(plain(words)) if block.kind is Kind.NOTICE else Paragraph(words)

    def _inlines(self, text: str, where: str) -> Inlines:
        return full(unmarked(text.strip(_BLANK), self.numbers, where))


def _block(block: EditBlock, head: Inlines, words: Inlines) -> Iterator[Block]:
    """One block of a kind; nothing where there are no words."""
    together = tidy((*head, *words))
    if not plain(together).strip(_BLANK):
        return
    match block.kind:
        case Kind.HEADING:
            yield Heading(block.level, together)
        case Kind.NOTICE:
            if any(isinstance(inline, Bound) for inline in together):
                zh, en = "提示框里不能放绑定的数", "a remark holds no bound numbers"
                raise ProseError("mark", zh, en)
            yield Notice(plain(together))
        case Kind.RUN_IN:
            if not head:
                head, words = first_sentence(words)
            yield RunIn(block.level, head, words) if head else Paragraph(words)
        case _:
            yield Paragraph(together)


def full(inlines: Inlines) -> Inlines:
    """Inlines with full-width punctuation around and between their numbers, whose own words stay."""
    whole, at, found = full_width(plain(inlines)), 0, []
    for inline in inlines:
        end = at + len(inline.text)
        found.append(Text(whole[at:end], inline.bold) if isinstance(inline, Text) else inline)
        at = end
    return tidy(found)


def first_sentence(inlines: Inlines) -> tuple[Inlines, Inlines]:
    """Inlines divided behind their first full stop; ((), inlines) where there is none."""
    for order, inline in enumerate(inlines):
        if isinstance(inline, Text) and "。" in inline.text:
            cut = inline.text.index("。") + 1
            before, after = Text(inline.text[:cut], inline.bold), Text(inline.text[cut:], inline.bold)
            return tidy((*inlines[:order], before)), tidy((after, *inlines[order + 1 :]))
    return (), inlines


def _split(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _title(text: str) -> str:
    """A title; its line feeds are chosen breaks."""
    return "\n".join(line.strip(_BLANK) for line in _split(full_width(text)) if line.strip(_BLANK))


def _lines(text: str, before: tuple[str, ...]) -> tuple[str, ...]:
    if text == "\n".join(before):
        return before
    entries = (full_width(line.strip(_BLANK)).rstrip("：，。") for line in _split(text))
    return tuple(entry for entry in entries if entry)


def _entries(text: str, colophon: Colophon) -> tuple[str, ...]:
    return _lines(text, colophon.copies_to)


def _limit(prose: Prose) -> None:
    blocks = [*prose.blocks, *(block for annex in prose.annexes for block in annex.blocks)]
    fields = [prose.title, prose.addressees, prose.signer, prose.note, prose.copies_to]
    fields += [annex.title for annex in prose.annexes]
    total = sum(len(field) for field in fields) + sum(len(block.head) + len(block.text) for block in blocks)
    if total > MAX_CHARACTERS or len(blocks) > MAX_BLOCKS:
        zh = f"全文超过 {MAX_CHARACTERS // 10_000} 万字或 {MAX_BLOCKS} 段，请分成几份公文"
        en = f"more than {MAX_CHARACTERS:,} characters or {MAX_BLOCKS:,} blocks: divide it into several papers"
        raise ProseError("too-long", zh, en)
    if len(prose.title) > MAX_TITLE:
        zh, en = f"标题超过 {MAX_TITLE} 字，请改短", f"the title is longer than {MAX_TITLE} characters; make it shorter"
        raise ProseError("too-long", zh, en)


def _no_form() -> ProseError:
    zh = "提交的内容与打开的文稿对不上，请刷新页面后再改；已写的文字仍在下面"
    en = "what was sent does not match the paper that was opened; reload the page and edit again"
    return ProseError("form", zh, en)
