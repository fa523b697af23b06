"""The questions that come with the program: our own writing, each to be reviewed by an operator before it is used."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bihuan.contest.question import Question
from bihuan.contest.question_text import read_text


@cache
def questions() -> tuple[Question, ...]:
    """The shipped questions in their order. Raises ValueError where the file was spoilt."""
    text = (Path(__file__).parent / "data/questions.txt").read_text("utf-8")
    found = []
    for written in read_text(text):
        if written.question is None:
            raise ValueError(f"questions.txt:{written.line}: {[flaw.en for _line, flaw in written.flaws]}")
        found.append(written.question)
    return tuple(found)
