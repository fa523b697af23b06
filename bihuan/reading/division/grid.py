"""A table as a grid: every place of it leads to the cell that covers it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from bihuan.reading.division.duty import Doubt

MOST_ROWS = 20_000  # of one file
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(slots=True)
class Slot:
    """One cell with its text: where it begins and how far it reaches. `where` names it as the file's program would."""

    text: str
    where: str
    row: int
    column: int
    height: int = 1
    width: int = 1
    doubts: tuple[Doubt, ...] = ()


@dataclass
class Grid:
    """One table of a file. `rows`: for each row the slot that covers each column, None where there is none.
    `row_names`: what each row is called. `above`: the paragraphs between the table before and this one.
    `frame`: another table stands in one of its cells."""

    name: str
    rows: list[list[Slot | None]]
    row_names: list[str]
    above: tuple[str, ...] = ()
    frame: bool = False
    notes: list[Doubt] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @property
    def first(self) -> str:
        """The text of the first cell."""
        slot = self.rows[0][0] if self.rows and self.rows[0] else None
        return slot.text if slot is not None else ""

    def own(self, row: int) -> Iterator[Slot]:
        """The filled cells that begin in a row, from left to right."""
        for column, slot in enumerate(self.rows[row]):
            if slot is not None and slot.row == row and slot.column == column and (slot.text or slot.doubts):
                yield slot

    def at(self, row: int, column: int) -> Slot | None:
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def text(self, row: int) -> str:
        """The row's own words, cells apart by bars."""
        return " | ".join(slot.text for slot in self.own(row) if slot.text)


def plain(text: str) -> str:
    """A cell's text without what nobody sees: odd spaces become spaces, line ends \\n, characters without shape go."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text.strip(" ")
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    text = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\x0c", "\n").replace("\u2028", "\n")))
    text = re.sub(r"[\t\u00a0\u2002-\u200a\u202f\u205f]", " ", text)
    return "\n".join(line for line in (line.strip(" \u3000") for line in text.split("\n")) if line)
