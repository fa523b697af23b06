"""Divisions of work as tests write them: tables in Word, sheets, pasted text. All names of persons are invented."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from docx.document import Document

Rows = Sequence[Sequence[str]]
Block = tuple[int, int, int, int]  # top, left, bottom, right; both ends inside


def word_table(rows: Rows, *, merged: Sequence[Block] = (), above: Sequence[str] = ()) -> bytes:
    """A DOCX with one table."""
    document = docx.Document()
    add_table(document, rows, merged=merged, above=above)
    return saved(document)


def add_table(document: Document, rows: Rows, *, merged: Sequence[Block] = (), above: Sequence[str] = ()) -> None:
    for line in above:
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    cells = [list(row.cells) for row in table.rows]
    for top, left, bottom, right in merged:
        cells[top][left].merge(cells[bottom][right])
    covered = {
        (row, column)
        for top, left, bottom, right in merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if (row, column) not in covered:
                cells[row][column].text = text


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pasted(rows: Rows) -> bytes:
    return "\n".join("\t".join(row) for row in rows).encode()


def sheet(rows: Rows, *, merged: Sequence[Block] = (), name: str = "Sheet1") -> bytes:
    """An XLSX with one sheet."""
    return book({name: rows}, merged=merged)


def book(sheets: dict[str, Rows], *, merged: Sequence[Block] = ()) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in sheets.items():
        page = workbook.add_worksheet(name)
        for top, left, bottom, right in merged:
            page.merge_range(top, left, bottom, right, "")
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                if text:
                    page.write(row, column, text)
    workbook.close()
    return out.getvalue()
