"""The division of work as a table: on the page, printed, as a workbook; and taking one in from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.forms import DivisionFileForm, TakeForm
from bihuan.campaigns.models import DivisionDraft
from bihuan.campaigns.views.answers import frame, to
from bihuan.campaigns.views.preview import Preview
from bihuan.components import uploads
from bihuan.components.downloads import download
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs

if TYPE_CHECKING:
    from bihuan.campaigns.models import Plan

ROWS = 50


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def division(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """The division of work, one duty a row, with where its matter stands."""
    found = access.plan(request.reader, access.campaign(request.reader, pk), number)
    text = request.GET.get("q", "").strip()[:40].replace("\0", "")
    page = queries.division_page(found, text=text, start=_whole(request.GET.get("start", "")), size=ROWS)
    context = frame(request, found) | {"page": page, "text": text}
    return render(request, "campaigns/division.html", context)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def printed(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """The whole table as it is printed: what many units do alike on one row."""
    found = access.plan(request.reader, access.campaign(request.reader, pk), number)
    context = frame(request, found) | {"rows": queries.printed_rows(found)}
    return render(request, "campaigns/division_printed.html", context)


@require_safe
@needs(access.SEE_CAMPAIGN)
def workbook(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """The table as a workbook that can be taken in again."""
    found = access.plan(request.reader, access.campaign(request.reader, pk), number)
    return download(queries.division_book(found), f"{found.campaign.name}{say('任务分工', ' division of work')}.xlsx")


# -- taking one in ---------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.WRITE_PLAN)
def upload(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """A file with a division of work; it leads to its preview, nothing is written yet."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    form = DivisionFileForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                draft = actions.keep_division(
                    plan=plan, content=file.read(), file_name=file.name, by=request.reader.by, at=timezone.now()
                )
                return HttpResponseRedirect(reverse("campaigns:preview", args=[pk, number, draft.pk]))
            except Refusal as refusal:
                status = refusal.status
                form.add_error("file", refusal.said())
    drafts = uploads.waiting(DivisionDraft, by=request.reader.by, plan=plan)
    context = frame(request, plan) | {"form": form, "drafts": drafts}
    return render(request, "campaigns/upload.html", context, status=status)


@require_safe
@needs(access.WRITE_PLAN)
def template(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """An empty table to fill in, with the names of the units."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    return download(queries.empty_book(plan), say("任务分工模板", "division-of-work") + ".xlsx")


def _own(request: DeskRequest, plan: Plan, pk: int) -> DivisionDraft:
    draft = queries.division_draft(pk, by=request.reader.by)
    if draft is None or draft.plan_id != plan.pk:
        raise NotThere
    return draft


@never_cache
@require_safe
@needs(access.WRITE_PLAN)
def preview(request: DeskRequest, pk: int, number: int, draft: int) -> HttpResponse:
    """What would come of a file: its columns, its names, its rows."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    return _preview(request, plan, _own(request, plan, draft))


def _preview(
    request: DeskRequest, plan: Plan, draft: DivisionDraft, form: TakeForm | None = None, status: int = 200
) -> HttpResponse:
    found = queries.read_draft(draft)
    page = Preview(found, queries.units_for(plan.campaign), queries.unit_lists(plan.campaign), request.GET)
    form = form or TakeForm()
    form.initial["shown"] = actions.shown(found)
    context: dict[str, Any] = {"draft": draft, "page": page, "form": form, "shown": actions.shown(found)}
    return render(request, "campaigns/preview.html", frame(request, plan) | context, status=status)


@require_POST
@needs(access.WRITE_PLAN)
def choose(request: DeskRequest, pk: int, number: int, draft: int) -> HttpResponse:
    """Say what names and columns mean, leave rows out or take them back in; then the preview again."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = _own(request, plan, draft)
    given = [(name, value) for name, value in request.POST.items() if isinstance(value, str)]
    columns = {name[7:60]: value[:20] for name, value in given if name.startswith("column-")}
    labels = {name[6:]: value for name, value in given if name.startswith("label-")}
    meant = {name[5:]: value for name, value in given if name.startswith("name-")}
    names = {labels[key][:200]: value[:30] for key, value in meant.items() if labels.get(key)}
    actions.choose(
        draft=row,
        columns={key: value for key, value in columns.items() if _is_column(key)},
        names=names,
        leave=[_whole(value) for value in request.POST.getlist("leave")],
        want=[_whole(value) for value in request.POST.getlist("want")],
    )
    back = request.POST.get("back", "")
    return HttpResponseRedirect(
        reverse("campaigns:preview", args=[pk, number, draft]) + (back if back.startswith("?show=") else "")
    )


def _is_column(key: str) -> bool:
    parts = key.split(":")
    return len(parts) == 2 and all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts)


@require_POST
@needs(access.WRITE_PLAN)
def take(request: DeskRequest, pk: int, number: int, draft: int) -> HttpResponse:
    """Write what was shown: all of it or nothing."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = _own(request, plan, draft)
    form = TakeForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.take_division(
                draft=row, expected=form.cleaned_data["shown"], by=request.reader.by, at=timezone.now()
            )
            return to("division", pk, number, done="taken")
        except Refusal as refusal:
            status = refusal.status
            form.add_error(None, refusal.said())
    return _preview(request, plan, row, form, status)


@require_POST
@needs(access.WRITE_PLAN)
def drop(request: DeskRequest, pk: int, number: int, draft: int) -> HttpResponse:
    """Forget a file."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    uploads.drop(_own(request, plan, draft))
    return to("upload", pk, number, done="dropped")
