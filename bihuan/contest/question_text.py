"""Questions as plain text (题库文本): as teachers write them, one below the other; in and out. Pure.

    1. 生产经营单位应当如实记录（　）情况。
    A. 事故隐患排查治理
    B. 职工考勤
    答案：A
    解析：……
    依据：《中华人民共和国安全生产法》第四十一条
    主题：law
    难度：易
    对象：workers、principals

A judgement has no options and 对 or 错 as its answer. What is not there keeps its default; a question ends where the
next number or an empty line followed by a number begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bihuan.contest.question import (
    LETTERS,
    Difficulty,
    Flaw,
    Question,
    QuestionKind,
    flaws,
    judgement_of,
    key_of,
    tidy,
)

_NUMBER = re.compile(r"(?:第\s*)?(\d{1,5})\s*(?:题\s*[.、．:：]?|[.、．)）])\s*(.*)")
_OPTION = re.compile(r"[（(]?([A-Ha-h])[)）]?\s*[.、．:：]\s*(.*)|[（(]([A-Ha-h])[)）]\s*(.*)")
_LABELLED = re.compile(r"(答案|正确答案|参考答案|解析|依据|主题|难度|对象|题型|编号)\s*[:：]\s*(.*)")
_LABELS = {
    "正确答案": "key", "参考答案": "key", "答案": "key", "解析": "explanation", "依据": "basis", "主题": "subject",
    "难度": "difficulty", "对象": "audiences", "题型": "kind", "编号": "code",
}  # fmt: skip
DIFFICULTIES = {"易": Difficulty.EASY, "中": Difficulty.MIDDLE, "难": Difficulty.HARD}
KINDS = {
    "单选": QuestionKind.SINGLE, "单选题": QuestionKind.SINGLE, "单项选择题": QuestionKind.SINGLE,
    "多选": QuestionKind.MULTIPLE, "多选题": QuestionKind.MULTIPLE, "多项选择题": QuestionKind.MULTIPLE,
    "判断": QuestionKind.JUDGEMENT, "判断题": QuestionKind.JUDGEMENT,
}  # fmt: skip
SAID_DIFFICULTY = {each: word for word, each in DIFFICULTIES.items()}


@dataclass
class Written:
    """One question as it stands in a text: its first line (from 1), what it says, what is wrong in which line."""

    line: int
    question: Question | None = None
    flaws: list[tuple[int, Flaw]] = field(default_factory=list)


@dataclass
class _Block:
    line: int
    stem: list[str]
    options: list[tuple[str, str, int]] = field(default_factory=list)
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    into: str = "stem"


def read_text(text: str) -> list[Written]:
    """The questions of a text in its order; those with flaws have no `question`."""
    return [_written(block) for block in _blocks(text)]


def _blocks(text: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, raw in enumerate(unicodedata.normalize("NFC", text).splitlines(), start=1):
        line = raw.strip().lstrip("\ufeff")
        if not line:
            continue
        if found := _NUMBER.fullmatch(line):
            if block is not None:
                yield block
            block = _Block(number, [found[2]])
        elif block is None:
            block = _Block(number, [line])
        else:
            _into(block, line, number)
    if block is not None:
        yield block


def _into(block: _Block, line: str, number: int) -> None:
    if found := _LABELLED.fullmatch(line):
        block.into = _LABELS[found[1]]
        block.said[block.into] = (found[2], number)
    elif found := _OPTION.fullmatch(line):
        block.options.append(((found[1] or found[3]).upper(), found[2] or found[4] or "", number))
        block.into = "options"
    elif block.into == "stem":
        block.stem.append(line)
    elif block.into == "options":
        letter, said, at = block.options[-1]
        block.options[-1] = (letter, said + line, at)
    else:
        said, at = block.said[block.into]
        block.said[block.into] = (said + line, at)


def _written(block: _Block) -> Written:
    written = Written(block.line)
    lines = {name: at for name, (_text, at) in block.said.items()}
    lines["options"] = block.options[0][2] if block.options else block.line
    letters = "".join(letter for letter, _text, _at in block.options)
    if letters != LETTERS[: len(letters)]:
        flaw = Flaw("options", f"选项应按 A、B、C……顺序，现为 {letters}", "options go A, B, C … in order")
        written.flaws.append((lines["options"], flaw))
        return written
    question, wrong = compose(
        kind=block.said.get("kind", ("", 0))[0],
        stem="".join(block.stem),
        options=[text for _letter, text, _at in block.options],
        key=block.said.get("key", ("", 0))[0],
        rest={name: block.said[name][0] for name in _REST if name in block.said},
    )
    written.flaws = [(lines.get(flaw.field, block.line), flaw) for flaw in wrong]
    written.question = None if wrong else question
    return written


_REST = ("explanation", "basis", "subject", "difficulty", "audiences", "code")


def compose(
    *, kind: str, stem: str, options: Iterable[str], key: str, rest: dict[str, str]
) -> tuple[Question, list[Flaw]]:
    """A question from the words that somebody wrote, and what is wrong with it. A kind that is not named follows from
    the options and the answer; `rest`: explanation, basis, subject, difficulty, audiences, code."""
    wrong: list[Flaw] = []
    texts = tuple(tidy(option) for option in options)
    named = KINDS.get(kind.strip())
    if kind.strip() and named is None:
        wrong.append(Flaw("kind", "题型应是单选、多选或判断", "the kind is 单选, 多选 or 判断"))
    judged = named is QuestionKind.JUDGEMENT or (named is None and not texts)
    found = judgement_of(key) if judged else key_of(key, len(texts))
    if found is None:
        wrong.append(_unread(key, judged, len(texts)))
    chosen = QuestionKind.JUDGEMENT if judged else named
    if chosen is None:
        chosen = QuestionKind.MULTIPLE if (found or 0).bit_count() > 1 else QuestionKind.SINGLE
    difficulty = rest.get("difficulty", "").strip() or "中"
    if difficulty not in DIFFICULTIES:
        wrong.append(Flaw("difficulty", "难度应是易、中或难", "the difficulty is 易, 中 or 难"))
    question = Question(
        kind=chosen,
        stem=tidy(stem),
        options=texts,
        key=found or 0,
        explanation=tidy(rest.get("explanation", "")),
        basis=tidy(rest.get("basis", "")),
        subject=rest.get("subject", "").strip(),
        difficulty=DIFFICULTIES.get(difficulty, Difficulty.MIDDLE),
        audiences=tuple(part for part in re.split(r"[、,，;；\s]+", rest.get("audiences", "")) if part),
        code=rest.get("code", "").strip(),
    )
    wrong.extend(flaw for flaw in flaws(question) if found is not None or flaw.field != "key")
    return question, wrong


def _unread(key: str, judged: bool, many: int) -> Flaw:
    if not key.strip():
        return Flaw("key", "缺少答案", "the answer is missing")
    if judged:
        return Flaw(
            "key", f"“{key.strip()[:20]}”不是对或错；选择题请写选项", "neither 对 nor 错; a choice needs options"
        )
    last = LETTERS[many - 1] if 0 < many <= len(LETTERS) else "A"
    return Flaw("key", f"“{key.strip()[:20]}”不是 A 到 {last} 的选项", f"the answer is none of the options A to {last}")


def write_text(questions: Iterable[Question]) -> str:
    """The same questions as text, so that reading them again gives the same."""
    return "\n".join("\n".join(_lines(number, each)) + "\n" for number, each in enumerate(questions, start=1))


def _lines(number: int, question: Question) -> Iterator[str]:
    yield f"{number}. {question.stem}"
    for letter, option in zip(LETTERS, question.options, strict=False):
        yield f"{letter}. {option}"
    yield f"答案：{question.letters}"
    if question.code:
        yield f"编号：{question.code}"
    if question.explanation:
        yield f"解析：{question.explanation}"
    if question.basis:
        yield f"依据：{question.basis}"
    if question.subject:
        yield f"主题：{question.subject}"
    yield f"难度：{SAID_DIFFICULTY[question.difficulty]}"
    if question.audiences:
        yield f"对象：{'、'.join(question.audiences)}"
