"""The pages of handing in, made of what the queries say: the layout with its fields, the preview, a return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bihuan.lib.words import say
from bihuan.statistics.queries import Backing, FillPage, Known, Line, Side
from bihuan.statistics.rules import Cell, Choice, Handed, Outcome
from bihuan.statistics.sheet import Box, drawn

Tone = Literal["plain", "info", "good", "warn", "bad"]
STATES: dict[Outcome, tuple[str, str, str]] = {
    Outcome.FAULT: ("有误", "at fault", "bad"),
    Outcome.CONFLICT: ("与记录不同", "differs", "warn"),
    Outcome.NEW: ("新的，成为记录", "new: becomes a record", "good"),
    Outcome.CORRECTED: ("更正上次所填", "corrects what was handed in", "info"),
    Outcome.EMPTIED: ("撤回上次所填", "takes back what was handed in", "info"),
    Outcome.KNOWN: ("记录已有，相同", "known, the same", "plain"),
    Outcome.BLANK: ("空着", "left blank", "plain"),
}
HANDED_WORDS: dict[Handed, tuple[str, str, Tone]] = {
    Handed.IN: ("已报", "handed in", "info"),
    Handed.RETURNED: ("已退回待重报", "returned", "warn"),
    Handed.ACCEPTED: ("已审核", "accepted", "good"),
}


def state_words(state: str) -> tuple[str, Tone]:
    """Where a return stands, in words, with its tone."""
    zh, en, tone = HANDED_WORDS[Handed(state)]
    return say(zh, en), tone


@dataclass(frozen=True, slots=True)
class Field:
    """A box as the page draws it: words; a number that is known; or a field, with what stands in it and its fault."""

    box: Box
    cell: Cell | None = None
    known: Known | None = None
    open: bool = False
    value: str = ""
    fault: str = ""

    @property
    def label(self) -> str:
        return self.cell.label if self.cell else ""


def fields(
    found: FillPage, posted: Mapping[str, str] | None = None, faults: Mapping[str, tuple[str, str]] | None = None
) -> list[list[Field]]:
    """The layout of a form with its fields.

    Args:
        posted: what was typed, where it could not be taken.
        faults: what is wrong with it, by address.
    """
    version, definition = found.page.version, found.page.definition
    cells = {cell.at: cell for cell in definition.cells}
    wrong = faults or {}

    def made(box: Box) -> Field:
        cell = cells.get(box.at)
        if cell is None:
            return Field(box)
        open_ = found.open(cell)
        value = posted.get(cell.at, "")[:60] if posted is not None else found.value(cell)
        fault = say(*wrong[cell.at]) if cell.at in wrong else ""
        return Field(box, cell, found.page.cells[cell.at], open_, value if open_ else "", fault)

    grid = drawn(bytes(version.workbook), definition.sheet)
    return [[made(box) for box in row] for row in grid.rows]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the preview."""

    item: Line
    words: str
    tone: str

    @property
    def cell(self) -> Cell:
        return self.item.given.cell

    @property
    def fault(self) -> str:
        return say(*self.item.given.fault) if self.item.given.fault else ""

    @property
    def hint(self) -> str:
        return say(*self.item.given.hint) if self.item.given.hint else ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that differs: both sides with their sources, and what may be done."""

    line: Line
    sources: Sequence[Backing]
    options: Sequence[tuple[str, str, bool]]

    @property
    def more(self) -> int:
        """Records behind it that are not told."""
        return max(self.line.known.count - len(self.sources), 0)


def conflicts(
    lines: Sequence[Line], behind: Mapping[str, Sequence[Backing]], chosen: Mapping[str, str]
) -> list[Conflict]:
    """What differs, with what was chosen so far."""
    return [
        Conflict(
            line,
            behind.get(line.at, ()),
            [(choice.value, _option(line, choice), chosen.get(line.at) == choice) for choice in line.choices],
        )
        for line in lines
    ]


def _option(line: Line, choice: Choice) -> str:
    unit = line.given.cell.classifiers[0]
    beyond = format(abs(line.beyond).normalize(), "f")
    if choice is Choice.RECORDS:
        return say("以记录为准，表里的数不用", "the records hold; what the table says is left")
    if choice is Choice.ADD:
        zh = f"都对：还有 {beyond}{unit} 没有记录，补记下来"
        return say(zh, f"both hold: {beyond} more are not on record yet, file them")
    if choice is Choice.CORRECT:
        more = line.beyond > 0
        zh = f"以表为准：上次本表所填的数{'加' if more else '减'} {beyond}{unit}"
        return say(zh, f"the table holds: what it said before is {'raised' if more else 'lowered'} by {beyond}")
    zh = "两个数都留着：记录不动，表里的数作为本单位上报数另存"
    return say(zh, "keep both: the records stay, the table's is kept as what the unit states")


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of a return: its cell, what was written, what the records said then and say now."""

    side: Side

    @property
    def label(self) -> str:
        return self.side.cell.label
