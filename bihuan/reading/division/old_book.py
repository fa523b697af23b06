"""The sheets of an old .xls (and of WPS's .et) as grids. Its records are looked through before it is laid out."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bihuan.lib.workbook import Cell, Sheet
from bihuan.reading.division.book import Looks, sheet_grid
from bihuan.reading.division.compound import Compound, CompoundError
from bihuan.reading.division.duty import DivisionError
from bihuan.reading.division.grid import MOST_ROWS, Grid
from bihuan.reading.division.word import too_many_rows

_MOST_CELLS, _LARGEST = 1_000_000, 10 * 1024 * 1024
_BOF, _EOF, _SHEET, _LOCKED, _ROW, _COLUMN, _MERGED = 0x809, 0x0A, 0x85, 0x2F, 0x208, 0x7D, 0xE5
# LABELSST, NUMBER, RK, LABEL, BOOLERR, FORMULA, RSTRING; of several cells: MULRK (BLANK and MULBLANK hold nothing)
_CELLS, _SEVERAL = frozenset((0xFD, 0x203, 0x27E, 0x204, 0x205, 0x06, 0xD6)), 0xBD


@dataclass
class _Seen:
    """What the records of one sheet say of it."""

    looks: Looks = field(default_factory=Looks)
    rows: int = 0
    columns: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def old_sheets(content: bytes) -> list[Grid]:
    """The sheets of an XLS.

    Raises:
        DivisionError: it is an old Word file, locked, broken or too large.
    """
    try:
        compound = Compound(content)
        names = compound.names
        if "EncryptedPackage" in names:
            raise _locked()
        name = next((name for name in ("Workbook", "Book") if name in names), None)
        if name is None:
            raise _old_word() if "WordDocument" in names else _broken()
        seen = _look(compound.stream(name))
    except (CompoundError, struct.error, IndexError) as error:
        raise _unsound(content) from error
    if len(content) > _LARGEST or sum(sheet.rows * sheet.columns for sheet in seen) > _MOST_CELLS:
        raise too_many_rows()
    sheets = _values(content)
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS * 2:
        raise too_many_rows()
    grids = []
    for at, sheet in enumerate(sheets):
        known = seen[at] if at < len(seen) else _Seen()
        grids.append(sheet_grid(Sheet(sheet.name, sheet.rows, known.merged), known.looks))
    return grids


def _values(content: bytes) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        return [Sheet(name, [list(row) for row in _rows(page)]) for name, page in found]
    except (CalamineError, OSError, ValueError, KeyError, IndexError) as error:
        raise _broken() from error
    except BaseException as error:  # a panic of the reader's own language is no Exception
        if type(error).__name__ == "PanicException":
            raise _broken() from error
        raise


def _rows(page: Any) -> list[list[Cell]]:
    rows: list[list[Cell]] = page.to_python(skip_empty_area=False) if page.height else []
    return rows


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _look(stream: bytes) -> list[_Seen]:
    """Sheet by sheet: how far its cells reach, what is hidden, what is merged."""
    hidden: list[bool] = []
    sheets: list[_Seen] = []
    depth = 0
    current: _Seen | None = None
    for kind, data in _records(stream):
        if kind == _BOF:
            depth += 1
            if depth == 1 and len(data) >= 4 and struct.unpack_from("<H", data, 2)[0] == 0x10:
                current = _Seen()
                sheets.append(current)
        elif kind == _EOF:
            depth -= 1
            current = current if depth else None
        elif kind == _LOCKED:
            raise _locked()
        elif kind == _SHEET and len(data) > 5 and data[5] == 0:
            hidden.append(data[4] & 3 != 0)
        elif current is not None and depth == 1:
            _look_at(current, kind, data)
    for sheet, is_hidden in zip(sheets, hidden, strict=False):
        sheet.looks.hidden = is_hidden
    return sheets


def _look_at(sheet: _Seen, kind: int, data: bytes) -> None:
    if kind in _CELLS or kind == _SEVERAL:
        row, column = struct.unpack_from("<HH", data)
        last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _SEVERAL else column
        sheet.rows, sheet.columns = max(sheet.rows, row + 1), max(sheet.columns, column + 1, last + 1)
    elif kind == _ROW and len(data) >= 16 and data[12] & 0x20:
        sheet.looks.rows.add(struct.unpack_from("<H", data)[0])
    elif kind == _COLUMN and len(data) >= 10 and data[8] & 1:
        first, last = struct.unpack_from("<HH", data)
        sheet.looks.columns |= set(range(first, min(last, 255) + 1))
    elif kind == _MERGED and len(data) >= 2:
        for at in range(2, min(2 + 8 * struct.unpack_from("<H", data)[0], len(data) - 7), 8):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, at)
            if top <= bottom and left <= right:
                sheet.merged.append((top, left, bottom, right))


def _unsound(content: bytes) -> DivisionError:
    """What a file that does not hold together still tells of itself."""
    for name, refusal in (("EncryptedPackage", _locked()), ("WordDocument", _old_word())):
        if name.encode("utf-16-le") in content:
            return refusal
    return _broken()


def _broken() -> DivisionError:
    zh = "文件已损坏，无法读取。请在 Excel 或 WPS 里打开，另存为 .xlsx 后再传"
    return DivisionError("division-broken", zh, "the file is damaged: open it, save it as .xlsx and send that")


def _locked() -> DivisionError:
    zh = "文件加了打开口令，请去掉口令后再传"
    return DivisionError("division-locked", zh, "the file is locked by a password: save it without one")


def _old_word() -> DivisionError:
    zh = "这是旧版 Word（.doc）或 WPS 文字文件，请另存为 .docx 后再传"
    return DivisionError("division-old", zh, "this is an old Word (.doc) or WPS file: save it as .docx and send that")
