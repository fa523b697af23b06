"""What next year's campaign takes along from this one, and where each of its days goes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bihuan.campaigns import yearly
from bihuan.campaigns.models import Campaign, ExpectedList, Plan, YearNode
from bihuan.campaigns.moving import Bound, Mover, Way, weekly_days
from bihuan.campaigns.rules import OUT_STATES
from bihuan.campaigns.yearly import Node
from bihuan.workdays import queries as workdays


@dataclass(frozen=True, slots=True)
class Moving:
    """One day of this year, what hangs on it, and the ways in which it can move, the proposed one first. `key`: what a
    choice is told by; `duties`: how many of the plan are due on it."""

    key: str
    day: dt.date
    names: Sequence[str]
    duties: int
    ways: Sequence[Way]


@dataclass(frozen=True)
class NextYear:
    """Next year's campaign before it is there."""

    name: str
    period: tuple[dt.date, dt.date]
    rows: Sequence[Moving]


@dataclass
class _Day:
    names: list[str] = field(default_factory=list)
    duties: int = 0


def out(campaign: Campaign) -> Plan | None:
    """The plan of a campaign that is out, the newest version."""
    return Plan.objects.filter(campaign=campaign, state__in=OUT_STATES).order_by("-number").first()


def lists_of_its_own(campaign: Campaign) -> list[ExpectedList]:
    """The standing lists of a campaign that were issued on their own."""
    found = ExpectedList.objects.filter(campaign=campaign, plan=None, replaced=False)
    return list(found.order_by("due_on", "pk"))


def own_nodes(campaign: Campaign) -> list[YearNode]:
    """The nodes that an office added to the campaign's year."""
    year = campaign.period_start.year
    found = YearNode.objects.filter(region=campaign.region_id, book=campaign.book, dropped=False)
    return list(found.filter(first_on__year=year).order_by("first_on", "pk"))


def mover_of(campaign: Campaign, chosen: Mapping[str, Bound]) -> Mover:
    """What moves the days of a campaign into the next year. Five queries at most."""
    year, period = campaign.period_start.year, (campaign.period_start, campaign.period_end)
    plan = out(campaign)
    asked = list(plan.asked.values_list("form", "due_on")) if plan else []
    own = [(row.form, row.due_on) for row in lists_of_its_own(campaign)]
    edges = tuple((day, yearly.a_year_on(day)) for day in period)
    rhythm = weekly_days([*asked, *own])
    mover = Mover(1, yearly.shipped(year), yearly.shipped(year + 1), workdays.calendar(), rhythm, chosen, edges)
    added = own_nodes(campaign)
    nodes = [Node(row.code, row.name, "", row.first_on, row.last_on, row.source, own=True) for row in added]
    later = [replace(node, first=first, last=last) for node in nodes for first, last in [moved_node(mover, node)]]
    return replace(mover, nodes=[*mover.nodes, *nodes], later=[*mover.later, *later])


def moved_node(mover: Mover, node: Node) -> tuple[dt.date, dt.date]:
    """The days of a node of one's own in the other year: as many as before."""
    bare = replace(mover, nodes=[other for other in mover.nodes if not other.own])
    first = bare.way(node.first, key=node.code, due=False).day
    return first, first + (node.last - node.first)


def next_year(campaign: Campaign) -> NextYear:
    """What `actions.start_from` would make, day by day."""
    mover = mover_of(campaign, {})
    period = yearly.a_year_on(campaign.period_start), yearly.a_year_on(campaign.period_end)
    name = yearly.name_a_year_on(campaign.name, campaign.period_start.year)
    rows = [*_due(campaign, mover), *_nodes(mover)]
    return NextYear(name, period, sorted(rows, key=lambda row: (row.day, row.key)))


def _due(campaign: Campaign, mover: Mover) -> Iterator[Moving]:
    days: dict[dt.date, _Day] = defaultdict(_Day)
    plan = out(campaign)
    if plan is not None:
        for due_on in plan.duties.values_list("due_on", flat=True):
            if due_on is not None:
                days[due_on].duties += 1
        for item in plan.asked.all():
            days[item.due_on].names.append(item.name)
    for issued in lists_of_its_own(campaign):
        days[issued.due_on].names.append(issued.name)
    for day, found in days.items():
        yield Moving(day.isoformat(), day, list(dict.fromkeys(found.names)), found.duties, mover.ways(day))


def _nodes(mover: Mover) -> Iterator[Moving]:
    bare = replace(mover, nodes=[node for node in mover.nodes if not node.own])
    for node in mover.nodes:
        if node.own:
            yield Moving(node.code, node.first, [node.zh], 0, bare.ways(node.first, due=False))
