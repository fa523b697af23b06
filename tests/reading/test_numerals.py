"""Numerals in all the ways that officials write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.numerals import find_numerals, flatten, parse_numeral, place_of


@pytest.mark.parametrize(
    ("text", "value", "place"),
    [
        ("14,862", 14862, 1),
        ("１５００", 1500, 100),
        ("1.5万", 15000, 1000),
        ("1亿3千万", 130_000_000, 10_000_000),
        ("5亿3400万", 534_000_000, 1_000_000),
        ("一百二十", 120, 10),
        ("一百零五", 105, 1),
        ("三万五", 35000, 1000),
        ("870余万", 8_700_000, 100_000),
        ("三千多万", 30_000_000, 10_000_000),
        ("两千三百", 2300, 100),
        ("1万2千", 12000, 1000),
        ("零", 0, 1),
    ],
)
def test_one_value(text: str, value: int, place: int) -> None:
    (numeral,) = find_numerals(flatten(text))
    assert (numeral.value, numeral.place) == (value, place)
    assert (numeral.start, numeral.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("三四十", 30, 40), ("十七八", 17, 18), ("数十", 20, 99), ("数百", 200, 999), ("十几", 11, 19),
     ("几十万", 200_000, 999_999), ("十几万", 110_000, 199_999), ("20几", 21, 29), ("两三千", 2000, 3000)],
)  # fmt: skip
def test_two_ends(text: str, low: int, high: int) -> None:
    (numeral,) = find_numerals(text)
    assert (numeral.value, numeral.high) == (low, high)


@pytest.mark.parametrize("text", ["二零二三", "一二三", "队伍", "人数"])
def test_what_spells_no_number(text: str) -> None:
    assert not list(find_numerals(text))


def test_a_word_in_shu_does_not_begin_a_numeral() -> None:
    assert [n.value for n in find_numerals("参与人数百余")] == [100]


@given(st.integers(0, 10**12))
def test_arabic_with_separators(value: int) -> None:
    numeral = parse_numeral(f"{value:,}")
    assert numeral is not None
    assert numeral.value == value


@given(st.integers(1, 10**15))
def test_place_divides_the_value_and_ten_times_it_does_not(value: int) -> None:
    place = place_of(Decimal(value))
    assert value % place == 0
    assert value % (place * 10) != 0


@given(st.text())
def test_flat_text_keeps_offsets(text: str) -> None:
    assert len(flatten(text)) == len(text)


@given(st.text("0123456789.,零一二两三五九十百千万亿点余多几数 ", max_size=40))
def test_numerals_are_in_order_and_disjoint(text: str) -> None:
    end = 0
    for numeral in find_numerals(flatten(text)):
        assert end <= numeral.start < numeral.end <= len(text)
        assert numeral.high is None or numeral.high >= numeral.value
        end = numeral.end
