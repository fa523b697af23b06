"""When lists are due that are asked for again and again: one a week, one a month, or once. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

MOST = 60  # periods of one rhythm
_WEEK = dt.timedelta(7)
_DAY = dt.timedelta(1)


class Rhythm(StrEnum):
    """How often something is to be handed in."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


RHYTHM_WORDS: dict[Rhythm, tuple[str, str]] = {
    Rhythm.ONCE: ("一次", "once"),
    Rhythm.WEEKLY: ("每周一次", "every week"),
    Rhythm.MONTHLY: ("每月一次", "every month"),
}
WEEKDAY_WORDS: tuple[tuple[str, str], ...] = (
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """What is reported, and the day by which."""

    first: dt.date
    last: dt.date
    due_on: dt.date


def days_words(first: dt.date, last: dt.date) -> str:
    """The days of a term as a list's name says them.

    >>> days_words(dt.date(2023, 6, 1), dt.date(2023, 6, 8))
    '（6月1日—8日）'
    """
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else f"{last.month}月{last.day}日"
    return f"（{first.month}月{first.day}日—{end}）"


def weekly(first: dt.date, last: dt.date, weekday: int) -> list[Term]:
    """A term for each week of some days, due on a weekday (0: Monday): from the day behind the one before to the due
    day itself. A beginning of less than four days goes with the first whole week, an end of less than four with the
    last, which is then due on the weekday behind it.

    Raises:
        ValueError: more than 60 of them.
    """
    due = first + dt.timedelta((weekday - first.weekday()) % 7)
    if (due - first).days < 3 and due + _WEEK <= last:
        due += _WEEK
    terms: list[Term] = []
    start = first
    while start <= last:
        rest = (last - due).days
        if due >= last or rest < 4:
            terms.append(Term(start, last, due if due >= last else due + _WEEK))
            break
        terms.append(Term(start, due, due))
        if len(terms) >= MOST:
            raise ValueError(f"more than {MOST} weeks")
        start, due = due + _DAY, due + _WEEK
    return terms


def monthly(first: dt.date, last: dt.date, day: int) -> list[Term]:
    """A term for each calendar month of some days, due on a day of the month behind it (its last, where it is
    shorter).

    Raises:
        ValueError: more than 60 of them.
    """
    terms: list[Term] = []
    start = first
    while start <= last:
        end = min(start.replace(day=calendar.monthrange(start.year, start.month)[1]), last)
        next_month = (start.replace(day=1) + dt.timedelta(32)).replace(day=1)
        longest = calendar.monthrange(next_month.year, next_month.month)[1]
        terms.append(Term(start, end, next_month.replace(day=min(day, longest))))
        if len(terms) > MOST:
            raise ValueError(f"more than {MOST} months")
        start = next_month
    return terms
