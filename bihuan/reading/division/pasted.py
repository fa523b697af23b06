"""Text pasted from a spreadsheet (cells apart by tabs) or saved as CSV, as a grid."""

from __future__ import annotations

import csv
import io
import re

from bihuan.reading.division.duty import DivisionError
from bihuan.reading.division.grid import MOST_ROWS, Grid, Slot, plain
from bihuan.reading.division.word import too_many_rows

MOST_COLUMNS = 200
_BARS = re.compile(r"^\s*\|?(.*\|.*?)\|?\s*$")
_RULE = re.compile(r"[-=:|+ \t]+")


def pasted_table(text: str, *, commas: bool = False, name: str = "粘贴") -> list[Grid]:
    """The one table of a text, cells apart by tabs, by bars, or by commas where the file is CSV.

    Raises:
        DivisionError: no line has two cells, or there are too many rows.
    """
    lines = _cells(text, commas=commas)
    if not any(len([cell for cell in line if cell.strip()]) > 1 for line in lines):
        raise no_table()
    rows: list[list[Slot | None]] = []
    for number, line in enumerate(lines):
        if len(rows) > MOST_ROWS:
            raise too_many_rows()
        slots: list[Slot | None] = []
        for column, cell in enumerate(line[:MOST_COLUMNS]):
            words = plain(cell)
            slots.append(Slot(words, f"第{number + 1}行 第{column + 1}列", number, column) if words else None)
        rows.append(slots)
    return [Grid(name, rows, [f"第{number + 1}行" for number in range(len(rows))])]


def _cells(text: str, *, commas: bool) -> list[list[str]]:
    if commas and text.count(",") > text.count("\t"):
        return _read(text, ",")
    if "\t" in text:
        return _read(text, "\t")
    lines = text.split("\n")
    if sum("|" in line for line in lines) >= 2:
        parted = [[cell.strip() for cell in found[1].split("|")] if (found := _BARS.match(line)) else [line]
                  for line in lines if not _RULE.fullmatch(line)]  # fmt: skip
        return [cells for cells in parted if any(cells)]
    return [[line] for line in lines]


def _read(text: str, mark: str) -> list[list[str]]:
    """Cells with line ends stand in quotes, as spreadsheets copy them; a stray quote is a character like any other."""
    limit = csv.field_size_limit(10_000_000)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        return [line.split(mark) for line in text.split("\n")]
    finally:
        csv.field_size_limit(limit)


def no_table() -> DivisionError:
    """The refusal of what holds no table at all."""
    zh = "没有找到表格。请上传含任务分工表的 Word（.docx）或 Excel（.xlsx）文件，或从表格里复制后粘贴"
    en = "there is no table: send a Word (.docx) or Excel (.xlsx) file that holds one, or paste it from a spreadsheet"
    return DivisionError("division-no-table", zh, en)
