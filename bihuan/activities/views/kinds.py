"""The kinds of activities: which there are and whose, added, changed, retired."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.activities import access, actions, queries
from bihuan.activities.forms.kinds import KindForm, of_kind
from bihuan.activities.moments import moment
from bihuan.activities.refusals import ActivityError
from bihuan.activities.rules import GROUPS
from bihuan.figures.queries import measure_codes
from bihuan.history import queries as history
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.gate import DeskRequest, local_day, needs
from bihuan.places import queries as places

TOLD = 20
DONE = {
    "added": ("类别已增加，可以照它报了。", "Added: activities can be reported by it."),
    "changed": ("已保存。", "Saved."),
    "retired": ("已停用：不再提供，已报的不变。", "Retired: offered no more; what was filed stands."),
    "restored": ("已恢复。", "Offered again."),
}


@never_cache
@require_safe
@needs(access.SEE_ACTIVITY)
def kinds(request: DeskRequest) -> HttpResponse:
    """All kinds by groups, with owner and year, retired ones last."""
    groups: dict[str, list[queries.KindLine]] = {code: [] for code in GROUPS}
    for line in queries.kind_lines(access.all_kinds()):
        groups.setdefault(line.kind.group, []).append(line)
    done = DONE.get(request.GET.get("done", ""))
    context = {
        "groups": [(say(*GROUPS.get(code, (code, code))), lines) for code, lines in groups.items() if lines],
        "keeps": request.reader.at_top(access.KEEP_KINDS),
        "done": say(*done) if done else "",
        "today": local_day(timezone.now()),
    }
    return render(request, "activities/kinds.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.KEEP_KINDS)
def new(request: DeskRequest) -> HttpResponse:
    """Add a kind."""
    access.keeping_kinds(request.reader)
    form = KindForm(request.POST or None, place_kinds=places.kinds(), new=True)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                code = form.cleaned_data["code"]
                actions.add_kind(code=code, said=form.said(), by=request.reader.by, at=timezone.now())
                return _to("added")
            except ActivityError as error:
                status = _put(form, error)
    return _page(request, form, {"title": say("增加活动类别", "Add a kind of activity")}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.KEEP_KINDS)
def kind(request: DeskRequest, code: str) -> HttpResponse:
    """Change a kind, and what was done to it."""
    access.keeping_kinds(request.reader)
    found = access.the_kind(code)
    line = queries.kind_lines([found])[0]
    form = KindForm(request.POST or None, place_kinds=places.kinds(), new=False, initial=of_kind(line))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_kind(
                    kind=found,
                    expected_version=form.cleaned_data["version"] or 0,
                    said=form.said(),
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return _to("changed")
            except ActivityError as error:
                status = _put(form, error)
    entries = list(history.feed(subject=("activity_kind", code)).order_by("-pk")[:TOLD])
    names = org.names(entry.by for entry in entries)
    context = {
        "title": say(found.zh, found.en),
        "line": line,
        "told": [moment(entry, names) for entry in entries],
        "retired": found.retired_on is not None,
    }
    return _page(request, form, context, status=status)


@require_POST
@needs(access.KEEP_KINDS)
def retire(request: DeskRequest, code: str) -> HttpResponse:
    """Offer a kind no more, from today; or again."""
    access.keeping_kinds(request.reader)
    found = access.the_kind(code)
    version = str(request.POST.get("version", ""))
    on = None if found.retired_on else local_day(timezone.now())
    actions.retire_kind(
        kind=found,
        expected_version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        on=on,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _to("retired" if on else "restored")


def _page(request: DeskRequest, form: KindForm, context: dict[str, Any], *, status: int) -> HttpResponse:
    named = "、".join(name for name in measure_codes() if not name.isascii())
    return render(request, "activities/kind.html", context | {"form": form, "measures": named}, status=status)


def _put(form: KindForm, error: ActivityError) -> int:
    form.add_error(error.field if error.field in form.fields else None, error.said())
    return error.status


def _to(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('activities:kinds')}?done={done}")
