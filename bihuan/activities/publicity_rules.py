"""What things are put up on and published on, and what they count for. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from bihuan.activities.rules import shipped

MOST_OF_ONE = 100_000  # screens or banners in one line
MOST_VIEWS = 10**11  # of one work: more than ten times all people
SOON_DAYS = 7  # a placement that ends within so many days is spoken of
MOST_LINES = 200  # placements or works of one activity
_WORKS = ("media_posts:条", "media_reports:篇")
VIEWS = "media_views:次"


@dataclass(frozen=True, slots=True)
class Carrier:
    """载体. `asked`: "measure:classifier" that one of it counts for, or ""."""

    code: str
    zh: str
    en: str
    asked: str


@cache
def carriers() -> dict[str, Carrier]:
    """By code, in the order of the shipped list."""
    rows = shipped("carriers.csv")
    return {row["code"]: Carrier(row["code"], row["zh"], row["en"], row["asked"]) for row in rows}


@cache
def platforms() -> dict[str, Carrier]:
    """By code, in the order of the shipped list."""
    return {row["code"]: Carrier(row["code"], row["zh"], row["en"], "") for row in shipped("platforms.csv")}


def placed(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What placements add up to.

    Args:
        lines: carrier and number of each.
    """
    sums: Counter[str] = Counter()
    known = carriers()
    for code, count in lines:
        if code in known and known[code].asked:
            sums[known[code].asked] += count
    return dict(sums)


def published(suggests: Iterable[str], latest: Iterable[int | None]) -> dict[str, int]:
    """What works add up to, by what their kind asks for: how many, and how often they were seen.

    Args:
        suggests: what the activity's kind asks for.
        latest: of each work the last count of views; None where nobody has read it off.
    """
    counts = list(latest)
    asked = set(suggests)
    sums = {name: len(counts) for name in _WORKS if name in asked and counts}
    known = [count for count in counts if count is not None]
    if known and VIEWS in asked:
        sums[VIEWS] = sum(known)
    return sums


def is_address(text: str) -> bool:
    """Whether this is the address of a page."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host and not parts.username and len(text) <= 500


@dataclass(frozen=True, slots=True)
class Step:
    """Views as they were read off on a day, and how many more than the time before (None: the first time)."""

    day: dt.date
    views: int
    more: int | None
    x: int  # in the picture
    y: int


WIDTH, HEIGHT = 300, 60  # of the picture of views over time


def steps(series: Sequence[tuple[dt.date, int]]) -> list[Step]:
    """A work's views over time, in the order of days, each with its place in a picture of WIDTH × HEIGHT: days from
    left to right as far apart as they were, views upwards from 0.

    >>> [(step.more, step.x, step.y) for step in steps([(dt.date(2023, 6, 1), 0), (dt.date(2023, 6, 3), 80)])]
    [(None, 0, 60), (80, 300, 0)]
    """
    if not series:
        return []
    (first, _), (last, _) = series[0], series[-1]
    wide, high = max((last - first).days, 1), max(*(views for _day, views in series), 1)
    before: int | None = None
    found = []
    for day, views in series:
        more = None if before is None else views - before
        found.append(Step(day, views, more, WIDTH * (day - first).days // wide, HEIGHT - HEIGHT * views // high))
        before = views
    return found


def placement_state(start_on: dt.date, end_on: dt.date, day: dt.date) -> str:
    """How a placement stands on a day: coming, up, soon (it ends within a week), over."""
    if day < start_on:
        return "coming"
    if day > end_on:
        return "over"
    return "soon" if end_on <= day + dt.timedelta(days=SOON_DAYS) else "up"
