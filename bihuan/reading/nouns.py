"""The words that say what a number counts: data/nouns.csv, read once, and one linear scan for them.

A word may have several sorts (检查 is an event, 3次检查, and a deed, 检查企业20家): a `Cue` carries all of them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

COUNTABLE = frozenset(
    ("thing", "event", "org", "place", "site", "hazard", "major", "vehicle", "activity", "quiz", "team")
)


class Cue(NamedTuple):
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
    """The lengths, longest first, of the words that begin with two characters; a word of one stands for itself."""
    lengths: dict[str, set[int]] = {}
    for word in words():
        lengths.setdefault(word[:2], set()).add(len(word))
    return {start: tuple(sorted(group, reverse=True)) for start, group in lengths.items()}


def find_cues(flat: str, start: int, end: int) -> list[Cue]:
    """All words of the lexicon between two offsets: longest first from the left, disjoint."""
    lexicon, firsts = words(), _by_first()
    found: list[Cue] = []
    piece = flat[start:end]
    reached = 0
    # One look-up a character: which pairs of characters begin a word at all.
    for position, pair in enumerate(map(str.__add__, piece, piece[1:] + "\n")):
        if position >= reached:
            lengths = firsts.get(pair)
            if lengths is not None or pair[0] in firsts:
                for length in (*(lengths or ()), 1):
                    word = piece[position : position + length]
                    sorts = lexicon.get(word)
                    if sorts is not None and len(word) == length:
                        reached = position + length
                        found.append(Cue(start + position, start + reached, word, sorts))
                        break
    return found
