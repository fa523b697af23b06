"""Who sees which campaign."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.org.access import NotThere, Reader, Things, Verb
from bihuan.org.models import Node
from bihuan.org.rules import SEGMENT, Role

SEE_CAMPAIGN = Verb("campaigns.see", Role.OPERATOR, Role.LEADER, Role.LIAISON, Role.INSPECTOR, Role.SAFETY_OFFICER)
CAMPAIGNS = Things(Campaign, region="region")


def campaigns(reader: Reader) -> QuerySet[Campaign]:
    """The campaigns that concern a reader, the newest first: those of the regions they work for and below, and those
    of every region above, in which theirs takes part."""
    paths = {grant.path for grant in reader.of(SEE_CAMPAIGN)}
    if not paths:
        return Campaign.objects.none()
    near = Q(path__in={path[:end] for path in paths for end in range(SEGMENT, len(path), SEGMENT)})
    for path in paths:
        near |= Q(path__gte=path, path__lt=path + "~")
    regions = Node.objects.filter(near, edition=reader.edition).values("region")
    found = Campaign.objects.filter(region__in=regions).select_related("region")
    return found.order_by("-period_start", "-pk")


def campaign(reader: Reader, pk: int) -> Campaign:
    """One campaign that concerns the reader.

    Raises:
        NotThere: there is none, or it does not.
    """
    try:
        found = campaigns(reader).filter(pk=pk).first()
    except OverflowError:  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found
