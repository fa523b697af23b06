"""What would come of a division of work that somebody sent: read, its names matched with the directory."""

from __future__ import annotations

from collections import defaultdict

from bihuan.campaigns import incoming
from bihuan.campaigns.incoming import Incoming
from bihuan.campaigns.models import Campaign, DivisionDraft, UnitList
from bihuan.campaigns.queries.plans import listed
from bihuan.org import queries as org
from bihuan.org.models import Node, Unit, UnitName
from bihuan.reading.division.matching import KnownUnit, match_units


def division_draft(pk: int, *, by: str) -> DivisionDraft | None:
    """One of a person's own files, or None."""
    named = ("plan__campaign__region", "plan__campaign__edition")
    return DivisionDraft.objects.select_related(*named).filter(pk=pk, by=by).first()


def units_for(campaign: Campaign) -> list[Unit]:
    """The standing units that a campaign's plan may name: of its region and below, of its book or real."""
    path = Node.objects.filter(edition=org.current_edition(), region=campaign.region_id).values_list("path", flat=True)
    top = path.first() or "-"
    inside = Node.objects.filter(edition=org.current_edition(), path__gte=top, path__lt=top + "~").values("region")
    found = Unit.objects.filter(region__in=inside, closed_on=None, book__in={"", campaign.book})
    return list(found.select_related("region").order_by("region__level", "pk"))


def read_draft(draft: DivisionDraft) -> Incoming:
    """A file as it would be taken in, with what its sender chose. Six queries.

    Raises:
        bihuan.lib.refusals.Refusal: it cannot be read.
    """
    campaign = draft.plan.campaign
    columns = tuple(sorted(draft.columns.items()))
    found = incoming.read(bytes(draft.content), draft.file_name, campaign.period_start.year, columns)
    units = units_for(campaign)
    former: dict[int, list[str]] = defaultdict(list)
    for unit, name in UnitName.objects.filter(unit__in=units).values_list("unit", "name"):
        former[unit].append(name)
    known = [
        KnownUnit(
            unit.pk,
            unit.name,
            unit.short_name,
            tuple(former[unit.pk]),
            (unit.region.name, org.everyday(unit.region)),
        )
        for unit in units
    ]
    matches = match_units(incoming.names_in(found), known, home=org.everyday(campaign.region))
    groups = {row.pk: row.group for row in UnitList.objects.filter(campaign=campaign).order_by("order", "pk")}
    in_lists = listed(campaign)
    lists = {key: (group, [unit.pk for unit in in_lists.get(key, [])]) for key, group in groups.items()}
    meant = incoming.meanings(
        found, matches, chosen=draft.names, lists=lists, units=frozenset(unit.pk for unit in units)
    )
    made = incoming.lines(found, meant, period=campaign.period, left_out=draft.left_out)
    return Incoming(found, made, sorted(meant.values(), key=lambda item: (item.sure, -item.times)))
