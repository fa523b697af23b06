"""From exact values to phrases: strict in writing, and always read back to a range that holds the value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.catalogue import catalogue
from bihuan.reading.figures import find_figures
from bihuan.reading.phrase import phrase
from bihuan.reading.quantities import read_quantity

CLASSIFIERS = sorted({unit for measure in catalogue().values() for unit in measure.classifiers})
VALUES = st.one_of(
    st.integers(0, 20_000),
    st.integers(0, 10**13),
    st.integers(0, 10**13).map(lambda n: n - n % 1000 + 1),
    st.decimals(0, 10**6, places=2),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14862, "近1.5万人"),
        (2043, "2000余人"),
        (1517, "1500余人"),
        (80236, "8万余人"),
        (8700412, "870万余人"),
        (15000, "1.5万人"),
        (2000, "2000人"),
        (99, "99人"),
        (0, "0人"),
        (9999, "近1万人"),
        (12345, "1.2万余人"),
    ],
)
def test_phrases_that_officials_would_print(value: int, text: str) -> None:
    assert phrase(value, "人").text == text


@given(VALUES, st.sampled_from(CLASSIFIERS))
def test_the_value_is_in_what_its_phrase_says(value: int | Decimal, unit: str) -> None:
    written = phrase(value, unit)
    read = read_quantity(written.text)
    assert read is not None
    assert read.range.contains(Decimal(value))
    assert read.range == written.range
    assert read.unit == unit


@given(VALUES, st.sampled_from(CLASSIFIERS), st.sampled_from(["共{}。", "全县累计{},成效明显。", "据统计,有{}"]))
def test_the_value_is_in_what_a_sentence_says(value: int | Decimal, unit: str, carrier: str) -> None:
    text = carrier.format(phrase(value, unit).text)
    figures = [figure for figure in find_figures(text) if figure.unit == unit]
    assert len(figures) == 1, text
    assert figures[0].range.contains(Decimal(value))


@given(st.integers(1, 10**13), st.sampled_from(CLASSIFIERS))
def test_writing_is_strict(value: int, unit: str) -> None:
    written = phrase(value, unit)
    low, high = written.range.low, written.range.high
    if written.form == "more":
        assert low is not None
        assert low < value <= low * Decimal("1.1")
    elif written.form == "almost":
        assert low is not None
        assert high is not None
        assert high - value <= (high - low) / 2 or high - value <= high / 20
        assert value < high
    else:
        assert written.range.is_exact


def test_a_rule_is_a_sentence_in_both_languages() -> None:
    rule = phrase(14862, "人").rule
    assert "近" in rule.zh
    assert rule.en.endswith(".")


@pytest.mark.parametrize("value", [-1, Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_count_is_refused(value: int | Decimal) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        phrase(value, "人")


def test_rates_and_measured_values_are_printed_as_they_are() -> None:
    assert phrase(Decimal("96.79"), "%").text == "96.79%"
    assert phrase(1234, "小时").form == "exact"
