"""What the page of a bulletin shows: each number with the way to the matters behind it, and how it moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from bihuan.lib.words import say
from bihuan.loop.flows import Light
from bihuan.supervision.bulletin_rules import CHANGES, LIGHTS, NAMES, Change, percent
from bihuan.supervision.light_rules import COLOURS
from bihuan.supervision.queries import Line, Table

COLUMNS = (
    "total", "due", "done", "rate", "on_schedule", "behind", "overdue", "answered", "not_started", "suspended",
    "extended", "finished", "notices",
)  # fmt: skip
MOST_SHOWN = 8  # matters of one kind of change, before they are opened


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a unit. `note`: how it moved, or what it holds. `quiet`: nothing to see."""

    name: str
    label: str
    printed: str
    url: str
    note: str = ""
    quiet: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Lamp:
    colour: str
    name: str
    count: int
    url: str


@dataclass(frozen=True)
class ShownLine:
    """A line of the table."""

    line: Line
    cells: Sequence[Cell]
    lamps: Sequence[Lamp]

    @property
    def name(self) -> str:
        return self.line.unit.name if self.line.unit else say("合计", "All together")


@dataclass(frozen=True)
class ShownChange:
    """What became of matters since the month before, of one kind: the first few, and the rest."""

    title: str
    tone: str
    named: Sequence[tuple[str, Change]]
    more: Sequence[tuple[str, Change]]
    count: int


@dataclass(frozen=True)
class ShownTable:
    lines: Sequence[ShownLine]
    all: ShownLine
    changes: Sequence[ShownChange]
    ranked: bool

    @property
    def heads(self) -> list[str]:
        return [say(*NAMES[name]) for name in COLUMNS]


def shown(table: Table, *, key: int | None) -> ShownTable:
    """A table, laid out. `key`: of the bulletin; None for a preview, whose numbers lead nowhere yet."""
    lines = [_line(line, key) for line in table.lines]
    return ShownTable(lines, _line(table.all, key), list(_changes(table)), any(line.rank for line in table.lines))


def _line(line: Line, key: int | None) -> ShownLine:
    lamps = [
        Lamp(name, say(*COLOURS[Light(name)]), count, _url(line, key, name))
        for name in reversed(LIGHTS)
        if (count := line.row.counts[name])
    ]
    return ShownLine(line, [_cell(line, key, name) for name in COLUMNS], lamps)


def _url(line: Line, key: int | None, count: str) -> str:
    if key is None:
        return ""
    asked = {"unit": str(line.row.unit)} if line.row.unit is not None else {}
    return f"/supervision/bulletins/{key}/matters/?{urlencode(asked | {'count': count})}"


def _cell(line: Line, key: int | None, name: str) -> Cell:
    label, counts = say(*NAMES[name]), line.row.counts
    if name == "rate":
        quiet = line.row.rate is None
        return Cell(name, label, line.rate, "" if quiet else _url(line, key, "due"), _points(line.moved), quiet)
    if name == "notices":
        return Cell(name, label, str(line.row.notices), "", quiet=not line.row.notices)
    note, number = "", counts[name]
    if name == "done" and counts["done_late"]:
        note = say(f"逾期完成{counts['done_late']}", f"{counts['done_late']} late")
    if name == "overdue" and line.more_overdue:
        note = _compared(f"{line.more_overdue:+d}")
    tone = "bad" if name == "overdue" and number else "warn" if name == "behind" and number else ""
    return Cell(name, label, str(number), _url(line, key, name) if number else "", note, not number and not note, tone)


def _points(moved: Decimal | None) -> str:
    return "" if not moved else _compared(f"{moved.normalize():+f}")


def _compared(change: str) -> str:
    return say(f"较上月{change}", f"{change} on last month")


_TONES = {"fell_due": "bad", "still": "bad", "caught_up": "good", "reopened": "warn"}


def _changes(table: Table) -> Iterator[ShownChange]:
    for kind, found in table.changed:
        named = [(table.units[change.unit].name, change) for change in found]
        tone = _TONES.get(kind, "plain")
        yield ShownChange(say(*CHANGES[kind]), tone, named[:MOST_SHOWN], named[MOST_SHOWN:], len(found))


def count_name(count: str) -> str:
    """What a number of a bulletin is called."""
    return say(*NAMES[count])


__all__ = ["COLUMNS", "Cell", "ShownTable", "count_name", "percent", "shown"]
