"""Questions that ask nearly the same (雷同题), found by the pairs of characters that their stems share. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bihuan.contest.question import Question, QuestionKind

ALIKE = 72  # per cent of common pairs, from which on two questions are shown beside each other
_BLANK = re.compile(r"[（(][\s_]*[)）]|_{2,}|…+")
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two questions by their names, and how much of them is the same, in per cent."""

    one: int
    other: int
    share: int


def pairs_of(question: Question) -> frozenset[str]:
    """The pairs of neighbouring characters that stand for a question: of its stem without blanks and marks, and of what
    is right, since one sentence may ask for different things."""
    right = ""
    if question.kind is not QuestionKind.JUDGEMENT:
        right = "".join(option for at, option in enumerate(question.options) if question.key >> at & 1)
    texts = (_MARKS.sub("", _BLANK.sub("", question.stem)), _MARKS.sub("", right))
    pairs = frozenset(text[at : at + 2] for text in texts for at in range(len(text) - 1))
    return pairs or frozenset({"".join(texts)})


def share(one: frozenset[str], other: frozenset[str]) -> int:
    """Common pairs over all pairs, in whole per cent, rounded down."""
    return 100 * len(one & other) // len(one | other)


def alike(bank: Mapping[int, Question], asked: Iterable[int] | None = None) -> Iterator[Likeness]:
    """The pairs of questions that are nearly the same, each pair once, the smaller name first.

    `bank`: questions by name; `asked`: only pairs with one of these. Looks only at questions that share a rare pair of
    characters, so that a bank of thousands takes seconds: of two sets that share `ALIKE` per cent, the rarest
    100 - ALIKE per cent of each and one more have a pair in common, as long as both are put in the same order.
    """
    pairs = {name: pairs_of(question) for name, question in bank.items()}
    common = Counter(part for parts in pairs.values() for part in parts)
    rare = {
        name: sorted(parts, key=lambda part: (common[part], part))[: len(parts) * (100 - ALIKE) // 100 + 1]
        for name, parts in pairs.items()
    }
    shelves: defaultdict[str, list[int]] = defaultdict(list)
    for name, parts in rare.items():
        for part in parts:
            shelves[part].append(name)
    for name in sorted(pairs if asked is None else asked):
        near = {other for part in rare[name] for other in shelves[part] if other != name}
        for other in sorted(near):
            if asked is None and other < name:
                continue
            found = share(pairs[name], pairs[other])
            if found >= ALIKE:
                yield Likeness(min(name, other), max(name, other), found)
