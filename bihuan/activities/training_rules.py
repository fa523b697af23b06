"""Study and training: who of a roster was reached, who is missing, which certificate holds. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

G = TypeVar("G", bound=Hashable)
SOON_DAYS = 60  # a certificate that ends within so many days is spoken of


@dataclass(frozen=True, slots=True)
class Coverage:
    """People reached, of the people on a roster. Each counts once, however many sessions they came to."""

    reached: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.reached <= self.of:
            raise ValueError(f"{self.reached} of {self.of}")

    @property
    def missing(self) -> int:
        return self.of - self.reached

    @property
    def rate(self) -> Fraction | None:
        """From 0 to 1; None where nobody is on the roster: there is nothing to be a part of."""
        return Fraction(self.reached, self.of) if self.of else None

    @property
    def percent(self) -> str:
        """To a tenth, rounded down, so that 100 % is said only where nobody is missing; "" where there is no rate."""
        if self.rate is None:
            return ""
        tenths = int(self.rate * 1000)
        return f"{tenths // 10}.{tenths % 10}".removesuffix(".0") + "%"

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.reached + other.reached, self.of + other.of)


@dataclass(frozen=True)
class Reached(Generic[G]):
    """How far a roster was reached: as a whole, by group, and who is missing, in the roster's order."""

    whole: Coverage
    groups: Mapping[G, Coverage]
    missing: tuple[int, ...]


def reached(roster: Iterable[tuple[int, G]], came: Iterable[int]) -> Reached[G]:
    """Hold who came against a roster.

    Args:
        roster: entries and the group of each; an entry that is listed twice counts once.
        came: entries that came to a session; who is not on the roster counts for nothing.
    """
    once = dict(roster)
    there = set(came)
    groups: dict[G, Coverage] = defaultdict(lambda: Coverage(0, 0))
    for entry, group in once.items():
        groups[group] += Coverage(int(entry in there), 1)
    whole = sum(groups.values(), Coverage(0, 0))
    return Reached(whole, dict(groups), tuple(entry for entry in once if entry not in there))


def holds(issued_on: dt.date, valid_until: dt.date | None, day: dt.date) -> bool:
    """Whether a certificate holds on a day; without an end it holds for good."""
    return issued_on <= day and (valid_until is None or day <= valid_until)


def ends_soon(valid_until: dt.date | None, day: dt.date) -> bool:
    """Whether it still holds, but not for long."""
    return valid_until is not None and day <= valid_until <= day + dt.timedelta(days=SOON_DAYS)


def read_people(text: str) -> list[tuple[str, str, str]]:
    """Name, unit and duty of each line of a pasted list; what is missing is "". Blank lines are passed over.

    "马一\t康乐县应急局\t局长", "马一，康乐县应急局，局长", "马一": what a table or a person writes.
    """
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, unit, duty, *_rest = [*(part.strip() for part in re.split(r"[\t,，;；]", line)), "", ""]
        found.append((name, unit, duty))
    return found


def missing_text(name: str, whole: Coverage, missing: Iterable[tuple[str, str]], day: dt.date) -> str:
    """Who is missing, by unit, as one pastes it into a group of colleagues (in Chinese, as they are).

    Args:
        missing: unit and name of each, in the roster's order.
    """
    units: dict[str, list[str]] = defaultdict(list)
    for unit, person in missing:
        units[unit or "未写单位"].append(person)
    counts = f"应训 {whole.of} 人，已训 {whole.reached} 人，还有 {whole.missing} 人未参训："
    lines = [f"【{name}】截至 {day.month} 月 {day.day} 日，{counts}"]
    lines += [f"{unit}（{len(people)} 人）：{'、'.join(people)}" for unit, people in units.items()]
    return "\n".join([*lines, "请通知以上人员尽快参加培训。"])
