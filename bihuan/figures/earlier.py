"""Earlier years beside this one: how much it changed (同比), whether it is the highest there was (创历史新高). Pure.

Nothing is said of what is not known: no rate from a year without a number or from zero, no record without earlier
years, and none that an incomplete number of an earlier year could still contradict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR
from enum import StrEnum

from bihuan.figures.rules import RATE_PLACES, normal
from bihuan.reading.ranges import Range


class Basis(StrEnum):
    """What a number of a place and a period stands on, the strongest first."""

    STATED = "stated"  # a statement of this place for just this period, loaded or handed in
    PARTS = "parts"  # the statements of all places directly below it, added up
    CLOSED = "closed"  # the records of a closed period
    STATED_PART = "stated-part"  # a statement for some of its days
    RECORDS = "records"  # the records there are; more may come


COMPLETE = frozenset({Basis.STATED, Basis.PARTS, Basis.CLOSED})


class High(StrEnum):
    """Whether a number is above all of the same of earlier years."""

    NO_YEARS = "no-years"  # nothing to compare with
    YES = "yes"  # strictly above every one
    NO = "no"
    UNPROVEN = "unproven"  # what is known does not decide it


@dataclass(frozen=True, slots=True)
class Stood:
    """A value, and whether it is all there is: `whole` is not that of records to which more may come."""

    value: Range
    whole: bool


def change(now: Range, then: Range) -> Range | None:
    """By how many percent `now` differs from `then`, cut outward to four places; None where a bound is unknown, `then`
    may be nothing, or anything is below zero: a rate of the unknown is unknown."""
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return None
    if then.low <= 0 or now.low < 0:
        return None
    low, high = now.low * 100 / then.high - 100, now.high * 100 / then.low - 100
    return normal(Range(low.quantize(RATE_PLACES, ROUND_FLOOR), high.quantize(RATE_PLACES, ROUND_CEILING)))


def points(now: Range, then: Range) -> Range | None:
    """By how many percentage points a rate differs from an earlier one; None where a bound is unknown."""
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return None
    return normal(Range(now.low - then.high, now.high - then.low))


def above(now: Range, then: Range) -> bool:
    """Whether all that `now` may be is more than all that `then` may be."""
    if now.low is None or then.high is None:
        return False
    return now.low > then.high or (now.low == then.high and (now.low_open or then.high_open))


def high(now: Stood | None, earlier: Iterable[Stood]) -> High:
    """Whether a number is strictly above all earlier ones that are in store."""
    before = list(earlier)
    if not before:
        return High.NO_YEARS
    if now is None:
        return High.UNPROVEN
    if all(item.whole and above(now.value, item.value) for item in before):
        return High.YES  # records to come only add to it
    top = now.value.high if now.whole else None
    if top is not None and any(item.value.low is not None and item.value.low >= top for item in before):
        return High.NO
    return High.UNPROVEN


def years_said(years: Iterable[int]) -> str:
    """2021—2023年、2025年: which years these are, so that a gap is seen.

    >>> years_said([2025, 2021, 2022, 2023])
    '2021—2023年、2025年'
    """
    return "、".join(f"{first}年" if first == last else f"{first}—{last}年" for first, last in spans(years))


def spans(years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Years as first and last of each run without a gap."""
    ordered = sorted(set(years))
    start = 0
    for at in range(1, len(ordered) + 1):
        if at == len(ordered) or ordered[at] != ordered[at - 1] + 1:
            yield ordered[start], ordered[at - 1]
            start = at
