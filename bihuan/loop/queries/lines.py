"""Reads for the page of one matter: its steps with what was laid on the table and who was told, its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Prefetch, Q

from bihuan.loop.models import Assisting, Evidence, Extension, Matter, Reminder, RungRow, Step
from bihuan.loop.rules import REACH
from bihuan.org.models import Person, Post, Unit
from bihuan.org.queries.people import holds_on

MOST_STEPS = 500  # of a line that is shown; what is older is in the history


def line(matter: Matter) -> list[Step]:
    """The steps of a matter, the newest first, each with `evidence` and `reminders` at hand. Three queries."""
    pieces = Prefetch("evidence", Evidence.objects.order_by("pk"))
    told = Prefetch("reminders", Reminder.objects.select_related("person").order_by("pk"))
    rows = Step.objects.filter(matter=matter).prefetch_related(pieces, told)
    return list(rows.order_by("-version")[:MOST_STEPS])


def rungs(steps: Iterable[Step]) -> dict[tuple[int, str, int], RungRow]:
    """The rungs that steps reached, by ladder, clock and number. At most one query."""
    ladders = {int(step.values.get("rule") or 0) for step in steps if step.verb == REACH}
    if not ladders:
        return {}
    rows = RungRow.objects.filter(ladder__in=ladders)
    return {(row.ladder_id, row.clock, row.number): row for row in rows}


def assisting(matter: Matter) -> list[Unit]:
    """The units that help."""
    rows = Assisting.objects.filter(matter=matter).select_related("unit").order_by("pk")
    return [row.unit for row in rows]


def assisting_names(matters: Collection[int]) -> dict[int, list[str]]:
    """The names of the units that help with each matter. One query."""
    found: dict[int, list[str]] = {}
    rows = Assisting.objects.filter(matter__in=matters).order_by("pk").values_list("matter", "unit__name")
    for matter, name in rows:
        found.setdefault(matter, []).append(name)
    return found


def wishes(matter: Matter) -> list[Extension]:
    """The wishes for more time, the newest first."""
    return list(Extension.objects.filter(matter=matter).order_by("-pk"))


def colleagues(units: Collection[int], day: dt.date) -> list[Person]:
    """Those who hold a post in one of the units, or in the one that it was merged into, on a day."""
    posts = Post.objects.filter(holds_on(day)).filter(Q(unit__in=units) | Q(unit__merged_from__in=units))
    return list(Person.objects.filter(pk__in=posts.values("person")).order_by("pinyin", "pk")[:300])


def piece(matter: Matter, pk: int) -> Evidence | None:
    """One piece of evidence of a matter, or None."""
    return Evidence.objects.filter(step__matter=matter, pk=pk).first()


def done(matters: Collection[int]) -> set[tuple[int, str, dt.datetime]]:
    """What was done with matters, and when: (matter, verb, moment). One query."""
    return set(Step.objects.filter(matter__in=matters).values_list("matter", "verb", "at"))


def the_one(pk: int) -> Matter:
    """A matter as it stands. Raises Matter.DoesNotExist."""
    return Matter.objects.get(pk=pk)
