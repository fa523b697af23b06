"""What waits for a person: three statements, each held to so many rows, whatever there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from bihuan.loop.flows import Clock
from bihuan.loop.models import Extension, Matter

_SHOWN = ("keeper", "unit", "owner")


def to_do(person: int, units: Collection[int], *, day: dt.date, limit: int) -> list[Matter]:
    """Matters whose time runs for a person: those that they answer for, and those of their units. The gravest rung
    first, then by due day."""
    owned = Q(owner=person) | Q(next_owner=person, next_owner_on__lte=day)
    whose = owned | Q(unit__in=units) if units else owned
    rows = Matter.objects.filter(whose, clock=Clock.DUE.value, end="")
    return list(rows.select_related(*_SHOWN).order_by("-rung", F("due_on").asc(nulls_last=True), "pk")[:limit])


def to_keep(by: str, units: Collection[int], *, limit: int) -> list[Matter]:
    """Matters of these keepers that wait to be assigned, checked or closed, but for those that this person may not
    check. The most overdue first."""
    waiting = Q(clock=Clock.WAITING.value) & ~(Q(accepted_by="") & (Q(doers__contains=[by]) | Q(barred__contains=[by])))
    rows = Matter.objects.filter(waiting | Q(unit=None), keeper__in=units, end="")
    return list(
        rows.select_related(*_SHOWN).order_by("-waiting_rung", F("check_on").asc(nulls_last=True), "pk")[:limit]
    )


def to_decide(by: str, units: Collection[int], *, limit: int) -> list[Extension]:
    """Wishes for more time that these keepers have not decided on, but for this person's own."""
    rows = Extension.objects.filter(decided_at=None, matter__keeper__in=units).exclude(asked_by=by)
    return list(
        rows.select_related("matter__keeper", "matter__unit", "matter__owner").order_by("decide_by", "pk")[:limit]
    )


def owned(person: int) -> QuerySet[Matter]:
    """The open matters that a person answers for."""
    return Matter.objects.filter(owner=person, end="")
