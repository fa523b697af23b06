"""The plan: its page, its beginning, what it stands on, its versions."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.forms import AskForm, DescribeForm, StartForm, UnitListForm
from bihuan.campaigns.views.answers import done, frame, shown_form, to, units_to_choose
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs

SHOWN = 40  # duties of a paragraph on the plan's page; the table has them all


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.SEE_CAMPAIGN)
def newest(request: DeskRequest, pk: int) -> HttpResponse:
    """The plan as it stands for the reader; where there is none yet, its beginning for those who write it."""
    campaign = access.campaign(request.reader, pk)
    found = access.plans(request.reader, campaign).first()
    if found is not None and request.method == "GET":
        return HttpResponseRedirect(reverse("campaigns:plan", args=[pk, found.number]))
    writes = may(request.reader, access.WRITE_PLAN, campaign)
    if not writes:
        if request.method != "GET":
            raise NotThere
        return render(request, "campaigns/start.html", {"campaign": campaign, "form": None, "done": done(request)})
    form = StartForm(request.POST or None, has_last=queries.plan_before(campaign) is not None)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        plan = actions.new_plan(campaign=campaign, source=source, by=request.reader.by, at=timezone.now())
        return to("plan", pk, plan.number, done="made")
    status = 422 if form.is_bound else 200
    context = {"campaign": campaign, "form": form, "done": done(request)}
    return render(request, "campaigns/start.html", context, status=status)


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def plan(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """A version of the plan: paragraphs with the duties below each."""
    found = access.plan(request.reader, access.campaign(request.reader, pk), number)
    lists = queries.unit_lists(found.campaign)
    context = frame(request, found) | {
        "parts": queries.parts(found),
        "shown": SHOWN,
        "lists": lists,
        "asked": queries.asked(found),
        "papers": queries.papers(found),
        "ask_form": AskForm(lists=lists),
    }
    return render(request, "campaigns/plan.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.WRITE_PLAN)
def describe(request: DeskRequest, pk: int) -> HttpResponse:
    """What the campaign stands on: theme, upper paper, issuing and working bodies."""
    campaign = access.campaign_to(request.reader, access.WRITE_PLAN, pk)
    form = DescribeForm(request.POST or None, campaign=campaign, units=units_to_choose(request.reader))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wish = form.cleaned_data
            try:
                actions.describe(
                    campaign=campaign,
                    expected_version=wish["version"],
                    theme=wish["theme"],
                    times=wish["times"],
                    basis=(wish["basis_title"], wish["basis_number"]),
                    issuer=wish["issuer"],
                    working_body=wish["working_body"],
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return to("newest", pk, done="described")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
    title = say("活动依据与机构", "Basis and bodies")
    context = {"campaign": campaign, "title": title, "back": reverse("campaigns:newest", args=[pk])}
    return shown_form(request, context, form, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.WRITE_PLAN)
def unit_list(request: DeskRequest, pk: int, chosen: int | None = None) -> HttpResponse:
    """A list of units: a new one, or what an existing one holds."""
    campaign = access.campaign_to(request.reader, access.WRITE_PLAN, pk)
    row = access.list_of(campaign, chosen) if chosen is not None else None
    form = UnitListForm(request.POST or None, units=units_to_choose(request.reader), chosen=row)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wish = form.cleaned_data
            try:
                actions.set_unit_list(
                    campaign=campaign,
                    name=row.name if row else wish["name"],
                    units=wish["units"],
                    group=wish["group"],
                    expected_version=wish["version"] if row else None,
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return to("newest", pk, done="list")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
    title = say("单位名单", "List of units")
    context = {"campaign": campaign, "title": title, "back": reverse("campaigns:newest", args=[pk])}
    return shown_form(request, context, form, status=status)


@require_POST
@needs(access.WRITE_PLAN)
def ask(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """Ask for something to be handed in, or no more."""
    found = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    by, at = request.reader.by, timezone.now()
    if (drop := request.POST.get("drop", "")).isdecimal() and len(drop) < 18:
        for row in queries.asked(found):
            if row.pk == int(drop):
                actions.drop_asked(asked=row, by=by, at=at)
        return to("plan", pk, number, done="dropped", anchor="asked")
    lists = queries.unit_lists(found.campaign)
    form = AskForm(request.POST, lists=lists)
    if not form.is_valid():
        context = {"campaign": found.campaign, "title": say("应报材料", "What is to be handed in")}
        return shown_form(request, context | {"back": reverse("campaigns:plan", args=[pk, number])}, form, status=422)
    wish = form.cleaned_data
    chosen = next((row for row in lists if str(row.pk) == wish["unit_list"]), None)
    actions.ask(plan=found, form=wish["form"], due_on=wish["due_on"], unit_list=chosen, by=by, at=at)
    return to("plan", pk, number, done="saved", anchor="asked")


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def versions(request: DeskRequest, pk: int) -> HttpResponse:
    """All versions that the reader sees, and what differs between each and the one before it."""
    campaign = access.campaign(request.reader, pk)
    rows = list(access.plans(request.reader, campaign))
    if not rows:
        raise NotThere
    wanted = request.GET.get("version", "")
    chosen = next((row for row in rows if str(row.number) == wanted), rows[0])
    before = next((row for row in rows if row.number < chosen.number), None)
    context = frame(request, chosen) | {
        "versions": rows,
        "before": before,
        "difference": queries.difference(before, chosen) if before else None,
    }
    return render(request, "campaigns/versions.html", context)


@require_POST
@needs(access.WRITE_PLAN)
def new_version(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """Another version of the published plan, to be changed."""
    found = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    made = actions.new_version(plan=found, by=request.reader.by, at=timezone.now())
    return to("plan", pk, made.number, done="version")
