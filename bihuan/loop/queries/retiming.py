"""Deadlines that the calendar of today would set otherwise: most were counted before an official list came.

A matter keeps the version of the calendar by which its moments were counted. Which days changed between that version
and the newest is known; a matter is touched where one of them lies on the way that was counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from bihuan.loop import kinds
from bihuan.loop.days import Days, days
from bihuan.loop.flows import Clock
from bihuan.loop.models import Matter, Step
from bihuan.loop.queries.ladders import Ladders
from bihuan.loop.rules import RETIME, moments
from bihuan.workdays import queries as workdays
from bihuan.workdays.rules import Calendar, changed_days

# Whether a changed day lies on the way of a matter: from its first rung, or its beginning where its due day was counted
# in working days, to its last rung; or whether a list came for a year that was counted without one.
_TOUCHED = """
    loop_matter.calendar = %s AND (
        EXISTS (
            SELECT FROM unnest(%s::date[]) AS changed WHERE changed BETWEEN
                least(loop_matter.due_on, (loop_matter.moments[1] AT TIME ZONE %s)::date,
                    CASE WHEN loop_matter.flow = ANY(%s) THEN (loop_matter.registered_at AT TIME ZONE %s)::date END)
                AND greatest(loop_matter.due_on,
                    (loop_matter.moments[array_upper(loop_matter.moments, 1)] AT TIME ZONE %s)::date)
        )
        OR loop_matter.provisional AND (
            extract(year FROM loop_matter.due_on) = ANY(%s)
            OR extract(year FROM loop_matter.moments[array_upper(loop_matter.moments, 1)] AT TIME ZONE %s) = ANY(%s)
        )
    )
"""


@dataclass(frozen=True, slots=True)
class Retimed:
    """A matter, and its due day and moments by the calendar of today. `off`: the due day is none that people work."""

    matter: Matter
    due_on: dt.date
    moments: list[dt.datetime]
    provisional: bool
    off: bool

    @property
    def moved(self) -> bool:
        return self.due_on != self.matter.due_on


def outdated(rows: QuerySet[Matter], *, limit: int) -> list[Matter]:
    """At most `limit` of the matters on whose way the calendar has changed since; the nearest due day first."""
    now = workdays.calendar()
    running = Matter.objects.filter(clock=Clock.DUE.value, end="").exclude(calendar__in=["", now.version])
    found: list[Matter] = []
    for version in sorted(running.order_by().values_list("calendar", flat=True).distinct()):
        old = _calendar_at(version)
        touched = RawSQL(_TOUCHED, _values(version, old, now), output_field=BooleanField())
        those = rows.filter(clock=Clock.DUE.value, end="", ladder__isnull=False).filter(touched)
        found += those.order_by("due_on", "pk")[:limit]
    return sorted(found, key=lambda row: (row.due_on or dt.date.max, row.pk))[:limit]


def _calendar_at(version: str) -> Calendar:
    try:
        return workdays.calendar_at(version)
    except KeyError:  # of another installation: nothing of it is known
        return Calendar()


def _values(version: str, old: Calendar, now: Calendar) -> list[object]:
    zone, counted = settings.CAMPAIGN_ZONE, [flow.name for flow in kinds.newest() if flow.term is not None]
    years = sorted(now.years - old.years)
    return [version, changed_days(old, now), zone, counted, zone, zone, years, zone, years]


def retimed(rows: Sequence[Matter], *, today: dt.date, calendar: Days | None = None) -> list[Retimed]:
    """Those of the matters that the calendar of today sets otherwise, and how. A due day that a person named stays; one
    that was counted in working days from the assignment is counted anew, but never into the past."""
    by, ladders, counted = calendar or days(), Ladders(), _counted(rows)
    found = []
    for row in rows:
        if row.clock != Clock.DUE or row.due_on is None or row.ladder_id is None:
            continue
        due = row.due_on
        if row.pk in counted:
            again, _provisional = by.after(*counted[row.pk])
            due = again if again >= min(today, due) else due
        at, provisional = moments(ladders.rungs(row.ladder_id).on(Clock.DUE), due, by)
        if (due, at, provisional) != (row.due_on, row.moments, row.provisional):
            found.append(Retimed(row, due, at, provisional, not by.calendar.is_workday(due)))
    return found


def _counted(rows: Iterable[Matter]) -> Mapping[int, tuple[dt.date, int]]:
    """From which day, and how many working days on, the due day of a matter was counted; of those whose was."""
    steps = Step.objects.filter(matter__in=[row.pk for row in rows], values__set__has_key="due_on").exclude(verb=RETIME)
    newest = steps.order_by("matter", "-version").distinct("matter").values_list("matter", "values")
    counted = {pk: values["counted"] for pk, values in newest if values.get("counted")}
    return {pk: (dt.date.fromisoformat(first), int(number)) for pk, (first, number) in counted.items()}
