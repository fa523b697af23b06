"""Where things stand on a page, in points from the top of the type area; shared by both writers.

The grid is 22 lines (GB/T 9704-2012 §5.2.3). Only the head of the first page leaves it: its places are given in
millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bihuan.documents.gb9704 import (
    BODY_SIZE_PT,
    LINE_PITCH_PT,
    MARK_TOP_MM,
    PT_PER_MM,
    RED_RULE_GAP_MM,
    TITLE_SIZE_PT,
    TYPE_AREA_MM,
)
from bihuan.documents.paper import Paper
from bihuan.documents.titles import title_lines
from bihuan.documents.typesetting import TYPE_WIDTH_PT, cells

TYPE_HEIGHT_PT: Final = TYPE_AREA_MM[1] * PT_PER_MM
#: What is left between two lines of body text.
LEADING_PT: Final = LINE_PITCH_PT - BODY_SIZE_PT
TITLE_PITCH_PT: Final = 36.0
#: The mark: as large as it goes, then narrowed (an old habit for long names), then smaller.
MARK_LARGEST_PT: Final = 54.0
MARK_USUAL_PT: Final = 40.0
MARK_NARROWEST: Final = 0.66
MARK_SMALLEST_PT: Final = 28.0
#: Height of a Han character's ink in 小标宋 and its stand-ins, in em.
MARK_INK_EM: Final = 0.92
#: Distance of the lines of a mark, in em.
MARK_LINE_EM: Final = 1.2
#: A word processor puts 16 pt type into an exact line of 28.95 pt this much lower than the top of the line.
EDITOR_DROP_PT: Final = 0.8 * 28.95 - 0.88 * BODY_SIZE_PT
#: Rows of the colophon (§7.4: 四号 type between the rules).
COLOPHON_ROW_PT: Final = 24.0


@dataclass(frozen=True, slots=True)
class Mark:
    """发文机关标志: its lines, size in points and horizontal scale (1 = as designed)."""

    lines: tuple[str, ...]
    size: float
    scale: float

    @property
    def height(self) -> float:
        """From the top of the first line's ink to the bottom of the last one's."""
        return self.size * (MARK_INK_EM + MARK_LINE_EM * (len(self.lines) - 1))


@dataclass(frozen=True, slots=True)
class Head:
    """The first page's head. All places are tops of characters (or of the rule), in points."""

    mark: Mark
    mark_top: float
    number_top: float
    rule: float
    title: tuple[str, ...]
    title_top: float
    body_top: float


def mark_of(text: str) -> Mark:
    """A size and scale at which the mark is clear and fits the type area."""
    lines = tuple(line for line in text.split("\n") if line.strip()) or (text,)
    widest = max(cells(line) for line in lines)
    room = TYPE_WIDTH_PT - BODY_SIZE_PT
    size = min(MARK_LARGEST_PT, room / widest)
    if size >= MARK_USUAL_PT:
        return Mark(lines, round(size), 1.0)
    scale = max(MARK_NARROWEST, room / widest / MARK_USUAL_PT)
    size = min(MARK_USUAL_PT, room / widest / scale)
    if size < MARK_SMALLEST_PT:
        size, scale = MARK_SMALLEST_PT, room / widest / MARK_SMALLEST_PT
    # Whole percents and half points are what a DOCX can say.
    return Mark(lines, int(size * 2) / 2, int(scale * 100) / 100)


def head_of(paper: Paper) -> Head:
    """The head of a paper (§7.2, §7.3.1): mark 35 mm down, number two lines below, rule 4 mm, title two lines below
    that.
    """
    mark = mark_of(paper.mark)
    mark_top = MARK_TOP_MM * PT_PER_MM
    number_top = mark_top + mark.height + 2 * LINE_PITCH_PT
    rule = number_top + BODY_SIZE_PT + RED_RULE_GAP_MM * PT_PER_MM
    title = title_lines(paper.title)
    title_top = rule + 2 * LINE_PITCH_PT
    body_top = title_top + TITLE_PITCH_PT * (len(title) - 1) + TITLE_SIZE_PT + LINE_PITCH_PT + LEADING_PT
    lift = _lift(body_top)
    return Head(mark, mark_top, number_top, rule, title, title_top - lift, body_top - lift)


def _lift(body_top: float) -> float:
    """How far to lift the title so that the last line of page 1 fits in both writers or in neither.

    A line needs 16 pt in the PDF but the rest of an exact line in a word processor: where it fits the one only, up to 6
    pt are taken from the white above the title.
    """
    spare = (TYPE_HEIGHT_PT - BODY_SIZE_PT - body_top) % LINE_PITCH_PT
    needed = LINE_PITCH_PT - EDITOR_DROP_PT - BODY_SIZE_PT + 1.5
    return needed - spare if spare < needed else 0.0
