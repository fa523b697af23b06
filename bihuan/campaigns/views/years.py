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
from bihuan.campaigns.views.answers import done, lists_of, to, units_to_choose
from bihuan.lib.refusals import Refusal
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


@require_POST
@needs(access.ISSUE_LISTS)
def following_year(request: DeskRequest, pk: int) -> HttpResponse:
    """Next year's campaign from this one."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    made = actions.start_from(previous=campaign, by=request.reader.by, at=timezone.now())
    return to("newest", made.pk, done="started")
