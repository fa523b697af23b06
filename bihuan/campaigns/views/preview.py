"""What the preview of a division of work shows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bihuan.campaigns.incoming import WORDS
from bihuan.lib.words import say
from bihuan.reading.division.duty import FIELD_WORDS, Column, Field, TableRead

if TYPE_CHECKING:
    from bihuan.campaigns.incoming import Incoming, Line, Meaning
    from bihuan.campaigns.models import UnitList
    from bihuan.org.models import Unit

ROWS = 50
MOST_UNITS = 300  # of the directory, offered for a name that is not sure
MOST_NAMES = 200  # to be chosen on one page; those that are most in doubt come first
_SHOWS = ("unsure", "all", "left", "unread")


@dataclass(frozen=True, slots=True)
class Tab:
    show: str
    words: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A name with what may be chosen for it."""

    number: int
    meaning: Meaning
    means: str  # in words
    options: Sequence[tuple[str, str, bool]]  # value, words, chosen


@dataclass(frozen=True, slots=True)
class Shown:
    """A row, with the names of the units that lead."""

    line: Line
    units: str


class Preview:
    """One page of a preview: names to choose, columns, and at most `ROWS` of its rows."""

    def __init__(
        self, found: Incoming, units: Sequence[Unit], lists: Sequence[UnitList], asked: Mapping[str, str]
    ) -> None:
        self.found, self.lists = found, lists
        self._units = {unit.pk: unit for unit in units}
        default = "unsure" if found.unsure else "all"
        self.show = asked.get("show", "") if asked.get("show") in _SHOWS else default
        at = asked.get("page", "")
        self._page = int(at) if at.isascii() and at.isdecimal() and len(at) < 6 else 0

    @cached_property
    def tabs(self) -> list[Tab]:
        found = self.found
        left = [line for line in found.lines if line.left_out]
        counted = (
            ("unsure", say("请核对", "to look at"), len(found.unsure)),
            ("all", say("全部", "all"), len(found.lines)),
            ("left", say("不导入", "left out"), len(left)),
            ("unread", say("没有读成任务的行", "rows that are no duties"), len(found.read.unread)),
        )
        return [Tab(show, words, count, show == self.show) for show, words, count in counted]

    @cached_property
    def _chosen(self) -> list[Line]:
        lines = self.found.lines
        if self.show == "unsure":
            return list(self.found.unsure)
        return [line for line in lines if line.left_out] if self.show == "left" else list(lines)

    @property
    def rows(self) -> list[Shown]:
        start = self._page * ROWS
        return [Shown(line, self._names(line.units)) for line in self._chosen[start : start + ROWS]]

    @property
    def here(self) -> str:
        return f"?show={self.show}&page={self._page}"

    @property
    def previous_url(self) -> str:
        return f"?show={self.show}&page={self._page - 1}" if self._page else ""

    @property
    def next_url(self) -> str:
        return f"?show={self.show}&page={self._page + 1}" if (self._page + 1) * ROWS < len(self._chosen) else ""

    @cached_property
    def choices(self) -> list[Choice]:
        """The names that somebody should look at, and those that were chosen."""
        open_names = [item for item in self.found.names if not item.sure or item.candidates or item.group]
        return [self._choice(number, item) for number, item in enumerate(open_names[:MOST_NAMES])]

    @property
    def unsure_names(self) -> int:
        return sum(not item.sure for item in self.found.names)

    def _choice(self, number: int, item: Meaning) -> Choice:
        options = [(WORDS, say("照录名称，不对应单位", "keep the name, no unit"))]
        units = () if item.choice.startswith("list") else item.units[:1]
        more = () if item.sure and item.choice != WORDS else list(self._units)[:MOST_UNITS]
        keys = dict.fromkeys((*units, *item.candidates, *more))
        options += [(f"unit:{key}", self._units[key].name) for key in keys if key in self._units]
        options += [(f"list:{row.pk}", say(f"名单：{row.name}", f"list: {row.name}")) for row in self.lists]
        marked = [(value, words, value == item.choice) for value, words in options]
        return Choice(number, item, self._names(item.units), marked)

    def _names(self, keys: Sequence[int]) -> str:
        names = [self._units[key].short_name or self._units[key].name for key in keys if key in self._units]
        more = say(f"等 {len(names)} 个单位", f" and others, {len(names)} in all") if len(names) > 6 else ""
        return "、".join(names[:6]) + more

    @cached_property
    def tables(self) -> list[tuple[TableRead, list[tuple[Column, list[tuple[str, str, bool]]]]]]:
        """The tables with what each column may mean."""
        return [
            (table, [(column, self._fields(column)) for column in table.columns]) for table in self.found.read.tables
        ]

    @property
    def unsure_columns(self) -> int:
        return sum(not column.sure for table in self.found.read.tables for column in table.columns)

    def _fields(self, column: Column) -> list[tuple[str, str, bool]]:
        return [(field.value, say(*FIELD_WORDS[field]), field is column.field) for field in Field]
