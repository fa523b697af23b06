"""The year around a campaign: nodes, what follows up, and next year's campaign from this one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.forms_year import FollowUpForm, NodeForm
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.moving import Bound, Way
from bihuan.campaigns.rhythm import WEEKDAY_WORDS
from bihuan.campaigns.views.answers import done, lists_of, to, units_to_choose
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.SEE_CAMPAIGN)
def year(request: DeskRequest, pk: int) -> HttpResponse:
    """The nodes of a year with what is to be done at each; POST gives somebody something to do."""
    campaign = access.campaign(request.reader, pk)
    writes = may(request.reader, access.ISSUE_LISTS, campaign)
    shown = _year(request, campaign)
    page = queries.year_page(campaign, shown)
    form = FollowUpForm(
        request.POST or None,
        nodes=queries.nodes(campaign, shown),
        lists=lists_of(campaign),
        units=units_to_choose(request.reader),
        paragraphs=queries.next_steps(campaign) if writes else [],
    )
    status = 200
    if request.method == "POST":
        if not writes:
            raise NotThere
        status = 422
        if form.is_valid():
            units = form.units(queries.listed(campaign))
            try:
                actions.follow_up(campaign=campaign, ask=form.ask(units), by=request.reader.by, at=timezone.now())
                return to("year", pk, done="followed")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
    context: dict[str, Any] = {
        "campaign": campaign,
        "page": page,
        "years": [campaign.period_start.year, campaign.period_start.year + 1],
        "form": form,
        "node_form": NodeForm(auto_id="node_%s"),
        "writes": writes,
        "after": queries.campaign_after(campaign),
        "done": done(request),
    }
    return render(request, "campaigns/year.html", context, status=status)


def _year(request: DeskRequest, campaign: Campaign) -> int:
    """The year that the address names, of the campaign's own and the next; its own otherwise."""
    own = campaign.period_start.year
    return own + 1 if request.GET.get("year", "") == str(own + 1) else own


@require_POST
@needs(access.ISSUE_LISTS)
def node(request: DeskRequest, pk: int) -> HttpResponse:
    """Add a node of one's own, or show one no more."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    by, at = request.reader.by, timezone.now()
    if drop := request.POST.get("drop", "")[:40]:
        actions.drop_node(campaign=campaign, code=drop, by=by, at=at)
        return to("year", pk, done="dropped")
    form = NodeForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    first, last = given.get("first"), given.get("last") or given.get("first")
    if first is None or last is None:
        raise actions.CampaignError("node-days", "请填节点的日期", "say on which days the node is")
    days, name, source = (first, last), given.get("name", ""), given.get("source", "")
    actions.add_node(campaign=campaign, name=name, days=days, source=source, by=by, at=at)
    return to("year", pk, done="node")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.ISSUE_LISTS)
def following_year(request: DeskRequest, pk: int) -> HttpResponse:
    """Next year's campaign from this one: where each day goes, then the campaign itself."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    after = queries.campaign_after(campaign)
    if request.method == "POST":
        chosen = _chosen(request)
        made = actions.start_from(previous=campaign, chosen=chosen, by=request.reader.by, at=timezone.now())
        return to("newest", made.pk, done="started")
    if after is not None:
        return to("newest", after.pk)
    found = queries.next_year(campaign)
    rows = [(row, [(way.bound.value, _way_words(way)) for way in row.ways]) for row in found.rows]
    context = {"campaign": campaign, "found": found, "rows": rows}
    return render(request, "campaigns/next_year.html", context)


def _chosen(request: DeskRequest) -> dict[str, Bound]:
    """To what a person bound each day: way-2023-06-20=weekday."""
    try:
        return {
            name.removeprefix("way-")[:40]: Bound(value)
            for name, value in request.POST.items()
            if isinstance(value, str) and name.startswith("way-")
        }
    except ValueError:
        raise actions.CampaignError("way-unknown", "没有这种顺延方式，请重新选择", "there is no such way") from None


def _way_words(way: Way) -> str:
    zh, en = WEEKDAY_WORDS[way.day.weekday()]
    words = say(f"{way.day:%Y-%m-%d} {zh}：{way.zh}", f"{way.day:%Y-%m-%d} {en}: {way.en}")
    if way.put_off:
        words += say("，遇休息日顺延", ", put off to a working day")
    return words + (say("（放假安排未公布）", " (holidays not published yet)") if way.provisional else "")
