"""The words that say what a number counts: data/nouns.csv, read once, and one linear scan for them.

A word may have several sorts (检查 is an event, 3次检查, and a deed, 检查企业20家): a `Cue` carries all of them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

COUNTABLE = frozenset(
    ("thing", "event", "org", "place", "site", "hazard", "major", "vehicle", "activity", "quiz", "team")
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One word in a text that may say what is counted: its span and its sorts with their codes."""

    start: int
    end: int
    word: str
    sorts: Mapping[str, str]

    def sort(self) -> str | None:
        """The sort under which it can be counted, or None (deeds, persons, rates)."""
        return next((sort for sort in self.sorts if sort in COUNTABLE), None)


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """Sort → code of every word of the lexicon."""
    source = files("bihuan.reading").joinpath("data/nouns.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(source.splitlines()):
        for word in row["words"].split("|"):
            found.setdefault(word, {})[row["sort"]] = row["code"]
    return found


@lru_cache(maxsize=1)
def _by_first() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for word in words():
        lengths.setdefault(word[0], set()).add(len(word))
    return {char: tuple(sorted(group, reverse=True)) for char, group in lengths.items()}


def find_cues(flat: str, start: int, end: int) -> list[Cue]:
    """All words of the lexicon between two offsets: longest first from the left, disjoint."""
    lexicon, firsts = words(), _by_first()
    found: list[Cue] = []
    position = start
    while position < end:
        for length in firsts.get(flat[position], ()):
            sorts = lexicon.get(flat[position : position + length])
            if sorts is not None and position + length <= end:
                found.append(Cue(position, position + length, flat[position : position + length], sorts))
                position += length
                break
        else:
            position += 1
    return found
