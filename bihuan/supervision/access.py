"""Who may do what in supervision: operators propose and draft, leaders approve, units see what concerns them."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from bihuan.campaigns.access import campaigns
from bihuan.campaigns.models import Campaign
from bihuan.loop.access import own_units
from bihuan.org import queries as org
from bihuan.org.access import REGIONS, UNITS, NotThere, Reader, Things, Verb, may, the, within
from bihuan.org.models import Region, Unit
from bihuan.org.rules import Role
from bihuan.supervision.models import (
    Bulletin,
    Circular,
    Conclusion,
    Finding,
    LightRules,
    Look,
    Mandate,
    Notice,
    Objection,
    Round,
    Supervised,
    Talk,
)
from bihuan.supervision.rules import ProposalState

M = TypeVar("M", bound=Model)
MOST_CAMPAIGNS = 50  # to choose from

SEE = Verb("supervision.see", Role.OPERATOR, Role.LEADER, Role.INSPECTOR)  # of the regions they work for
PROPOSE = Verb("supervision.propose", Role.OPERATOR)  # mandates, matters, rounds, notices, talks, circulars
APPROVE = Verb("supervision.approve", Role.LEADER)  # all of these that another proposed
LOOK = Verb("supervision.look", Role.OPERATOR, Role.LEADER, Role.INSPECTOR)  # in a round: look, find, settle
CONCERNED = Verb(
    "supervision.concerned", Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL, Role.OPERATOR, Role.LEADER
)  # for the unit of their post: read what is about it, sign for it, answer, object
SEE_LIGHTS = Verb("supervision.see_lights", Role.OPERATOR, Role.LEADER, Role.INSPECTOR)
SET_LIGHTS = Verb("supervision.set_lights", Role.OPERATOR)
SEE_BULLETIN = Verb("supervision.see_bulletin", Role.OPERATOR, Role.LEADER, Role.INSPECTOR)
MAKE_BULLETIN = Verb("supervision.make_bulletin", Role.OPERATOR)

MANDATES = Things(Mandate, region="region")
SUPERVISED = Things(Supervised, region="region")
ROUNDS = Things(Round, region="region")
FINDINGS = Things(Finding, region="region")
NOTICES = Things(Notice, region="region")
TALKS = Things(Talk, region="region")
CIRCULARS = Things(Circular, region="region")
CONCLUSIONS = Things(Conclusion, region="region")
OBJECTIONS = Things(Objection, region="region")
LIGHT_RULES = Things(LightRules, region="region")
BULLETINS = Things(Bulletin, region="region")
_THINGS: dict[type[Model], Things] = {
    item.model: item for item in (MANDATES, SUPERVISED, ROUNDS, NOTICES, TALKS, CIRCULARS, CONCLUSIONS, OBJECTIONS)
}
# What a unit is told of itself: nothing that is only proposed, and no round before it has been there.
_TOLD: dict[type[Model], Q] = {
    Notice: Q(issued_at__isnull=False),
    Talk: Q(state__in=[ProposalState.APPROVED, ProposalState.DONE]),
    Circular: Q(state=ProposalState.DONE),
    Conclusion: Q(),
    Objection: Q(),
}


def concerned(reader: Reader) -> frozenset[int]:
    """The units for which a reader answers; none for those without such a role."""
    return own_units(reader) if may(reader, CONCERNED) else frozenset()


Sort = type[M] | Things[M]  # a kind of thing, by its table or by where its rows are


def _model(sort: Sort[M]) -> type[M]:
    return sort.model if isinstance(sort, Things) else sort


def seen(reader: Reader, sort: Sort[M]) -> QuerySet[M]:
    """The things of a kind that a reader sees: those of the regions they work for, and what concerns their units."""
    model = _model(sort)
    found = Q(pk__in=within(reader, SEE, _THINGS[model]).values("pk"))
    units = concerned(reader) if model in _TOLD else frozenset()
    if units:
        found |= Q(unit__in=units) & _TOLD[model]
    return model._default_manager.filter(found)


def the_seen(reader: Reader, sort: Sort[M], pk: int) -> M:
    """A thing that a reader sees.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    try:
        found = seen(reader, sort).filter(pk=pk).first()
    except (ValueError, OverflowError):  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found


def the_office(reader: Reader, verb: Verb, sort: Sort[M], pk: int) -> M:
    """A thing that a reader may `verb`: by a role that covers its region.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    things: Things[M] = sort if isinstance(sort, Things) else _THINGS[sort]
    return the(reader, verb, things, pk=pk)


def the_own(reader: Reader, sort: Sort[M], pk: int) -> M:
    """A thing that concerns one of the reader's own units.

    Raises:
        NotThere: there is none, or it does not.
    """
    found = the_seen(reader, sort, pk)
    if getattr(found, "unit_id", None) not in concerned(reader):
        raise NotThere
    return found


def the_look(reader: Reader, verb: Verb, pk: int) -> Look:
    """A look of a round that a reader may `verb`.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    try:
        found = Look.objects.select_related("round").filter(pk=pk).first()
    except (ValueError, OverflowError):
        found = None
    if found is None or not may(reader, verb, found.round):
        raise NotThere
    return found


def the_open_finding(reader: Reader, verb: Verb, pk: int) -> Finding:
    """A finding that a reader may `verb`.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    return the(reader, verb, FINDINGS, Finding.objects.select_related("look"), pk=pk)


def mandates_in_force(reader: Reader, day: dt.date, *, verb: Verb = PROPOSE) -> list[Mandate]:
    """The mandates that a reader may `verb` and that are in force on a day, the newest first."""
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    rows = within(reader, verb, MANDATES).filter(running, ended_by="", valid_from__lte=day)
    return list(rows.select_related("body").order_by("-pk")[:100])


def bodies(reader: Reader) -> QuerySet[Unit]:
    """The units that may be named as the supervising body: where the reader proposes, and which stand."""
    return within(reader, PROPOSE, UNITS).filter(closed_on=None).select_related("region")


def campaigns_to_tell_of(reader: Reader) -> list[Campaign]:
    """The campaigns of which a reader may make bulletins, the newest first: those of the regions they work for, and
    those in which these take part."""
    return [item for item in campaigns(reader)[:MOST_CAMPAIGNS] if regions_to_tell_of(reader, item)]


def regions_to_tell_of(reader: Reader, campaign: Campaign) -> list[Region]:
    """The regions of a campaign whose bulletins a reader may make: its own, and those directly below it."""
    found = [campaign.region, *org.children(campaign.region, campaign.edition)]
    allowed = set(
        within(reader, MAKE_BULLETIN, REGIONS).filter(pk__in=[item.pk for item in found]).values_list("pk", flat=True)
    )
    return [item for item in found if item.pk in allowed]


def regions_of_lights(reader: Reader) -> list[Region]:
    """The regions whose light rules a reader sees to: those of their grants, and those directly below."""
    tops = list(Region.objects.filter(pk__in={grant.region for grant in reader.of(SEE_LIGHTS)}))
    below = [item for top in tops for item in org.children(top, reader.edition)]
    return list({item.pk: item for item in (*tops, *below)}.values())
