"""Whose coverage a reader sees: the numbers of a campaign's parts as its other numbers; places and events by name only
where the reader works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.activities.models import Activity
from bihuan.campaigns.access import SEE_CAMPAIGN, campaign, part
from bihuan.org.access import REGIONS, Reader, Things, within
from bihuan.places.access import SEE_PLACE

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Region
    from bihuan.places.models import PlaceChange

_EVENTS = Things(Activity, region="region", unit="unit")


def covered_part(reader: Reader, pk: int, region: int | None) -> tuple[Campaign, Region]:
    """A campaign that concerns the reader, and a part of it whose numbers they may see; its own region unless another
    is named. Raises NotThere."""
    found = campaign(reader, pk)
    return found, found.region if region is None else part(reader, found, region)


def named_to(reader: Reader, rows: QuerySet[PlaceChange]) -> QuerySet[PlaceChange]:
    """Of places on a register, those that the reader sees by name."""
    return rows.filter(region__in=within(reader, SEE_PLACE, REGIONS).values("pk"))


def events_seen(reader: Reader, rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """Of events, those that the reader sees by name."""
    return within(reader, SEE_CAMPAIGN, _EVENTS, rows)
