"""Working days: the official lists as they were published, and arithmetic that must always hold."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.workdays import actions
from bihuan.workdays.queries import calendar
from bihuan.workdays.rules import Calendar, Special, changed_days, differences


def days(year: int, text: str) -> set[dt.date]:
    """ "1.1-1.3 4.5" → the days."""
    found: set[dt.date] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        one, two = (dt.date(year, *map(int, item.split("."))) for item in (first, last or first))
        found |= {one + dt.timedelta(number) for number in range((two - one).days + 1)}
    return found


# 国务院办公厅关于 2023 (国办发明电〔2022〕16号), 2024 (国办发明电〔2023〕7号), 2025 (国办发明电〔2024〕12号), 2026
# 年部分节假日安排的通知, by hand.
OFF = {
    2023: "1.1-1.2 1.21-1.27 4.5 4.29-5.3 6.22-6.24 9.29-10.6",
    2024: "1.1 2.10-2.17 4.4-4.6 5.1-5.5 6.8-6.10 9.15-9.17 10.1-10.7",
    2025: "1.1 1.28-2.4 4.4-4.6 5.1-5.5 5.31-6.2 10.1-10.8",
    2026: "1.1-1.3 2.15-2.23 4.4-4.6 5.1-5.5 6.19-6.21 9.25-9.27 10.1-10.7",
}
ON = {
    2023: "1.28 1.29 4.23 5.6 6.25 10.7 10.8",
    2024: "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12",
    2025: "1.26 2.8 4.27 9.28 10.11",
    2026: "1.4 2.14 2.28 5.9 9.20 10.10",
}


@pytest.fixture
def official(db: None) -> Calendar:
    actions.load_shipped(by="system:tests", at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    return calendar()


@pytest.mark.parametrize("year", sorted(OFF))
def test_published_lists(year: int, official: Calendar) -> None:
    off, on = days(year, OFF[year]), days(year, ON[year])
    day = dt.date(year, 1, 1)
    while day.year == year:
        expected = day in on or (day.weekday() < 5 and day not in off)
        assert official.is_workday(day) == expected, day
        day += dt.timedelta(1)


def test_june_2023(official: Calendar) -> None:
    """端午 22–24 June off, Sunday the 25th worked."""
    due = official.add(dt.date(2023, 6, 21), 1)
    assert (due.day, due.provisional) == (dt.date(2023, 6, 25), False)
    assert official.add(dt.date(2023, 6, 26), -1).day == dt.date(2023, 6, 25)
    assert official.add(dt.date(2023, 6, 22), 0).day == dt.date(2023, 6, 25)
    assert official.count(dt.date(2023, 6, 19), dt.date(2023, 6, 30)) == 8


def test_beyond_the_lists_it_is_provisional(official: Calendar) -> None:
    assert official.add(dt.date(2026, 12, 30), 1).provisional is False
    late = official.add(dt.date(2026, 12, 30), 3)
    assert (late.day, late.provisional) == (dt.date(2027, 1, 4), True)
    assert official.add(dt.date(2027, 1, 4), -3).provisional is True


FIRST = dt.date(2025, 1, 1)
SOME = st.frozensets(st.integers(0, 729).map(lambda number: FIRST + dt.timedelta(number)), max_size=40)
CALENDARS = st.builds(lambda off, on: Calendar("v", frozenset({2025, 2026}), off, on), SOME, SOME)
DAYS = st.dates(dt.date(2024, 6, 1), dt.date(2027, 6, 1))


def slowly(held: Calendar, day: dt.date, number: int) -> dt.date:
    step, left = dt.timedelta(1 if number >= 0 else -1), abs(number)
    while not number and not held.is_workday(day):
        day += step
    while left:
        day += step
        left -= held.is_workday(day)
    return day


@given(CALENDARS, DAYS, st.integers(-120, 120))
def test_adding_is_walking(held: Calendar, day: dt.date, number: int) -> None:
    found = held.add(day, number)
    assert found.day == slowly(held, day, number)
    assert held.is_workday(found.day)
    years = range(min(day, found.day).year, max(day, found.day).year + 1)
    assert found.provisional == any(year not in (2025, 2026) for year in years)


@given(CALENDARS, DAYS, st.integers(1, 300))
def test_counting_undoes_adding(held: Calendar, day: dt.date, number: int) -> None:
    assert held.count(day, held.add(day, number).day) == number
    assert held.count(held.add(day, number).day, day) == -number


@given(CALENDARS, DAYS, DAYS, st.integers(-50, 50))
def test_order_is_kept(held: Calendar, one: dt.date, two: dt.date, number: int) -> None:
    first, last = sorted((one, two))
    assert held.add(first, number).day <= held.add(last, number).day


def test_out_of_reach() -> None:
    for day, number in [(dt.date(2026, 1, 1), 20_001), (dt.date.min, -1), (dt.date.max, 1)]:
        with pytest.raises(ValueError, match="reach"):
            Calendar().add(day, number)


@given(CALENDARS, CALENDARS)
def test_changed_days(one: Calendar, other: Calendar) -> None:
    days = [FIRST + dt.timedelta(number) for number in range(730)]
    assert changed_days(one, other) == [day for day in days if one.is_workday(day) != other.is_workday(day)]


def test_december_that_the_next_notice_arranged(official: Calendar) -> None:
    """元旦 2019 began on 30 December 2018, with the 29th worked; that of 2012 had 31 December 2011 worked."""
    assert official.is_workday(dt.date(2018, 12, 29))
    assert not official.is_workday(dt.date(2018, 12, 31))
    assert official.is_workday(dt.date(2011, 12, 31))
    assert official.add(dt.date(2018, 12, 28), 2).day == dt.date(2019, 1, 2)


def test_days_off_after_changes(official: Calendar) -> None:
    """抗战胜利70周年 2015; 劳动节 2019 and 春节 2020 as they were changed later."""
    assert official.count(dt.date(2015, 9, 2), dt.date(2015, 9, 7)) == 2  # Sunday the 6th worked, the 7th
    assert official.count(dt.date(2019, 4, 27), dt.date(2019, 5, 5)) == 4  # 28–30 April, 5 May
    assert official.add(dt.date(2020, 1, 23), 1).day == dt.date(2020, 2, 3)


def test_differences_of_lists() -> None:
    held = [Special(dt.date(2026, 1, 1), True, "元旦"), Special(dt.date(2026, 1, 3), True, "元旦")]
    new = [Special(dt.date(2026, 1, 2), True, "元旦"), Special(dt.date(2026, 1, 4), False, "补班")]
    assert differences(held, new) == [
        (dt.date(2026, 1, 1), "off", ""),
        (dt.date(2026, 1, 2), "", "off"),
        (dt.date(2026, 1, 4), "", "on"),
    ]
