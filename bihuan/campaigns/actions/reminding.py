"""Remind the units that are behind (催报): them alone, and not too often."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from bihuan.campaigns import reminding
from bihuan.campaigns.models import Campaign, Expected, ExpectedList, Reminder
from bihuan.campaigns.queries.expected import behind
from bihuan.campaigns.receiving import RECEIVED
from bihuan.campaigns.refusals import PlanError
from bihuan.history import actions as history
from bihuan.loop.days import days, local_day
from bihuan.messages import actions as messages
from bihuan.messages.rules import Telling
from bihuan.org.models import Holding
from bihuan.org.queries.people import holds_on
from bihuan.org.rules import Role

BY = "system:lists"
_LONGEST_WAY = 14  # days from a working day before the due day to it, the longest holidays between
_SIGNING = (Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of it. `unheard`: units that have nobody to hear of it."""

    units: int
    people: int
    spared: int  # reminded today already, or often enough
    unheard: tuple[str, ...] = ()


def set_reminding(*, expected_list: ExpectedList, on: bool, by: str, at: dt.datetime) -> ExpectedList:
    """Let a list remind those behind by itself from now on, or no more. The same again changes nothing.

    Raises:
        PlanError: the list stands no more.
    """
    with transaction.atomic():
        row = ExpectedList.objects.select_for_update(of=("self",)).get(pk=expected_list.pk)
        if row.reminds == on:
            return row
        if row.replaced:
            raise PlanError("list-over", "这份清单已收回或被代替", "this list was withdrawn or replaced")
        row.reminds = on
        row.save(update_fields=["reminds"])
        verb = "campaigns.reminding_on" if on else "campaigns.reminding_off"
        subject = ("campaign", str(row.campaign_id))
        history.record(verb=verb, subject=subject, by=by, at=at, values={"list": str(row)})
    return row


def remind_due(*, at: dt.datetime, still: Collection[str] = (), limit: int = 20) -> int:
    """What lists send by themselves, in working hours alone: to those alone who are behind, for no line oftener than
    its days allow, to no unit twice a day. Again at the same moment nothing is left to do.

    Args:
        still: books in which time stands still.

    Returns:
        How many lists reminded somebody.
    """
    here = days()
    if not reminding.in_hours(at.astimezone(here.zone), here.calendar):
        return 0
    day, sent = local_day(at), 0
    for issued in _reminding(day, still).order_by("due_at", "pk"):
        up_to = reminding.automatic_times(issued.due_on, day, here.calendar)
        if up_to and remind(expected_list=issued, up_to=up_to, by=BY, at=at).units:
            sent += 1
        if sent == limit:
            break
    return sent


def _reminding(day: dt.date, still: Collection[str]) -> QuerySet[ExpectedList]:
    """The lists that remind by themselves and have a line behind of a unit that nobody reminded today."""
    came = sorted(state.value for state in RECEIVED)
    today = Reminder.objects.filter(unit=OuterRef("unit"), day=day)
    lines = Expected.objects.filter(expected_list=OuterRef("pk"), exemption=None).exclude(receipt__state__in=came)
    lines = lines.annotate(times=Count("reminders")).filter(~Exists(today), times__lt=reminding.MOST_A_LINE)
    soon = day + dt.timedelta(_LONGEST_WAY)
    found = ExpectedList.objects.filter(reminds=True, replaced=False, due_on__lte=soon)
    return found.exclude(campaign__book__in=still).filter(Exists(lines)).select_related("campaign")


def remind(*, expected_list: ExpectedList, up_to: int = reminding.MOST_A_LINE, by: str, at: dt.datetime) -> Reminded:
    """Remind the units that a list still waits for: those alone who were not reminded today of anything, and of this
    line less than three times.

    Args:
        up_to: how often a line may have been reminded after this.

    Raises:
        PlanError: the list stands no more, or is due too late for anybody to be behind.
    """
    day = local_day(at)
    if expected_list.replaced:
        raise PlanError("list-over", "这份清单已收回或被代替", "this list was withdrawn or replaced")
    if by != BY and not reminding.may_remind(expected_list.due_on, day):
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
        most = min(up_to, reminding.MOST_A_LINE)
        chosen = [row for row in waiting if row.unit_id not in today and times.get(row.pk, 0) < most]
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
    others = _others(issued, [row.unit_id for row in rows], local_day(at))
    due_at, now = issued.due_at.astimezone(zone), at.astimezone(zone)
    url = reverse("campaigns:expected_list", args=[issued.campaign_id, issued.pk])
    tellings = [
        Telling(
            person,
            f"expected:{row.pk}",
            f"expected:{row.pk}:{local_day(at).isoformat()}",
            reminding.message(issued.name, due_at, now, others=others.get(row.unit_id, 0)),
            url,
        )
        for row in rows
        for person in sorted(people.get(row.unit.merged_into_id or row.unit_id, ()))
    ]
    messages.send_many(tellings, by=by, at=at)
    return len({telling.to for telling in tellings})


def _others(issued: ExpectedList, units: list[int], day: dt.date) -> dict[int, int]:
    """How much more each unit owes by now, beside one list: it hears once a day of all of it. One query."""
    came = sorted(state.value for state in RECEIVED)
    near = Q(expected_list__due_on__lte=day + dt.timedelta(reminding.FROM_DAYS), expected_list__replaced=False)
    rows = Expected.objects.filter(near, unit__in=units, exemption=None).exclude(expected_list=issued)
    rows = rows.exclude(receipt__state__in=came)
    return dict(rows.order_by("unit").values("unit").annotate(count=Count("pk")).values_list("unit", "count"))


def _people(units: set[int], day: dt.date) -> dict[int, set[int]]:
    """Who signs for each unit today. One query."""
    roles = [role.value for role in _SIGNING]
    held = Holding.objects.filter(holds_on(day, "post__"), post__unit__in=units, role__in=roles)
    found: dict[int, set[int]] = defaultdict(set)
    for unit, person in held.values_list("post__unit", "post__person"):
        found[unit].add(person)
    return found
