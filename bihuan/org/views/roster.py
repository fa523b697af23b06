"""Pages of the roster: template, export, upload, preview, taking in, slips with one-time passwords."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

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
from bihuan.org.roster.planned import Plan, Planned, State
from bihuan.org.roster.sheets import write_roster
from bihuan.org.rules import Accounts
from bihuan.org.views.answers import done
from bihuan.org.views.slips import slips

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 50  # of a preview on a page
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
    draft = queries.roster_draft(pk, by=request.reader.by)
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
    drafts = queries.roster_drafts(by=request.reader.by) if manages else []
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
    return _workbook(write_roster(regions=_region_names(request)), say("人员名册模板", "roster-template"))


@require_safe
@needs(SEE_DIRECTORY)
def roster_export(request: DeskRequest) -> HttpResponse:
    """All units and posts that the reader sees, in the layout that can be taken in."""
    reader = request.reader
    units, people = queries.roster_lines(
        units=within(reader, SEE_DIRECTORY, UNITS), posts=within(reader, SEE_DIRECTORY, POSTS)
    )
    content = write_roster(units, people, regions=_region_names(request))
    return _workbook(content, say("人员名册", "roster") + f" {reader.day.isoformat()}")


def _region_names(request: DeskRequest) -> list[str]:
    regions = queries.region_choices(within(request.reader, SEE_DIRECTORY, REGIONS))
    return [name for _pk, name, _depth in regions]


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


# -- preview ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tab:
    """The rows of one state, with their number."""

    state: str
    words: str
    count: int
    current: bool


@dataclass(frozen=True)
class Shown:
    """A row with its state in words."""

    item: Planned
    words: str
    tone: str


@dataclass(frozen=True)
class Preview:
    """One page of a plan: at most `ROWS` of the rows in the state that was asked for."""

    plan: Plan
    tabs: list[Tab]
    rows: list[Shown]
    previous_url: str
    next_url: str
    back: str  # this page's own address

    @property
    def acting(self) -> int:
        return len(self.plan.acting)

    @property
    def faults(self) -> int:
        return self.plan.counts["fault"]


def _preview(request: DeskRequest, plan: Plan) -> Preview:
    asked, at = request.GET.get("state", ""), request.GET.get("page", "")
    counts = plan.counts
    default = "fault" if counts["fault"] else ""
    state = asked if asked in counts or asked == "all" else default
    chosen = [item for item in plan.rows if item.state.value == state] if state in counts else plan.rows
    page = min(int(at), len(chosen) // ROWS) if at.isdecimal() and len(at) < 7 else 0
    rows = chosen[page * ROWS : (page + 1) * ROWS]
    tabs = [Tab("all", say("全部", "all"), len(plan.rows), state not in counts)]
    tabs += [Tab(key.value, say(*STATES[key][:2]), counts[key], key.value == state) for key in STATES]
    here = f"?state={state or 'all'}&page="
    return Preview(
        plan,
        tabs,
        [Shown(item, say(*STATES[item.state][:2]), STATES[item.state][2]) for item in rows],
        f"{here}{page - 1}" if page else "",
        f"{here}{page + 1}" if (page + 1) * ROWS < len(chosen) else "",
        f"{here}{page}",
    )


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
        {"draft": draft, "preview": _preview(request, plan), "form": form, "separator": "、"},
    )


@require_POST
@needs(MANAGE_PEOPLE)
def roster_rows(request: DeskRequest, pk: int) -> HttpResponse:
    """Leave a row out, or take it back in; then the same page of the preview again."""
    draft = _own(request, pk)
    for name, out in (("leave", True), ("want", False)):
        keys = request.POST.getlist(name)[:ROWS]
        if keys:
            actions.leave_out(draft=draft, keys=[key[:100] for key in keys], out=out)
    back = request.POST.get("back", "")
    own = back if back.startswith("?state=") else ""
    return HttpResponseRedirect(reverse("org:roster_preview", args=[pk]) + own)


@require_POST
@needs(MANAGE_PEOPLE)
def roster_drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget an uploaded roster."""
    actions.drop_roster(draft=_own(request, pk))
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
    context = {"draft": draft, "preview": _preview(request, plan), "form": form, "separator": "、"}
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
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [say("姓名", "name"), say("单位", "unit"), say("登录名", "sign-in name"), say("一次性口令", "password")]
    )
    writer.writerows([_harmless(text) for text in line[:4]] for line in lines)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = say("一次性口令", "one-time-passwords")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return answer


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
