"""The sheet of a form as a page draws it: merged heads, widths, which cells hold words and which wait for numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from openpyxl.utils import column_index_from_string

from bihuan.lib.workbook import column_name
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import MOST_COLUMNS, MOST_ROWS

Align = Literal["left", "center", "right"]
_NARROWEST, _WIDEST, _USUAL = 40, 420, 8.43  # pixels; characters of a column that says nothing


@dataclass(frozen=True, slots=True)
class Box:
    """A cell, or a block of merged ones: its address, words, and how many columns and rows it spans."""

    at: str
    row: int
    column: int
    text: str = ""
    across: int = 1
    down: int = 1
    align: Align = "left"
    bold: bool = False
    formula: bool = False
    title: bool = False  # of the whole sheet


@dataclass(frozen=True, slots=True)
class Grid:
    """The part of a sheet in which anything stands. `widths`: of its columns, in pixels."""

    name: str
    rows: tuple[tuple[Box, ...], ...]
    widths: tuple[int, ...]

    @property
    def width(self) -> int:
        return sum(self.widths)

    @property
    def formulas(self) -> frozenset[str]:
        return frozenset(box.at for row in self.rows for box in row if box.formula)

    def boxes(self) -> Iterator[Box]:
        for row in self.rows:
            yield from row

    def head(self, at: str) -> Box | None:
        return next((box for box in self.boxes() if box.at == at), None)


@lru_cache(maxsize=64)
def drawn(content: bytes, sheet: str) -> Grid:
    """A sheet of a workbook that `lib.workbook` has looked at; the first one where there is none of that name.

    Raises:
        FormError: it cannot be opened so that its layout is kept.
    """
    at = _sheet(content, sheet)
    covered, spans = _merged(at)
    down, across = _extent(at, spans)
    rows = []
    for row in range(down):
        found = []
        for column in range(across):
            if (row, column) not in covered:
                found.append(_box(at.cell(row + 1, column + 1), *spans.get((row, column), (1, 1)), (down, across)))
        rows.append(tuple(found))
    return Grid(at.title, tuple(rows), tuple(_widths(at, across)))


def _sheet(content: bytes, sheet: str) -> Any:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
        return book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    except Exception as error:  # openpyxl raises whatever its parts do: KeyError, TypeError, its own, XML's
        zh = "这份工作簿的版式读不出来，请在 WPS 或 Excel 里打开、另存为 .xlsx 后再传"
        raise FormError(
            "template-unreadable", zh, "its layout cannot be read: open it, save it as .xlsx again, send that"
        ) from error


def _merged(at: Any) -> tuple[set[tuple[int, int]], dict[tuple[int, int], tuple[int, int]]]:
    """The cells that lie under a merged block, and of each block how many rows and columns it has."""
    covered, spans = set(), {}
    for block in at.merged_cells.ranges:
        top, left = block.min_row - 1, block.min_col - 1
        down, across = min(block.max_row, MOST_ROWS) - top, min(block.max_col, MOST_COLUMNS) - left
        spans[top, left] = down, across
        covered |= {(top + row, left + column) for row in range(down) for column in range(across)} - {(top, left)}
    return covered, spans


def _extent(at: Any, spans: dict[tuple[int, int], tuple[int, int]]) -> tuple[int, int]:
    """The rows and columns to the last one that holds words, is merged, or has a border."""
    down = across = 1
    for line in at.iter_rows(max_row=min(at.max_row, MOST_ROWS), max_col=min(at.max_column, MOST_COLUMNS)):
        for cell in line:
            if cell.value is not None or (cell.has_style and cell.border.bottom and cell.border.bottom.style):
                down, across = max(down, cell.row), max(across, cell.column)
    for (top, left), (rows, columns) in spans.items():
        down, across = max(down, top + rows), max(across, left + columns)
    return min(down, MOST_ROWS), min(across, MOST_COLUMNS)


def _box(cell: Any, down: int, across: int, extent: tuple[int, int]) -> Box:
    row, column = cell.row - 1, cell.column - 1
    formula = cell.data_type == "f"
    text = "" if cell.value is None or formula else " ".join(str(cell.value).split())
    align: Align = cell.alignment.horizontal if cell.alignment.horizontal in ("center", "right") else "left"
    return Box(
        f"{column_name(column)}{row + 1}",
        row,
        column,
        text,
        min(across, extent[1] - column),
        min(down, extent[0] - row),
        align,
        bool(cell.font.b),
        formula,
        row == 0 and column == 0 and across >= extent[1] > 1,
    )


def _widths(at: Any, across: int) -> Iterator[int]:
    """In pixels, as spreadsheets draw it: 7 for a digit and 5 beside them."""
    said = [_USUAL] * across
    for name, held in at.column_dimensions.items():
        first = held.min or column_index_from_string(name)
        for column in range(first, min(held.max or first, across) + 1):
            said[column - 1] = held.width if held.width and not held.hidden else _USUAL
    for width in said:
        yield max(_NARROWEST, min(round(width * 7 + 5), _WIDEST))
