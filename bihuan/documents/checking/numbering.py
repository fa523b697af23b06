"""Automatic numbering: the marker that a word processor prints before a paragraph but does not store in its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bihuan.documents.checking.package import w
from bihuan.documents.checking.styles import number

_DIGITS: Final = "〇一二三四五六七八九"
_CHINESE: Final = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
}


@dataclass(slots=True)
class _Level:
    form: str
    text: str
    start: int
    paragraph: etree._Element | None


@dataclass(slots=True)
class Numbering:
    """Counters of all lists of a paper. ``marker`` must be called once a paragraph, in the order of the text."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: etree._Element | None) -> Numbering:
        """From the root of numbering.xml, which may be missing."""
        made = cls()
        if root is None:
            return made
        levels = {
            element.get(w("abstractNumId"), ""): {
                int(number(child.get(w("ilvl"))) or 0): _level(child) for child in element.findall(w("lvl"))
            }
            for element in root.findall(w("abstractNum"))
        }
        for element in root.findall(w("num")):
            pointer = element.find(w("abstractNumId"))
            target = pointer.get(w("val"), "") if pointer is not None else ""
            identity = element.get(w("numId"), "")
            made.lists[identity] = dict(levels.get(target, {}))
            overridden = False
            for override in element.findall(w("lvlOverride")):
                index, level = int(number(override.get(w("ilvl"))) or 0), override.find(w("lvl"))
                overridden = True
                if level is not None:
                    made.lists[identity][index] = _level(level)
            made.abstract[identity] = f"{target}/{identity}" if overridden else target
        return made

    def paragraph(self, place: tuple[str, int] | None) -> etree._Element | None:
        """The paragraph properties of a list's level, for indents."""
        level = self.lists.get(place[0], {}).get(place[1]) if place is not None else None
        return level.paragraph if level is not None else None

    def marker(self, place: tuple[str, int] | None) -> str:
        """The next marker of this list and level, counted on; empty for none and for bullets."""
        if place is None or place[1] not in self.lists.get(place[0], {}):
            return ""
        levels, index = self.lists[place[0]], place[1]
        counts = self._counts.setdefault(self.abstract.get(place[0], place[0]), {})
        counts[index] = counts.get(index, levels[index].start - 1) + 1
        for deeper in [level for level in counts if level > index]:
            del counts[deeper]
        if levels[index].form in ("bullet", "none"):
            return ""
        text = levels[index].text
        for level in range(9):
            if f"%{level + 1}" in text and level in levels:
                value = counts.get(level, levels[level].start)
                text = text.replace(f"%{level + 1}", _printed(value, levels[level].form))
        return text[:40]


def _level(element: etree._Element) -> _Level:
    def value(name: str, default: str) -> str:
        child = element.find(w(name))
        return child.get(w("val"), default) if child is not None else default

    return _Level(
        value("numFmt", "decimal"), value("lvlText", ""), int(number(value("start", "1")) or 0), element.find(w("pPr"))
    )


def _printed(value: int, form: str) -> str:
    if form in _CHINESE and 0 < value < 100:
        tens, ones = divmod(value, 10)
        head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
        return head + (_DIGITS[ones] if ones else "")
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    if form == "decimalEnclosedCircleChinese" and 0 < value <= 20:
        return chr(0x245F + value)
    return str(value)
