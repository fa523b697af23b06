"""Classifiers (量词) and other units: data/classifiers.csv, read once.

`not_before` (a pattern) is what would make another word of it: 家 before 庭 is no classifier.
`norm` is the canonical form (名 → 人, 个小时 → 小时); `kind` says how the unit behaves: people, event, item, org,
money, percent, points_pct, times, share, score, duration, period, measure.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Classifier:
    """One unit word: as printed, its canonical form and its kind."""

    text: str
    norm: str
    kind: str
    not_before: str


@lru_cache(maxsize=1)
def classifiers() -> dict[str, Classifier]:
    """All unit words by their printed form."""
    source = files("bihuan.reading").joinpath("data/classifiers.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(source.splitlines())
    return {
        row["classifier"]: Classifier(row["classifier"], row["norm"], row["kind"], row["not_before"]) for row in rows
    }


@lru_cache(maxsize=1)
def unit_pattern() -> re.Pattern[str]:
    """A pattern for one unit with its composite: group 1 the unit, 2 the unit in brackets, 3 the one after a slash."""
    words = sorted(classifiers().values(), key=lambda unit: len(unit.text), reverse=True)
    bare = "|".join(re.escape(unit.text) for unit in words)
    one = "|".join(_guarded(unit) for unit in words)
    return re.compile(rf"({one})(?: ?\(({bare})\)|/({bare}))?")


def _guarded(unit: Classifier) -> str:
    if unit.text.isascii() and unit.text.isalpha():
        return f"{unit.text}(?![A-Za-z])"
    return re.escape(unit.text) + (f"(?!{unit.not_before})" if unit.not_before else "")


def norm_of(unit: str, second: str | None) -> tuple[str, tuple[str, ...]]:
    """The canonical unit and the classifiers it stands for: (场, 次) → 场次; (条, 块) → 条(块) with both."""
    if second is None:
        norm = classifiers()[unit].norm
        return norm, (norm,)
    first = classifiers()[unit].norm
    if second == "次" and first + "次" in classifiers():
        return first + "次", (first + "次",)
    other = classifiers()[second].norm
    if other == first + "次":
        return other, (other,)
    return f"{first}({other})", (first, other)
