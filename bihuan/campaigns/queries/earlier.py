"""The campaigns of earlier years that a campaign is held against."""

from __future__ import annotations

from bihuan.campaigns.models import Campaign

MOST = 30  # years back


def earlier_campaigns(campaign: Campaign) -> dict[int, Campaign]:
    """By the year in which each began: those it was started from, one after the other, and those of the same place and
    book that begin in the same month. One query."""
    year = campaign.period_start.year
    found = Campaign.objects.filter(
        region=campaign.region_id,
        book=campaign.book,
        period_start__lt=campaign.period_start,
        period_start__year__gte=max(year - MOST, 1),
    )
    rows = {item.pk: item for item in found.select_related("region", "edition").order_by("-period_start", "pk")}
    earlier = {item.period_start.year: item for item in rows.values() if _alike(item, campaign)}
    follows = rows.get(campaign.follows_id or 0)
    while follows is not None:  # a campaign begins after the one it was started from, so this ends
        earlier[follows.period_start.year] = follows
        follows = rows.pop(follows.follows_id or 0, None)
    earlier.pop(year, None)
    return earlier


def _alike(item: Campaign, campaign: Campaign) -> bool:
    return item.period_start.month == campaign.period_start.month
