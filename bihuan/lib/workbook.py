"""A workbook (XLSX) that somebody sent: opened safely, its cells as text or as what they are.

Before anything is unpacked the file's own table of contents says how large it would become; before a sheet is laid out
its cells are counted by their addresses. What is too large is refused with a sentence.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from bihuan.lib.refusals import Refusal

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_UNPACKED = 120 * MEGABYTE
MOST_ROWS, MOST_CELLS = 100_000, 4_000_000
EXACT = 10**15  # up to here every whole number survives being kept as a float
# A cell, and a cell that we can place: `<c r="D7" s="1"/>` is only coloured, `<c r="D7">…` holds something.
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?c(?:\s+(?!r=)[\w:.-]+="[^"<]*")*\s+r="([A-Z]{1,3})(\d{1,7})"(?:\s+(?!r=)[\w:.-]+="[^"<]*")*\s*(/?)>"""
)
_CHUNK = 1 << 20

Cell = str | float | bool | object


class WorkbookError(Refusal):
    """The file is no workbook that can be read; `said` says why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows` from the very first row and column on, "" where a cell is empty. `merged`: blocks of cells
    that were merged, as (top, left, bottom, right), counted from 0; their text stands in the first cell alone."""

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def column_name(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def cell_name(sheet: str, row: int, column: int) -> str:
    """How a spreadsheet calls a cell: 人员!C17. Both counted from 0."""
    return f"{sheet}!{column_name(column)}{row + 1}"


def read_workbook(content: bytes) -> list[Sheet]:
    """The sheets of an XLSX file.

    Raises:
        WorkbookError: it is none, is locked by a password, or is too large.
    """
    _look_before(content)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        names = [item.name for item in book.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
        return [_sheet(book, name) for name in names]
    except PasswordError as error:
        raise _locked() from error
    except (CalamineError, OSError, ValueError, KeyError, IndexError) as error:
        raise _broken() from error
    except BaseException as error:  # a panic of the reader's own language is no Exception
        if type(error).__name__ == "PanicException":
            raise _broken() from error
        raise


def _sheet(book: object, name: str) -> Sheet:
    found = book.get_sheet_by_name(name)  # type: ignore[attr-defined]
    if found.start is None or found.height == 0:
        return Sheet(name, [])
    merged = [(*first, *last) for first, last in found.merged_cell_ranges or []]
    return Sheet(name, found.to_python(skip_empty_area=False), merged)


def _look_before(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        size = LARGEST_FILE // MEGABYTE
        raise WorkbookError(
            "workbook-too-large",
            f"文件超过 {size} MB，请删去图片和无用的工作表后再传",
            f"the file is larger than {size} MB: take out pictures and sheets that are not needed",
        )
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise _locked()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            items = package.infolist()
            if sum(item.file_size for item in items) > LARGEST_UNPACKED or len(items) > 2000:
                raise _swollen()
            if "xl/workbook.xml" not in {item.filename for item in items}:
                raise _broken()
            for item in items:
                if item.filename.startswith("xl/worksheets/") and item.filename.endswith(".xml"):
                    _count(package, item)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _broken() from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise _broken() from error


def _count(package: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose filled cells lie so far apart that laying them out would fill the memory; and one with a
    cell that does not say where it lies in the way that every program writes it, for it could lie anywhere."""
    last_row = last_column = 0
    for text in _pieces(package, item):
        cells = _CELL.findall(text)
        if len(cells) != len(_ANY_CELL.findall(text)) or b"\0" in text:
            raise _broken()
        for column, row in {(column, row) for column, row, empty in cells if not empty}:
            last_row = max(last_row, int(row))
            last_column = max(last_column, _column(column))
        if last_row > MOST_ROWS or last_row * last_column > MOST_CELLS:
            raise WorkbookError(
                "workbook-too-many-cells",
                f"有内容的单元格一直到第 {last_row} 行第 {last_column} 列，请删去表外的零散内容，或分成几个文件再传",
                f"filled cells reach row {last_row}, column {last_column}: delete what lies outside the table, "
                "or send it in parts",
            )


def _column(name: bytes) -> int:
    """A → 1, AA → 27."""
    index = 0
    for letter in name:
        index = index * 26 + letter - 64
    return index


def _pieces(package: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[bytes]:
    """The text of a part, piece by piece, cut in front of a tag: no tag falls between two."""
    rest, total = b"", 0
    with package.open(item) as part:
        while piece := part.read(_CHUNK):
            total += len(piece)
            if total > LARGEST_UNPACKED:  # the table of contents did not tell the truth
                raise _swollen()
            text = rest + piece
            cut = text.rfind(b"<")
            if cut < 0 and len(text) > 4 * _CHUNK:
                raise _broken()
            yield text[: max(cut, 0)]
            rest = text[max(cut, 0) :]
    yield rest


def _broken() -> WorkbookError:
    zh = "这不是可以读的 Excel 工作簿（.xlsx）。请在 WPS 或 Excel 里打开，另存为 .xlsx 后再传"
    en = "this is no Excel workbook (.xlsx) that can be read: open it, save it as .xlsx, and send that"
    return WorkbookError("workbook-unreadable", zh, en)


def _locked() -> WorkbookError:
    zh = "这是旧版 .xls 文件，或加了打开口令的工作簿。请另存为不带口令的 .xlsx 后再传"
    en = "this is an old .xls file, or a workbook locked by a password: save it as .xlsx without one"
    return WorkbookError("workbook-locked", zh, en)


def _swollen() -> WorkbookError:
    zh = "工作簿解开后太大，请删去图片和无用的工作表后再传"
    return WorkbookError("workbook-swollen", zh, "unpacked, the workbook is too large: take out what is not needed")
