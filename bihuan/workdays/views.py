"""Pages of the calendar of working days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bihuan.components.downloads import download
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import english, say
from bihuan.lib.workbook import LARGEST_FILE, WorkbookError
from bihuan.org import queries as org
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, local_day, needs, signed_in
from bihuan.workdays import actions, queries
from bihuan.workdays.access import LOAD_CALENDAR
from bihuan.workdays.forms import OfficialForm, TakeForm
from bihuan.workdays.official import OfficialList, read_official, write_official
from bihuan.workdays.page import WEEK, breaks_of, changes, months_of
from bihuan.workdays.rules import FIRST_YEAR, LAST_YEAR, Special

_SALT = "workdays.preview"
_KEPT = 24 * 3600  # seconds for which a preview can be confirmed


@require_safe
@signed_in
def calendar(request: DeskRequest) -> HttpResponse:
    """The calendar of a year at a glance, and what it follows."""
    return _page(request, _year(request), OfficialForm())


@require_safe
@signed_in
def workbook(request: DeskRequest) -> HttpResponse:
    """The list of a year as a workbook; where none is there, the empty one to fill in."""
    year = _year(request)
    listed = queries.year_list(year)
    content = write_official(queries.specials(year), listed.source if listed else "")
    return download(content, say(f"{year}年放假安排.xlsx", f"calendar-{year}.xlsx"))


@require_POST
@needs(LOAD_CALENDAR)
def preview(request: DeskRequest) -> HttpResponse:
    """What an uploaded list would change; nothing is written yet."""
    _at_top(request)
    form = OfficialForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            read = _read(form.cleaned_data["file"])
            return _previewed(request, read, TakeForm(initial={"read": _sealed(read), "source": read.source}))
        except Refusal as refusal:
            form.add_error("file", refusal.said())
    return _page(request, _year(request), form, status=422)


@require_POST
@needs(LOAD_CALENDAR)
def take(request: DeskRequest) -> HttpResponse:
    """Take the list that was looked at."""
    _at_top(request)
    form = TakeForm(request.POST)
    try:
        year, expected, days = _opened(request.POST.get("read", ""))
    except signing.BadSignature:
        return _page(request, _year(request), OfficialForm(), status=422, lapsed=True)
    if form.is_valid():
        try:
            actions.load_official(
                year=year,
                days=days,
                source=form.cleaned_data["source"],
                expected=expected,
                by=request.reader.by,
                at=timezone.now(),
            )
            return HttpResponseRedirect(f"{reverse('workdays:calendar')}?year={year}&done=1")
        except actions.StaleCalendarError:
            raise
        except Refusal as refusal:
            form.add_error("source", refusal.said())
    return _previewed(request, OfficialList(year, tuple(days)), form, status=422)


def _at_top(request: DeskRequest) -> None:
    if not request.reader.at_top(LOAD_CALENDAR):
        raise NotThere


def _year(request: DeskRequest) -> int:
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else local_day(timezone.now()).year


def _read(file: Any) -> OfficialList:
    if file.size > LARGEST_FILE:
        zh, en = "文件超过 10 MB，请只留放假安排的表格后再传", "the file is larger than 10 MB: keep the table alone"
        raise WorkbookError("workbook-too-large", zh, en)
    return read_official(file.read())


def _sealed(read: OfficialList) -> str:
    held = queries.year_list(read.year)
    days = [[item.day.isoformat(), item.off, item.name] for item in read.days]
    return signing.dumps([read.year, held.pk if held else None, days], salt=_SALT, compress=True)


def _opened(text: str) -> tuple[int, int | None, list[Special]]:
    year, expected, days = signing.loads(text, salt=_SALT, max_age=_KEPT)
    return year, expected, [Special(dt.date.fromisoformat(day), off, name) for day, off, name in days]


def _page(
    request: DeskRequest, year: int, form: OfficialForm, *, status: int = 200, lapsed: bool = False
) -> HttpResponse:
    listed, days, covered = queries.year_list(year), queries.specials(year), queries.years()
    near = {*covered[-4:], local_day(timezone.now()).year, year, min(year + 1, LAST_YEAR)}
    context = {
        "year": year,
        "years": sorted(near),
        "earlier": [item for item in covered if item not in near],
        "listed": listed,
        "by": org.name_of(listed.by) if listed else "",
        "breaks": breaks_of(days),
        "months": months_of(year, days),
        "week": WEEK[english()],
        "form": form,
        "loads": request.reader.at_top(LOAD_CALENDAR),
        "done": "done" in request.GET,
        "lapsed": lapsed,
    }
    return render(request, "workdays/calendar.html", context, status=status)


def _previewed(request: DeskRequest, read: OfficialList, form: TakeForm, *, status: int = 200) -> HttpResponse:
    held, early = queries.specials(read.year), {item.day for item in read.days if item.day.year < read.year}
    before = [item for item in queries.specials(read.year - 1) if item.day in early] if early else []
    found = changes([*before, *held], read.days)
    context = {
        "read": read,
        "form": form,
        "changes": found if held else [],
        "breaks": [] if held else breaks_of(read.days),
    }
    context["months"], context["week"] = months_of(read.year, read.days), WEEK[english()]
    return render(request, "workdays/preview.html", context, status=422 if read.faults else status)
