"""Counting deadlines anew when another calendar holds: proposed to those whose loops they are, done as they say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from bihuan.history import actions as history
from bihuan.loop.actions.acting import stepped
from bihuan.loop.actions.sweeping import BY, still_step
from bihuan.loop.audience import people
from bihuan.loop.days import days, local_day
from bihuan.loop.flows import Audience
from bihuan.loop.following import follow
from bihuan.loop.models import Matter, Step
from bihuan.loop.queries.retiming import Retimed, outdated, retimed
from bihuan.loop.rules import RETIME
from bihuan.messages import actions as messages
from bihuan.messages.actions import Telling
from bihuan.workdays import queries as workdays

MOST_PROPOSED = 5000  # matters looked at before their keepers are told
_MOVED = ["version", "due_on", "calendar", "provisional", "moments", "next_check_at"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many matters were counted anew, and how many stay: somebody moved them meanwhile, or nothing is to do."""

    done: int
    left: int


def retime(*, seen: Mapping[int, int], by: str, at: dt.datetime) -> Counted:
    """Count the moments, and the due days that were counted, of matters anew: one step and one history row each, one
    message a person where a due day moves. In one transaction. Rungs that were reached stay reached.

    Args:
        seen: matters (key) and the versions in which the person saw them.
    """
    today, calendar = local_day(at), days()
    with transaction.atomic():
        locked = Matter.objects.select_for_update(of=("self",)).filter(pk__in=seen, end="").order_by("pk")
        rows = [row for row in locked if row.version == seen[row.pk]]
        items = retimed(rows, today=today, calendar=calendar)
        moved = [item.matter.pk for item in items if item.moved]
        steps = [_step(item, calendar.version, by=by, at=at) for item in items]
        Matter.objects.bulk_update([item.matter for item in items], _MOVED, batch_size=500)
        Step.objects.bulk_create(steps, batch_size=1000)
        changes = [
            history.Change("loop.retimed", ("matter", str(step.matter_id)), stepped(step.matter, step, step.values))
            for step in steps
        ]
        history.record_many(changes, by=by, at=at)
        for step in steps:
            follow(step.matter, step, by=by, at=at)
        messages.send_many(list(_tellings(moved, items, today)), by=by, at=at)
    return Counted(len(items), len(seen) - len(items))


def _step(item: Retimed, version: str, *, by: str, at: dt.datetime) -> Step:
    row, was = item.matter, item.matter.due_on
    row.calendar, row.provisional, row.moments = version, item.provisional, item.moments
    row.next_check_at = item.moments[row.rung] if row.rung < len(item.moments) else None
    row.version += 1
    values: dict[str, object] = {"calendar": version, "provisional": item.provisional}
    noted: dict[str, object] = dict(values)
    if item.moved:
        row.due_on = item.due_on
        values["due_on"] = item.due_on.isoformat()
        noted["was"] = was.isoformat() if was else ""
    step = still_step(row, RETIME, values, by=by, at=at)
    step.values |= noted
    return step


def _tellings(moved: Sequence[int], items: Sequence[Retimed], today: dt.date) -> Iterator[Telling]:
    by_key = {item.matter.pk: item.matter for item in items}
    theirs: dict[int, list[Matter]] = defaultdict(list)
    for told in people([(pk, Audience.OWNER) for pk in moved], day=today):
        theirs[told.person].append(by_key[told.matter])
    for person, matters in theirs.items():
        first = matters[0]
        assert first.due_on is not None
        key, day = f"retimed:{first.pk}:{first.version}", first.due_on.isoformat()
        if len(matters) == 1:
            words = (
                f"按新的放假安排，“{first.title}”的时限改为 {day}",
                f"by the new calendar due {day}: {first.title}",
            )
            yield Telling(person, f"matter:{first.pk}", key, words, reverse("loop:matter", args=[first.pk]))
        else:
            count = len(matters)
            words = (
                f"按新的放假安排，{count} 项工作的时限有变，其中“{first.title}”改为 {day}",
                f"by the new calendar {count} due days moved; among them, to {day}: {first.title}",
            )
            yield Telling(person, "matters:retimed", key, words, reverse("loop:mine"), count=count)


def propose_retiming(*, at: dt.datetime, by: str = BY) -> int:
    """Tell those whose loops are touched by the newest calendar that deadlines wait to be counted anew, once a person
    and version; returns how many are told of it, now or before."""
    version = workdays.calendar().version
    rows = outdated(Matter.objects.all(), limit=MOST_PROPOSED)
    touched = {item.matter.keeper_id: item.matter.pk for item in retimed(rows, today=local_day(at))}
    told = {item.person for item in people([(pk, Audience.KEEPER) for pk in touched.values()], day=local_day(at))}
    words = (
        "放假安排已更新，有事项的时限需要按新日历核定",
        "a list of holidays came in: deadlines wait to be counted anew",
    )
    url = reverse("loop:retiming")
    with transaction.atomic():
        tellings = [Telling(person, "retiming", f"retiming:{version}", words, url) for person in sorted(told)]
        messages.send_many(tellings, by=by, at=at)
    return len(told)
