"""Pages of the roster: template, export, upload, preview, taking in, slips with one-time passwords."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components import uploads
from bihuan.components.downloads import csv_download, download
from bihuan.components.previewing import choose_rows, preview
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE, WorkbookError
from bihuan.org import actions, queries
from bihuan.org.access import (
    GRANT_ADMINISTRATION,
    MANAGE_PEOPLE,
    POSTS,
    REGIONS,
    SEE_DIRECTORY,
    UNITS,
    NotThere,
    within,
)
from bihuan.org.forms.entries import RosterForm, TakeForm, today
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.models import RosterDraft
from bihuan.org.roster.planned import State
from bihuan.org.roster.sheets import write_roster
from bihuan.org.rules import Accounts
from bihuan.org.views.answers import done
from bihuan.org.views.slips import slips

STATES: dict[State, tuple[str, str, str]] = {
    State.FAULT: ("有误", "at fault", "bad"),
    State.NEW: ("新增", "new", "good"),
    State.CHANGED: ("变更", "changed", "info"),
    State.SAME: ("不变", "as it is", "plain"),
    State.LEFT: ("不导入", "left out", "plain"),
}
LARGEST_SLIPS = 2_000_000  # characters


def _scope(request: DeskRequest) -> dict[str, Any]:
    reader = request.reader
    return {
        "units": within(reader, MANAGE_PEOPLE, UNITS),
        "regions": within(reader, MANAGE_PEOPLE, REGIONS),
        "reader": reader.person.pk if reader.person else None,
    }


def _own(request: DeskRequest, pk: int) -> RosterDraft:
    draft = uploads.own(RosterDraft, pk, by=request.reader.by)
    if draft is None:
        raise NotThere
    return draft


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE, SEE_DIRECTORY)
def roster(request: DeskRequest) -> HttpResponse:
    """Template, export and upload of the roster; an upload leads to its preview, nothing is written yet."""
    manages = bool(request.reader.of(MANAGE_PEOPLE))
    form = RosterForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if not manages:
            raise NotThere
        status = 422
        if form.is_valid():
            try:
                draft = _keep(request, form.cleaned_data["file"])
                return HttpResponseRedirect(reverse("org:roster_preview", args=[draft.pk]))
            except Refusal as refusal:
                form.add_error("file", refusal.said())
    drafts = uploads.waiting(RosterDraft, by=request.reader.by) if manages else []
    context = {"form": form, "manages": manages, "drafts": drafts, "notice": done(request)}
    return render(request, "org/roster.html", context, status=status)


def _keep(request: DeskRequest, file: Any) -> RosterDraft:
    if file.size > LARGEST_FILE:
        zh, en = (
            "文件超过 10 MB，请删去图片和无用的工作表后再传",
            "the file is larger than 10 MB: take out what is not needed",
        )
        raise WorkbookError("workbook-too-large", zh, en)
    return actions.keep_roster(content=file.read(), file_name=file.name, by=request.reader.by, at=timezone.now())


@require_safe
@needs(SEE_DIRECTORY)
def roster_template(request: DeskRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    return download(write_roster(regions=_region_names(request)), say("人员名册模板", "roster-template") + ".xlsx")


@require_safe
@needs(SEE_DIRECTORY)
def roster_export(request: DeskRequest) -> HttpResponse:
    """All units and posts that the reader sees, in the layout that can be taken in."""
    reader = request.reader
    units, people = queries.roster_lines(
        units=within(reader, SEE_DIRECTORY, UNITS), posts=within(reader, SEE_DIRECTORY, POSTS)
    )
    content = write_roster(units, people, regions=_region_names(request))
    return download(content, say("人员名册", "roster") + f" {reader.day.isoformat()}.xlsx")


def _region_names(request: DeskRequest) -> list[str]:
    regions = queries.region_choices(within(request.reader, SEE_DIRECTORY, REGIONS))
    return [name for _pk, name, _depth in regions]


# -- preview ---------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@needs(MANAGE_PEOPLE)
def roster_preview(request: DeskRequest, pk: int) -> HttpResponse:
    """What would come of an uploaded roster, row by row."""
    draft = _own(request, pk)
    plan = actions.roster_plan(draft, **_scope(request))
    form = TakeForm(initial={"shown": plan.digest, "accounts": "none"} | today(request.reader.day))
    return render(
        request,
        "org/roster_preview.html",
        {"draft": draft, "preview": preview(request.GET, plan, STATES), "form": form, "separator": "、"},
    )


@require_POST
@needs(MANAGE_PEOPLE)
def roster_rows(request: DeskRequest, pk: int) -> HttpResponse:
    """Leave a row out, or take it back in; then the same page of the preview again."""
    return choose_rows(request, _own(request, pk), reverse("org:roster_preview", args=[pk]))


@require_POST
@needs(MANAGE_PEOPLE)
def roster_drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget an uploaded roster."""
    uploads.drop(_own(request, pk))
    return HttpResponseRedirect(reverse("org:roster") + "?done=dropped")


@never_cache
@require_POST
@needs(MANAGE_PEOPLE)
def roster_take(request: DeskRequest, pk: int) -> HttpResponse:
    """Write what was shown. One-time passwords stand on the answer and nowhere else."""
    draft = _own(request, pk)
    form = TakeForm(request.POST)
    if form.is_valid():
        wish = form.cleaned_data
        try:
            taken = actions.take_roster(
                draft=draft,
                shown=wish["shown"],
                accounts=Accounts(wish["accounts"]),
                on=wish["on"],
                by=request.reader.by,
                at=timezone.now(),
                **_scope(request),
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, refusal.said())
        else:
            return render(request, "org/roster_taken.html", {"taken": taken, "slips": slips(taken.accounts)})
    plan = actions.roster_plan(draft, **_scope(request))
    context = {"draft": draft, "preview": preview(request.GET, plan, STATES), "form": form, "separator": "、"}
    return render(request, "org/roster_preview.html", context, status=422)


@never_cache
@sensitive_post_parameters("slips")
@require_POST
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def roster_slips(request: DeskRequest) -> HttpResponse:
    """The slips of the page at hand as a file: the page sends what it shows, for nothing of it is kept here."""
    text = request.POST.get("slips", "")
    if len(text) > LARGEST_SLIPS:
        raise NotThere
    lines = [line.split("\t") for line in text.splitlines() if line]
    heads = [say("姓名", "name"), say("单位", "unit"), say("登录名", "sign-in name"), say("一次性口令", "password")]
    return csv_download([heads, *(line[:4] for line in lines)], say("一次性口令", "one-time-passwords") + ".csv")
