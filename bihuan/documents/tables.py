"""Tables set on the grid: column widths, lines of each cell and heights of each row, the same for both writers.

A row of n lines is (n + 1) / 2 grid lines tall; the white above and below a table makes it whole lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bihuan.documents.fonts import FontSet
from bihuan.documents.gb9704 import LINE_PITCH_PT
from bihuan.documents.lines import is_latin
from bihuan.documents.paper import Bound, Cell, Row, Table
from bihuan.documents.typesetting import TYPE_WIDTH_PT, Ruler, Run, runs_of, table_widths

SIZE_PT: Final = 12.0  # 小四; the standard sets none for tables
PITCH_PT: Final = LINE_PITCH_PT / 2
INSET_PT: Final = 4.0
#: White above and below a table, together half a line; with a caption: above it, between it and the table, below.
GAPS_PT: Final = (10.0, 0.0, PITCH_PT - 10.0)
CAPTION_GAPS_PT: Final = (5.0, 3.0, PITCH_PT - 8.0)
#: Half a page: a taller table is divided rather than leave so much white.
_TOGETHER_PT: Final = 11 * LINE_PITCH_PT
#: An editor's Latin letters and gaps may be a little wider than ours.
_ALLOWANCE_PT: Final = 2.0

Cells = tuple[tuple[tuple[Run, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table ready to print: per row its cells as lines of runs, row heights and column widths in points.

    `centred`: per column, whether its cells stand in the middle (all of one line) or left. `caption`: its lines.
    `gaps`: white above the caption, above the table and below it, in points.
    """

    rows: tuple[Cells, ...]
    header: int
    heights: tuple[float, ...]
    widths: tuple[float, ...]
    centred: tuple[bool, ...]
    caption: tuple[tuple[Run, ...], ...]
    gaps: tuple[float, float, float]

    @property
    def together(self) -> bool:
        """Whether the table is short enough to be kept on one page."""
        return sum(self.heights) <= _TOGETHER_PT


def set_table(table: Table, fonts: FontSet) -> SetTable:
    """Fit the columns, break the cells' text into lines and find each row's height; header cells in 黑体."""
    ruler = Ruler(fonts, size=SIZE_PT, tracking=0.0)
    widths = _fitted(table, ruler)
    header = [_row(row, widths, ruler, "hei") for row in table.header]
    body = [_row(row, widths, ruler, "fang") for row in table.rows]
    half_lines = [max(len(cell) for cell in row) + 1 for row in (*header, *body)]
    # A table of an odd number of half lines and the half line around it make whole lines.
    if sum(half_lines) % 2 == 0:
        half_lines[0] += 1
    caption = Ruler(fonts).set([Run(table.caption, "hei")], TYPE_WIDTH_PT, TYPE_WIDTH_PT) if table.caption else ()
    return SetTable(
        rows=(*header, *body),
        header=len(header),
        heights=tuple(count * PITCH_PT for count in half_lines),
        widths=tuple(widths),
        centred=tuple(all(len(row[column]) <= 1 for row in body) for column in range(len(widths))),
        caption=caption,
        gaps=CAPTION_GAPS_PT if caption else GAPS_PT,
    )


def _row(row: Row, widths: Sequence[float], ruler: Ruler, role: str) -> Cells:
    return tuple(_cell(cell, width - 2 * INSET_PT, ruler, role) for cell, width in zip(row, widths, strict=True))


def _cell(cell: Cell, room: float, ruler: Ruler, role: str) -> tuple[tuple[Run, ...], ...]:
    return ruler.set(tuple(runs_of(cell, role)), room, room)


def _fitted(table: Table, ruler: Ruler) -> list[float]:
    """The columns' widths in points: as given, but moved where a number would part from its unit, or a line break can
    be spared.
    """
    widths = table_widths(table.widths)
    rows = [(row, "hei") for row in table.header] + [(row, "fang") for row in table.rows]
    least, wanted = [0.0] * len(widths), [0.0] * len(widths)
    for row, role in rows:
        for column, cell in enumerate(row):
            least[column] = max(least[column], _unbroken(cell, role, ruler))
            wanted[column] = max(wanted[column], ruler.text_width(tuple(runs_of(cell, role))))
    halved = [max(low, need / 2 + SIZE_PT) for low, need in zip(least, wanted, strict=True)]
    thirds = [max(low, need / 3 + SIZE_PT) for low, need in zip(least, wanted, strict=True)]
    least, thirds, halved, wanted = (
        [need + 2 * INSET_PT + _ALLOWANCE_PT for need in needs] for needs in (least, thirds, halved, wanted)
    )
    for needs, floors in ((least, wanted), (least, least), (wanted, wanted), (halved, wanted), (thirds, wanted)):
        short = [column for column, need in enumerate(needs) if need > widths[column]]
        for column in sorted(short, key=lambda column: needs[column] - widths[column]):
            _widen(widths, column, needs[column], floors)
    return widths


def _widen(widths: list[float], column: int, need: float, floors: Sequence[float]) -> None:
    """Give a column the width it needs, from the white beside the table and from columns wider than their floors; or
    leave all as it is when that is not enough.
    """
    missing = need - widths[column]
    white = max(0.0, TYPE_WIDTH_PT - sum(widths))
    spare = [max(0.0, width - floor) for width, floor in zip(widths, floors, strict=True)]
    spare[column] = 0.0
    if missing <= 0 or missing > white + sum(spare):
        return
    widths[column] = need
    taken = max(0.0, missing - white)
    for other, part in enumerate(spare):
        widths[other] -= taken * part / sum(spare) if taken else 0.0


def _unbroken(cell: Cell, role: str, ruler: Ruler) -> float:
    """The width of the widest part of a cell that should stay on one line: a bound number, a run of digits with the
    character after it, two Han characters.
    """
    parts = [2 * SIZE_PT] if cell else [0.0]
    for inline in cell:
        if isinstance(inline, Bound):
            parts.append(ruler.text_width([Run(inline.text, role)]))
            continue
        place = 0
        for latin, group in groupby(inline.text, key=is_latin):
            length = len(tuple(group))
            if latin:
                parts.append(ruler.text_width([Run(inline.text[place : place + length + 1], role)]))
            place += length
    return min(max(parts), TYPE_WIDTH_PT / 2)
