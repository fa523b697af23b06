"""Sums of ranges, shares of composites, credits of joint occasions, rates: without a database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.figures.rules import (
    NOTHING,
    Definition,
    FigureError,
    Share,
    Sum,
    Way,
    admits,
    check_value,
    classifiers_of,
    credits,
    definition_hash,
    normal,
    range_json,
    rate,
    share,
    way_of,
)
from bihuan.reading.ranges import Range

bounds = st.none() | st.integers(0, 10_000).map(Decimal)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, high = draw(bounds), draw(bounds)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    opened = st.booleans() if low is None or high is None or low < high else st.just(False)
    return normal(Range(low, high, draw(opened), draw(opened)))


paths = st.lists(st.sampled_from("01AZ"), min_size=1, max_size=4).map(
    lambda tail: "0000" + "".join(f"000{x}" for x in tail)
)


@given(st.sets(paths, min_size=1, max_size=6))
def test_a_joint_figure_counts_once_in_every_subtree_that_took_part(places: set[str]) -> None:
    booked = credits(places)
    every = {path[:size] for path in places for size in range(4, len(path) + 1, 4)} | {"0001", "00000001"}
    for node in every:
        took_part = any(path.startswith(node) for path in places)
        assert sum(times for path, times in booked.items() if path.startswith(node)) == int(took_part)


def test_credits_of_a_fork() -> None:
    assert credits(["00000000", "00000001", "00000002"]) == {"0000": -2, "00000000": 1, "00000001": 1, "00000002": 1}
    assert credits(["00000000"]) == {"00000000": 1}
    assert credits(["0000", "00000000"]) == {"00000000": 1}, "the part lies in the whole"
    assert credits([]) == {}


@given(st.lists(ranges(), min_size=1, max_size=6))
def test_a_sum_is_the_arithmetic_of_ranges(values: list[Range]) -> None:
    total = NOTHING
    for value in values:
        total += Sum.of(value)
    expected = values[0]
    for value in values[1:]:
        expected += value
    assert total.range == normal(expected)


@given(ranges(), ranges())
def test_what_was_added_can_be_taken_away(first: Range, second: Range) -> None:
    assert Sum.of(first) + Sum.of(second) + Sum.of(second).times(-1) == Sum.of(first)


def test_blank_is_not_zero() -> None:
    assert NOTHING.range is None
    assert Sum.of(Range.exact(0)).range == Range.exact(0)


def test_open_ends_sum_per_bound() -> None:
    total = Sum.of(Range(Decimal(2000), None, True)) + Sum.of(Range.exact(500)) + Sum.of(Range(None, Decimal(90)))
    assert total.range == Range(None, None)
    assert (total.low, total.high, total.low_unbounded, total.high_unbounded) == (2500, 590, 1, 1)


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("人", {"人"}),
        ("条(块)", {"条", "块"}),
        ("台（套）", {"台", "套"}),
        ("场(次)", {"场", "场次"}),
        ("人/次", {"人", "人次"}),
        ("", {""}),
    ],
)
def test_composite_classifiers(printed: str, parts: set[str]) -> None:
    assert classifiers_of(printed) == parts


@pytest.mark.parametrize(
    ("measures", "classifiers", "expected"),
    [
        ({"banners", "exhibition_boards"}, {"条", "块"}, Share.WHOLE),
        ({"banners", "exhibition_boards", "leaflets"}, {"条", "块", "份"}, Share.WHOLE),
        ({"banners"}, {"条"}, Share.PART),
        ({"banners", "exhibition_boards"}, {"条"}, Share.PART),
        ({"leaflets"}, {"条", "块"}, Share.NONE),
        ({"banners"}, {"份"}, Share.NONE),
    ],
)
def test_share_of_a_composite(measures: set[str], classifiers: set[str], expected: Share) -> None:
    asked = frozenset(measures), frozenset(classifiers)
    assert share(("banners", "exhibition_boards"), "条(块)", *asked) is expected


def test_a_figure_of_no_measure_counts_nowhere() -> None:
    assert share((), "人", frozenset({"participants"}), frozenset({"人"})) is Share.NONE


def _range(low: str | None, high: str | None, low_open: bool = False, high_open: bool = False) -> Range:
    return Range(Decimal(low) if low else None, Decimal(high) if high else None, low_open, high_open)


@pytest.mark.parametrize(
    ("part", "whole", "expected", "clipped", "impossible"),
    [
        (_range("118", "118"), _range("120", "120"), _range("98.3333", "98.3334"), False, False),
        (_range("60", "60"), _range("120", "120"), _range("50", "50"), False, False),
        (_range("100", "200", True, True), _range("200", "200"), _range("50", "100", True, True), False, False),
        (_range("100", "300"), _range("200", "200"), _range("50", "100"), True, False),
        (_range("300", "300"), _range("200", "200"), _range("100", "100"), True, True),
        (_range("100", None), _range("200", "200"), _range("50", "100"), False, False),
        (_range("0", "0"), _range("10", "20", True, True), _range("0", "0"), False, False),
        (_range(None, "50"), _range("100", None), _range("0", "50"), False, False),
    ],
)
def test_rates(part: Range, whole: Range, expected: Range, clipped: bool, impossible: bool) -> None:
    found = rate(part, whole)
    assert found is not None
    assert found.range == expected
    assert (found.clipped, found.impossible) == (clipped, impossible)


def test_a_rate_of_nothing_is_none() -> None:
    assert rate(Range.exact(0), Range.exact(0)) is None
    assert rate(Range.exact(1), Range(None, None)) is None


whole_numbers = st.integers(0, 500).map(Decimal)


@given(st.data(), ranges(), ranges())
def test_a_rate_holds_every_ratio_it_may_be_and_none_above_all(data: st.DataObject, part: Range, whole: Range) -> None:
    found = rate(part, whole)
    x = data.draw(st.decimals(part.low or 0, part.high or 20_000, places=2))
    y = data.draw(
        st.decimals(max(whole.low or 0, Decimal("0.01")), max(whole.high or 20_000, Decimal("0.01")), places=2)
    )
    if found is None:
        return
    assert found.range.low is not None
    assert found.range.high is not None
    assert 0 <= found.range.low <= found.range.high <= 100
    if x <= y and part.contains(x) and whole.contains(y) and not found.impossible:
        assert found.range.contains(x * 100 / y) or abs(x * 100 / y - found.range.low) < Decimal("1e-20")


@given(ranges(), ranges(), st.integers(0, 10_000))
def test_what_is_admitted_is_contained(said: Range, value: Range, number: int) -> None:
    if admits(said, value) and value.contains(number):
        assert said.contains(number)


@given(ranges())
def test_a_range_admits_itself(value: Range) -> None:
    assert admits(value, value)


def test_a_wider_value_is_not_admitted() -> None:
    closed, opened = Range(Decimal(1), Decimal(2)), Range(Decimal(1), Decimal(2), True, True)
    assert admits(closed, opened)
    assert not admits(opened, closed)
    assert not admits(closed, Range(Decimal(1), None))
    assert not admits(Range(Decimal(1), None), Range(None, Decimal(2)))


@pytest.mark.parametrize("value", ["1e18", "0.0000001", "NaN", "Infinity"])
def test_a_value_that_would_be_rounded_is_refused(value: str) -> None:
    with pytest.raises(FigureError):
        check_value(Range(None, Decimal(value)))


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(FigureError):
        check_value(Range(Decimal(5), Decimal(5), True, True))


def test_exact_json() -> None:
    assert range_json(Range(Decimal("2E+3"), None, True, True)) == {
        "low": "2000",
        "high": None,
        "low_open": True,
        "high_open": False,
    }


def _measure(code: str, combine: dict[str, str]) -> Definition:
    body = {
        "classifiers": [unit for unit in combine if unit],
        "combine": combine,
        "numerator": None,
        "denominator": None,
    }
    return Definition(code, 1, definition_hash(body), body)


def test_ways() -> None:
    people = _measure("people", {"人": "distinct", "人次": "sum"})
    boards = _measure("boards", {"块": "sum"})
    stock = _measure("stock", {"": "latest"})
    assert way_of([people], frozenset({"人次"})) is Way.SUM
    assert way_of([people], frozenset({"人"})) is Way.DISTINCT
    assert way_of([people, boards], frozenset({"人次", "块"})) is Way.SUM
    assert way_of([stock], frozenset({"项"})) is Way.LATEST
    assert way_of([boards], frozenset({"%"})) is Way.NONE
    with pytest.raises(FigureError):
        way_of([stock, boards], frozenset({"块"}))


def test_a_definition_knows_when_it_was_changed() -> None:
    measure = _measure("people", {"人": "distinct"})
    assert measure.whole()
    assert not Definition("people", 1, measure.sha256, {**measure.body, "combine": {"人": "sum"}}).whole()
