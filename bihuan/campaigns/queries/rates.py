"""The five numbers of an expected list at every node of the tree that it was issued in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from bihuan.campaigns.models import Campaign, Expected, ExpectedList
from bihuan.campaigns.receiving import RECEIVED, Five
from bihuan.org.models import Node, Region
from bihuan.org.rules import path_of_parents

_COUNTED = Q(exemption=None)
_CAME = _COUNTED & Q(receipt__state__in=sorted(state.value for state in RECEIVED))
_IN_TIME = _CAME & Q(receipt__arrived_at__lte=F("expected_list__due_at"))
_SUMS: dict[str, Any] = {
    "expected": Count("pk", filter=_COUNTED),
    "received": Count("pk", filter=_CAME),
    "on_time": Count("pk", filter=_IN_TIME),
    "exempt": Count("pk", filter=~_COUNTED),
}
_NONE = Five()


@dataclass
class Branch:
    """A node of a list's tree with its five numbers, all below it included. `own`: those of units at the node
    itself."""

    region: Region
    path: str
    parent: Branch | None = None
    five: Five = _NONE
    own: Five = _NONE
    exempt: int = 0
    children: list[Branch] = field(default_factory=list)


def tree(expected_list: ExpectedList) -> Branch:
    """The five numbers of a list at every node that has units of it, from the campaign's own node down, in the order
    of the codes. Four queries, whatever the size of the tree: the lines are counted by their places, and everything
    above a place is addition."""
    campaign = Campaign.objects.select_related("region").get(pk=expected_list.campaign_id)
    counted = _counted(Expected.objects.filter(expected_list=expected_list), "region")
    places = [row["region"] for row in counted]
    edition = Node.objects.filter(edition=expected_list.edition_id)
    paths = dict(edition.filter(region__in={*places, campaign.region_id}).values_list("region_id", "path"))
    top = paths.get(campaign.region_id, "")
    root = Branch(campaign.region, top)
    branches = {top: root}
    for node in edition.filter(path__in=_above(paths.values(), top)).select_related("region").order_by("path"):
        above = branches[path_of_parents(node.path)[0]]
        branches[node.path] = Branch(node.region, node.path, above)
        above.children.append(branches[node.path])
    for row in counted:
        branch: Branch | None = branches.get(paths.get(row["region"], top), root)
        assert branch is not None
        five = Five(row["expected"], row["received"], row["on_time"])
        branch.own += five
        while branch is not None:
            branch.five += five
            branch.exempt += row["exempt"]
            branch = branch.parent
    return root


def _above(paths: Iterable[str], top: str) -> set[str]:
    """Of paths below `top`, they and all between."""
    return {
        part
        for path in paths
        for part in (path, *path_of_parents(path))
        if len(part) > len(top) and part[: len(top)] == top
    }


def fives(lists: Iterable[ExpectedList], *, within: Sequence[int] | None = None) -> dict[int, tuple[Five, int]]:
    """The five numbers of whole lists, and how many are exempt, by the keys of the lists. One query.

    Args:
        within: only of units in these regions.
    """
    rows: QuerySet[Expected] = Expected.objects.filter(expected_list__in=[item.pk for item in lists])
    if within is not None:
        rows = rows.filter(region__in=within)
    found = _counted(rows, "expected_list")
    return {
        row["expected_list"]: (Five(row["expected"], row["received"], row["on_time"]), row["exempt"]) for row in found
    }


def _counted(rows: QuerySet[Expected], by: str) -> list[dict[str, Any]]:
    """Lines counted by one of their columns."""
    grouped: Any = rows.order_by(by).values(by)
    return list(grouped.annotate(**_SUMS))
