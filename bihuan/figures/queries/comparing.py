"""A node's numbers side by side: what was stated, what adds up, what is left; and the joint occasions in between."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from bihuan.figures.models import Occasion, OccasionRegion, Revision
from bihuan.figures.queries.standing import Scope, records, statement
from bihuan.figures.queries.totals import TotalView, total
from bihuan.figures.rules import NOTHING, Share, Sum, Way, normal, share
from bihuan.org.models import Node, Region
from bihuan.org.queries import children, node, subtree
from bihuan.org.rules import SEGMENT
from bihuan.reading.ranges import Range


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`remainder` = statement − computed total: what the records do not explain. None without a
    statement, or where the measure has no total.

    `flags`: "conflict" where the records surely exceed the statement, and those of the computed total.
    """

    statement: Revision | None
    computed: TotalView
    remainder: Range | None
    flags: frozenset[str]


def side_by_side(scope: Scope, *, as_of: int | None = None) -> SideBySide:
    """The newest statement of a region for just these measures, its computed total, and the unexplained remainder.

    Raises:
        FigureError: as `totals.total`.
    """
    return beside(statement(scope, as_of=as_of), total(scope, as_of=as_of))


def beside(stated: Revision | None, computed: TotalView) -> SideBySide:
    """A statement and a computed total of one scope, and what the second leaves of the first."""
    if stated is None or computed.state == "not_applicable":  # where nothing adds up, nothing is left either
        return SideBySide(stated, computed, None, computed.flags)
    # Nothing filed explains nothing: all of the statement is left.
    left = normal(stated.value - computed.range) if computed.range else stated.value
    below_zero = left.high is not None and (left.high < 0 or (left.high == 0 and left.high_open))
    return SideBySide(stated, computed, left, computed.flags | ({"conflict"} if below_zero else set()))


@dataclass(frozen=True, slots=True)
class Shared:
    """A joint occasion that `branches` of a region's children (itself included) took part in; counted once above.

    `excess` is by how much the children's sum exceeds the total because of it.
    """

    occasion: Occasion
    branches: int
    figures: tuple[Revision, ...]
    excess: Sum


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a total differs from the sum of the children: total = Σ children + own − Σ excess, bound by bound."""

    total: TotalView
    children: tuple[tuple[Region, TotalView], ...]
    own: Sum  # what stands at the region itself and not below it
    shared: tuple[Shared, ...]


def explain(scope: Scope, *, as_of: int | None = None) -> Explanation:
    """The total of a region beside those of its children, and the joint occasions that account for the difference.

    Raises:
        FigureError: as `totals.total`.
    """
    below = tuple(
        (child, total(replace(scope, region=child), as_of=as_of)) for child in children(scope.region, scope.edition)
    )
    whole = total(scope, as_of=as_of)
    if whole.way not in (Way.SUM, Way.DISTINCT):  # a rate or a stock is not the sum of the children to begin with
        return Explanation(whole, below, NOTHING, ())
    found = records(scope, as_of=as_of)
    joint = [item for item in found if item.occasion and item.occasion.joint]
    branches = _branches({item.occasion_id for item in joint if item.occasion_id}, scope)
    own = NOTHING
    by_occasion: dict[int, list[Revision]] = defaultdict(list)
    for item in found:
        if item.occasion and item.occasion.joint:
            own += _sum(item, scope).times(int(scope.region.pk in branches[item.occasion.pk]))
            by_occasion[item.occasion.pk].append(item)
        elif item.region_id == scope.region.pk:
            own += _sum(item, scope)
    shared = []
    for key, items in sorted(by_occasion.items()):
        times = len(branches[key])
        if times > 1 and items[0].occasion:
            excess = sum((_sum(item, scope) for item in items), NOTHING).times(times - 1)
            shared.append(Shared(items[0].occasion, times, tuple(items), excess))
    return Explanation(whole, below, own, tuple(shared))


def _sum(item: Revision, scope: Scope) -> Sum:
    value = Sum.of(item.value)
    whole = share(item.measures, item.classifier, scope.measures, scope.classifiers) is Share.WHOLE
    return value if whole else value.down_to_zero()


def _branches(occasions: set[int], scope: Scope) -> dict[int, set[int]]:
    """Per occasion, the children of the scope's region (or itself) in whose subtrees it took place."""
    top = node(scope.region, scope.edition).path
    by_path = dict(Node.objects.filter(edition=scope.edition, parent=scope.region).values_list("path", "region_id")) | {
        top: scope.region.pk
    }
    places = list(OccasionRegion.objects.filter(occasion__in=occasions).values_list("occasion_id", "region_id"))
    regions = {region for _occasion, region in places}
    paths = dict(subtree(scope.region, scope.edition).filter(region__in=regions).values_list("region_id", "path"))
    found: dict[int, set[int]] = defaultdict(set)
    for occasion, region in places:
        if path := paths.get(region):
            found[occasion].add(by_path[path[: len(top) + SEGMENT]])
    return found
