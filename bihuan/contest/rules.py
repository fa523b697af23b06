"""The rules of a contest as data: what a sheet is, what it brings, how many there may be. Pure.

What the contests of past years had as rules is in facts §6.1; the presets say which of it was found and where.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from bihuan.lib.refusals import Refusal

MOST_SHEETS = 20  # a day
MOST_QUESTIONS = 100  # a sheet
MOST_POINTS = 1000  # a question, a bonus
LONGEST = 4 * 60 * 60  # seconds
GRACE_MS = 5000  # for the way of an answer through a slow network, after the time is up


class RulesError(Refusal):
    """Rules that cannot hold together."""


class Counting(StrEnum):
    """Which sheets bring their points."""

    ALL = "all"
    BEST = "best"
    FIRST = "first"


class Per(StrEnum):
    """Within what the best or the first sheet is looked for."""

    DAY = "day"
    CONTEST = "contest"


class ItemState(StrEnum):
    """How far an item of the bank is."""

    DRAFT = "draft"  # 待审核
    REVIEWED = "reviewed"
    IN_USE = "in_use"
    RETIRED = "retired"


class ContestState(StrEnum):
    """How far a contest is. Its days say when sheets count; FROZEN: its numbers stand, nothing is taken in any more."""

    DRAFT = "draft"
    OPEN = "open"
    FROZEN = "frozen"


class TakingPart(StrEnum):
    """Who may take part."""

    OPEN = "open"
    UNIT_CODE = "unit_code"
    ROSTER = "roster"


class Ended(IntEnum):
    """What ended a sheet."""

    HANDED_IN = 1
    TIME = 2  # its participant never handed it in: it brings nothing


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for the sheets of a contest.

    `sheets`: that count, a participant and day. `seconds`: of one sheet, which then hands itself in; 0 where nothing
    ends it. `floor_ms`: a sheet handed in quicker is kept and shown to a person. `valid`: right answers that a sheet
    needs to bring anything. `flat`: the points of a valid sheet, in place of points a question; `flat_below`: of one
    that is not valid.
    """

    sheets: int
    questions: int
    seconds: int
    points: int = 1  # a right answer
    bonus: int = 0  # a sheet without a fault
    valid: int = 0
    flat: int | None = None
    flat_below: int = 0
    counting: Counting = Counting.ALL
    per: Per = Per.DAY
    back: bool = True  # one may go back to a question
    floor_ms: int = 3000
    practice: bool = True  # sheets that bring nothing may be answered, as many as one likes


@dataclass(frozen=True, slots=True)
class Score:
    """What a sheet is worth, whichever others there are."""

    right: int
    points: int


@dataclass(frozen=True, slots=True)
class Before:
    """What a participant had before a sheet: how many sheets, and the most points of one, that day and in all."""

    today: int = 0
    best_today: int = 0
    ever: int = 0
    best_ever: int = 0

    def after(self, points: int) -> Before:
        """The same with one sheet more."""
        return Before(self.today + 1, max(self.best_today, points), self.ever + 1, max(self.best_ever, points))

    def next_day(self) -> Before:
        """The same on the morning after."""
        return Before(0, 0, self.ever, self.best_ever)


def worth(rules: Rules, right: int) -> int:
    """The points of a sheet with so many right answers."""
    if rules.flat is not None:
        return rules.flat if right >= rules.valid else rules.flat_below
    if right < rules.valid:
        return 0
    return right * rules.points + (rules.bonus if right == rules.questions else 0)


def score(rules: Rules, key: Sequence[int], answers: Sequence[int]) -> Score:
    """Score a sheet. `key`, `answers`: one number a question, bit n for the option n; 0: not answered, never right.

    An answer is right when exactly the right options are chosen. Answers beyond the last question count for nothing.
    """
    right = sum(1 for meant, chosen in zip(key, answers, strict=False) if chosen and chosen == meant)
    return Score(right, worth(rules, right))


def counted(rules: Rules, points: int, before: Before) -> int:
    """What a sheet adds to its participant's total, which is the sum of these and of the corrections, never else."""
    if rules.counting is Counting.ALL:
        return points
    many, best = (before.today, before.best_today) if rules.per is Per.DAY else (before.ever, before.best_ever)
    if rules.counting is Counting.FIRST:
        return 0 if many else points
    return max(0, points - best) if many else points


def most(rules: Rules) -> int:
    """The most points that one sheet can bring."""
    return max(worth(rules, right) for right in range(rules.questions + 1))


def ceiling(rules: Rules, days: int) -> int:
    """The most points that one participant can have after so many days: what a total is held against."""
    if days <= 0:
        return 0
    if rules.counting is Counting.ALL:
        return most(rules) * rules.sheets * days
    return most(rules) * (days if rules.per is Per.DAY else 1)


def due(rules: Rules, started: dt.datetime) -> dt.datetime | None:
    """The moment at which a sheet ends; None where nothing ends it."""
    return started + dt.timedelta(seconds=rules.seconds) if rules.seconds else None


def late(rules: Rules, ms: int) -> bool:
    """Whether a sheet comes too late by the server's clock; its way through the network is held against nobody."""
    return bool(rules.seconds) and ms > rules.seconds * 1000 + GRACE_MS


def check(rules: Rules) -> Rules:
    """The same rules. Raises RulesError where they cannot hold together, with what to change."""
    _bounds(rules)
    if rules.valid > rules.questions:
        raise RulesError(
            "rules-valid",
            f"有效答卷要求答对 {rules.valid} 题，一张试卷却只有 {rules.questions} 题。请调低要求或增加题数。",
            f"A valid sheet needs {rules.valid} right answers but has only {rules.questions} questions. "
            "Ask for fewer, or for more questions.",
        )
    if rules.flat is not None and rules.bonus:
        raise RulesError(
            "rules-flat",
            "按卷计分（每卷固定分）时不再有满分加分。请去掉其中一项。",
            "With fixed points a sheet there is no bonus for a sheet without a fault. Leave one of the two out.",
        )
    if most(rules) == 0:
        raise RulesError(
            "rules-worth", "按此规则答对也不得分。请填写每题分值。", "No sheet brings points by these rules."
        )
    if rules.seconds and rules.floor_ms >= rules.seconds * 1000:
        raise RulesError(
            "rules-floor",
            "“过快”的界限不能超过一张试卷的时限。",
            "The time under which a sheet is too quick must lie below the time of a sheet.",
        )
    return rules


_BOUNDS = {
    "sheets": (1, MOST_SHEETS, "每天答卷数", "Sheets a day"),
    "questions": (1, MOST_QUESTIONS, "每卷题数", "Questions a sheet"),
    "seconds": (0, LONGEST, "时限（秒）", "Seconds"),
    "points": (0, MOST_POINTS, "每题分值", "Points a question"),
    "bonus": (0, MOST_POINTS, "满分加分", "Bonus"),
    "valid": (0, MOST_QUESTIONS, "有效答卷的最少答对题数", "Right answers of a valid sheet"),
    "flat": (0, MOST_POINTS, "有效答卷的固定分", "Points of a valid sheet"),
    "flat_below": (0, MOST_POINTS, "其他答卷的固定分", "Points of any other sheet"),
    "floor_ms": (0, LONGEST * 1000, "过快界限（毫秒）", "Too quick (ms)"),
}


def _bounds(rules: Rules) -> None:
    for name, (low, high, zh, en) in _BOUNDS.items():
        value = getattr(rules, name)
        if value is not None and not low <= value <= high:
            raise RulesError(
                f"rules-{name.replace('_', '-')}",
                f"“{zh}”应在 {low} 到 {high} 之间，现为 {value}。",
                f"“{en}” must lie between {low} and {high}; it is {value}.",
            )


def body(rules: Rules) -> dict[str, Any]:
    """The rules as they are stored."""
    return {**dataclasses.asdict(rules), "counting": rules.counting.value, "per": rules.per.value}


def read(stored: Mapping[str, Any]) -> Rules:
    """The rules from what is stored. Raises RulesError where it holds something else than rules."""
    try:
        known = {each.name for each in dataclasses.fields(Rules)}
        if extra := set(stored) - known:
            raise ValueError(f"unknown: {', '.join(sorted(extra))}")
        values = {**stored, "counting": Counting(stored["counting"]), "per": Per(stored["per"])}
        rules = Rules(**values)
        for field in dataclasses.fields(Rules):
            _kind(field.name, getattr(rules, field.name))
    except (KeyError, TypeError, ValueError) as fault:
        raise RulesError(
            "rules-unread", f"竞赛规则读不懂：{fault}", f"These are not the rules of a contest: {fault}"
        ) from None
    return check(rules)


def _kind(name: str, value: object) -> None:
    wanted: tuple[type, ...] = {"counting": (Counting,), "per": (Per,), "back": (bool,), "practice": (bool,)}.get(
        name, (int,)
    )
    if name == "flat" and value is None:
        return
    if not isinstance(value, wanted) or (wanted == (int,) and isinstance(value, bool)):
        raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules as a past contest had them. `found`: what its notice says; the rest is ours, as `rules` shows."""

    code: str
    year: int
    name: str
    rules: Rules
    found: tuple[str, ...]
    source: str


@cache
def presets() -> tuple[Preset, ...]:
    """What a new contest may begin with, the newest national one first."""
    shipped = json.loads((Path(__file__).parent / "data/presets.json").read_text("utf-8"))
    return tuple(
        Preset(
            row["code"],
            row["year"],
            row["name"],
            read({**body(Rules(1, 5, 0)), **row["rules"]}),
            tuple(row["found"]),
            row["source"],
        )
        for row in shipped["presets"]
    )
