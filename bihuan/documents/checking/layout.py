"""Which line of a paper is what: mark, number, title, addressee, text, signature, annexes, colophon.

A paper made elsewhere has no styles of ours, so elements are known by what they say and where they stand.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from bihuan.documents import gb9704
from bihuan.documents.checking.lines import Line, Reading

Form = Literal["standard", "letter", "minutes"]
_BLANKS: Final = re.compile(r"[\s\u3000\u00a0]+")
_SECRECY: Final = re.compile(r"(绝密|机密|秘密)([★☆].*)?|特急|加急|特提|平急|急件")
_COPY_NUMBER: Final = re.compile(r"(№)?\d{6}")
_SIGNER: Final = re.compile(r"签发人")
_COPIES: Final = re.compile(r"(主送|抄送|抄报|分送)[:：]")
_PRINTED: Final = re.compile(r"印[发制]$")
_ANNEX_HEADING: Final = re.compile(r"附件\d{0,2}[:：]?")
_ANNEX_NOTE: Final = re.compile(r"附件\d{0,2}[:：.、．]\S|附件\d{0,2}[.、．]?《")
_NO_ADDRESSEE: Final = re.compile(r"如下|现将|根据|为了|[。；！？“”]|\d{4}年")


@dataclass(slots=True)
class Annex:
    """One annex: its heading line (附件1), the lines of its title and the rest."""

    heading: Line
    title: list[Line]
    lines: list[Line]


@dataclass(slots=True)
class Layout:
    """The elements found. An element that a paper does not have is None or empty."""

    reading: Reading
    form: Form = "standard"
    mark: list[Line] = field(default_factory=list)
    secrecy: list[Line] = field(default_factory=list)
    number: Line | None = None
    number_text: str = ""
    signer: Line | None = None
    title: list[Line] = field(default_factory=list)
    addressee: Line | None = None
    body: list[Line] = field(default_factory=list)
    annex_note: list[Line] = field(default_factory=list)
    signature: list[Line] = field(default_factory=list)
    date: Line | None = None
    annexes: list[Annex] = field(default_factory=list)
    colophon: list[Line] = field(default_factory=list)
    after_colophon: list[Line] = field(default_factory=list)

    @property
    def title_text(self) -> str:
        return squeezed("".join(line.words for line in self.title))

    @property
    def official(self) -> bool:
        """Whether the paper means to be an issued one: it has a mark or a number."""
        return bool(self.mark) or self.number is not None

    @property
    def draft(self) -> bool:
        """Whether the number is still blank, so that the date may be, too."""
        return gb9704.DRAFT_NUMBER_FORM.fullmatch(self.number_text) is not None

    def paragraphs(self) -> list[Line]:
        """Running text of the body and of the annexes: no tables, boxes, captions or marked remarks."""
        lines = [*self.body, *(line for annex in self.annexes for line in annex.lines)]
        return [line for line in lines if running(line)]

    def tables(self) -> list[Line]:
        """Lines that stand in tables of the body and of the annexes."""
        lines = [*self.body, *(line for annex in self.annexes for line in annex.lines)]
        return [line for line in lines if line.cell is not None]


def squeezed(text: str) -> str:
    """Text without any white space."""
    return _BLANKS.sub("", text)


def running(line: Line) -> bool:
    """Whether a line is running text, which the grid, the indent and the ladder bind."""
    boxed = bool(line.look.edges) or line.shaded
    return line.place == "text" and line.cell is None and not centred(line) and not boxed


def centred(line: Line) -> bool:
    return line.look.align in ("center", "distribute")


def find_layout(reading: Reading) -> Layout:
    """The elements of a paper, from head to foot."""
    layout = Layout(reading)
    printed = [line for line in reading.lines if line.words]
    end = _find_colophon(layout, printed)
    start = _find_head(layout, printed[:end])
    start = _find_title(layout, printed, start, end)
    if start < end and _is_addressee(printed[start]):
        layout.addressee = printed[start]
        start += 1
    end = _find_annexes(layout, printed, start, end)
    end = _find_signature(layout, printed, start, end)
    _find_annex_note(layout, printed[start:end])
    noted = {id(line) for line in layout.annex_note}
    layout.body = [line for line in printed[start:end] if id(line) not in noted]
    layout.form = _form(layout)
    return layout


def _find_colophon(layout: Layout, printed: list[Line]) -> int:
    first = max(0, len(printed) - 14)
    found = [
        index
        for index in range(first, len(printed))
        if _COPIES.match(squeezed(printed[index].words)) or _PRINTED.search(squeezed(printed[index].words))
    ]
    found = [index for index in found if index > 0 and len(printed[index].words) < 300]
    if not found:
        return len(printed)
    start, end = found[0], found[-1] + 1
    if end - start > 8:
        return len(printed)
    tables = {line.cell.table for line in printed[start:end] if line.cell is not None}
    while start > 0 and (cell := printed[start - 1].cell) is not None and cell.table in tables:
        start -= 1
    while end < len(printed) and (cell := printed[end].cell) is not None and cell.table in tables:
        end += 1
    layout.colophon, layout.after_colophon = printed[start:end], printed[end:]
    return start


def _find_head(layout: Layout, printed: list[Line]) -> int:
    """Number, signer, mark and the small lines above it. Returns where the title may begin."""
    head_end = 0
    for index, line in enumerate(printed[:25]):
        match = gb9704.DRAFT_NUMBER_FORM.match(line.words) or gb9704.NUMBER_LIKE.match(line.words)
        rest = squeezed(line.words[match.end() :]) if match else "-"
        if match and (not rest or rest.startswith("签发人")):
            layout.number, layout.number_text, head_end = line, line.words[: match.end()].strip(), index + 1
            break
    for index, line in enumerate(printed[: head_end + 4]):
        if _SIGNER.search(squeezed(line.words)) and len(line.words) < 80:
            layout.signer, head_end = line, max(head_end, index + 1)
    above = printed[: head_end or 6]
    for line in above:
        words = squeezed(line.words)
        if _SECRECY.fullmatch(words):
            layout.secrecy.append(line)
        elif line is layout.number or line is layout.signer or _COPY_NUMBER.fullmatch(words):
            continue
        elif _is_mark(line, words, numbered=layout.number is not None):
            layout.mark.append(line)
    if layout.mark and head_end == 0:
        head_end = printed.index(layout.mark[-1]) + 1
    return head_end


def _is_mark(line: Line, words: str, *, numbered: bool) -> bool:
    red = any(is_red(run.look.color) for _, run in line.characters())
    if red and line.size >= gb9704.TITLE_SIZE_PT:
        return True
    if words.endswith("文件") and len(words) < 60 and (centred(line) or line.size > gb9704.TITLE_SIZE_PT):
        return True
    return numbered and line.size >= gb9704.MARK_MIN_SIZE_PT and len(words) < 60


def is_red(color: str | None) -> bool:
    """Whether six hex digits name a red: much red, little of the rest."""
    if color is None or len(color) != 6:
        return False
    red, green, blue = (int(color[index : index + 2], 16) for index in (0, 2, 4))
    return red >= 0xB0 and green <= 0x50 and blue <= 0x50


def _find_title(layout: Layout, printed: list[Line], start: int, end: int) -> int:
    index = start
    while index < min(end, start + 6):
        line = printed[index]
        words = squeezed(line.words)
        titled = line.look.style_name.lower() in ("title", "公文标题", "标题") or line.look.outline == 0
        big = line.size >= 18 and line.place != "table"
        if not (centred(line) or big or (titled and not layout.title)) or line.cell is not None:
            break
        if layout.title and (words.startswith(("（", "(", "——")) or gb9704.DATE_LIKE.fullmatch(words)):
            break
        if layout.title and heading_level(words)[0]:
            break
        layout.title.append(line)
        index += 1
    while (
        index < end and layout.title and centred(printed[index]) and printed[index].words.startswith(("（", "(", "——"))
    ):
        index += 1
    return index


def _is_addressee(line: Line) -> bool:
    words = line.words
    return (
        words.endswith(("：", ":"))
        and line.cell is None
        and 2 < len(words) < 300
        and not _NO_ADDRESSEE.search(words)
        and not words.startswith("附件")
        and not heading_level(words)[0]
    )


def heading_level(words: str) -> tuple[int, str, bool]:
    """Level of a heading, its marker as printed and whether the form is right; (0, "", True) for no heading."""
    for level, form in gb9704.HEADING_FORMS:
        match = form.match(words)
        if match:
            return level, match[0], True
    for level, form in gb9704.WRONG_HEADING_FORMS:
        match = form.match(words)
        if match:
            return level, match[0], False
    return 0, "", True


def _find_annexes(layout: Layout, printed: list[Line], start: int, end: int) -> int:
    places = [
        index
        for index in range(start, end)
        if _ANNEX_HEADING.fullmatch(squeezed(printed[index].words)) and printed[index].cell is None
    ]
    for place, following in itertools.pairwise([*places, end]):
        title: list[Line] = []
        rest = place + 1
        while rest < following and len(title) < 4 and _continues_title(printed[rest], title):
            title.append(printed[rest])
            rest += 1
        layout.annexes.append(Annex(printed[place], title, printed[rest:following]))
    return places[0] if places else end


def _continues_title(line: Line, title: list[Line]) -> bool:
    """Whether a line is part of an annex's title: centred and of one size. The caption of a table is smaller."""
    same_size = not title or abs(line.size - title[0].size) <= gb9704.SIZE_TOLERANCE_PT
    return centred(line) and line.cell is None and same_size


def _find_signature(layout: Layout, printed: list[Line], start: int, end: int) -> int:
    for index in range(end - 1, max(start, end - 8) - 1, -1):
        line = printed[index]
        words = squeezed(line.words)
        if not (gb9704.DATE_LIKE.fullmatch(words) or gb9704.DRAFT_DATE_FORM.fullmatch(line.words)):
            continue
        layout.date = line
        first = index
        while first - 1 >= start and index - first < 6 and _signs(printed[first - 1]):
            first -= 1
        layout.signature = printed[first:index]
        return first
    return end


def _signs(line: Line) -> bool:
    words = line.words
    if len(words) > 40 or words.endswith(("。", "；", "：", "！")) or heading_level(words)[0]:
        return False
    if _ANNEX_NOTE.match(squeezed(words)) or words[0].isdigit():
        return False
    set_right = line.look.align in ("right", "end") or line.look.left + max(line.look.first, 0) > 90
    return set_right or (line.look.left_chars or 0) > 6 or line.text.startswith(("\u3000" * 6, "\t\t"))


def _find_annex_note(layout: Layout, lines: list[Line]) -> None:
    for index, line in enumerate(lines):
        if line.cell is None and index >= len(lines) - 30 and _ANNEX_NOTE.match(squeezed(line.words)):
            layout.annex_note = lines[index:]
            return


def _form(layout: Layout) -> Form:
    mark = squeezed("".join(line.words for line in layout.mark))
    if mark.endswith("纪要"):
        return "minutes"
    double = any(
        edge.style.startswith(("thick", "thin", "double")) and is_red(edge.color)
        for line in layout.reading.lines[:12]
        for edge in line.look.edges.values()
    )
    return "letter" if double and not mark.endswith("文件") else "standard"
