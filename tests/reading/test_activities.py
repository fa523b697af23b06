"""What was done, when, where and by whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.activities import Activity, find_activities
from bihuan.reading.figures import find_figures

REPORT = Path(__file__).resolve().parents[3] / "shared" / "domain" / "linxia-2023-summary.txt"


def activities(text: str) -> list[Activity]:
    return find_activities(text, find_figures(text))


@pytest.mark.skipif(not REPORT.exists(), reason="the real report does not stand beside this checkout")
def test_the_real_report() -> None:
    found = activities(REPORT.read_text(encoding="utf-8"))
    assert [a.kind for a in found] == [
        "launch", "study", "publicity", "consultation", "consultation", "five_entries", "quiz"
    ]  # fmt: skip
    kangle = found[3]
    assert (kangle.date, kangle.place, kangle.actor) == ("2023-06-12", "康乐县", "州安委办、州应急局")
    assert kangle.measures == ("participants",)
    assert found[-1].measures == ("quiz_participants", "quiz_points")


def test_clauses_with_numbers_are_deeds_and_plans_are_none() -> None:
    text = "开展应急演练32场次，参演1500人次，举办培训班3期。下一步将组织开展演练5场。"
    assert [(a.kind, a.figures) for a in activities(text)] == [("drill", (0, 1)), ("training", (2,))]


def test_day_and_actor() -> None:
    (one,) = activities("2023年6月16日，县应急局在人民广场举办了宣传咨询日活动，500人参加。")
    assert (one.kind, one.date, one.actor, one.measures) == (
        "consultation",
        "2023-06-16",
        "县应急局",
        ("participants",),
    )


@given(
    st.lists(
        st.sampled_from(
            ["一是", "开展", "了", "演练", "。", "，", "3场", "\n", "6月1日", "康乐县", "将", "应急局", "在"]
        ),
        max_size=40,
    )
)
def test_any_text(words: list[str]) -> None:
    text = "".join(words)
    figures = find_figures(text)
    for activity in find_activities(text, figures):
        assert 0 <= activity.start < activity.end <= len(text)
        assert all(0 <= i < len(figures) for i in activity.figures)
