"""Files as answers, under a name that says what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.http import content_disposition_header

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def download(content: bytes, name: str) -> HttpResponse:
    """The answer that carries a file. `name`: with its ending, xlsx or csv."""
    answer = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def csv_download(rows: Iterable[Iterable[object]], name: str) -> HttpResponse:
    """Rows as a CSV with the mark by which spreadsheets know UTF-8. No text in it is taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return download(("\ufeff" + out.getvalue()).encode(), name)


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(-1)
    ("'=1+1", -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
