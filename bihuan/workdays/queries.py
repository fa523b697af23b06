"""Reads of the calendar."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.db.models import Max

from bihuan.workdays.models import SpecialDay, YearList
from bihuan.workdays.rules import Calendar, Special

_PREFIX = "cn-"


def calendar() -> Calendar:
    """The calendar that holds now. One small query; the days are read once a version and process."""
    newest = YearList.objects.order_by("-pk").values_list("pk", "digest").first()
    return _calendar(*newest) if newest else Calendar()


def calendar_at(version: str) -> Calendar:
    """The calendar of a version that was written down beside a deadline.

    Raises:
        KeyError: there is no such version.
    """
    if version == Calendar().version:
        return Calendar()
    number = version.removeprefix(_PREFIX)
    if number == version or not number.isdecimal() or int(number) > 2**62:
        raise KeyError(version)
    digest = YearList.objects.filter(pk=int(number)).values_list("digest", flat=True).first()
    if digest is None:
        raise KeyError(version)
    return _calendar(int(number), digest)


@lru_cache(maxsize=32)
def _calendar(newest: int, _digest: str) -> Calendar:
    """The digest is there so that no other database's list of that key is taken for this one's."""
    lists = held(newest)
    days = SpecialDay.objects.filter(year_list__in=lists.values())
    off: set[dt.date] = set()
    on: set[dt.date] = set()
    for day, is_off in days.values_list("day", "off"):
        (off if is_off else on).add(day)
    return Calendar(f"{_PREFIX}{newest}", frozenset(lists), frozenset(off), frozenset(on))


def held(newest: int | None = None) -> dict[int, int]:
    """The list that holds of each year: {year: key}; as of a version where `newest` names one."""
    rows = YearList.objects.all() if newest is None else YearList.objects.filter(pk__lte=newest)
    return dict(rows.order_by("year").values("year").annotate(newest=Max("pk")).values_list("year", "newest"))


def year_list(year: int) -> YearList | None:
    """The list that holds of a year."""
    return YearList.objects.filter(year=year).order_by("-pk").first()


def specials(year: int) -> list[Special]:
    """The days of the list that holds of a year, in their order; none where there is no list."""
    listed = year_list(year)
    if listed is None:
        return []
    rows = SpecialDay.objects.filter(year_list=listed).order_by("day")
    return [Special(row.day, row.off, row.name) for row in rows]


def specials_between(first: dt.date, last: dt.date) -> list[Special]:
    """The days of the lists that hold, from `first` to `last`, in their order."""
    lists = [key for year, key in held().items() if first.year <= year <= last.year]
    rows = SpecialDay.objects.filter(year_list__in=lists, day__range=(first, last)).order_by("day")
    return [Special(row.day, row.off, row.name) for row in rows]


def years() -> list[int]:
    """The years whose list is there."""
    return sorted(held())
