"""What lies under a mandate, what is red now, and what waits for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from bihuan.documents.models import Delivery
from bihuan.loop.flows import Audience, Clock, Light
from bihuan.loop.models import Matter
from bihuan.loop.queries.lines import colleagues
from bihuan.org.models import Person
from bihuan.supervision.models import Circular, Conclusion, Mandate, Notice, Objection, Round, Supervised, Talk
from bihuan.supervision.rules import ProposalState, RoundState, SupervisedState

MOST = 200  # rows of one part of a page; more are counted in the ledger
SHOWN = 20  # of each kind, of what waits


def mandates_named(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Mandates as what matters belong to: their names and pages. Stands in `wiring.SCOPES`."""
    rows = Mandate.objects.filter(pk__in=list(keys)).values_list("pk", "title")
    return {pk: (title, reverse("supervision:mandate", args=[pk])) for pk, title in rows}


def supervised_under(mandate: Mandate) -> list[Supervised]:
    """What is or was supervised under a mandate: first what waits, then what is open, the newest first."""
    rows = Supervised.objects.filter(mandate=mandate).select_related("matter", "unit")
    order = [SupervisedState.PROPOSED, SupervisedState.OPEN, SupervisedState.ENDED, SupervisedState.REFUSED]
    return sorted(rows.order_by("-pk")[:MOST], key=lambda row: order.index(SupervisedState(row.state)))


def rounds_under(mandate: Mandate) -> list[Round]:
    """The rounds of a mandate, the newest first."""
    return list(Round.objects.filter(mandate=mandate).select_related("leader").order_by("-number")[:MOST])


def notices_under(mandate: Mandate) -> list[Notice]:
    """The notices of a mandate, the newest first."""
    rows = Notice.objects.filter(mandate=mandate).select_related("matter", "paper", "unit")
    return list(rows.order_by("-pk")[:MOST])


def conclusions_under(mandate: Mandate) -> list[Conclusion]:
    """The conclusions under a mandate, the newest first."""
    rows = Conclusion.objects.filter(mandate=mandate).select_related("unit", "objection__matter")
    return list(rows.order_by("-pk")[:MOST])


def objection_to(conclusion: Conclusion) -> Objection | None:
    """The objection to a conclusion, or None."""
    return Objection.objects.filter(conclusion=conclusion).select_related("matter__keeper", "matter__unit").first()


def reviewers(conclusion: Conclusion, day: dt.date) -> list[Person]:
    """The people of the body that made a conclusion."""
    return colleagues([conclusion.mandate.body_id], day)


def delivery_of(notice: Notice) -> Delivery | None:
    """How a notice's paper went to its unit, with the receipt; None where it has not gone."""
    rows = Delivery.objects.filter(document=notice.paper_id, unit=notice.unit_id)
    return rows.select_related("receipt").first()


def under_supervision(rows: QuerySet[Supervised], mandate: Mandate) -> list[Matter]:
    """The matters that are supervised under a mandate now."""
    held = rows.filter(mandate=mandate, state=SupervisedState.OPEN).values("matter")
    return list(Matter.objects.filter(pk__in=held, end="").select_related("unit").order_by("due_on", "pk")[:MOST])


def matters_found(matters: QuerySet[Matter], *, words: str = "", unit: int | None = None) -> QuerySet[Matter]:
    """The open matters of units that could come under supervision, the gravest and most urgent first.

    Args:
        words: part of the title or of the unit's name.
    """
    held = Supervised.objects.filter(state__in=[SupervisedState.PROPOSED, SupervisedState.OPEN]).values("matter")
    found = matters.filter(end="", unit__isnull=False).exclude(pk__in=held).exclude(flow__in=["notice", "objection"])
    if words:
        found = found.filter(Q(title__icontains=words) | Q(unit__name__icontains=words))
    if unit:
        found = found.filter(unit=unit)
    return found.select_related("unit").order_by("-rung", "due_on", "pk")


def red_now(matters: QuerySet[Matter], rows: QuerySet[Supervised], notices: QuerySet[Notice]) -> list[Matter]:
    """Of matters, those under supervision and those of notices whose light is red, the longest late first."""
    held = rows.filter(state=SupervisedState.OPEN).values("matter")
    noticed = notices.values("matter")
    found = matters.filter(end="", light=Light.RED).filter(Q(pk__in=held) | Q(pk__in=noticed))
    return list(found.select_related("unit").order_by("due_on", "pk")[:SHOWN])


def ripe(matters: QuerySet[Matter]) -> list[Matter]:
    """Of matters, those whose ladder is at its last rung, the one that tells the keeper: a person may propose a talk or
    a circular; nothing does so by itself."""
    last = Q(
        ladder__rungs__audience=Audience.KEEPER, ladder__rungs__clock=Clock.DUE, rung__gte=F("ladder__rungs__number")
    )
    found = matters.filter(last, end="", clock=Clock.DUE)
    return list(found.select_related("unit").order_by("due_on", "pk").distinct()[:SHOWN])


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a decision: which kind, the row."""

    kind: str
    row: Any


def to_decide(
    supervised: QuerySet[Supervised], rounds: QuerySet[Round], talks: QuerySet[Talk], circulars: QuerySet[Circular],
    *, by: str,
) -> Iterator[Waiting]:  # fmt: skip
    """Of these, what waits for the approval of somebody who did not propose it."""
    for row in supervised.filter(state=SupervisedState.PROPOSED).exclude(proposed_by=by).order_by("pk")[:SHOWN]:
        yield Waiting("supervised", row)
    for one in rounds.filter(state=RoundState.PLANNED).exclude(planned_by=by).order_by("pk")[:SHOWN]:
        yield Waiting("round", one)
    for kind, things in (("talk", talks), ("circular", circulars)):
        found = things.filter(state=ProposalState.PROPOSED).exclude(proposed_by=by)
        for item in found.order_by("pk")[:SHOWN]:
            yield Waiting(kind, item)
