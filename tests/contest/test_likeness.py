"""Nearly the same questions: those found by rare pairs are all that comparing each with each finds."""

from __future__ import annotations

from itertools import combinations

from asked import questions
from hypothesis import given
from hypothesis import strategies as st

from bihuan.contest.likeness import ALIKE, alike, pairs_of, share
from bihuan.contest.question import Question, QuestionKind


def judged(stem: str) -> Question:
    return Question(QuestionKind.JUDGEMENT, stem, (), 1)


def chosen(stem: str, *options: str) -> Question:
    return Question(QuestionKind.SINGLE, stem, options, 1)


@given(st.lists(questions(), max_size=12))
def test_none_is_missed(given_questions: list[Question]) -> None:
    bank = dict(enumerate(given_questions))
    pairs = {name: pairs_of(question) for name, question in bank.items()}
    found = {(each.one, each.other) for each in alike(bank)}
    assert found == {both for both in combinations(bank, 2) if share(*map(pairs.__getitem__, both)) >= ALIKE}


def test_another_blank_and_another_mark_are_the_same_question() -> None:
    one, other = "生产经营单位的主要负责人是安全生产第一责任人。", "生产经营单位的主要负责人是（  ）安全生产第一责任人"
    (found,) = alike({1: judged(one), 2: judged(other)})
    assert (found.one, found.other, found.share) == (1, 2, 100)


def test_one_sentence_about_two_laws_is_two_questions() -> None:
    stem = "发现这种情形应当首先拨打的电话是（ ）"
    bank = {1: chosen(stem, "119 消防救援队伍报警电话"), 2: chosen(stem, "12350 安全生产举报投诉特服电话")}
    assert list(alike(bank)) == []


@given(st.lists(questions(), max_size=10), st.sets(st.integers(0, 9)))
def test_asked_for_some_only_their_pairs_are_told(given_questions: list[Question], some: set[int]) -> None:
    bank = dict(enumerate(given_questions))
    asked = some & set(bank)
    pairs = {(each.one, each.other) for each in alike(bank)}
    assert {(each.one, each.other) for each in alike(bank, asked)} == {
        pair for pair in pairs if asked.intersection(pair)
    }
