"""Reads of the year around a campaign: its nodes with what is to be done at each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.campaigns import yearly
from bihuan.campaigns.models import Campaign, FollowUp, Paragraph, Plan, YearNode
from bihuan.campaigns.rules import OUT_STATES
from bihuan.campaigns.yearly import Node
from bihuan.loop import kinds
from bihuan.loop.matter_page import state_words


@dataclass(frozen=True, slots=True)
class Following:
    """Something to be done, and how far its matter is."""

    row: FollowUp
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node of the year with what is to be done at it. `now`: today lies in it. `campaign`: the campaign itself."""

    node: Node
    following: Sequence[Following]


@dataclass(frozen=True, slots=True)
class Month:
    """A month with the nodes that begin in it."""

    number: int
    rows: Sequence[NodeRow]


@dataclass(frozen=True)
class YearPage:
    """A year; `elsewhere`: what is to be done at no node of it."""

    year: int
    months: Sequence[Month]
    elsewhere: Sequence[Following]


def nodes(campaign: Campaign, year: int) -> list[Node]:
    """The nodes of a year: those that are shipped, and those of the campaign's place. One query."""
    own = YearNode.objects.filter(region=campaign.region_id, book=campaign.book, first_on__year=year, dropped=False)
    found = [
        *yearly.shipped(year),
        *(Node(row.code, row.name, "", row.first_on, row.last_on, row.source, own=True) for row in own),
    ]
    return sorted(found, key=lambda node: (node.first, node.last, node.code))


def year_page(campaign: Campaign, year: int) -> YearPage:
    """A year around a campaign. Three queries at most."""
    at_node: dict[str, list[Following]] = defaultdict(list)
    rows = FollowUp.objects.filter(campaign=campaign, due_on__year=year).select_related("unit", "matter")
    for row in rows.order_by("due_on", "pk"):
        flow = kinds.flow(row.matter.flow, row.matter.flow_version)
        words, tone = state_words(flow, row.matter.state)
        at_node[row.node].append(Following(row, words, tone))
    shown = nodes(campaign, year)
    months = [
        Month(number, [NodeRow(node, at_node.pop(node.code, [])) for node in shown if node.first.month == number])
        for number in range(1, 13)
    ]
    elsewhere = [item for left in at_node.values() for item in left]
    return YearPage(year, [month for month in months if month.rows], elsewhere)


def next_steps(campaign: Campaign) -> list[Paragraph]:
    """The paragraphs of the campaign's plan that is out: what a follow-up may come from, those of the next steps
    (下一步) first."""
    plan = Plan.objects.filter(campaign=campaign, state__in=OUT_STATES).order_by("-number").first()
    if plan is None:
        return []
    found = list(plan.paragraphs.order_by("order"))
    return sorted(found, key=lambda row: (not _next(row), row.order))


def _next(row: Paragraph) -> bool:
    return any(word in f"{row.heading}{row.text}" for word in ("下一步", "长期坚持", "全年", "常态"))


def campaign_after(campaign: Campaign) -> Campaign | None:
    """The campaign that was started from this one."""
    return Campaign.objects.filter(follows=campaign).order_by("-period_start").first()
