"""A number as somebody writes it into a field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.activities.refusals import ActivityError
from bihuan.activities.rules import Asked
from bihuan.activities.values import read_value

PEOPLE, BOARDS = Asked.of("participants:人"), Asked.of("banners+exhibition_boards:条(块)")


@pytest.mark.parametrize(
    ("text", "asked", "low", "high", "printed"),
    [
        ("2000余", PEOPLE, 2000, 3000, "2000余人"),
        ("2000余人", PEOPLE, 2000, 3000, "2000余人"),
        ("近1.5万", PEOPLE, 14000, 15000, "近1.5万人"),
        ("1500多", BOARDS, 1500, 1600, "1500多条(块)"),
        ("１２３", PEOPLE, 123, 123, "123人"),
        ("14,862", PEOPLE, 14862, 14862, "14862人"),
        ("0", PEOPLE, 0, 0, "0人"),
        (" 60 人 ", PEOPLE, 60, 60, "60人"),
    ],
)
def test_numbers_are_read_as_papers_write_them(text: str, asked: Asked, low: int, high: int, printed: str) -> None:
    value = read_value(text, asked, "参与人数")
    assert value is not None
    assert value.range is not None
    assert (value.range.low, value.range.high, value.printed) == (low, high, printed)


def test_blank_is_no_value_and_nought_is_one() -> None:
    assert read_value("  ", PEOPLE, "参与人数") is None
    nought = read_value("0", PEOPLE, "参与人数")
    assert nought is not None
    assert nought.applies
    none = read_value("不适用", PEOPLE, "参与人数")
    assert none is not None
    assert not none.applies


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-1", "负数"),
        ("－1", "负数"),
        ("负三", "负数"),
        ("1e30", "看不懂"),
        ("1" + "0" * 18, "太大"),
        ("9" * 31, "写得太长"),
        ("12.5", "小数"),
        ("很多", "看不懂"),
        ("2000人次", "看不懂"),
        ("=1+1", "看不懂"),
        ("50%", "看不懂"),
    ],
)
def test_what_is_no_count_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ActivityError) as caught:
        read_value(text, PEOPLE, "参与人数")
    assert words in caught.value.zh
    assert caught.value.field == "participants:人"


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    try:
        value = read_value(text, PEOPLE, "参与人数")
    except ActivityError:
        return
    if value is not None and value.range is not None:
        assert value.range.low is None or value.range.low >= 0
