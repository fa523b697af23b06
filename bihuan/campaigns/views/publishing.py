"""From a written plan to one that is out: the check, the papers, the publication, what is to be handed in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.actions import OnPaper
from bihuan.campaigns.forms import PublishForm, TakeBackForm
from bihuan.campaigns.views.answers import frame, to
from bihuan.lib.refusals import Refusal
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_safe
@needs(access.WRITE_PLAN, access.READ_DRAFTS)
def check(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """All that is wrong with a version, errors first."""
    found = access.plan_to(request.reader, access.READ_DRAFTS, pk, number)
    items = queries.check(found, day=request.reader.day)
    context = frame(request, found) | {
        "errors": [item for item in items if item.error],
        "hints": [item for item in items if not item.error],
        "places": queries.places(found),
    }
    return render(request, "campaigns/check.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.PUBLISH_PLAN)
def publish(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """What publishing would do; then do it."""
    plan = access.plan_to(request.reader, access.PUBLISH_PLAN, pk, number)
    form = PublishForm(request.POST or None, initial={"version": plan.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wish = form.cleaned_data
            paper = OnPaper(wish["reason"], wish["number"]) if wish["reason"].strip() else None
            by, at = request.reader.by, timezone.now()
            try:
                actions.publish(plan=plan, expected_version=wish["version"], on_paper=paper, by=by, at=at)
                return to("plan", pk, number, done="published")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
    context = frame(request, plan) | _publication(request, pk, number) | {"form": form}
    return render(request, "campaigns/publish.html", context, status=status)


def _publication(request: DeskRequest, pk: int, number: int) -> dict[str, object]:
    plan = access.plan_to(request.reader, access.PUBLISH_PLAN, pk, number)
    items = queries.check(plan, day=request.reader.day)
    return {
        "will": queries.consequences(plan),
        "errors": [item for item in items if item.error],
        "hints": sum(not item.error for item in items),
        "papers": queries.papers(plan),
        "asked": queries.asked(plan),
        "back_form": TakeBackForm(initial={"version": plan.version}, auto_id="back_%s"),
        "version": plan.version,
    }


@require_POST
@needs(access.WRITE_PLAN)
def prepare(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """Draft the papers that issue the plan."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    actions.prepare(plan=plan, expected_version=version, by=request.reader.by, at=timezone.now())
    return to("publish", pk, number, done="prepared")


@require_POST
@needs(access.WRITE_PLAN)
def take_back(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """Take the plan back to be written in again."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    form = TakeBackForm(request.POST, auto_id="back_%s")
    status = 422
    if form.is_valid():
        wish = form.cleaned_data
        try:
            actions.take_back(
                plan=plan,
                expected_version=wish["version"],
                reason=wish["reason"],
                by=request.reader.by,
                at=timezone.now(),
            )
            return to("plan", pk, number, done="back")
        except Refusal as refusal:
            status = refusal.status
            form.add_error(None, refusal.said())
    context = frame(request, plan) | _publication(request, pk, number)
    context |= {"form": PublishForm(initial={"version": plan.version}), "back_form": form}
    return render(request, "campaigns/publish.html", context, status=status)
