"""Where lines break: one rule for both writers, so that the PDF and the DOCX have the same lines.

The rule is the plain one of word processors with `kinsoku` on, hanging punctuation off and punctuation not compressed:
fill the line; the first character that does not fit starts the next one, unless it must not start a line (or its
neighbour must not end one), then one more goes with it. A run of Latin letters and digits is not divided, unless it
fills a line alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Must not start a line. The DOCX carries the same two lists (w:noLineBreaksBefore / After), so that editors agree with
#: them.
NOT_FIRST: Final = "!%),.:;>?]}¢¨°·ˇˉ—―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
#: Must not end a line.
NOT_LAST: Final = "#$(+[{£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥"
#: Marks that Chinese and Latin type share.
SHARED_MARKS: Final = "“”‘’—…‰′″‖·°±×÷§¨"
#: A Latin run may be divided after these.
_DIVIDES_AFTER: Final = "-/?&="
_ROUNDING_PT: Final = 0.01


def breaks(text: str, widths: Sequence[float], gaps: Sequence[float], first: float, rest: float) -> list[int]:
    """Where the lines of a paragraph start, the first (0) left out.

    `widths` and `gaps` have one entry per character, in points: its width, and the gap before it where it does not
    start a line. `first` and `rest` are the room of the first and of the later lines. An empty text has no breaks; a
    character wider than its line stands alone.
    """
    starts: list[int] = []
    start, room = 0, first
    while True:
        end = _overflow(text, widths, gaps, start, room)
        if end is None:
            return starts
        start = _allowed(text, start, end)
        starts.append(start)
        room = rest


def _overflow(text: str, widths: Sequence[float], gaps: Sequence[float], start: int, room: float) -> int | None:
    """The first character that does not fit; a space at the end of a line needs no room."""
    used = -gaps[start] if start < len(text) else 0.0
    for index in range(start, len(text)):
        used += gaps[index] + widths[index]
        if used > room + _ROUNDING_PT and text[index] != " ":
            return max(index, start + 1)
    return None


def _allowed(text: str, start: int, end: int) -> int:
    """The last place at or before `end` where a line may start; `end` itself when there is none."""
    place = end
    while place > start:
        if not _inside_run(text, place) and not _forbidden(text, place):
            return place
        place -= 1
    return end


def _forbidden(text: str, place: int) -> bool:
    return text[place] in NOT_FIRST or text[place - 1] in NOT_LAST


def _inside_run(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    divides = before in _DIVIDES_AFTER and not (before == "-" and after.isdigit())
    return is_latin(before) and is_latin(after) and not divides


def is_latin(character: str) -> bool:
    """Whether a character is set in the Latin font: letters with and without accents, digits and ASCII marks; no space.

    The curly quotes, the dash and the ellipsis are not: in Chinese they are full-width marks.
    """
    return "!" <= character <= "~" or "\u00c0" <= character <= "\u024f"


def gap_before(text: str, index: int) -> bool:
    """Whether a small gap divides two characters: between a Han character and a Latin letter or digit, as editors do
    it.
    """
    if index == 0:
        return False
    before, after = text[index - 1], text[index]
    return before.isalnum() and after.isalnum() and is_latin(before) != is_latin(after)
