from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.figures import find_figures
from bihuan.reading.phrase_range import phrase_range
from bihuan.reading.ranges import Range


def span(low: int | None, high: int | None, low_open: bool = False, high_open: bool = False) -> Range:
    return Range(None if low is None else Decimal(low), None if high is None else Decimal(high), low_open, high_open)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (span(2000, 3000, True, True), "2000余人"),
        (span(14000, 15000, False, True), "近1.5万人"),
        (span(11000, 13000, True, True), "1.1万～1.3万人"),
        (span(2000, 11000), "2000～11000人"),
        (span(1, 1871100), "1～1871100人"),
        (span(370, 370), "370人"),
        (span(0, 0), "0人"),
        (span(100, None), "至少100人"),
        (span(None, 200), "不超过200人"),
        (span(-500, 200), "不超过200人"),
        (span(-500, -1), None),
        (span(None, None), None),
    ],
)
def test_words(value: Range, words: str | None) -> None:
    assert phrase_range(value, "人") == words


bounds = st.integers(0, 10**9)


@given(bounds, bounds, st.booleans(), st.booleans())
def test_the_words_admit_all_of_the_range(one: int, other: int, low_open: bool, high_open: bool) -> None:
    low, high = sorted((one, other))
    if low == high:
        low_open = high_open = False
    words = phrase_range(span(low, high, low_open, high_open), "人")
    assert words is not None
    (figure,) = find_figures(words)
    for inside in (low + 1, high - 1) if high - low > 2 else ():
        assert figure.range.contains(inside)
    assert figure.unit_norm == "人"
