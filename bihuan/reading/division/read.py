"""A division of work from a file or from pasted text: duties, with everything else that the file's tables hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from bihuan.reading.division.book import book_sheets
from bihuan.reading.division.compound import MAGIC
from bihuan.reading.division.duty import DivisionError, DivisionRead, Doubt, Field
from bihuan.reading.division.grid import Grid
from bihuan.reading.division.old_book import old_sheets
from bihuan.reading.division.open_document import open_sheets
from bihuan.reading.division.pasted import no_table, pasted_table
from bihuan.reading.division.rows import Choice, Reading
from bihuan.reading.division.word import word_tables
from bihuan.reading.division.write import is_ours
from bihuan.reading.source import load
from bihuan.reading.source_package import BROKEN

_ZIP = b"PK\x03\x04"


def read_division(
    content: bytes,
    name: str,
    *,
    year: int,
    columns: Mapping[tuple[int, int], str] | None = None,
    headings: Mapping[int, int] | None = None,
) -> DivisionRead:
    """The division of work that a file holds: DOCX, XLSX, XLS, ODS, CSV, or text with tabs.

    In: `name` of the file, for its kind; `year` of the paper, for dates that print none; `columns`: what a person
    chose, (number of the table, number of the column) → a `Field`; `headings`: how many rows of a table are its
    headings. Both count as `DivisionRead.tables` and `TableRead.columns` do.
    Out: every filled row of every table is one of `lines`, and what is unsure is marked.
    Raises: Refusal with a sentence, when the file cannot be read or holds no table. Never anything else.
    """
    kind, grids = _grids(content, name)
    choices = _choices(columns or {}, headings or {})
    reading = Reading(year, choices)
    notes: list[Doubt] = []
    for grid in grids:
        reading.add(grid)
        notes += grid.notes
    if not reading.lines:
        raise no_table()
    return DivisionRead(tuple(reading.duties), tuple(reading.tables), tuple(reading.lines), tuple(notes), kind)


def _choices(columns: Mapping[tuple[int, int], str], headings: Mapping[int, int]) -> dict[int, Choice]:
    """What a person chose, table by table."""
    meant: dict[int, dict[int, Field]] = {}
    for (table, column), field in columns.items():
        if field not in set(Field):
            zh, en = f"没有“{field}”这样的列", f"no column means “{field}”"
            raise DivisionError("division-unknown-field", zh, en)
        meant.setdefault(table, {})[column] = Field(field)
    return {table: Choice(meant.get(table, {}), headings.get(table)) for table in {*meant, *headings}}


def _grids(content: bytes, name: str) -> tuple[str, list[Grid]]:
    ending = name.rpartition(".")[2].lower()
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise DivisionError("division-empty", "文件是空的", "the file is empty")
    if content.startswith((_ZIP, b"PK\x05\x06")):
        return _package(content)
    if content.startswith(MAGIC):
        return "xls", old_sheets(content)
    text = load(content).text
    if ending == "csv":
        return "csv", pasted_table(text, commas=True, name=name)
    return "text", pasted_table(text)


def _package(content: bytes) -> tuple[str, list[Grid]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except BROKEN:
        names = set()
    if "xl/workbook.xml" in names:
        return "xlsx", [grid for grid in book_sheets(content) if not is_ours(grid.name, grid.first)]
    if "content.xml" in names and "word/document.xml" not in names:
        return "ods", open_sheets(content)
    grids = word_tables(content)
    if not grids:
        raise no_table()
    return "docx", grids
