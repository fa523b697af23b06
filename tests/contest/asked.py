"""Questions for tests: any that can be kept."""

from __future__ import annotations

from hypothesis import strategies as st

from bihuan.contest.question import LETTERS, Difficulty, Question, QuestionKind

WORDS = st.text("安全生产法答案解析：（）《》，。、？.:ab12 ", min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)
SAID = WORDS.filter(bool)
CODES = st.text("abcdefgh_", min_size=1, max_size=8)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question without a flaw."""
    kind = draw(st.sampled_from(QuestionKind))
    options: list[str] = []
    key = draw(st.integers(1, 2))
    if kind is not QuestionKind.JUDGEMENT:
        options = draw(st.lists(SAID, min_size=2, max_size=len(LETTERS), unique_by=str.casefold))
        least = 1 if kind is QuestionKind.SINGLE else 2
        most = 1 if kind is QuestionKind.SINGLE else len(options)
        right = draw(st.sets(st.integers(0, len(options) - 1), min_size=least, max_size=most))
        key = sum(1 << place for place in right)
    return Question(
        kind=kind,
        stem=draw(SAID),
        options=tuple(options),
        key=key,
        explanation=draw(st.just("") | SAID),
        basis=draw(st.just("") | SAID),
        subject=draw(st.just("") | CODES),
        difficulty=draw(st.sampled_from(Difficulty)),
        audiences=tuple(draw(st.lists(CODES, max_size=3))),
        code=draw(st.just("") | CODES),
    )
