"""Rosters: who is on them, who was reached, who is missing, which certificates they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from bihuan.activities.models import Activity, Attendance, Certificate, RosterEntry, TrainingRoster
from bihuan.activities.rules import State
from bihuan.activities.training_rules import SOON_DAYS, Coverage, Reached, reached

_CAME = Exists(Attendance.objects.filter(entry=OuterRef("pk"), activity__state=State.FILED))


def entries(roster: TrainingRoster) -> QuerySet[RosterEntry]:
    """Those on a roster, each with `came`: whether a session that stands reached them."""
    return RosterEntry.objects.filter(roster=roster, removed_at=None).annotate(came=_CAME)


def missing(roster: TrainingRoster) -> QuerySet[RosterEntry]:
    """Those whom no session reached yet."""
    return entries(roster).filter(~_CAME)


def there(roster: TrainingRoster) -> QuerySet[RosterEntry]:
    """Those whom a session reached."""
    return entries(roster).filter(_CAME)


def with_sessions(found: QuerySet[RosterEntry]) -> QuerySet[RosterEntry]:
    """Entries, each with `sessions` that reached them and `papers` that they hold."""
    came = Attendance.objects.filter(activity__state=State.FILED).select_related("activity").order_by("pk")
    held = Certificate.objects.filter(removed_at=None).order_by("-issued_on", "pk")
    return found.prefetch_related(
        Prefetch("attended", came, to_attr="sessions"), Prefetch("certificates", held, to_attr="papers")
    )


def entry(pk: int) -> RosterEntry | None:
    """One on a roster who was not taken off."""
    try:
        return RosterEntry.objects.filter(pk=pk, removed_at=None).select_related("roster").first()
    except OverflowError:
        return None


def coverage(rosters: Iterable[TrainingRoster]) -> dict[int, Coverage]:
    """How far each of these rosters was reached, by their keys. One query."""
    keys = [roster.pk for roster in rosters]
    rows = RosterEntry.objects.filter(roster__in=keys, removed_at=None).annotate(came=_CAME)
    counts = rows.values("roster").annotate(of=Count("pk"), there=Count("pk", filter=Q(came=True)))
    found = {row["roster"]: Coverage(row["there"], row["of"]) for row in counts}
    return {key: found.get(key, Coverage(0, 0)) for key in keys}


def reach(roster: TrainingRoster) -> Reached[str]:
    """How far a roster was reached, as a whole and by unit."""
    rows = list(RosterEntry.objects.filter(roster=roster, removed_at=None).order_by("order"))
    came = Attendance.objects.filter(entry__roster=roster, activity__state=State.FILED)
    return reached([(row.pk, row.unit_words) for row in rows], came.values_list("entry", flat=True))


def attendance(activity: Activity) -> QuerySet[RosterEntry]:
    """Those who came to a session."""
    rows = RosterEntry.objects.filter(attended__activity=activity).select_related("roster")
    return rows.order_by("roster", "order")


def open_rosters(found: QuerySet[TrainingRoster], activity: Activity) -> list[TrainingRoster]:
    """Those of `found` whose people may have come to a session: not closed, of its book, of its campaign or none."""
    same = Q(campaign=None) | Q(campaign=activity.campaign_id) if activity.campaign_id else Q()
    return list(found.filter(same, book=activity.book, closed_on=None).order_by("name", "pk"))


def not_yet(activity: Activity, roster: TrainingRoster) -> QuerySet[RosterEntry]:
    """Those on a roster who are not entered as having come to this session: whom no session reached come first."""
    there = Attendance.objects.filter(activity=activity, entry=OuterRef("pk"))
    return entries(roster).filter(~Exists(there)).order_by(_CAME.asc(), "order")


def certificate(roster: TrainingRoster, pk: int) -> Certificate | None:
    """A certificate that one on a roster holds."""
    try:
        found = Certificate.objects.filter(entry__roster=roster, removed_at=None, pk=pk)
        return found.select_related("entry__roster").first()
    except OverflowError:
        return None


def certificates(rosters: QuerySet[TrainingRoster]) -> QuerySet[Certificate]:
    """Certificates of people who are on these rosters."""
    rows = Certificate.objects.filter(removed_at=None, entry__removed_at=None, entry__roster__in=rosters)
    return rows.select_related("entry__roster")


def ending(found: QuerySet[Certificate], day: dt.date) -> QuerySet[Certificate]:
    """Of certificates those that still hold on a day, but not for long."""
    return found.filter(issued_on__lte=day, valid_until__range=(day, day + dt.timedelta(days=SOON_DAYS)))


def ended(found: QuerySet[Certificate], day: dt.date) -> QuerySet[Certificate]:
    """Of certificates those that ended before a day."""
    return found.filter(valid_until__lt=day)


def by_state(found: QuerySet[Certificate], day: dt.date) -> tuple[int, int, int]:
    """How many certificates end soon, have ended, there are. One query."""
    ends = Q(issued_on__lte=day, valid_until__range=(day, day + dt.timedelta(days=SOON_DAYS)))
    counts = found.aggregate(
        soon=Count("pk", filter=ends), over=Count("pk", filter=Q(valid_until__lt=day)), all=Count("pk")
    )
    return counts["soon"], counts["over"], counts["all"]


def names_missing(roster: TrainingRoster) -> list[tuple[str, str]]:
    """Unit and name of those whom no session reached, in the roster's order."""
    return list(missing(roster).order_by("order").values_list("unit_words", "name"))
