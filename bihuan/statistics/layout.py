"""The workbook of a form: its layout read, drawn where there is none, and filled in without changing it.

openpyxl keeps what a template looks like (merged heads, widths, styles, print settings); it is opened only after
`lib.workbook` has looked at the file, and only by way of templates of limited size.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bihuan.lib.workbook import MEGABYTE, Sheet, column_name, read_workbook
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import MOST_COLUMNS, MOST_ROWS

LARGEST = 2 * MEGABYTE  # of a template
_INK = "4A5568"


@dataclass(frozen=True, slots=True)
class Blank:
    """A cell of a template that waits for a number, with the words of its row and column."""

    at: str
    row: str
    column: str


def template_sheets(content: bytes) -> list[Sheet]:
    """The sheets of a template that hold anything.

    Raises:
        bihuan.lib.workbook.WorkbookError: it is no workbook. FormError: too large for a form, or empty.
    """
    if len(content) > LARGEST:
        raise FormError(
            "template-too-large", "空表不应超过 2 MB，请删去图片", "an empty form has 2 MB at most: take pictures out"
        )
    sheets = [sheet for sheet in read_workbook(content) if any(_text(cell) for row in sheet.rows for cell in row)]
    if not sheets:
        raise FormError("template-empty", "这份工作簿里没有内容", "there is nothing in this workbook")
    for sheet in sheets:
        if len(sheet.rows) > MOST_ROWS or max(map(len, sheet.rows), default=0) > MOST_COLUMNS:
            zh = f"“{sheet.name}”超过 {MOST_ROWS} 行或 {MOST_COLUMNS} 列，不像一张空的统计表。请上传表样本身"
            en = f"{sheet.name} has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns: send the empty form itself"
            raise FormError("template-too-large", zh, en)
    return sheets


def sheet_of(content: bytes, name: str) -> Sheet:
    """The sheet of a form's workbook that is filled. Raises FormError: it is not there."""
    found = next((sheet for sheet in template_sheets(content) if sheet.name == name), None)
    if found is None:
        raise FormError("form-sheet", "表样里没有所定的工作表", "the form's workbook lacks its sheet")
    return found


def blanks(sheet: Sheet, formulas: Collection[str] = ()) -> list[Blank]:
    """The empty cells that have words to their left in the row and above them in the column: those that may count.
    Cells with `formulas` are the workbook's own business."""
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    words = _spread(sheet)
    found = []
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if _text(cell) or (number, column) in covered:
                continue
            beside = [words[number][left] for left in range(column) if words[number][left]]
            above = [words[up][column] for up in range(number) if words[up][column]]
            # A title over the whole width is above everything: it heads nothing alone.
            above = [word for word in above if word != words[0][0] or len(set(words[0])) > 1]
            at = f"{column_name(column)}{number + 1}"
            if beside and above and "：" not in beside[-1] and at not in formulas:
                head = "·".join(dict.fromkeys(above[-2:]))
                found.append(Blank(at, "·".join(dict.fromkeys(beside))[:80], head[:80]))
    return found


def _spread(sheet: Sheet) -> list[list[str]]:
    """The texts of a sheet, those of merged blocks in each of their cells."""
    width = max(map(len, sheet.rows), default=0)
    words = [[_text(cell) for cell in row] + [""] * (width - len(row)) for row in sheet.rows]
    for top, left, bottom, right in sheet.merged:
        for row in range(top, min(bottom + 1, len(words))):
            for column in range(left, min(right + 1, width)):
                words[row][column] = words[top][left] if top < len(words) and left < width else ""
    return words


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def filled(content: bytes, sheet: str, values: Mapping[str, Decimal | str]) -> bytes:
    """The template with values in its cells; everything else as it was."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    at = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    for address, value in values.items():
        cell = at[address]
        if isinstance(value, Decimal):
            cell.value = int(value) if value == value.to_integral_value() else float(value)
        else:
            cell.value = value
            cell.data_type = "s"  # a text that begins with = is no formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drawn(title: str, sheet: str, heads: Sequence[str], rows: Sequence[tuple[str, str]], remark: str = "") -> bytes:
    """An empty form drawn: a title over the whole width, a line for unit and period, heads, rows in groups.

    Args:
        rows: group and name of each; neighbours of one group share a merged cell. The first counting cell is C5.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    book = Workbook()
    at: Any = book.active
    at.title = sheet
    last = column_name(len(heads) + 1)
    line = Side(style="thin", color=_INK)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    at["A1"], at["A1"].font, at["A1"].alignment = title, Font(name="宋体", size=16, bold=True), middle
    at.merge_cells(f"A1:{last}1")
    at["A2"], at["A2"].font = "填报单位（盖章）：", Font(name="宋体", size=11)
    at.merge_cells("A2:B2")
    at["C2"], at["C2"].font = "统计期：", Font(name="宋体", size=11)
    if len(heads) > 1:
        at.merge_cells(f"C2:{last}2")
    at["A3"], at["C3"] = "项目", "数量"
    at.merge_cells("A3:B4")
    at.merge_cells(f"C3:{last}3")
    for number, head in enumerate(heads):
        at[f"{column_name(number + 2)}4"] = head
    start = 5
    for number, (group, name) in enumerate(rows, 5):
        at[f"B{number}"] = name
        if number == 5 or rows[number - 6][0] != group:
            at[f"A{number}"], start = group, number
        if (number - 4 == len(rows) or rows[number - 4][0] != group) and start < number:
            at.merge_cells(f"A{start}:A{number}")
    end = len(rows) + 4
    for row in at[f"A3:{last}{end}"]:
        for cell in row:
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.font = Font(name="宋体", size=11, bold=cell.row < 5)
            cell.alignment = (
                Alignment(vertical="center", wrap_text=True) if cell.column == 2 and cell.row > 4 else middle
            )
            if cell.row < 5:
                cell.fill = PatternFill("solid", fgColor="E8EDF3")
    at[f"A{end + 1}"] = remark
    at[f"A{end + 1}"].alignment = Alignment(vertical="top", wrap_text=True)
    at.merge_cells(f"A{end + 1}:{last}{end + 1}")
    at.row_dimensions[1].height, at.row_dimensions[end + 1].height = 34, 48
    at.column_dimensions["A"].width, at.column_dimensions["B"].width = 14, 30
    for number in range(len(heads)):
        at.column_dimensions[column_name(number + 2)].width = 14
    at.page_setup.paperSize, at.page_setup.fitToHeight = at.PAPERSIZE_A4, 0
    at.sheet_properties.pageSetUpPr.fitToPage = True
    at.freeze_panes = "C5"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
