"""A question (试题) as it is written and checked, whatever it came in. Pure."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LETTERS = "ABCDEFGH"
MOST_OPTIONS = len(LETTERS)
LONGEST_STEM = 500
LONGEST_OPTION = 200
LONGEST_EXPLANATION = 1000
LONGEST_BASIS = 200
TRUE, FALSE = 1, 2  # the answers of a judgement: its options are 对 and 错, in this order


class QuestionKind(StrEnum):
    """题型."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGEMENT = "judgement"


class Difficulty(StrEnum):
    """难度."""

    EASY = "easy"
    MIDDLE = "middle"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what is right. `key`: bit n for the option n. `basis`: the law and its article, the standard;
    `subject`, `audiences`: codes of the shared lists; `code`: its number in its bank, where it has one."""

    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    key: int
    explanation: str = ""
    basis: str = ""
    subject: str = ""
    difficulty: Difficulty = Difficulty.MIDDLE
    audiences: tuple[str, ...] = ()
    code: str = ""

    @property
    def letters(self) -> str:
        """The right options as letters: AC; of a judgement 对 or 错."""
        if self.kind is QuestionKind.JUDGEMENT:
            return "对" if self.key == TRUE else "错"
        return "".join(letter for at, letter in enumerate(LETTERS) if self.key >> at & 1)

    @property
    def digest(self) -> str:
        """SHA-256 of what a participant is asked and scored by."""
        body = [self.kind.value, self.stem, list(self.options), self.key]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a question, in which field, in both languages."""

    field: str
    zh: str
    en: str


def tidy(text: str) -> str:
    """Text as it is kept: composed characters, one blank between words, no invisible ones at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def flaws(question: Question) -> Iterator[Flaw]:
    """What must be put right before a question can be kept."""
    yield from _lengths(question)
    if question.kind is QuestionKind.JUDGEMENT:
        if question.options:
            yield Flaw("options", "判断题不写选项", "a judgement has no options of its own")
        if question.key not in (TRUE, FALSE):
            yield Flaw("key", "判断题的答案应是“对”或“错”", "the answer of a judgement is 对 or 错")
        return
    many = len(question.options)
    if not 2 <= many <= MOST_OPTIONS:
        yield Flaw(
            "options", f"应有 2 到 {MOST_OPTIONS} 个选项，现有 {many} 个", f"2 to {MOST_OPTIONS} options are needed"
        )
    if len({option.casefold() for option in question.options}) < many:
        yield Flaw("options", "有两个选项相同", "two options are the same")
    if question.key <= 0 or question.key >> many:
        yield Flaw("key", "答案不在选项之中", "the answer is none of the options")
    elif question.kind is QuestionKind.SINGLE and question.key.bit_count() != 1:
        yield Flaw("key", "单选题只能有一个答案", "a single choice has one answer")
    elif question.kind is QuestionKind.MULTIPLE and question.key.bit_count() < 2:
        yield Flaw("key", "多选题至少有两个答案；只有一个的请改为单选题", "a multiple choice has two answers or more")


def _lengths(question: Question) -> Iterator[Flaw]:
    if not question.stem:
        yield Flaw("stem", "缺少题干", "the question itself is missing")
    longest = {
        "stem": (question.stem, LONGEST_STEM),
        "explanation": (question.explanation, LONGEST_EXPLANATION),
        "basis": (question.basis, LONGEST_BASIS),
    }
    for name, (text, most) in longest.items():
        if len(text) > most:
            yield Flaw(name, f"太长：共 {len(text)} 个字，最多 {most} 个字", f"too long: at most {most} characters")
    for at, option in enumerate(question.options):
        if not option:
            yield Flaw("options", f"选项 {LETTERS[at % MOST_OPTIONS]} 没有内容", "an option is empty")
        elif len(option) > LONGEST_OPTION:
            yield Flaw("options", f"选项太长，最多 {LONGEST_OPTION} 个字", f"an option is longer than {LONGEST_OPTION}")
    texts = (question.stem, *question.options, question.explanation, question.basis)
    if any(not char.isprintable() for text in texts for char in text):
        yield Flaw("stem", "有看不见的控制字符，请删去重填", "there are invisible control characters")


def key_of(letters: str, many: int) -> int | None:
    """The key from letters as people write them (AC, a、c); None where one is none of the `many` options, or twice."""
    marks = [mark for mark in unicodedata.normalize("NFKC", letters).upper() if mark not in " ,、;.和"]
    places = [LETTERS.find(mark) for mark in marks]
    if not places or -1 in places or max(places) >= many or len(set(places)) < len(places):
        return None
    return sum(1 << place for place in places)


YES = frozenset({"对", "正确", "√", "✓", "是", "t", "true", "yes", "y"})
NO = frozenset({"错", "错误", "×", "✗", "x", "否", "f", "false", "no", "n"})


def judgement_of(word: str) -> int | None:
    """TRUE or FALSE from the word that people write for it; None where it is neither."""
    plain = word.strip().casefold()
    return TRUE if plain in YES else FALSE if plain in NO else None
