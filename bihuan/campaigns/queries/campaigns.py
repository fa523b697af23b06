"""Reads of campaigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bihuan.campaigns.models import Campaign
from bihuan.org import queries as org
from bihuan.org.models import Region


def covering(region: Region, period: tuple[dt.date, dt.date], *, book: str = "") -> Campaign | None:
    """The campaign of that period in which a region takes part: its own, else that of the nearest region above."""
    edition = org.edition_on(period[1])
    places = org.ancestors(region, edition, with_self=True)
    found = {
        item.region_id: item
        for item in Campaign.objects.filter(
            region__in=places, period_start=period[0], period_end=period[1], book=book
        ).select_related("region", "edition")
    }
    return next((found[place.pk] for place in places if place.pk in found), None)


def named(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The names of campaigns and the addresses of their pages, by their keys. One query."""
    rows = Campaign.objects.filter(pk__in=set(keys)).values_list("pk", "name")
    return {pk: (name, f"/campaigns/{pk}/") for pk, name in rows}
