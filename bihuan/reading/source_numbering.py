"""The numbers that Word writes before list paragraphs by itself: they are in no paragraph's text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bihuan.reading.outline_marks import chinese

Attributes = dict[str, str]
_CHINESE = frozenset(
    {
        "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
        "taiwaneseCountingThousand", "ideographDigital", "chineseLegalSimplified",
    }
)  # fmt: skip
_SILENT = frozenset({"bullet", "none"})
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    words: str = ""
    start: int = 1


@dataclass(slots=True)
class _List:
    """One list: its levels, and the key under which its counters run (lists of one design count on together)."""

    key: str
    levels: dict[int, _Level] = field(default_factory=dict)


def _whole(value: str | None) -> int:
    return int(value) if value and re.fullmatch(r"-?[0-9]{1,6}", value) else 0


class StyleReader:
    """Reads which paragraph styles are numbered, from styles.xml."""

    def __init__(self) -> None:
        self._styles: dict[str, tuple[str, str]] = {}
        self._style: str | None = None
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "style":
            self._style = attributes.get("styleId")
        elif name == "numPr":
            self._inside = True
        elif self._inside and self._style and name in ("numId", "ilvl"):
            number, level = self._styles.get(self._style, ("", "0"))
            value = attributes.get("val", "")
            self._styles[self._style] = (value, level) if name == "numId" else (number, value)

    def end(self, name: str) -> None:
        if name == "numPr":
            self._inside = False
        elif name == "style":
            self._style = None

    def paragraph_styles(self) -> dict[str, tuple[str, str]]:
        """Style id → (list number, level)."""
        return self._styles


class NumberingReader:
    """Reads the lists of numbering.xml."""

    def __init__(self) -> None:
        self._designs: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._design: str | None = None
        self._list: str | None = None
        self._level: _Level | None = None
        self._override: int | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        if name == "abstractNum":
            self._design = attributes.get("abstractNumId", "")
            self._designs[self._design] = {}
        elif name == "lvl" and self._design is not None:
            self._level = _Level()
            self._designs[self._design][_whole(attributes.get("ilvl"))] = self._level
        elif name == "num":
            self._list = attributes.get("numId", "")
        elif name == "abstractNumId" and self._list is not None:
            self._lists[self._list] = (value, {})
        elif name == "lvlOverride":
            self._override = _whole(attributes.get("ilvl"))
        elif name == "startOverride" and self._list in self._lists and self._override is not None:
            self._lists[self._list][1][self._override] = _whole(value)
        elif self._level is not None:
            self._design_of(self._level, name, value)

    @staticmethod
    def _design_of(level: _Level, name: str, value: str) -> None:
        if name == "numFmt":
            level.format = value
        elif name == "lvlText":
            level.words = value
        elif name == "start":
            level.start = _whole(value)

    def end(self, name: str) -> None:
        if name == "abstractNum":
            self._design = None
        elif name == "lvl":
            self._level = None
        elif name == "num":
            self._list = None

    def numbers(self) -> dict[str, _List]:
        """List number → its design; a list that starts anew has counters of its own."""
        lists: dict[str, _List] = {}
        for number, (design, starts) in self._lists.items():
            levels = {
                at: _Level(level.format, level.words, starts.get(at, level.start))
                for at, level in self._designs.get(design, {}).items()
            }
            lists[number] = _List(f"list {number}" if starts else f"design {design}", levels)
        return lists


class Numbering:
    """Counts the list paragraphs as they come and gives the marker each would show."""

    def __init__(self, lists: dict[str, _List], styles: dict[str, tuple[str, str]]) -> None:
        self._lists, self._styles = lists, styles
        self._counts: dict[str, dict[int, int]] = {}

    def marker(self, style: str | None, number: str | None, level: str | None) -> str:
        """The marker's text (一、 or 1.), empty for unnumbered and bulleted paragraphs."""
        inherited = self._styles.get(style or "", ("", "0"))
        chosen = self._lists.get(number if number is not None else inherited[0])
        at = _whole(level if level is not None else inherited[1])
        if chosen is None or at not in chosen.levels:
            return ""
        counts = self._counts.setdefault(chosen.key, {})
        counts[at] = counts.get(at, chosen.levels[at].start - 1) + 1
        for deeper in [other for other in counts if other > at]:
            del counts[deeper]
        if chosen.levels[at].format in _SILENT:
            return ""

        def shown(found: re.Match[str]) -> str:
            other = int(found.group(1)) - 1
            design = chosen.levels.get(other, _Level())
            return _printed(counts.get(other, design.start), design.format)

        words = re.sub("%([1-9])", shown, chosen.levels[at].words[:40])
        return words + (" " if words[-1:].isdigit() else "")


def _printed(number: int, design: str) -> str:
    if design in _CHINESE:
        return chinese(number)
    if design == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if design == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if design == "decimalZero":
        return f"{number:02d}"
    if design in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((65 if design == "upperLetter" else 97) + number - 1)
    if design in ("upperRoman", "lowerRoman") and 1 <= number < 200:
        roman = _roman(number)
        return roman.upper() if design == "upperRoman" else roman
    return str(number)


def _roman(number: int) -> str:
    pieces: list[str] = []
    for value, letters in _ROMAN:
        while number >= value:
            pieces.append(letters)
            number -= value
    return "".join(pieces)
