"""What things are put up on and published on, and what they count for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from bihuan.activities.rules import shipped

MOST_OF_ONE = 100_000  # screens or banners in one line
MOST_VIEWS = 10**11  # of one work: more than ten times all people
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
