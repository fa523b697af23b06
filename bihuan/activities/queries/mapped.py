"""Where the events of a campaign were: by their own point, else by that of their place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Substr

from bihuan.activities.mapping import Picture, Point, draw
from bihuan.activities.models import Activity
from bihuan.activities.rules import State
from bihuan.campaigns.models import Campaign
from bihuan.org.models import Node, Region
from bihuan.org.rules import SEGMENT

MOST = 3000  # events on one map, the newest


@dataclass(frozen=True)
class MapPage:
    """The picture, the events by key, how many have no point (by part), and whether older ones are left out."""

    picture: Picture
    events: dict[int, Activity]
    unplaced: list[tuple[str, int]]
    more: bool


def happened(campaign: Campaign, region: Region) -> QuerySet[Activity]:
    """The events of a campaign in a region and below it that stand."""
    path = Node.objects.filter(edition=campaign.edition, region=region).values_list("path", flat=True).first() or "~"
    below = Node.objects.filter(edition=campaign.edition, path__gte=path, path__lt=path + "~").values("region")
    return Activity.objects.filter(campaign=campaign, book=campaign.book, state=State.FILED, region__in=below)


def event_map(campaign: Campaign, region: Region, among: QuerySet[Activity]) -> MapPage:
    """The map of some events of a region, the names of its parts written into it. Three queries.

    Args:
        among: of `happened`, those that are shown.
    """
    nodes = Node.objects.filter(edition=campaign.edition, region=region).values_list("path", flat=True)
    path = nodes.first() or "~"
    of_region = Node.objects.filter(edition=campaign.edition, region=OuterRef("region"))
    part = of_region.annotate(part=Substr("path", 1, len(path) + SEGMENT)).values("part")
    rows = among.annotate(part=part, x=Coalesce(F("lon"), F("place__lon")), y=Coalesce(F("lat"), F("place__lat")))
    held = list(rows.select_related("kind", "region", "unit", "place").order_by("-start_on", "-pk")[: MOST + 1])
    parts = Node.objects.filter(edition=campaign.edition, path__in={item.part for item in held})
    names = dict(parts.values_list("path", "region__name"))
    shown, lost = held[:MOST], Counter[str]()
    points = []
    for item in shown:
        name = names.get(item.part, region.name)
        if item.x is None or item.y is None:
            lost[name] += 1
        else:
            points.append(Point(item.pk, float(item.x), float(item.y), name))
    return MapPage(draw(points), {item.pk: item for item in shown}, lost.most_common(), len(held) > MOST)
