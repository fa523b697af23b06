"""The calendar of nodes (全年节点) around a campaign: data, with the year since when and the source. Pure."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent / "data" / "year-nodes.csv"
MOST_OWN = 100  # nodes that an office adds to a year
LONGEST_NAME, LONGEST_SOURCE = 60, 200


@dataclass(frozen=True, slots=True)
class Node:
    """A day or some days of a year that people hold something on. `own`: added by an office; else shipped."""

    code: str
    zh: str
    en: str
    first: dt.date
    last: dt.date
    source: str
    own: bool = False

    @property
    def months(self) -> range:
        """The months that it touches."""
        return range(self.first.month, self.last.month + 1)


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    zh: str
    en: str
    first: tuple[int, int]
    last: tuple[int, int]
    since: int
    source: str


@cache
def _rows() -> tuple[_Row, ...]:
    lines = [line for line in _DATA.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(
        _Row(row["code"], row["zh"], row["en"], _day(row["first"]), _day(row["last"]), int(row["since"]), row["source"])
        for row in csv.DictReader(lines)
    )


def _day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def shipped(year: int) -> list[Node]:
    """The shipped nodes of a year, in their order; none before the year since when one is held."""
    found = [
        Node(row.code, row.zh, row.en, _in(year, row.first), _in(year, row.last), row.source)
        for row in _rows()
        if row.since <= year
    ]
    return sorted(found, key=lambda node: (node.first, node.last, node.code))


def _in(year: int, day: tuple[int, int]) -> dt.date:
    month, number = day
    return dt.date(year, month, min(number, calendar.monthrange(year, month)[1]))


def a_year_on(day: dt.date) -> dt.date:
    """The same day of the next year; the end of February where there is none."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def name_a_year_on(name: str, year: int) -> str:
    """The name of next year's campaign: 2023年“安全生产月” → 2024年“安全生产月”."""
    if str(year) in name:
        return name.replace(str(year), str(year + 1))
    return f"{year + 1}年{name}"[:60]


def years_before(period: tuple[dt.date, dt.date], years: int) -> tuple[dt.date, dt.date]:
    """The same days so many years before; the end of February where there is none.

    >>> years_before((dt.date(2024, 2, 1), dt.date(2024, 2, 29)), 1)
    (datetime.date(2023, 2, 1), datetime.date(2023, 2, 28))
    """
    first, last = (_in(day.year - years, (day.month, day.day)) for day in period)
    end_of_february = (period[1].month, period[1].day) == (2, 28) and not calendar.isleap(period[1].year)
    if end_of_february and calendar.isleap(last.year):
        last = last.replace(day=29)  # the whole month, as it is meant
    return first, last
