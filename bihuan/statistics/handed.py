"""A form that a unit filled in: an XLSX or a CSV, read against the form's own layout. Pure.

The words of the layout must stand where they stand in the form: a table with a row more, or another table altogether,
is refused before any number of it is looked at.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.lib.filled import sheets
from bihuan.lib.workbook import LARGEST_FILE, Sheet, column_name
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import Cell, read_value

MOST = 5000  # rows of a table as text: more than any form has
BEYOND = 40  # rows below the form: signatures and remarks
_SAME = 0.8  # of the form's words must stand where they were
_FORMULA = re.compile(rb'<(?:[\w.-]+:)?c\s[^>]*?r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:[\w.-]+:)?f[\s/>]')


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in one cell: a number, nothing, or a fault. `hint`: what is odd about it."""

    cell: Cell
    value: Decimal | None = None
    fault: tuple[str, str] | None = None
    hint: tuple[str, str] | None = None


def read_handed(content: bytes, *, layout: Sheet, cells: Iterable[Cell]) -> list[Given]:
    """The values of a filled-in form.

    Raises:
        bihuan.lib.workbook.WorkbookError, bihuan.lib.filled.TableError: it cannot be read.
        FormError: it is not this form.
    """
    found = [sheet for sheet in sheets(content, most=MOST) if sheet.rows]
    sheet = max(found, key=lambda one: _likeness(one, layout), default=None)
    if sheet is None:
        raise FormError("handed-empty", "文件里没有内容", "there is nothing in the file")
    _check(sheet, layout)
    return [_given(cell, sheet, layout, _formulas(content) if content[:2] == b"PK" else frozenset()) for cell in cells]


def _words(sheet: Sheet) -> dict[tuple[int, int], str]:
    return {
        (row, column): text
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and (text := _plain(cell))
    }


def _plain(text: object) -> str:
    """Without what people change when they fill in: blanks, and what they write behind a colon."""
    return re.sub(r"\s+", "", str(text)).partition("：")[0]


def _likeness(sheet: Sheet, layout: Sheet) -> float:
    wanted = _words(layout)
    there = _words(sheet)
    return sum(there.get(at) == word for at, word in wanted.items()) / max(len(wanted), 1)


def _check(sheet: Sheet, layout: Sheet) -> None:
    if len(sheet.rows) > len(layout.rows) + BEYOND:
        zh = f"“{sheet.name}”有 {len(sheet.rows)} 行，这张表只有 {len(layout.rows)} 行：请核对，删去表外的行"
        en = f"{sheet.name} has {len(sheet.rows)} rows, the form {len(layout.rows)}: delete what lies outside"
        raise FormError("handed-too-long", zh, en)
    if _likeness(sheet, layout) >= _SAME:
        return
    there = _words(sheet)
    (row, column), word = next((at, word) for at, word in _words(layout).items() if there.get(at) != word)
    where, found = f"{column_name(column)}{row + 1}", there.get((row, column), "")
    zh = f"这不是这张表：{where} 应为“{word[:20]}”，文件里是“{found[:20] or '空'}”。请下载空表填写，不要增删行列"
    en = f"not this form: {where} should say “{word[:20]}”, it says “{found[:20]}”. Fill in the empty form; add no rows"
    raise FormError("handed-other-form", zh, en)


def _given(cell: Cell, sheet: Sheet, layout: Sheet, formulas: frozenset[str]) -> Given:
    row, column = cell.place
    value = sheet.rows[row][column] if row < len(sheet.rows) and column < len(sheet.rows[row]) else ""
    for block in sheet.merged:
        top, left, bottom, right = block
        if top <= row <= bottom and left <= column <= right and block not in layout.merged:
            zh = "单元格被合并，看不出数属于哪一格，请取消合并"
            return Given(cell, fault=(zh, "it was merged, so whose number it is cannot be told: undo that"))
    formula = cell.at in formulas
    if formula and (value is None or value == ""):
        zh = "公式没有算出的结果，请在 WPS 或 Excel 里打开、保存后再传，或直接填数"
        return Given(cell, fault=(zh, "a formula without its result: open and save the file, or give the number"))
    try:
        number = read_value("" if value is None else value)
    except FormError as error:
        return Given(cell, fault=(error.zh, error.en))
    hint = ("由公式算出", "made by a formula") if formula and number is not None else None
    return Given(cell, number, hint=hint)


def _formulas(content: bytes) -> frozenset[str]:
    """The addresses of cells that hold a formula, in any sheet. The file was looked at before."""
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for item in package.infolist():
            if item.filename.startswith("xl/worksheets/sheet") and item.file_size < LARGEST_FILE * 2:
                found.update(at.decode() for at in _FORMULA.findall(package.read(item)))
    return frozenset(found)


def from_page(posted: Mapping[str, str], cells: Iterable[Cell]) -> list[Given]:
    """The values that were typed on a page, by address."""
    found = []
    for cell in cells:
        try:
            found.append(Given(cell, read_value(posted.get(cell.at, "")[:60])))
        except FormError as error:
            found.append(Given(cell, fault=(error.zh, error.en)))
    return found
