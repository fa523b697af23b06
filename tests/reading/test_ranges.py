"""Ranges with open and unknown ends, and what a printed quantity says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range, printable

NUMBERS = st.decimals(-1000, 1000, places=1)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Range, Decimal]:
    """A range and a value inside it."""
    value, below, above = draw(NUMBERS), draw(st.decimals(0, 50, places=1)), draw(st.decimals(0, 50, places=1))
    low, high = draw(st.sampled_from([None, value - below])), draw(st.sampled_from([None, value + above]))
    low_open = low is not None and below > 0 and draw(st.booleans())
    return Range(low, high, low_open, high is not None and above > 0 and draw(st.booleans())), value


@given(ranges(), ranges())
def test_arithmetic_keeps_the_true_value(a: tuple[Range, Decimal], b: tuple[Range, Decimal]) -> None:
    (x, u), (y, v) = a, b
    assert x.contains(u)
    assert (x + y).contains(u + v)
    assert (x - y).contains(u - v)
    assert x.hull(y).contains(u)
    assert x.hull(y).contains(v)


def test_bounds_are_checked() -> None:
    with pytest.raises(ValueError, match="above"):
        Range(Decimal(2), Decimal(1))
    assert not Range(Decimal(1), Decimal(2), low_open=True).contains(1)
    assert not Range(Decimal(1), Decimal(2), high_open=True).contains(2)


def test_bounds_in_json() -> None:
    assert [printable(Decimal("2.0")), printable(Decimal("2.5")), printable(None)] == [2, 2.5, None]


@pytest.mark.parametrize(
    ("text", "low", "high", "form", "norm"),
    [
        ("近1.5万人", 14000, 15000, "almost", "人"),
        ("近1万份", 9000, 10000, "almost", "份"),
        ("2000余名", 2000, 3000, "more", "人"),
        ("1500多条(块)", 1500, 1600, "more", "条(块)"),
        ("870余万分", 8_700_000, 8_800_000, "more", "分"),
        ("12余家", 12, None, "more", "家"),
        ("4574多份", 4574, None, "more", "份"),
        ("百余家", 100, 200, "more", "家"),
        ("二十余场", 20, 30, "more", "场"),
        ("约300人左右", 270, 330, "about", "人"),
        ("超过2000人次", 2000, None, "more", "人次"),
        ("不足5家", None, 5, "under", "家"),
        ("不少于20家", 20, None, "at_least", "家"),
        ("30名以上", 30, None, "at_least", "人"),
        ("上百人", 100, None, "at_least", "人"),
        ("数十家", 20, 99, "several", "家"),
        ("3至5家", 3, 5, "range", "家"),
        ("15%～30%", 15, 30, "range", "%"),
        ("9～16亿元", 900_000_000, 1_600_000_000, "range", "元"),
        ("5万元以上20万元以下", 50_000, 200_000, "range", "元"),
        ("三四十人", 30, 40, "range", "人"),
        ("近10万余份", 90_000, 110_000, "mixed", "份"),
        ("100余场（次）", 100, 200, "more", "场次"),
        ("20余台（套）", 20, 30, "more", "台(套)"),
        ("百分之九十二点六", 92.6, 92.6, "exact", "%"),
        ("3分20秒", 200, 200, "exact", "秒"),
        ("3000 余人", 3000, 4000, "more", "人"),
    ],
)
def test_what_a_quantity_says(text: str, low: float | None, high: float | None, form: str, norm: str) -> None:
    quantity = read_quantity(text)
    assert quantity is not None
    assert (quantity.start, quantity.end) == (0, len(text))
    assert (printable(quantity.range.low), printable(quantity.range.high)) == (low, high)
    assert (quantity.form, quantity.unit_norm) == (form, norm)


def test_open_ends() -> None:
    more, almost = read_quantity("8万余份"), read_quantity("近8万份")
    assert more is not None
    assert almost is not None
    assert (more.range.low_open, more.range.high_open) == (True, True)
    assert (almost.range.low_open, almost.range.high_open) == (False, True)
