"""Questions as a workbook: what was written comes back; what is wrong is told by its cell."""

from __future__ import annotations

import pytest
from asked import questions
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.contest.question import Question, QuestionKind
from bihuan.contest.question_rows import COLUMNS, HEADS, QuestionRowsError, read_rows, write_workbook
from bihuan.lib.workbook import Sheet, read_workbook


@settings(max_examples=25)
@given(st.lists(questions(), min_size=1, max_size=4))
def test_what_is_written_is_read_again(given_questions: list[Question]) -> None:
    rows = read_rows(read_workbook(write_workbook(given_questions)))
    assert [row.question for row in rows] == given_questions


def test_the_template_is_empty_and_says_so() -> None:
    with pytest.raises(QuestionRowsError) as refused:
        read_rows(read_workbook(write_workbook([])))
    assert refused.value.code == "questions-empty"


def test_a_formula_is_only_a_text() -> None:
    question = Question(QuestionKind.JUDGEMENT, "=1+1", (), 1)
    (row,) = read_rows(read_workbook(write_workbook([question])))
    assert row.question is not None
    assert row.question.stem == "=1+1"


def test_numbers_read_as_people_see_them() -> None:
    heads: list[object] = ["题干", "选项A", "选项B", "答案"]
    rows = [heads, ["几天内公开？", 7.0, 30.0, "A"], ["对吗？", None, None, True]]
    choice, judged = read_rows([Sheet("题库", rows)])
    assert choice.question is not None
    assert choice.question.options == ("7", "30")
    assert judged.question is not None
    assert judged.question.letters == "对"


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (["", "一", "二", "A"], "题库!A2"),
        (["题", "一", "", "A"], "题库!B2"),
        (["题", "一", "二", "C"], "题库!D2"),
        (["题", "一", "二", ""], "题库!D2"),
        (["题", "", "", "A"], "题库!D2"),
    ],
)
def test_a_fault_is_told_by_its_cell(row: list[object], cell: str) -> None:
    (found,) = read_rows([Sheet("题库", [["题干", "选项A", "选项B", "答案"], row])])
    assert found.question is None
    assert cell in [fault.cell for fault in found.faults]


def test_a_sheet_without_stems_is_refused() -> None:
    with pytest.raises(QuestionRowsError) as refused:
        read_rows([Sheet("一", [["姓名", "电话"], ["马", "1"]])])
    assert refused.value.code == "questions-no-header"


def test_a_hundred_thousand_rows_are_refused() -> None:
    rows: list[list[object]] = [["题干", "答案"], *[["题", "对"]] * 100_000]
    with pytest.raises(QuestionRowsError) as refused:
        read_rows([Sheet("一", rows)])  # type: ignore[arg-type]
    assert refused.value.code == "questions-too-many"


def test_every_head_is_known_to_the_reading() -> None:
    names = {head for heads, _longest in COLUMNS.values() for head in heads}
    assert set(HEADS) <= names
