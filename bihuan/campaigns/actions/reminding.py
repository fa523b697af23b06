"""Remind the units that are behind (催报): them alone, and not too often."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from bihuan.campaigns import reminding
from bihuan.campaigns.models import Campaign, Expected, ExpectedList, Reminder
from bihuan.campaigns.queries.expected import behind
from bihuan.campaigns.refusals import PlanError
from bihuan.history import actions as history
from bihuan.loop.days import local_day
from bihuan.messages import actions as messages
from bihuan.messages.rules import Telling
from bihuan.org.models import Holding
from bihuan.org.queries.people import holds_on
from bihuan.org.rules import Role

_SIGNING = (Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of it. `unheard`: units that have nobody to hear of it."""

    units: int
    people: int
    spared: int  # reminded today already, or often enough
    unheard: tuple[str, ...] = ()


def remind(*, expected_list: ExpectedList, by: str, at: dt.datetime) -> Reminded:
    """Remind the units that a list still waits for: those alone who were not reminded today of anything, and of this
    line less than three times.

    Raises:
        PlanError: the list stands no more, or is due too late for anybody to be behind.
    """
    day = local_day(at)
    if expected_list.replaced:
        raise PlanError("list-over", "这份清单已收回或被代替", "this list was withdrawn or replaced")
    if not reminding.may_remind(expected_list.due_on, day):
        zh = f"离报送期限还有{reminding.FROM_DAYS}天以上，现在不催"
        raise PlanError("too-early", zh, f"it is due in more than {reminding.FROM_DAYS} days: remind nobody yet")
    with transaction.atomic():
        Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=expected_list.campaign_id)
        waiting = list(behind(expected_list))
        times = dict(
            Reminder.objects.filter(expected__in=[row.pk for row in waiting])
            .values_list("expected")
            .annotate(times=Count("pk"))
        )
        today = set(Reminder.objects.filter(day=day).values_list("unit", flat=True))
        chosen = [row for row in waiting if row.unit_id not in today and times.get(row.pk, 0) < reminding.MOST_A_LINE]
        people = _people({row.unit.merged_into_id or row.unit_id for row in chosen}, day)
        made = [
            Reminder(
                expected=row, unit_id=row.unit_id, day=day, by=by, at=at,
                people=len(people.get(row.unit.merged_into_id or row.unit_id, ())),
            )
            for row in chosen
        ]  # fmt: skip
        Reminder.objects.bulk_create(made, ignore_conflicts=True)  # of another campaign at this moment: one is enough
        told = set(Reminder.objects.filter(day=day, by=by, at=at).values_list("expected", flat=True))
        chosen = [row for row in chosen if row.pk in told]
        done = _told(expected_list, chosen, people, by=by, at=at)
        if chosen:
            values = {"list": str(expected_list), "count": len(chosen), "units": [row.unit_id for row in chosen]}
            subject = ("campaign", str(expected_list.campaign_id))
            history.record(verb="campaigns.reminded", subject=subject, by=by, at=at, values=values)
    unheard = tuple(row.unit.name for row in chosen if not people.get(row.unit.merged_into_id or row.unit_id))
    return Reminded(len(chosen), done, len(waiting) - len(chosen), unheard)


def _told(issued: ExpectedList, rows: list[Expected], people: dict[int, set[int]], *, by: str, at: dt.datetime) -> int:
    zone = ZoneInfo(settings.CAMPAIGN_ZONE)
    words = reminding.message(issued.name, issued.due_at.astimezone(zone), at.astimezone(zone))
    url = reverse("campaigns:expected_list", args=[issued.campaign_id, issued.pk])
    tellings = [
        Telling(person, f"expected:{row.pk}", f"expected:{row.pk}:{local_day(at).isoformat()}", words, url)
        for row in rows
        for person in sorted(people.get(row.unit.merged_into_id or row.unit_id, ()))
    ]
    messages.send_many(tellings, by=by, at=at)
    return len({telling.to for telling in tellings})


def _people(units: set[int], day: dt.date) -> dict[int, set[int]]:
    """Who signs for each unit today. One query."""
    roles = [role.value for role in _SIGNING]
    held = Holding.objects.filter(holds_on(day, "post__"), post__unit__in=units, role__in=roles)
    found: dict[int, set[int]] = defaultdict(set)
    for unit, person in held.values_list("post__unit", "post__person"):
        found[unit].add(person)
    return found
