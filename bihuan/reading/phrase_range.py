"""From a range, as sums of printed numbers give it, to words that a paper can print and a reader takes back.

余 and 近 only where their reading is just this range; else both bounds with the unit once behind (GB/T 15835-2011:
1.1万～1.3万人), or 至少 and 不超过 where one side is open.
"""

from __future__ import annotations

from decimal import Decimal

from bihuan.reading.phrase import digits, numeral
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range


def phrase_range(value: Range, unit: str = "") -> str | None:
    """The words for a range, or None where it lies below zero or says nothing.

    A lower bound below zero is left out: what is counted is never less than nothing.
    """
    if value.high is not None and value.high < 0:
        return None
    low = value.low if value.low is None or value.low >= 0 else None
    if value.is_exact and low is not None:
        return f"{numeral(low)}{unit}"
    for text in _candidates(low, value.high):
        read = read_quantity(text + unit)
        if read is not None and read.range == value:
            return text + unit
    if low is not None and value.high is not None:
        return f"{_both(low, value.high)}{unit}"
    if low is not None:
        return f"至少{numeral(low)}{unit}"
    return None if value.high is None else f"不超过{numeral(value.high)}{unit}"


def _both(low: Decimal, high: Decimal) -> str:
    """Both bounds in 万, or both in 亿, or both in plain digits: 1～187万 would be read as 1万～187万."""
    words = (numeral(low), numeral(high))
    scales = {word[-1] if word[-1] in "万亿" else "" for word in words}
    return "～".join(words if len(scales) == 1 else (digits(low), digits(high)))


def _candidates(low: Decimal | None, high: Decimal | None) -> list[str]:
    more = [f"{numeral(low)}余"] if low else []
    return more + ([f"近{numeral(high)}"] if high else [])
