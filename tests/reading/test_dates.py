"""Dates and spans, with the year from the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.dates import find_clocks, find_dates
from bihuan.reading.numerals import flatten


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023年6月12日至16日", "2023-06-12/2023-06-16"),
        ("2023年,6月12日", "2023-06-12"),
        ("2023年,6月初", "2023-06-01/2023-06-10"),
        ("2023年,去年6月", "2022-06-01/2022-06-30"),
        ("二〇二三年六月十六日", "2023-06-16"),
        ("2023.6.16", "2023-06-16"),
        ("2023年,1至6月", "2023-01-01/2023-06-30"),
        ("2023年,6月28日至7月5日", "2023-06-28/2023-07-05"),
        ("6月31日", None),
        ("6月12日", None),
    ],
)
def test_one_date(text: str, iso: str | None) -> None:
    assert find_dates(flatten(text))[-1].iso == iso


def test_times_of_day() -> None:
    text = "上午9时30分,14:30,“5·12”"
    assert [text[a:b] for a, b in sorted(find_clocks(text))] == ["上午9时30分", "14:30", "5·12"]


@given(st.text("0123456789年月日号至-.初 二三十,", max_size=40))
def test_any_text(text: str) -> None:
    end = 0
    for date in find_dates(flatten(text)):
        assert end <= date.start < date.end
        end = date.end
