"""Rules of a contest: what a sheet brings, how the sheets add up, what no total can pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bihuan.reading
from bihuan.contest.rules import (
    MOST_QUESTIONS,
    Before,
    Counting,
    Per,
    Rules,
    RulesError,
    body,
    ceiling,
    check,
    counted,
    late,
    presets,
    read,
    score,
    worth,
)

JUNE = Rules(sheets=1, questions=5, seconds=150)


def rules_of() -> st.SearchStrategy[Rules]:
    made = st.builds(
        Rules,
        sheets=st.integers(1, 5),
        questions=st.integers(1, 10),
        seconds=st.sampled_from([0, 60, 150]),
        points=st.integers(1, 10),
        bonus=st.integers(0, 5),
        valid=st.integers(0, 3),
        flat=st.none() | st.integers(1, 5),
        flat_below=st.integers(0, 6),
        counting=st.sampled_from(Counting),
        per=st.sampled_from(Per),
    )
    return made.filter(lambda rules: rules.valid <= rules.questions and (rules.flat is None or not rules.bonus))


def test_the_month_of_2023() -> None:
    """A sheet of five questions a day: 150 points a head in thirty days; 8.7 million of 60,000 people are 145."""
    assert ceiling(JUNE, 30) == 150
    assert score(JUNE, [1, 2, 6, 1, 1], [1, 2, 6, 1, 1]).points == 5
    assert score(JUNE, [1, 2, 6, 1, 1], [1, 2, 2, 1, 0]).right == 3


def test_a_question_without_an_answer_is_never_right() -> None:
    assert score(JUNE, [0, 1], [0, 1]).right == 1


def test_four_of_five_bring_two_points_and_else_one() -> None:
    rules = next(preset.rules for preset in presets() if preset.code == "2019")
    assert [worth(rules, right) for right in range(6)] == [1, 1, 1, 1, 2, 2]


def test_a_bonus_needs_every_question() -> None:
    rules = Rules(sheets=1, questions=3, seconds=0, points=2, bonus=4)
    assert [worth(rules, right) for right in range(4)] == [0, 2, 4, 10]


@given(rules_of(), st.lists(st.lists(st.integers(0, 10), max_size=5), max_size=6))
def test_the_sum_of_what_counts_is_what_the_rules_say(rules: Rules, days: list[list[int]]) -> None:
    before, total = Before(), 0
    scored = [[worth(rules, min(right, rules.questions)) for right in day[: rules.sheets]] for day in days]
    for day in scored:
        for points in day:
            total += counted(rules, points, before)
            before = before.after(points)
        before = before.next_day()
    groups = scored if rules.per is Per.DAY else [[points for day in scored for points in day]]
    told = {
        Counting.ALL: sum(sum(day) for day in scored),
        Counting.BEST: sum(max(group, default=0) for group in groups),
        Counting.FIRST: sum(group[0] for group in groups if group),
    }[rules.counting]
    assert total == told
    assert total <= ceiling(rules, len(days))


@given(rules_of())
def test_rules_survive_being_stored(rules: Rules) -> None:
    assert read(json.loads(json.dumps(body(rules)))) == rules


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"questions": 0}, "rules-questions"),
        ({"questions": MOST_QUESTIONS + 1}, "rules-questions"),
        ({"sheets": -1}, "rules-sheets"),
        ({"valid": 6}, "rules-valid"),
        ({"flat": 2, "bonus": 1}, "rules-flat"),
        ({"points": 0}, "rules-worth"),
        ({"floor_ms": 150_000}, "rules-floor"),
        ({"points": "1"}, "rules-unread"),
        ({"points": True}, "rules-unread"),
        ({"back": 1}, "rules-unread"),
        ({"counting": "worst"}, "rules-unread"),
        ({"speed": 1}, "rules-unread"),
        ({"questions": None}, "rules-unread"),
    ],
)
def test_rules_that_cannot_hold_are_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(RulesError) as refused:
        read({**body(JUNE), **changed})
    assert refused.value.code == code


def test_a_sheet_is_late_only_beyond_the_way_through_the_network() -> None:
    assert not late(JUNE, 154_999)
    assert late(JUNE, 155_001)
    assert not late(Rules(sheets=1, questions=5, seconds=0), 10**9)


def test_presets_say_what_was_found_and_agree_with_what_reports_are_read_by() -> None:
    """The same contests stand in the reading room, which holds a report's points against them."""
    assert presets()[0].code == "2023"
    known = json.loads((Path(bihuan.reading.__file__).parent / "data/contests.json").read_text("utf-8"))["contests"]
    by_name = {row["name"]: row for row in known}
    compared = 0
    for preset in presets():
        assert check(preset.rules) is preset.rules
        assert set(preset.found) <= set(body(preset.rules))
        row = by_name.get(preset.name)
        if row is None:
            continue
        assert preset.rules.sheets == row["papers_per_day"]
        assert preset.rules.questions == row["questions_per_paper"]
        assert row["points_per_question"] in (None, preset.rules.points)
        assert row.get("points_per_paper") in (None, preset.rules.flat)
        compared += 1
    assert compared == 4
