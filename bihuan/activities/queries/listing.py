"""Reads of many activities: lists, likenesses, the days of a campaign, names that stand for units and places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from bihuan.activities.models import Activity
from bihuan.activities.rules import State
from bihuan.campaigns.models import Campaign
from bihuan.org.models import Region, Unit
from bihuan.places.models import Place

if TYPE_CHECKING:
    from bihuan.activities.models import ActivityKind

MOST_ALIKE = 5
MOST_OF_DAY = 200
_APART = re.compile(r"[、，,;；\n]+")
# Which kind a duty of a plan is most likely done as, by words of its title; the first that occurs.
_GUESSES = (
    ("咨询日", "consultation"),
    ("启动", "launch"),
    ("动员", "mobilisation"),
    ("警示教育", "warning_education"),
    ("警示片", "screening"),
    ("进企业", "entry_enterprise"),
    ("进农村", "entry_rural"),
    ("进社区", "entry_community"),
    ("进学校", "entry_school"),
    ("进校园", "entry_school"),
    ("进家庭", "entry_household"),
    ("人员密集场所", "entry_crowded"),
    ("LED", "screens"),
    ("横幅", "banners"),
    ("标语", "banners"),
    ("短视频", "media_work"),
    ("新媒体", "media_work"),
    ("媒体", "media_report"),
    ("培训", "training"),
    ("学习", "study"),
    ("宣讲", "lecture"),
    ("咨询", "consultation"),
)


def listed(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """Rows with all that a list shows of each."""
    return rows.select_related("kind", "region", "unit", "place")


def narrowed(
    rows: QuerySet[Activity],
    *,
    kind: str = "",
    region: Collection[int] | None = None,
    words: str = "",
    campaign: int | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
    withdrawn: bool = False,
) -> QuerySet[Activity]:
    """Rows of a kind, in regions, with words in title, place or unit, of a campaign, on days."""
    rows = rows.filter(state=State.WITHDRAWN if withdrawn else State.FILED)
    if kind:
        rows = rows.filter(kind__code=kind)
    if region is not None:
        rows = rows.filter(region__in=region)
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    if first is not None:
        rows = rows.filter(end_on__gte=first)
    if last is not None:
        rows = rows.filter(start_on__lte=last)
    for word in words.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(place_words__icontains=word) | Q(unit__name__icontains=word))
    return rows


def alike(
    *, unit: Unit, kind: ActivityKind, region: Region, days: tuple[dt.date, dt.date], but: int = 0
) -> list[Activity]:
    """What was filed already and may be the same: of this kind and region, on these days or the day beside them, by
    this unit or with it."""
    near = Q(start_on__lte=days[1] + dt.timedelta(1), end_on__gte=days[0] - dt.timedelta(1))
    ours = Q(unit=unit) | Q(pk__in=Activity.objects.filter(units__unit=unit).values("pk"))
    found = Activity.objects.filter(near, ours, kind=kind, region=region, state=State.FILED).exclude(pk=but)
    return list(listed(found).order_by("-end_on", "-pk")[:MOST_ALIKE])


def last_by(by: str, *, kind: ActivityKind | None = None) -> Activity | None:
    """The newest that somebody filed, of a kind."""
    found = Activity.objects.filter(filed_by=by, state=State.FILED)
    found = found.filter(kind=kind) if kind else found
    return listed(found).order_by("-filed_at", "-pk").first()


def guess(title: str) -> str:
    """The code of the kind that a duty of a plan is most likely done as; "" where nothing tells."""
    return next((code for word, code in _GUESSES if word in title), "")


def split_names(text: str) -> list[str]:
    """“州应急局、康乐县安委办” → the names."""
    return [name for part in _APART.split(text) if (name := part.strip())]


def units_named(names: Iterable[str], *, book: str) -> dict[str, Unit]:
    """The units that are meant by names, official or short, where just one goes by it. One query."""
    wanted = list(names)
    found: dict[str, set[Unit]] = {}
    rows = Unit.objects.filter(Q(name__in=wanted) | Q(short_name__in=wanted), book=book, closed_on=None)
    for unit in rows.select_related("region"):
        for name in {unit.name, unit.short_name} & set(wanted):
            found.setdefault(name, set()).add(unit)
    return {name: units.pop() for name, units in found.items() if len(units) == 1}


def place_called(words: str, *, kinds: Collection[str], regions: Collection[int], book: str) -> Place | None:
    """The place of the registers that bears just this name, where there is one alone."""
    found = Place.objects.filter(name=words, kind__code__in=kinds, region__in=regions, book=book, closed_on=None)
    rows = list(found.select_related("region")[:2])
    return rows[0] if len(rows) == 1 else None


@dataclass(frozen=True)
class Day:
    """A day of a campaign, and what was done on it, as far as the reader sees it."""

    day: dt.date
    activities: list[Activity]

    @property
    def weekend(self) -> bool:
        return self.day.weekday() > 4


@dataclass(frozen=True)
class Calendar:
    """`weeks`: of seven days, Monday first, None outside the campaign."""

    campaign: Campaign
    days: list[Day]
    weeks: list[list[Day | None]]
    count: int


def calendar(campaign: Campaign, rows: QuerySet[Activity]) -> Calendar:
    """A campaign's days with what was done on each; what lasts several days stands on each of them. One query."""
    found = list(listed(rows.filter(campaign=campaign, state=State.FILED)).order_by("start_on", "pk"))
    first, last = campaign.period
    days = [Day(first + dt.timedelta(n), []) for n in range((last - first).days + 1)]
    for item in found:
        for n in range(max((item.start_on - first).days, 0), min((item.end_on - first).days, len(days) - 1) + 1):
            days[n].activities.append(item)
    padded: list[Day | None] = [*[None] * first.weekday(), *days]
    padded += [None] * (-len(padded) % 7)
    return Calendar(campaign, days, [padded[n : n + 7] for n in range(0, len(padded), 7)], len(found))


def without_safety_plan(units: Collection[int], *, least: int) -> list[Activity]:
    """What units filed with so many people expected and no safety plan: the newest of it. One query."""
    found = Activity.objects.filter(unit__in=units, state=State.FILED, expected_attendance__gte=least)
    return list(found.filter(safety_plan=None).order_by("-end_on", "-pk")[:MOST_ALIKE])
