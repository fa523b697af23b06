"""The shipped questions: whole, different from each other, and not to be guessed by where the answer stands."""

from __future__ import annotations

import re
from collections import Counter

from bihuan.activities import rules as activities
from bihuan.contest.likeness import alike
from bihuan.contest.question import Question, QuestionKind
from bihuan.contest.shipped import questions


def test_there_are_a_hundred_with_an_explanation_each() -> None:
    assert len(questions()) >= 100
    assert [each.code for each in questions() if not each.explanation or not each.audiences] == []
    codes = [each.code for each in questions()]
    assert len(set(codes)) == len(codes)


def test_every_kind_and_subject_of_the_month_is_there() -> None:
    kinds = Counter(each.kind for each in questions())
    assert all(kinds[kind] >= 20 for kind in QuestionKind)
    subjects = {each.subject for each in questions()}
    assert {"law", "first_aid", "fire", "traffic", "school", "electricity", "fraud"} <= subjects
    assert subjects <= set(activities.subjects())
    assert {who for each in questions() for who in each.audiences} <= set(activities.audiences())


def test_no_two_ask_the_same() -> None:
    assert list(alike(dict(enumerate(questions())))) == []


def test_the_place_of_the_answer_gives_nothing_away() -> None:
    """No letter is right in more than two fifths of the single choices; judgements are neither nearly all right."""
    single = Counter(each.letters for each in questions() if each.kind is QuestionKind.SINGLE)
    assert max(single.values()) <= 0.4 * single.total()
    judged = Counter(each.letters for each in questions() if each.kind is QuestionKind.JUDGEMENT)
    assert min(judged.values()) >= 0.3 * judged.total()


def test_the_right_answer_is_not_always_the_longest() -> None:
    single = [each for each in questions() if each.kind is QuestionKind.SINGLE]
    longest = [each for each in single if all(len(_right(each)) > len(other) for other in _wrong(each))]
    assert len(longest) <= 0.5 * len(single)


def _right(question: Question) -> str:
    return question.options[question.key.bit_length() - 1]


def _wrong(question: Question) -> list[str]:
    return [option for option in question.options if option != _right(question)]


def test_a_basis_names_a_law_and_at_most_its_article() -> None:
    form = re.compile(r"《[^《》]+》(第[一二三四五六七八九十百零]+条)?")
    assert [each.code for each in questions() if each.basis and not form.fullmatch(each.basis)] == []
