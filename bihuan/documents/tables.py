"""Tables set on the grid: lines of each cell and heights of each row, the same for both writers.

A row of n lines is (n + 1) / 2 grid lines tall, so that a table with what follows it takes whole lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bihuan.documents.fonts import FontSet
from bihuan.documents.gb9704 import LINE_PITCH_PT
from bihuan.documents.paper import Cell, Row, Table
from bihuan.documents.typesetting import Ruler, Run, runs_of, table_widths

SIZE_PT: Final = 12.0  # 小四; the standard sets none for tables
PITCH_PT: Final = LINE_PITCH_PT / 2
INSET_PT: Final = 4.0
#: Half a page: a taller table is divided rather than leave so much white.
_TOGETHER_PT: Final = 11 * LINE_PITCH_PT


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table ready to print: per row its cells as lines of runs, row heights and column widths in points."""

    rows: tuple[tuple[tuple[tuple[Run, ...], ...], ...], ...]
    header: int
    heights: tuple[float, ...]
    widths: tuple[float, ...]

    @property
    def together(self) -> bool:
        """Whether the table is short enough to be kept on one page."""
        return sum(self.heights) <= _TOGETHER_PT


def set_table(table: Table, fonts: FontSet) -> SetTable:
    """Break the cells' text into lines and find each row's height; header cells in 黑体."""
    ruler = Ruler(fonts, size=SIZE_PT, tracking=0.0)
    widths = table_widths(table.widths)
    header = [_row(row, widths, ruler, "hei") for row in table.header]
    rows = [*header, *(_row(row, widths, ruler, "fang") for row in table.rows)]
    half_lines = [max(len(cell) for cell in row) + 1 for row in rows]
    # A table of an odd number of half lines and the half line below it make whole lines.
    if sum(half_lines) % 2 == 0:
        half_lines[0] += 1
    heights = tuple(count * PITCH_PT for count in half_lines)
    return SetTable(tuple(rows), len(header), heights, tuple(widths))


def _row(row: Row, widths: list[float], ruler: Ruler, role: str) -> tuple[tuple[tuple[Run, ...], ...], ...]:
    return tuple(_cell(cell, width - 2 * INSET_PT, ruler, role) for cell, width in zip(row, widths, strict=True))


def _cell(cell: Cell, room: float, ruler: Ruler, role: str) -> tuple[tuple[Run, ...], ...]:
    return ruler.set(tuple(runs_of(cell, role)), room, room)
