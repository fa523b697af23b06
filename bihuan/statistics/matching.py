"""Which measure the words of a row and a column mean: 启动仪式（场） → launches, 场. Pure; people decide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bihuan.reading.catalogue import Measure, catalogue
from bihuan.statistics.rules import Span

_UNIT = re.compile(r"[（(]([^（）()]{1,8})[）)]")
_SINCE: tuple[tuple[Span, tuple[str, ...]], ...] = (
    (Span.YEAR, ("年累计", "全年", "本年", "年初以来")),
    (Span.MONTH, ("月累计", "本月累计", "当月累计")),
)


@dataclass(frozen=True, slots=True)
class Guess:
    measure: str = ""
    classifier: str = ""
    span: Span = Span.PERIOD


def guess(row: str, column: str) -> Guess:
    """The measure that a cell seems to count: the longest name in its words, its unit in brackets."""
    words = re.sub(r"\s", "", f"{column}·{row}")
    span = next((span for span, marks in _SINCE if any(mark in words for mark in marks)), Span.PERIOD)
    units = [part for found in _UNIT.findall(f"{row}{column}") for part in re.split(r"[/、]", found)]
    best: tuple[int, int, Measure] | None = None
    for rank, (name, measure) in enumerate(_names()):
        if name in words:
            fits = any(unit in measure.classifiers for unit in units)
            score = (len(name) + (100 if fits else 0), -rank, measure)
            if best is None or score[:2] > best[:2]:
                best = score
    if best is None:
        return Guess(span=span)
    measure = best[2]
    unit = next(
        (unit for unit in units if unit in measure.classifiers), measure.classifiers[0] if measure.classifiers else ""
    )
    return Guess(measure.code, unit, span)


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, Measure], ...]:
    """Names and longer synonyms: a single character means too much."""
    found = [(name, item) for item in catalogue().values() for name in (item.zh, *item.synonyms) if len(name) > 1]
    return tuple(found)
