"""What a report's figures stand for, and how places and papers are called. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from enum import StrEnum

from bihuan.reading.figures import Figure
from bihuan.reading.numerals import flatten
from bihuan.reading.places import find_places

CAMPAIGN_MONTH = 6  # 安全生产月 is June since 2002 (facts: 国务院安委会办公室)


class Standing(StrEnum):
    """Whether a figure adds up the tree or is a claim about a whole."""

    RECORD = "record"
    STATEMENT = "statement"


def standing(figure: Figure, *, home: str) -> Standing:
    """A figure of one place below the reporting one, or of one dated occasion, is a record of what happened there; one
    about the reporting place as a whole is what its office claims.

    Args:
        home: official name of the reporting place.
    """
    if figure.place not in (None, home):
        return Standing.RECORD
    return Standing.RECORD if figure.date and "/" not in figure.date else Standing.STATEMENT


def countable(figure: Figure) -> bool:
    """Whether a figure is kept: what was done. Targets, comparisons, rules and ranks are read but not filed."""
    return figure.role == "result" and bool(figure.measures)


def days(date: str | None, *, otherwise: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date]:
    """First and last day of a figure's date ("2023-06-12", "2023-06-01/2023-06-30"), or the report's own period."""
    if not date:
        return otherwise
    first, _, last = date.partition("/")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)


def campaign_year(text: str) -> int | None:
    """The year of the Work Safety Month that a report is about: the one named beside it, else the first one named."""
    beside = re.search(r"(20\d\d)年(?:全国|全省|全州|全市|全县)?“?安全生产月", text)
    named = beside or re.search(r"(20\d\d)年", text)
    return int(named.group(1)) if named else None


def campaign_period(year: int) -> tuple[dt.date, dt.date]:
    """The Work Safety Month of a year."""
    return dt.date(year, CAMPAIGN_MONTH, 1), dt.date(year, CAMPAIGN_MONTH, calendar.monthrange(year, CAMPAIGN_MONTH)[1])


def home_named(text: str) -> str | None:
    """The official name of the place whose report this is, as its title and offices show; None where they do not."""
    _mentions, own = find_places(flatten(text))
    return own.name if own else None
