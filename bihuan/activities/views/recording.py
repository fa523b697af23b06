"""Report what was done, look at it, correct it, withdraw it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.activities import access, actions, pages, queries
from bihuan.activities.attachment_rules import BadPaper
from bihuan.activities.forms import Offered, RecordForm, SafetyPlanForm, WithdrawForm
from bihuan.activities.forms.recording import blank, numbers_of, of_activity
from bihuan.activities.models import Activity, ActivityKind
from bihuan.activities.refusals import ActivityError
from bihuan.activities.rules import GROUPS, Asked
from bihuan.activities.views.closed import ClosedPart, closed_part, written
from bihuan.figures.actions import ClosedPeriodError, ErratumError
from bihuan.figures.queries import measure_names
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, local_day, needs

DONE = {
    "filed": ("已报送，数已入账。", "Reported; its figures count."),
    "there": ("这一次早已送到，没有重复入账。", "It had arrived before; nothing was counted twice."),
    "corrected": ("已更正，合计随之更新。", "Corrected; the totals follow."),
    "withdrawn": ("已撤回，不再计入合计。", "Withdrawn; it counts no more."),
    "safety": ("安全工作方案已保存。", "The safety plan is kept."),
}


@never_cache
@require_safe
@needs(access.FILE)
def choose(request: DeskRequest) -> HttpResponse:
    """报我们做了什么: choose the kind, or repeat, or take it from the plan."""
    reader = request.reader
    groups: dict[str, list[ActivityKind]] = {}
    for kind in access.kinds(day=local_day(timezone.now())):
        groups.setdefault(kind.group, []).append(kind)
    tasks = list(access.tasks(reader)[:10])
    context = {
        "groups": [(say(*GROUPS[code]), kinds) for code, kinds in groups.items()],
        "last": queries.last_by(reader.by),
        "tasks": [(task, queries.guess(task.duty.title)) for task in tasks],
        "units": access.own_units(reader)[:1],
        "task": request.GET.get("task", ""),
    }
    return render(request, "activities/choose.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.FILE)
def report(request: DeskRequest, code: str) -> HttpResponse:
    """The form of one kind. What is sent twice under its key is there once."""
    reader, at = request.reader, timezone.now()
    kind = access.the_kind(code)
    units = access.own_units(reader)
    if not units:
        return render(request, "activities/report.html", {"kind": kind, "units": []})
    offered = _offered(request, kind, units)
    if request.method != "POST":
        return _page(request, RecordForm(kind=kind, offered=offered, initial=_initial(request, kind, offered)))
    form = RecordForm(request.POST, kind=kind, offered=offered)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    task = access.the_task(reader, given["task"]) if given["task"] else None
    said = form.said(region=access.the_region(given["region"]), task=task)
    known = queries.by_key(given["key"])
    if not given["again"] and not known:
        twins = queries.alike(unit=said.unit, kind=kind, region=said.region, days=(said.start, said.end))
        if twins:
            return _page(request, form, status=409, alike=pages.rows(twins))
    try:
        activity = written(
            request,
            lambda erratum: actions.file_activity(said=said, key=given["key"], erratum=erratum, by=reader.by, at=at),
        )
    except Refusal as error:
        _put(form, error)
        return _page(request, form, status=error.status, closed=_in_the_way(request, error))
    return _to(activity, "there" if known else "filed")


@never_cache
@require_safe
@needs(access.SEE_ACTIVITY)
def activity(request: DeskRequest, pk: int) -> HttpResponse:
    """One record: its sentence, its numbers, what became of it."""
    found = access.activity(request.reader, pk)
    words = DONE.get(request.GET.get("done", ""))
    context = {
        "page": pages.activity_page(request.reader, found),
        "files": queries.attachments(found),
        "done": say(*words) if words else "",
    }
    return render(request, "activities/activity.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.CORRECT)
def correct(request: DeskRequest, pk: int) -> HttpResponse:
    """Say it otherwise."""
    found = access.activity_to(request.reader, access.CORRECT, pk)
    extra = [item.asked for item in queries.standing(found) if not item.row.itself]
    extra += [Asked.of(text) for text in found.not_applicable]
    offered = _offered(request, found.kind, [found.unit], extra)
    given = request.POST if request.method == "POST" else None
    initial = {**of_activity(found), "key": found.key}
    form = RecordForm(given, kind=found.kind, offered=offered, extra=extra, initial=initial)
    if given is None:
        form.initial.update(numbers_of(form, found))
        return _correct_page(request, form, found, closed=_over(request, found))
    if not form.is_valid():
        return _correct_page(request, form, found, status=422, closed=_over(request, found))
    said = form.said(region=access.the_region(form.cleaned_data["region"]), task=found.task)
    try:
        written(
            request,
            lambda erratum: actions.correct_activity(
                activity=found,
                expected_version=_version(request),
                said=said,
                reason=str(request.POST.get("reason", ""))[:200],
                erratum=erratum,
                by=request.reader.by,
                at=timezone.now(),
            ),
            seen=_version(request),
        )
    except Refusal as error:
        _put(form, error)
        closed = _in_the_way(request, error)
        return _correct_page(request, form, found, status=error.status, closed=closed)
    return _to(found, "corrected")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.CORRECT)
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take it out of all totals, for a reason."""
    found = access.activity_to(request.reader, access.CORRECT, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            written(
                request,
                lambda erratum: actions.withdraw_activity(
                    activity=found,
                    expected_version=_version(request),
                    reason=form.cleaned_data["reason"],
                    erratum=erratum,
                    by=request.reader.by,
                    at=timezone.now(),
                ),
            )
            return _to(found, "withdrawn")
        except (ClosedPeriodError, ErratumError) as error:
            form.add_error(None, error.said())
            status = error.status
    context = {"form": form, "activity": found, "closed": _over(request, found)}
    return render(request, "activities/withdraw.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.CORRECT)
def safety_plan(request: DeskRequest, pk: int) -> HttpResponse:
    """The nine items of a large event's safety plan."""
    found = access.activity_to(request.reader, access.CORRECT, pk)
    safety = pages.safety_of(found)
    if safety is None:
        raise NotThere
    plan = safety.plan
    initial: dict[str, Any] = {}
    if plan:
        initial = {"by_government": plan.by_government, "permit": plan.permit}
        initial |= {f"item_{code}": text for code, text in plan.items.items()}
    posted = request.method == "POST"
    form = SafetyPlanForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.write_safety_plan(
                    activity=found,
                    expected_version=_version(request),
                    items=form.items(),
                    permit=form.cleaned_data["permit"],
                    by_government=form.cleaned_data["by_government"],
                    paper=form.offered(),
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return _to(found, "safety")
            except Refusal as error:
                form.add_error("paper" if isinstance(error, BadPaper) else None, error.said())
                status = error.status
    context = {"form": form, "activity": found, "safety": safety, "version": plan.version if plan else 0}
    return render(request, "activities/safety_plan.html", context, status=status)


# -- their parts -----------------------------------------------------------------------------------------------------


def _offered(request: DeskRequest, kind: ActivityKind, units: list[Any], extra: list[Asked] | None = None) -> Offered:
    reader = request.reader
    regions = access.regions_of(reader, units)
    asked = [*(Asked.of(text) for text in kind.suggests), *(extra or [])]
    names = measure_names({code for item in asked for code in item.measures})
    return Offered(units, regions, names, access.places_for(reader, kind, units[0]))


def _initial(request: DeskRequest, kind: ActivityKind, offered: Offered) -> dict[str, Any]:
    """A new form: from a record that is repeated, from a task of the plan, or with today alone."""
    reader = request.reader
    found = blank(kind, unit=offered.units[0], day=local_day(timezone.now()))
    if (like := request.GET.get("like", "")).isdecimal():
        before = access.activity(reader, int(like))
        kept = {name: value for name, value in of_activity(before).items() if name not in ("start", "end", "task")}
        units = {unit.pk for unit in offered.units}
        found |= kept if before.unit_id in units else {"title": kept["title"], "who": kept["who"]}
    if (key := request.GET.get("task", "")).isdecimal():
        task = access.the_task(reader, int(key))
        found |= {"task": task.pk, "title": task.duty.title[:100], "unit": task.matter.unit_id}
    return found


def _page(
    request: DeskRequest,
    form: RecordForm,
    *,
    status: int = 200,
    alike: Any = (),
    closed: ClosedPart | None = None,
) -> HttpResponse:
    context = {"form": form, "kind": form.kind, "units": form.offered.units, "alike": alike, "offered": form.offered}
    return render(request, "activities/report.html", context | {"closed": closed}, status=status)


def _correct_page(
    request: DeskRequest, form: RecordForm, found: Activity, *, status: int = 200, closed: ClosedPart | None
) -> HttpResponse:
    context = {"form": form, "kind": found.kind, "activity": found, "offered": form.offered, "closed": closed}
    return render(request, "activities/correct.html", context, status=status)


def _over(request: DeskRequest, found: Activity) -> ClosedPart | None:
    return closed_part(request, queries.closings_over(found))


def _in_the_way(request: DeskRequest, error: Refusal) -> ClosedPart | None:
    """The closing that a refusal names; after another refusal the one that the form named already."""
    if isinstance(error, ClosedPeriodError):
        return closed_part(request, [error.closed.closing])
    key = str(request.POST.get("closing", ""))
    return closed_part(request, [int(key)] if key.isdecimal() and len(key) < 19 else [])


def _put(form: RecordForm, error: Refusal) -> None:
    """Say a refusal at the field that it is about."""
    about = error.field if isinstance(error, ActivityError) else ""
    numbers = {str(item): name for name, item in form.asked.items()}
    name = numbers.get(about) or {"place": "place_words", "units": "joint"}.get(about, about)
    form.add_error(name if name in form.fields else None, error.said())


def _version(request: DeskRequest) -> int:
    text = str(request.POST.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _to(found: Activity, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('activities:activity', args=[found.pk])}?done={done}")
