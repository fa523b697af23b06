"""Balanced titles: where a title of several lines is divided.

GB/T 9704-2012 §7.3.1: lines break at sense, words are kept whole, lengths are balanced, the lines form a trapezoid or a
rhombus. There is no dictionary here: the words that official titles are made of are kept whole, places that invite a
break are preferred, and whoever wants another break writes a line feed into the title.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from bihuan.documents.lines import NOT_FIRST, NOT_LAST, breaks, gap_before, is_latin

#: Full-width characters of 二号 (22 pt) in a line of 156 mm.
LIMIT: Final = 20.0
#: From here on one line looks crowded.
COMFORT: Final = 18.0
_MOST_LINES: Final = 4
#: A shorter line of a divided title looks lost.
SHORTEST: Final = 5.0

#: Words of official titles that are not divided: a list that offices may add to.
WORDS_FILE: Final = Path(__file__).parent / "data" / "title-words.txt"
#: A line likes to end after these, and to start with those.
_GOOD_END: Final = ("的", "关于", "》", "”", "年", "和", "及", "暨", "州", "省", "市", "县")
_GOOD_START: Final = (
    "关于",
    "《",
    "“",
    "开展",
    "印发",
    "组织",
    "做好",
    "召开",
    "暨",
    "情况",
    "活动",
    "工作",
    "总结",
    "报告",
    "的",
)


def title_lines(title: str) -> tuple[str, ...]:
    """The lines of a title, none wider than the type area.

    Line feeds in the title are kept (a chosen line that is too wide is divided again); a title that fits in one line
    comfortably stays in one. No line is left with one or two characters, unless the title was written so.
    """
    if "\n" in title:
        chosen = [line.strip() for line in title.split("\n") if line.strip()]
        return tuple(part for line in chosen for part in ((line,) if _fits(line) else title_lines(line)))
    if title_width(title) <= COMFORT:
        return (title,)
    places = _places(title)
    for shortest in (SHORTEST, 3.0):
        for count in range(2, _MOST_LINES + 1):
            found = _best(title, places, count, shortest)
            if found is not None:
                return found
    return _even(title)


def title_width(text: str) -> float:
    """The width in full-width characters; Latin letters and digits count a half."""
    return sum(0.5 if is_latin(character) or character == " " else 1.0 for character in text)


def _fits(line: str) -> bool:
    """Whether a line fits the type area, with the gaps that editors leave beside digits."""
    gaps = sum(gap_before(line, index) for index in range(len(line)))
    return sum(_widths(line)) + 0.25 * gaps <= LIMIT


def _widths(text: str) -> list[float]:
    """Digits of heavy type are wider than half an em."""
    return [0.6 if is_latin(character) or character == " " else 1.0 for character in text]


def _best(title: str, places: dict[int, float], count: int, shortest: float) -> tuple[str, ...] | None:
    """The cheapest division into `count` lines that fit and have at least `shortest` characters, or None."""
    best: tuple[float, tuple[str, ...]] | None = None
    for edges in _divisions(title, sorted(places), count):
        lines = tuple(title[a:b].strip() for a, b in pairwise(edges))
        widths = [title_width(line) for line in lines]
        if min(widths) < shortest:
            continue
        cost = _imbalance(widths) + sum(places[place] for place in edges[1:-1])
        if best is None or cost < best[0]:
            best = cost, lines
    return None if best is None else best[1]


def _divisions(title: str, places: list[int], count: int, start: int = 0) -> Iterator[tuple[int, ...]]:
    """The edges of all divisions into `count` lines that fit."""
    if sum(_widths(title[start:])) > count * LIMIT:
        return
    if count == 1:
        yield start, len(title)
        return
    for place in places:
        if place > start:
            if not _fits(title[start:place]):
                return
            for rest in _divisions(title, places, count - 1, place):
                yield start, *rest


def _imbalance(widths: list[float]) -> float:
    mean = sum(widths) / len(widths)
    cost = sum((width - mean) ** 2 for width in widths) / len(widths)
    # A waist (long, short, long) is neither a trapezoid nor a rhombus.
    waist = any(b < a and b < c for a, b, c in zip(widths, widths[1:], widths[2:], strict=False))
    return cost + (30.0 if waist else 0.0)


def _places(title: str) -> dict[int, float]:
    """Each place where a line may start, with its price."""
    kept = _inside_words(title)
    depth = 0
    places: dict[int, float] = {}
    for index in range(1, len(title)):
        before, after = title[index - 1], title[index]
        depth += (before in "《“（") - (before in "》”）")
        latin = is_latin(before) and is_latin(after)
        if index in kept or latin or before in NOT_LAST or after in NOT_FIRST:
            continue
        places[index] = _price(title, index, depth)
    return places


def _price(title: str, index: int, depth: int) -> float:
    price = 12.0
    if title.endswith(_GOOD_END, 0, index):
        price -= 12.0 if title.endswith("关于", 0, index) else 4.0 if title[index - 1] in "州省市县" else 8.0
    if title.startswith(_GOOD_START, index):
        price -= 4.0 if title[index] != "的" else -10.0
    if title[index].isdigit() or title[index - 1].isdigit():
        price += 4.0 if title[index].isdigit() else 12.0
    return price + (8.0 if depth > 0 else 0.0)


def _inside_words(title: str) -> set[int]:
    """The places inside a word that is kept whole."""
    inside: set[int] = set()
    for word in _words():
        start = title.find(word)
        while start >= 0:
            inside.update(range(start + 1, start + len(word)))
            start = title.find(word, start + 1)
    return inside


@cache
def _words() -> tuple[str, ...]:
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def _even(title: str) -> tuple[str, ...]:
    """A title too long or too stubborn for sense: as few lines as can be, as even as can be."""
    widths, gaps = _widths(title), [0.25 * gap_before(title, index) for index in range(len(title))]
    room, found = LIMIT, breaks(title, widths, gaps, LIMIT, LIMIT)
    while room > 2.5:
        narrower = breaks(title, widths, gaps, room - 0.5, room - 0.5)
        if len(narrower) > len(found):
            break
        room, found = room - 0.5, narrower
    return tuple(title[a:b] for a, b in pairwise([0, *found, len(title)]))
