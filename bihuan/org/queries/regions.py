"""Reads of regions and units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from bihuan.history.prepared import prepared
from bihuan.lib.refusals import Refusal
from bihuan.org.models import Edition, Node, Region, Unit
from bihuan.org.rules import SEGMENT, Level, Scheme, path_of_parents, short_names


class UnknownPlaceError(Refusal):
    """No region goes by this name, or more than one does. `candidates` holds those that do."""

    def __init__(self, name: str, candidates: list[Region]) -> None:
        self.name, self.candidates = name, candidates
        which = "、".join(region.name for region in candidates)
        if candidates:
            super().__init__("several-places", f"“{name}”可指{which},请写全称", f"“{name}” may be any of {which}")
        else:
            super().__init__("no-such-place", f"没有名为“{name}”的行政区划", f"no region is called “{name}”")


def current_edition() -> Edition:
    """The newest edition of the tree."""
    return Edition.objects.latest("as_of")


def edition_on(day: dt.date) -> Edition:
    """The edition in force on `day`; the oldest one where `day` is before all."""
    earlier = Edition.objects.filter(as_of__lte=day).order_by("-as_of").first()
    return earlier or Edition.objects.earliest("as_of")


def region_names(pks: Iterable[int]) -> dict[int, str]:
    """The names of regions by their keys; those that are none are left out. One query."""
    return dict(Region.objects.filter(pk__in=set(pks)).values_list("pk", "name"))


def node(region: Region, edition: Edition) -> Node:
    """The place of `region` in `edition`.

    Raises:
        Node.DoesNotExist: the region is not part of that edition.
    """
    return Node.objects.select_related("region").get(edition=edition, region=region)


def ancestors(region: Region, edition: Edition, *, with_self: bool = False) -> list[Region]:
    """What `region` lies in, nearest first."""
    path = node(region, edition).path
    paths = [path, *path_of_parents(path)] if with_self else path_of_parents(path)
    found = {item.path: item.region for item in _at(edition, paths)}
    return [found[item] for item in paths]


_LIES_IN = f"""
    SELECT e.name, ARRAY(
        SELECT a.region_id FROM org_node n
        CROSS JOIN LATERAL generate_series({SEGMENT}, length(n.path), {SEGMENT}) AS size
        JOIN org_node a ON a.edition_id = n.edition_id AND a.path = left(n.path, size)
        WHERE n.edition_id = e.id AND n.region_id = %(region)s ORDER BY size DESC
    )
    FROM org_edition e
    ORDER BY CASE WHEN e.as_of <= %(day)s THEN e.as_of END DESC NULLS LAST, e.as_of LIMIT 1
"""


def lies_in(region: int, day: dt.date) -> tuple[str, list[int]]:
    """The name of the edition in force on a day, and the keys of a region and all that it lies in there, nearest first;
    none where that edition lacks it. One prepared query."""
    ((name, keys),) = prepared(_LIES_IN, {"region": region, "day": day})
    return name, keys


def _at(edition: Edition, paths: list[str]) -> QuerySet[Node]:
    return Node.objects.filter(edition=edition, path__in=paths).select_related("region")


def children(region: Region, edition: Edition) -> list[Region]:
    """The regions directly below `region`, in the order of the codes."""
    below = Node.objects.filter(edition=edition, parent=region).order_by("path").select_related("region")
    return [item.region for item in below]


def everyday(region: Region) -> str:
    """What an office calls its place in its own name: 临夏州, not 临夏回族自治州; 甘肃省."""
    short = short_names(region.name)
    return short[0] if "自治" in region.name and region.level != Level.PROVINCE and short else region.name


def subtree(region: Region, edition: Edition) -> QuerySet[Node]:
    """The nodes of `region` and of all that is below it."""
    path = node(region, edition).path
    # "~" sorts behind every character of a path: one range on the index instead of a LIKE.
    return Node.objects.filter(edition=edition, path__gte=path, path__lt=path + "~")


def called(name: str, *, within: Region | None = None, edition: Edition | None = None) -> list[Region]:
    """Every region that goes by `name`, official or everyday, the higher level first.

    With `within`, the regions in its subtree (itself included) are preferred: only when it has none of that name are
    the others given.
    """
    found = Region.objects.filter(Q(name=name) | Q(aliases__alias=name)).distinct()
    order = list(Level)
    regions = sorted(found, key=lambda region: (region.name != name, order.index(Level(region.level)), region.pk))
    if within is None:
        return regions
    tree = edition or current_edition()
    inside = set(subtree(within, tree).filter(region__in=regions).values_list("region_id", flat=True))
    return [region for region in regions if region.pk in inside] or regions


def the_one_called(name: str, *, within: Region | None = None, edition: Edition | None = None) -> Region:
    """The single region meant by `name`. An official name wins over everyday ones.

    Raises:
        UnknownPlaceError: none, or more than one (临夏: the prefecture, the city and the county).
    """
    regions = called(name, within=within, edition=edition)
    official = [region for region in regions if region.name == name]
    if len(official) == 1:
        return official[0]
    if len(regions) != 1:
        raise UnknownPlaceError(name, regions)
    return regions[0]


def by_code(scheme: Scheme, code: str, *, day: dt.date) -> Region | None:
    """The region that had `code` on `day`."""
    valid = Q(codes__valid_to=None) | Q(codes__valid_to__gt=day)
    return Region.objects.filter(valid, codes__scheme=scheme, codes__code=code, codes__valid_from__lte=day).first()


def unit_called(name: str, *, region: Region | None = None) -> Unit | None:
    """The unit of that name or short name, or None where there is none or more than one."""
    units = Unit.objects.filter(Q(name=name) | Q(short_name=name))
    found = list((units.filter(region=region) if region else units)[:2])
    return found[0] if len(found) == 1 else None
