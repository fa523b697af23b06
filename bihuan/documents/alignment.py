"""Which line of an edited DOCX is which element of the paper it was printed from. Pure.

By style where the editor kept it, by words where it did not: equal lines are anchors; between them lines are paired by
what they share, in the order that fits best; what is left over is looked for elsewhere, as moved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final

from bihuan.documents.docx_styles import PARAGRAPH_STYLES
from bihuan.documents.edited_docx import Line
from bihuan.documents.geometry import head_of
from bihuan.documents.paper import (
    DRAFT_DATE,
    DRAFT_NUMBER,
    Block,
    Bound,
    Heading,
    Notice,
    Paper,
    Table,
    addressee_line,
    annex_name,
    annex_note,
    chinese_date,
    copies_line,
    inlines_of,
    plain,
)

STYLE_NAMES: Final = {style.identity: style.name for style in PARAGRAPH_STYLES}
#: From this likeness on two lines are one that was edited; 1 is equal.
ALIKE: Final = 0.4
MOVED: Final = 0.6
_BY_STYLE: Final = 0.5
_BY_NUMBER: Final = 0.5
#: A gap of more pairs than this is not searched: its lines are new ones and lost ones.
_MOST_PAIRS: Final = 20_000
_BLANK: Final = re.compile(r"[\s\u3000\u00a0]+")


@dataclass(frozen=True)
class Slot:
    """One printed element. `role`: fixed, title, addressee, block, caption, annex_label, annex_title, note, copies.
    `name` as people call it; `part` 0 for the text, else the annex; `place` of its block in the part."""

    role: str
    name: str
    text: str
    style: str = ""
    part: int = 0
    place: int = -1
    block: Block | None = None

    @cached_property
    def key(self) -> str:
        return squeezed(self.text)

    @cached_property
    def pairs(self) -> Counter[str]:
        return _pairs(self.key)

    @cached_property
    def tags(self) -> frozenset[str]:
        held = inlines_of(self.block) if self.block is not None else ()
        return frozenset(inline.tag for inline in held if isinstance(inline, Bound))

    @property
    def is_table(self) -> bool:
        return isinstance(self.block, Table) or self.role == "colophon"


@dataclass(frozen=True)
class Read:
    """A line of the file with what is compared of it."""

    line: Line

    @cached_property
    def key(self) -> str:
        return squeezed(self.line.text)

    @cached_property
    def pairs(self) -> Counter[str]:
        return _pairs(self.key)

    @cached_property
    def tags(self) -> frozenset[str]:
        return frozenset(held.tag for held in self.line.held)


def squeezed(text: str) -> str:
    """Text without white space."""
    return _BLANK.sub("", text)


def slots(paper: Paper) -> tuple[Slot, ...]:
    """What the DOCX of a paper prints, line by line, the empty ones left out."""
    found: list[Slot] = []
    for name, value in (("份号", paper.copy_number), ("密级", paper.secrecy), ("紧急程度", paper.urgency)):
        if value:
            found.append(Slot("fixed", name, value, "GWCorner"))
    found += [Slot("fixed", "发文机关标志", line, "GWMark") for line in head_of(paper).mark.lines]
    signer = f"签发人：{paper.signer or ''}" if paper.upward else ""
    found.append(Slot("fixed", "发文字号", f"{paper.number or DRAFT_NUMBER}{signer}", "GWNumber"))
    found.append(Slot("title", "标题", paper.title, "GWTitle"))
    if paper.addressees:
        found.append(Slot("addressee", "主送机关", addressee_line(paper.addressees), "GWAddressee"))
    found += _blocks(paper.blocks, 0, "正文")
    found += [Slot("fixed", "附件说明", text, "GWAnnexNote") for _, text in annex_note(paper.annexes)]
    found += [Slot("fixed", "署名", name, "GWSignature") for name in paper.signature or paper.issuer]
    date = DRAFT_DATE if paper.date is None else chinese_date(paper.date)
    found.append(Slot("fixed", "成文日期", date, "GWDate"))
    if paper.note:
        found.append(Slot("note", "附注", f"（{paper.note}）", "GWNote"))
    for order, annex in enumerate(paper.annexes):
        label = annex_name(order, len(paper.annexes))
        found.append(Slot("annex_label", label, label, "GWAnnex", order + 1))
        found.append(Slot("annex_title", f"{label}标题", annex.title, "GWAnnexTitle", order + 1))
        found += _blocks(annex.blocks, order + 1, label)
    if paper.colophon is not None:
        day = paper.colophon.print_date
        printed = paper.colophon.printer + (f"{chinese_date(day)}印发" if day else "")
        copies = copies_line(paper.colophon) if paper.colophon.copies_to else ""
        found.append(Slot("colophon", "版记", f"{copies}{printed}"))
    return tuple(slot for slot in found if slot.key or slot.is_table)


def _blocks(blocks: Sequence[Block], part: int, where: str) -> list[Slot]:
    found = []
    for place, block in enumerate(blocks):
        name = f"{where}第{place + 1}段"
        match block:
            case Table():
                if block.caption:
                    found.append(Slot("caption", "表题", block.caption, "GWCaption", part, place))
                text = "\n".join("\t".join(plain(cell) for cell in row) for row in (*block.header, *block.rows))
                found.append(Slot("block", "表格", text, "", part, place, block))
            case Notice():
                found.append(Slot("block", name, block.text, "GWNotice", part, place, block))
            case _:
                style = f"GWHeading{block.level}" if isinstance(block, Heading) else "GWBody"
                found.append(Slot("block", name, plain(inlines_of(block)), style, part, place, block))
    return found


def aligned(expected: Sequence[Slot], lines: Sequence[Read]) -> tuple[dict[int, int], dict[int, int]]:
    """Pairs line → slot: those in order, and those that moved."""
    matcher = SequenceMatcher(None, [slot.key for slot in expected], [line.key for line in lines], autojunk=False)
    found: dict[int, int] = {}
    at_slot = at_line = 0
    for slot, line, size in matcher.get_matching_blocks():
        _fill(expected, lines, (at_slot, slot), (at_line, line), found)
        for step in range(size):
            found[line + step] = slot + step
        at_slot, at_line = slot + size, line + size
    return found, _moved(expected, lines, found)


def _fill(
    expected: Sequence[Slot],
    lines: Sequence[Read],
    rows: tuple[int, int],
    columns: tuple[int, int],
    found: dict[int, int],
) -> None:
    """Pair what stands between two anchors so that the likeness of all pairs together is greatest."""
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    if not height or not width or height * width > _MOST_PAIRS:
        return
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    like = [[likeness(expected[rows[0] + i], lines[columns[0] + j]) for j in range(width)] for i in range(height)]
    for i in range(height - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            pair = like[i][j] + best[i + 1][j + 1] if like[i][j] >= ALIKE else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < height and j < width:
        if like[i][j] >= ALIKE and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            found[columns[0] + j] = rows[0] + i
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _moved(expected: Sequence[Slot], lines: Sequence[Read], found: dict[int, int]) -> dict[int, int]:
    """Blocks and lines that are left over and alike: the most alike first."""
    free = set(range(len(expected))) - set(found.values())
    left = [place for place in range(len(lines)) if place not in found]
    blocks = [place for place in sorted(free) if expected[place].role == "block"]
    if len(blocks) * len(left) > _MOST_PAIRS:
        return {}
    pairs = [(likeness(expected[slot], lines[line]), -line, -slot) for slot in blocks for line in left]
    moved: dict[int, int] = {}
    taken: set[int] = set()
    for like, line, slot in sorted(pairs, reverse=True):
        if like >= MOVED and -line not in moved and -slot not in taken:
            moved[-line] = -slot
            taken.add(-slot)
    return moved


def likeness(slot: Slot, line: Read) -> float:
    """How alike an element and a line are: 0 for nothing in common, 1 and more for the same."""
    if slot.is_table != bool(line.line.cells):
        return 0.0
    words = _dice(slot.pairs, line.pairs)
    if slot.key == line.key:
        words = 1.0
    if slot.role != "block" and line.line.style and line.line.style == STYLE_NAMES.get(slot.style):
        return words + _BY_STYLE
    if slot.tags & line.tags:
        return words + _BY_NUMBER
    return words


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(len(text) - 1, 1)))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    if not total:
        return 0.0
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return 2 * sum(min(times, many[pair]) for pair, times in few.items()) / total
