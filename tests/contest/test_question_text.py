"""Questions as plain text: what was written comes back; what is wrong is told by its line."""

from __future__ import annotations

import pytest
from asked import questions
from hypothesis import given
from hypothesis import strategies as st

from bihuan.contest.question import Difficulty, Question, QuestionKind, flaws
from bihuan.contest.question_text import read_text, write_text

PAPER = """第1题 下列哪些情形应当报告？（  ）
（A）重大事故隐患
B、食堂菜单
C．生产安全事故
正确答案：A、C
解析：重大事故隐患和
事故都要报告。
依据：《中华人民共和国安全生产法》第四十一条
难度：难

2、发现重大事故隐患，任何人都可以举报。
答案：√
"""


def test_a_page_as_a_teacher_writes_it() -> None:
    first, second = read_text(PAPER)
    assert first.question == Question(
        kind=QuestionKind.MULTIPLE,
        stem="下列哪些情形应当报告？（ ）",
        options=("重大事故隐患", "食堂菜单", "生产安全事故"),
        key=0b101,
        explanation="重大事故隐患和事故都要报告。",
        basis="《中华人民共和国安全生产法》第四十一条",
        difficulty=Difficulty.HARD,
    )
    assert second.question is not None
    assert (second.line, second.question.kind, second.question.letters) == (11, QuestionKind.JUDGEMENT, "对")


@given(st.lists(questions(), max_size=4))
def test_what_is_written_is_read_again(given_questions: list[Question]) -> None:
    assert [written.question for written in read_text(write_text(given_questions))] == given_questions


@given(questions())
def test_what_is_whole_has_no_flaw(question: Question) -> None:
    assert list(flaws(question)) == []


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("1. 题\nA. 一\nB. 二\n", 1, "key"),
        ("1. 题\nA. 一\nB. 二\n答案：C", 4, "key"),
        ("1. 题\nA. 一\nB. 二\n答案：AA", 4, "key"),
        ("1. 题\nA. 一\nC. 二\n答案：A", 2, "options"),
        ("1. 题\nA. 一\nB. 一\n答案：A", 2, "options"),
        ("1. 题\nA. 一\n答案：A", 2, "options"),
        ("1. 题\nA. 一\nB. \n答案：A", 2, "options"),
        ("1. 题\n答案：A", 2, "key"),
        ("1. \n答案：对", 1, "stem"),
        ("1. 题\nA. 一\nB. 二\n题型：单选\n答案：AB", 5, "key"),
        ("1. 题\nA. 一\nB. 二\n题型：多选\n答案：A", 5, "key"),
        ("1. 题\n题型：填空\n答案：对", 2, "kind"),
        ("1. 题\n难度：很难\n答案：对", 2, "difficulty"),
        ("1. " + "题" * 501 + "\n答案：对", 1, "stem"),
        ("1. 题\x07\n答案：对", 1, "stem"),
    ],
)
def test_a_flaw_is_told_by_its_line(text: str, line: int, field: str) -> None:
    (written,) = read_text(text)
    assert written.question is None
    assert (line, field) in [(at, flaw.field) for at, flaw in written.flaws]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for written in read_text(text):
        assert (written.question is None) == bool(written.flaws)
