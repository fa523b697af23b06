"""The division of work (分工) as it is printed: what many units have to do alike stands on one row. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

LONGEST_NAMES = 12  # units named one by one on a row; more are counted


@dataclass(frozen=True, slots=True)
class Line:
    """One duty as a table shows it: names, no keys."""

    section: str
    title: str
    requirement: str
    unit: str
    assisting: tuple[str, ...]
    leader: str
    office: str
    owner: str
    limit: str

    @property
    def people(self) -> tuple[str, ...]:
        """Leader, section and person in charge, those that are named."""
        return tuple(part for part in (self.leader, self.office, self.owner) if part)

    @property
    def in_charge(self) -> str:
        return "、".join(self.people)

    @property
    def helping(self) -> str:
        return "、".join(self.assisting)


@dataclass(frozen=True, slots=True)
class Row:
    """Duties that differ in nothing but their units. `units`: how the row calls them."""

    number: int
    line: Line
    units: str
    count: int


def limit_text(first: dt.date | None, due: dt.date | None, words: str) -> str:
    """A time limit as it is printed: its own words where they say no single day, else 6月16日前, 6月1日至30日."""
    if words:
        return words
    if due is None:
        return first.strftime("%-m月%-d日起") if first else ""
    end = f"{due.month}月{due.day}日"
    if first is None or first == due:
        return f"{end}前" if first is None else end
    return f"{first.month}月{first.day}日至" + (f"{due.day}日" if first.month == due.month else end)


def rows(lines: Iterable[Line], lists: Mapping[str, Sequence[str]]) -> list[Row]:
    """The rows of the printed table. `lists`: the names of lists of units with the units' names: a row of all of them
    is called by the list's name, and so is who helps: the unit that leads helps itself anyway."""
    called = {frozenset(units): name for name, units in lists.items() if len(units) > 1}
    named = (replace(line, assisting=_helping(line, called)) for line in lines)
    found = []
    for number, (_key, group) in enumerate(groupby(named, _alike), 1):
        same = list(group)
        units = list(dict.fromkeys(line.unit for line in same))
        found.append(Row(number, same[0], _called(units, called), len(same)))
    return found


def _alike(line: Line) -> tuple[object, ...]:
    """What is equal on one row. Who answers for it is each unit's own, and stands apart."""
    people = (line.leader, line.office, line.owner)
    return line.section, line.title, line.requirement, line.limit, line.assisting, people


def _helping(line: Line, called: Mapping[frozenset[str], str]) -> tuple[str, ...]:
    """Who helps, lists that are there as a whole by their name, the longest first."""
    left = list(dict.fromkeys(line.assisting))
    names = []
    for units in sorted(called, key=len, reverse=True):
        others = units - {line.unit}
        if others and others <= set(left):
            names.append(called[units])
            left = [unit for unit in left if unit not in units]
    return (*names, *left)


def _called(units: Sequence[str], called: Mapping[frozenset[str], str]) -> str:
    if name := called.get(frozenset(units)):
        return name
    if len(units) > LONGEST_NAMES:
        return "、".join(units[:LONGEST_NAMES]) + f"等{len(units)}个单位"
    return "、".join(units)
