"""Pages by which forms are defined: from an empty workbook, from rows and columns, anew, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.components import uploads
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs
from bihuan.statistics import access, actions, lines, queries, telling_cells
from bihuan.statistics.forms_defining import ColumnsForm, HeadForm, TemplateForm, span_options
from bihuan.statistics.layout import LARGEST
from bihuan.statistics.models import TemplateDraft
from bihuan.statistics.rules import Definition, Every, Span
from bihuan.statistics.telling_cells import Labels, Telling

if TYPE_CHECKING:
    from bihuan.org.models import Region
    from bihuan.statistics.models import Form


def _own_form(request: DeskRequest, text: str) -> Form | None:
    """The form that is defined anew; None for a new one. Raises NotThere: it is not the reader's to change."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise NotThere
    found = access.form(request.reader, int(text))
    if not access.keeps(request.reader, found):
        raise NotThere
    return found


def _region(request: DeskRequest) -> Region:
    region = access.defines(request.reader)
    if region is None:
        raise NotThere
    return region


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DEFINE_FORM)
def new(request: DeskRequest) -> HttpResponse:
    """The two ways to a form: an empty workbook is uploaded, or it is put together here. ?of=: a new workbook for a
    form that there is."""
    of = _own_form(request, request.GET.get("of", ""))
    form = TemplateForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                content = file.read(LARGEST + 1)
                telling_cells.sheets_of(content)
                draft = actions.keep_template(
                    content=content, file_name=file.name, by=request.reader.by, at=timezone.now()
                )
                query = f"?of={of.pk}" if of else ""
                return HttpResponseRedirect(reverse("statistics:template", args=[draft.pk]) + query)
            except Refusal as refusal:
                form.add_error("file", refusal.said())
    waiting = uploads.waiting(TemplateDraft, by=request.reader.by)
    context = {"form": form, "of": of, "waiting": waiting, "most": LARGEST // 2**20}
    return render(request, "statistics/new.html", context, status=status)


def _draft(request: DeskRequest, pk: int) -> TemplateDraft:
    draft = uploads.own(TemplateDraft, pk, by=request.reader.by)
    if draft is None:
        raise NotThere
    return draft


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DEFINE_FORM)
def template(request: DeskRequest, pk: int) -> HttpResponse:
    """An uploaded form is told what each of its empty cells counts."""
    draft = _draft(request, pk)
    of = _own_form(request, request.GET.get("of", ""))
    first = telling_cells.telling(bytes(draft.content), _sheet(request), Labels(queries.countables()))
    title = next((box.text for box in first.grid.boxes() if box.text), "")[:60]
    initial = _initial(of) if of else {"name": title, "code": f"form-{draft.pk}", "every": Every.MONTH.value}
    return _defining(request, first, of, bytes(draft.content), initial, draft=draft)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DEFINE_FORM)
def redefine(request: DeskRequest, pk: int) -> HttpResponse:
    """The cells of a form are told anew, in the workbook that it has: a new version."""
    of = _own_form(request, str(pk))
    if of is None:
        raise NotThere
    version = queries.version_of(of)
    content, held = bytes(version.workbook), version.definition
    first = telling_cells.telling(content, held.sheet, Labels(queries.countables()), cells=held.cells)
    return _defining(request, first, of, content, _initial(of))


def _sheet(request: DeskRequest) -> str:
    return (request.POST.get("sheet") or request.GET.get("sheet", ""))[:31]


def _initial(form: Form) -> dict[str, Any]:
    held = queries.version_of(form).definition
    return {
        "name": form.name,
        "code": form.code,
        "every": held.every.value,
        "source": held.source,
        "expected_version": form.version,
    }


def _defining(
    request: DeskRequest,
    first: Telling,
    of: Form | None,
    content: bytes,
    initial: dict[str, Any],
    *,
    draft: TemplateDraft | None = None,
) -> HttpResponse:
    """The page on which cells are told what they count; sent with “save” it defines the form."""
    head = HeadForm(request.POST or None, initial=initial, fixed=of is not None)
    told, status = first, 200
    if request.method == "POST":
        told = telling_cells.answered(first, request.POST.dict())
        status = 422
        for zh, en in told.faults:
            head.add_error(None, say(zh, en))
        if head.is_valid() and "save" not in request.POST:
            status = 200
        elif head.is_valid():
            try:
                return _saved(request, head, told, of, content, draft)
            except Refusal as refusal:
                if refusal.status != 422:
                    raise
                head.add_error(None, refusal.said())
    kinds, places = queries.kind_codes()
    context = {
        "form": head,
        "telling": told,
        "sheets": [] if of and not draft else list(telling_cells.sheets_of(content)),
        "of": of,
        "draft": draft,
        "kinds": kinds,
        "places": places,
        "spans": span_options(),
        "rows": list(told.drawing()),
    }
    return render(request, "statistics/define.html", context, status=status)


def _saved(
    request: DeskRequest, head: HeadForm, told: Telling, of: Form | None, content: bytes, draft: TemplateDraft | None
) -> HttpResponse:
    wish = head.cleaned_data
    made = actions.define(
        code=of.code if of else wish["code"],
        name=wish["name"],
        region=of.region if of else _region(request),
        body=Definition(told.sheet.name, head.chosen(), told.cells, wish["source"]),
        workbook=content,
        expected_version=wish["expected_version"] if of else None,
        by=request.reader.by,
        at=timezone.now(),
    )
    if draft is not None:
        actions.drop_template(draft=draft)
    return _to(made, "redefined" if of else "defined")


def _to(form: Form, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('statistics:form', args=[form.pk])}?done={done}")


@require_POST
@needs(access.DEFINE_FORM)
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget an uploaded form."""
    actions.drop_template(draft=_draft(request, pk))
    return HttpResponseRedirect(reverse("statistics:new"))


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DEFINE_FORM)
def put_together(request: DeskRequest) -> HttpResponse:
    """A form from rows and columns chosen here; its workbook is drawn by the program."""
    labels = Labels(queries.countables())
    initial = {"every": Every.MONTH.value}
    head = ColumnsForm(request.POST or None, initial=initial)
    told = lines.read(request.POST.dict(), labels)
    status = 200
    if request.method == "POST":
        status = 422
        for zh, en in told.faults:
            head.add_error(None, say(zh, en))
        if "save" not in request.POST:
            status, head = 200, ColumnsForm(initial=request.POST.dict() | {"spans": request.POST.getlist("spans")})
        elif head.is_valid():
            wish = head.cleaned_data
            try:
                spans = [span for span in Span if span.value in wish["spans"]]
                body, book = lines.drawn(wish["name"], head.chosen(), told.lines, spans, source=wish["source"])
                made = actions.define(
                    code=wish["code"],
                    name=wish["name"],
                    region=_region(request),
                    body=body,
                    workbook=book,
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return _to(made, "defined")
            except Refusal as refusal:
                if refusal.status != 422:
                    raise
                head.add_error(None, refusal.said())
    kinds, places = queries.kind_codes()
    context = {"form": head, "told": told, "labels": labels, "kinds": kinds, "places": places}
    return render(request, "statistics/lines.html", context, status=status)


@require_POST
@needs(access.DEFINE_FORM)
def retire(request: DeskRequest, pk: int) -> HttpResponse:
    """Use a form no more, or again (restore=1)."""
    found = _own_form(request, str(pk))
    if found is None:
        raise NotThere
    retired = "restore" not in request.POST
    actions.retire(form=found, retired=retired, by=request.reader.by, at=timezone.now())
    return _to(found, "retired" if retired else "restored")
