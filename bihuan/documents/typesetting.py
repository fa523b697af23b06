"""From the document model to set lines: the fonts of each element, the widths of its characters, its broken lines.

Both writers start here, so that they agree: the PDF prints these very lines; the DOCX leaves the breaking to the
editor, which follows the same rule (see `lines`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bihuan.documents.fonts import LATIN_BESIDE, FontSet
from bihuan.documents.gb9704 import BODY_SIZE_PT, CHARACTERS, PT_PER_MM, TYPE_AREA_MM
from bihuan.documents.lines import SHARED_MARKS, breaks, gap_before, is_latin
from bihuan.documents.paper import Block, Bound, Heading, Inlines, Paragraph, RunIn, Table

TYPE_WIDTH_PT: Final = TYPE_AREA_MM[0] * PT_PER_MM
#: Word processors set distances between characters in twentieths of a point: 28 characters of 16 pt fit with -0.25 pt
#: each. The rest is for lines with quotes, which LibreOffice makes a little longer (see `_mark_edges`).
TRACKING_PT: Final = -0.35
CELL_PT: Final = BODY_SIZE_PT + TRACKING_PT
#: The gap between Han characters and Latin letters or digits, in em; LibreOffice's, and nearly Word's.
LATIN_GAP_EM: Final = 0.2
#: GB/T 9704-2012 §7.3.3: 一、 in 黑体, （一） in 楷体, 1. and （1） in 仿宋.
LEVEL_ROLES: Final = {1: "hei", 2: "kai", 3: "fang", 4: "fang"}
#: What word processors lose by rounding each stretch of text.
_SLACK_PT: Final = 0.5
_CLOSING_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font role; `tag` and `label` when it is a number bound to a fact."""

    text: str
    role: str
    bold: bool = False
    tag: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures text in the fonts of a set. `size` in points, `tracking` points added to each character."""

    fonts: FontSet
    size: float = BODY_SIZE_PT
    tracking: float = TRACKING_PT

    def width(self, character: str, role: str) -> float:
        """The width of a character in points; 1 em for one that no font has."""
        if character == "\u3000":
            return self.size + self.tracking
        faces = self.fonts.chain(role)
        latin = self.fonts.latin(role)
        if latin is not None and is_latin(character):
            faces = (latin, *faces)
        for face in faces:
            advance = face.advance(character)
            if advance is not None:
                return advance * self.size + self.tracking
        return self.size + self.tracking

    def text_width(self, runs: Iterable[Run]) -> float:
        """The width of runs on one line, gaps included, in points."""
        runs = tuple(runs)
        text = "".join(run.text for run in runs)
        return sum(self._widths(runs)) + sum(self._gaps(text))

    def characters(self, text: str) -> float:
        """The width of a line of 仿宋 in characters of the grid."""
        return self.text_width([Run(text, "fang")]) / CELL_PT

    def set(self, runs: Sequence[Run], first: float, rest: float) -> tuple[tuple[Run, ...], ...]:
        """Runs broken into lines with `first` and `rest` points of room; the runs of a line keep their fonts and
        tags.
        """
        text = "".join(run.text for run in runs)
        gaps = self._gaps(text)
        for edge in _control_edges(runs):
            gaps[edge] = 0.0
        for edge in _mark_edges(runs):
            gaps[edge] -= self.tracking
        starts = breaks(text, self._widths(runs), gaps, first - _SLACK_PT, rest - _SLACK_PT)
        edges = [0, *starts, len(text)]
        return tuple(_slice(runs, a, b) for a, b in pairwise(edges))

    def _widths(self, runs: Sequence[Run]) -> list[float]:
        return [self.width(character, run.role) for run in runs for character in run.text]

    def _gaps(self, text: str) -> list[float]:
        gap = LATIN_GAP_EM * self.size
        return [gap if gap_before(text, index) else 0.0 for index in range(len(text))]


def _control_edges(runs: Sequence[Run]) -> Iterator[int]:
    """Where a content control begins or ends; LibreOffice sets no gap there, so the lines must do without."""
    place = 0
    for before, run in pairwise(runs):
        place += len(before.text)
        if before.tag is not None or run.tag is not None:
            yield place


def _mark_edges(runs: Sequence[Run]) -> Iterator[int]:
    """Where marks of the East Asian font begin or end beside text with a Latin font of its own: the DOCX changes fonts
    there, and LibreOffice does not track across.
    """
    held = [run.role in LATIN_BESIDE and character in SHARED_MARKS for run in runs for character in run.text]
    return (place for place in range(1, len(held)) if held[place] != held[place - 1])


def runs_of(inlines: Inlines, role: str) -> Iterator[Run]:
    """Inlines as runs in one font role; empty ones are left out."""
    for inline in inlines:
        if not inline.text:
            continue
        if isinstance(inline, Bound):
            yield Run(inline.text, role, tag=inline.tag, label=inline.label)
        else:
            yield Run(inline.text, role, bold=inline.bold)


def block_runs(block: Block) -> tuple[Run, ...]:
    """The runs of a heading, a run-in heading with its text, or a paragraph."""
    match block:
        case Heading():
            return tuple(runs_of(block.inlines, LEVEL_ROLES[block.level]))
        case RunIn():
            heading = runs_of(block.heading, LEVEL_ROLES[block.level])
            return (*heading, *runs_of(block.inlines, "fang"))
        case Paragraph():
            return tuple(runs_of(block.inlines, "fang"))
        case _:
            raise TypeError(f"{type(block).__name__} has no runs of its own")


def closing_block(blocks: Sequence[Block], ruler: Ruler) -> int | None:
    """The place of the last paragraph, when it is short enough to go with the signature: none stands on a page without
    text (§7.3.5).
    """
    last = blocks[-1] if blocks else None
    # The first page must show text (§7.3.3): the only paragraph stays there.
    earlier = any(isinstance(block, Paragraph | RunIn | Table) for block in blocks[:-1])
    if not isinstance(last, Paragraph | RunIn) or not earlier:
        return None
    lines = ruler.set(block_runs(last), TYPE_WIDTH_PT - 2 * CELL_PT, TYPE_WIDTH_PT)
    return len(blocks) - 1 if len(lines) <= _CLOSING_LINES else None


def cells(text: str) -> float:
    """The nominal width of a text in characters of the grid: Latin letters and digits count a half (§7.3.5,
    indents).
    """
    return sum(0.5 if is_latin(character) else 1.0 for character in text)


def name_and_date_indents(
    names: Sequence[str], date: str, *, sealed: bool, width: Callable[[str], float] = cells
) -> tuple[list[float], float]:
    """Right indents in characters of each signing body and of the date (§7.3.5).

    Unsealed: the name two in from the right, the date's first character two to the right of the name's; a date that is
    longer stands two in and pushes the name. Sealed: the date four in, the names centred on it. `width` measures a text
    in characters of the grid; what is printed is a little wider than its nominal width (gaps beside digits).
    """
    date_width = width(date)
    if sealed:
        centre = 4.0 + date_width / 2
        return [max(0.0, centre - width(name) / 2) for name in names], 4.0
    widest = min(max((width(name) for name in names), default=0.0), CHARACTERS - 2.0)
    start = max(2.0 + widest, 2.0 + date_width + 2.0)
    return [start - min(width(name), CHARACTERS - 2.0) for name in names], start - 2.0 - date_width


def table_widths(widths: Sequence[float]) -> list[float]:
    """Column widths in points; scaled down together when they are wider than the type area."""
    total = sum(widths)
    scale = min(1.0, CHARACTERS / total)
    return [width * scale * TYPE_WIDTH_PT / CHARACTERS for width in widths]


def _slice(runs: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    """The part of runs between two character positions."""
    parts: list[Run] = []
    place = 0
    for run in runs:
        a, b = max(start - place, 0), min(end - place, len(run.text))
        if a < b:
            parts.append(replace(run, text=run.text[a:b]))
        place += len(run.text)
    return tuple(parts)
