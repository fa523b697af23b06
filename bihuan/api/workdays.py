"""The calendar of working days: what a day is, and where so many working days lead."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from bihuan.api.answers import operation
from bihuan.api.fields import Day, Key, Line
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest
from bihuan.workdays import actions, queries
from bihuan.workdays.access import LOAD_CALENDAR
from bihuan.workdays.rules import FIRST_YEAR, LAST_YEAR, MOST_DAYS, Special

router = Router()
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Count = Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS)]


class SpecialDay(BaseModel):
    """A day that is off, or a weekend day that is worked."""

    day: Day
    off: bool
    name: str = Field(default="", max_length=40)


class YearOut(BaseModel):
    """The list that holds of a year; `known` is false where none is there, and days are then provisional."""

    year: int
    known: bool
    list_id: int | None
    source: str
    version: str = Field(description="Of the calendar as a whole, as it is written down beside deadlines")
    days: list[SpecialDay]


class CountedOut(BaseModel):
    """A day that was counted in working days."""

    day: dt.date
    version: str
    provisional: bool


class BetweenOut(BaseModel):
    """How many working days lie between two days; `days`: what is special among them."""

    workdays: int = Field(description="After the first day, up to and including the last; negative when reversed")
    version: str
    provisional: bool
    days: list[SpecialDay]


class LoadIn(BaseModel):
    """An official list in the place of the year's."""

    days: list[SpecialDay] = Field(min_length=1, max_length=200)
    source: Line = Field(description="Title and number of the notice that it follows")
    expected_list: Key | None = Field(default=None, description="`list_id` as it was seen; none where none was")


@router.get(
    "/workdays/between", **operation("workdays.between", "两日之间的工作日", "Working days between", gives=BetweenOut)
)
def between(request: DeskRequest, first: Query[Day], last: Query[Day]) -> BetweenOut:
    """The working days after `first` up to and including `last`, and the holidays and worked weekend days there."""
    _within_reach(first, last)
    held, (start, end) = queries.calendar(), sorted((first, last))
    return BetweenOut(
        workdays=held.count(first, last),
        version=held.version,
        provisional=not all(year in held.years for year in range(start.year, end.year + 1)),
        days=[SpecialDay(day=item.day, off=item.off, name=item.name) for item in queries.specials_between(start, end)],
    )


@router.get("/workdays/{year}", **operation("workdays.year", "某年放假安排", "The list of a year", gives=YearOut))
def year(request: DeskRequest, year: Year) -> YearOut:
    """The holidays and worked weekend days of a year, and what they follow."""
    return _year(year)


@router.get("/workdays", **operation("workdays.count", "按工作日推算", "Count in working days", gives=CountedOut))
def count(request: DeskRequest, start: Query[Day], days: Query[Count]) -> CountedOut:
    """The `days`-th working day after `start`, before it where negative; 0: the day itself or the next working day."""
    _within_reach(start)
    due = queries.calendar().add(start, days)
    return CountedOut(day=due.day, version=due.version, provisional=due.provisional)


@router.put(
    "/workdays/{year}",
    **operation("workdays.load", "导入放假安排", "Load a list", gives=YearOut, needs=(LOAD_CALENDAR,), writes=True),
)
def load(request: DeskRequest, year: Year, body: LoadIn) -> YearOut:
    """Take an official list as that of its year. Older lists stay, for what was counted by them."""
    if not request.reader.at_top(LOAD_CALENDAR):
        raise NotThere
    days = [Special(item.day, item.off, item.name) for item in body.days]
    actions.load_official(
        year=year, days=days, source=body.source, expected=body.expected_list, by=request.reader.by, at=timezone.now()
    )
    return _year(year)


def _within_reach(*days: dt.date) -> None:
    if any(not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        zh = f"日历只推算 {FIRST_YEAR} 到 {LAST_YEAR} 年的日期"
        raise actions.CalendarError("calendar-reach", zh, f"the calendar counts from {FIRST_YEAR} to {LAST_YEAR}")


def _year(year: int) -> YearOut:
    listed = queries.year_list(year)
    return YearOut(
        year=year,
        known=listed is not None,
        list_id=listed.pk if listed else None,
        source=listed.source if listed else "",
        version=queries.calendar().version,
        days=[SpecialDay(day=item.day, off=item.off, name=item.name) for item in queries.specials(year)],
    )
