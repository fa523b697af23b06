"""One row of a roster with what comes of it, and the whole of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from bihuan.lib.filled import Fault
from bihuan.lib.words import say
from bihuan.org.roster.known import RoleAt
from bihuan.org.roster.table import Note, Row

UnitKey = int | tuple[int, str]  # a unit that there is, or region and name of one to be opened


class State(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULT = "fault"
    LEFT = "left"  # not wanted


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a row is about: somebody who is known, or somebody new, told apart by `key`."""

    known: int | None
    key: tuple[object, ...] = ()


@dataclass
class Planned:
    """One row with what comes of it. `does`: in both languages, one thing each."""

    row: Row
    left: bool = False
    faults: list[Fault] = field(default_factory=list)
    does: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unit: UnitKey | None = None
    match: Match | None = None
    name: str = ""  # the person's new name, where it changes
    phone: str = ""  # the new number, where it changes
    opens_unit: bool = False
    post: int | None = None  # the post that there is
    opens_post: bool = False
    roles: frozenset[RoleAt] = frozenset()  # to be granted

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def about(self) -> str:
        """What the row is about, in short."""
        return " ".join(filter(None, (self.row["name"], self.row["unit"], self.row["section"], self.row["title"])))

    @property
    def brand_new(self) -> bool:
        """Whether the unit, or the person, is not there yet."""
        return self.match.known is None if self.match else self.opens_unit

    @property
    def state(self) -> State:
        if self.left:
            return State.LEFT
        if self.faults:
            return State.FAULT
        if not self.does:
            return State.SAME
        return State.NEW if self.brand_new else State.CHANGED

    @property
    def acts(self) -> bool:
        """Whether something is to be written for this row."""
        return self.state in (State.NEW, State.CHANGED)

    @property
    def said(self) -> list[str]:
        return [say(*words) for words in self.does]

    def fault(self, column: str, zh: str, en: str) -> None:
        self.faults.append(Fault(self.row.cell(column), zh, en))

    def faulty(self, column: str) -> bool:
        """Whether something is wrong with that cell already."""
        return any(fault.cell == self.row.cell(column) for fault in self.faults)

    def missing(self, column: str, head: str) -> None:
        """Say that a cell is empty, unless what stood there is at fault already."""
        if not self.row[column] and not self.faulty(column):
            self.fault(column, f"“{head}”没有填", f"{head} is empty")


@dataclass(frozen=True)
class Plan:
    """The whole roster, planned."""

    rows: list[Planned]
    notes: list[Note]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(item.state for item in self.rows)
        return {state.value: counted[state] for state in State}

    @property
    def acting(self) -> list[Planned]:
        return [item for item in self.rows if item.acts]

    @property
    def new_units(self) -> list[str]:
        """The names of units that are to be opened."""
        return sorted({item.unit[1] for item in self.acting if isinstance(item.unit, tuple)})

    @property
    def digest(self) -> str:
        """The same as long as the same would be done: what was shown is what is written."""
        told = [(item.key, item.state.value, [zh for zh, _en in item.does]) for item in self.rows]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]
