"""The demo's plain pages: a report with its figures, the papers made of it, and what is behind each number."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from bihuan.components import assets
from bihuan.components.styleguide import specimens
from bihuan.documents import queries as documents
from bihuan.documents.rules import Format, State
from bihuan.org.gate import open_to_all, signed_in
from bihuan.reports import queries as reports

TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
}
YEAR = 365 * 24 * 3600  # seconds
# A browser shows a PDF with a viewer of its own, which the pages' policy would keep from loading.
FILE_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every report that was handed in, the newest first."""
    return render(request, "web/index.html", {"reports": reports.received()})


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its text with the figures marked, what was asked about it, totals, papers."""
    page = reports.page(pk)
    if page is None:
        raise Http404
    return render(request, "web/report.html", {"page": page})


@require_safe
def fact(request: HttpRequest, public_id: str) -> HttpResponse:
    """One number of a paper: value, definition, the records behind it, and whether it still holds."""
    page = reports.fact_page(public_id)
    if page is None:
        raise Http404
    return render(request, "web/fact.html", {"page": page})


@require_safe
def paper(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The printed file of an issued paper: the PDF to look at, the DOCX to keep."""
    document = documents.by_check_code(code)
    if document is None or document.state != State.ISSUED or kind not in set(Format):
        raise Http404
    content = documents.printed(document, Format(kind))
    answer = HttpResponse(content, content_type=TYPES[Format(kind)])
    name = f"{document.number} {document.check_code}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(kind == Format.DOCX, name) or "inline"
    answer["Content-Security-Policy"] = FILE_POLICY
    return answer


@signed_in
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component that pages are built from, in every state."""
    return render(request, "components/styleguide.html", specimens())


@open_to_all
@require_safe
@cache_control(public=True, immutable=True, max_age=YEAR)
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A file that pages load. Its name changes with its content, so it may be kept for ever."""
    found = assets.served_as(name)
    if found is None:
        raise Http404
    return HttpResponse(found.content, content_type=found.content_type)
