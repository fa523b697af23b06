"""The demo's plain pages: a report with its figures, the papers made of it, and what is behind each number."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.documents import queries as documents
from bihuan.documents.rules import Format
from bihuan.reports import queries as reports

TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
}


def index(request: HttpRequest) -> HttpResponse:
    """Every report that was handed in, the newest first."""
    return render(request, "web/index.html", {"reports": reports.received()})


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its text with the figures marked, what was asked about it, totals, papers."""
    page = reports.page(pk)
    if page is None:
        raise Http404
    return render(request, "web/report.html", {"page": page})


def fact(request: HttpRequest, public_id: str) -> HttpResponse:
    """One number of a paper: value, definition, the records behind it, and whether it still holds."""
    page = reports.fact_page(public_id)
    if page is None:
        raise Http404
    return render(request, "web/fact.html", {"page": page})


def paper(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The printed file of an issued paper."""
    document = documents.by_check_code(code)
    if document is None or kind not in set(Format):
        raise Http404
    content = documents.printed(document, Format(kind))
    answer = HttpResponse(content, content_type=TYPES[Format(kind)])
    answer["Content-Disposition"] = f'inline; filename="{document.check_code}.{kind}"'
    return answer
