"""What a monthly bulletin counts, matter by matter and unit by unit (facts §3.5). Pure.

Each matter that was assigned and not withdrawn stands, at the cut-off, in exactly one of `PARTS`; besides, it may be
due in the month, done of these, extended. A unit's numbers are counts of its matters and nothing else, so every number
opens down to them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bihuan.lib.refusals import Refusal
from bihuan.loop.flows import Light
from bihuan.loop.rules import GRAVITY
from bihuan.loop.stages import RUNNING, Stage, Stood
from bihuan.supervision.light_rules import Facts, Lit, RuleSet, judge, months, planned

PARTS = ("finished", "on_schedule", "behind", "overdue", "answered", "not_started", "suspended")
MONTHLY = ("due", "done", "done_late", "extended")
LIGHTS = tuple(light.value for light in Light if light)  # of the matters that are not finished
COUNTS = ("total", *PARTS, *MONTHLY, *LIGHTS)
NOTICE = "notice"  # the kind of loop of 督办通知 (flow.py)

NAMES: dict[str, tuple[str, str]] = {
    "total": ("事项总数", "Matters"),
    "due": ("本月应完成", "Due this month"),
    "done": ("已完成", "Done"),
    "done_late": ("其中逾期完成", "Of these late"),
    "on_schedule": ("按进度推进", "On schedule"),
    "behind": ("进度滞后", "Behind"),
    "overdue": ("逾期未完成", "Overdue"),
    "answered": ("待审核", "To be checked"),
    "not_started": ("未启动", "Not started"),
    "suspended": ("暂停", "Suspended"),
    "extended": ("本月延期", "Extended this month"),
    "finished": ("累计办结", "Finished in all"),
    "green": ("绿灯", "Green"),
    "blue": ("蓝灯", "Blue"),
    "yellow": ("黄灯", "Yellow"),
    "orange": ("橙灯", "Orange"),
    "red": ("红灯", "Red"),
    "notices": ("督办通知", "Notices"),
    "rate": ("完成率", "Rate"),
}


class Openness(StrEnum):
    """公开属性 of a paper (政府信息公开条例 arts 13–16; facts §11.6): what is open is written for the public, without
    reasons and accounts."""

    OPEN = "open"  # 主动公开
    ON_REQUEST = "on_request"  # 依申请公开
    CLOSED = "closed"  # 不予公开


OPENNESS: dict[Openness, tuple[str, str]] = {
    Openness.OPEN: ("主动公开", "Published"),
    Openness.ON_REQUEST: ("依申请公开", "On request"),
    Openness.CLOSED: ("不予公开", "Not published"),
}
BASES: dict[Openness, str] = {  # offered, for a person to confirm or to put right
    Openness.OPEN: "《中华人民共和国政府信息公开条例》第十三条",
    Openness.ON_REQUEST: "《中华人民共和国政府信息公开条例》第十三条第二款",
    Openness.CLOSED: "《中华人民共和国政府信息公开条例》第十六条（内部事务、过程性信息）",
}


class BulletinError(Refusal):
    """A bulletin that cannot be made as asked."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, by its first day."""

    first: dt.date

    @classmethod
    def of(cls, day: dt.date) -> Month:
        return cls(day.replace(day=1))

    @property
    def last(self) -> dt.date:
        return self.after.first - dt.timedelta(1)

    @property
    def after(self) -> Month:
        return Month.of(self.first + dt.timedelta(31))

    @property
    def before(self) -> Month:
        return Month.of(self.first - dt.timedelta(1))

    def holds(self, day: dt.date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Frame:
    """What matters are looked at by: the month, the cut-off, when a day's business closes, and the light rules."""

    month: Month
    cut_off: dt.datetime
    zone: ZoneInfo
    close: dt.time
    rules: RuleSet

    @property
    def day(self) -> dt.date:
        """The day of the cut-off."""
        return self.cut_off.astimezone(self.zone).date()

    def local(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.zone).date()

    def over(self, due: dt.date) -> bool:
        """Whether the business of a due day had closed at the cut-off, without an answer."""
        return self.cut_off > dt.datetime.combine(due, self.close, self.zone)


@dataclass(frozen=True, slots=True)
class Item:
    """A matter in a bulletin: what it was, and the names of the numbers that count it."""

    matter: int
    unit: int
    place: int
    title: str
    stage: Stage
    due_on: dt.date | None
    original_due_on: dt.date | None
    answered_on: dt.date | None
    light: Light
    reason: str  # of its light, where it came by a rule
    progress: int | None
    days_late: int
    account: str
    counted: tuple[str, ...]


def item(stood: Stood, frame: Frame) -> Item | None:
    """A matter as the bulletin counts it; None where it counts nowhere: withdrawn, or nobody's yet."""
    if stood.stage is Stage.WITHDRAWN or stood.unit is None or stood.place is None:
        return None
    lit = judge(facts(stood, frame), frame.rules)
    part = _part(stood, frame, lit)
    counted = ["total", part, *_monthly(stood, frame)]
    if part != "finished" and stood.light:
        counted.append(stood.light.value)
    return Item(
        matter=stood.matter,
        unit=stood.unit,
        place=stood.place,
        title=stood.title,
        stage=stood.stage,
        due_on=stood.due_on,
        original_due_on=stood.original_due_on,
        answered_on=stood.answered_on,
        light=stood.light if part != "finished" else Light.NONE,
        reason=stood.lit_text or (lit.zh if lit and part == "behind" else ""),
        progress=stood.reported,
        days_late=_days_late(stood, frame, part),
        account=stood.account,
        counted=tuple(name for name in COUNTS if name in counted),
    )


def facts(stood: Stood, frame: Frame, *, days_left: int | None = None) -> Facts:
    """What the light rules ask of a matter. A bulletin leaves `days_left` out: a calendar of working days that is
    published later would change what was frozen."""
    begun = frame.local(stood.begun_at) if stood.begun_at else None
    running = stood.stage in RUNNING
    return Facts(
        stage=stood.stage,
        days_left=days_left if running else None,
        planned=planned(begun, stood.due_on, frame.day) if begun and stood.due_on and running else None,
        reported=stood.reported,
        months_unstarted=months(begun, frame.day) if begun and stood.stage is Stage.NOT_STARTED else None,
        months_unregistered=(
            months(frame.local(stood.registered_at), frame.day) if stood.stage is Stage.REGISTERED else None
        ),
        lights=stood.lights,
        verdict="poor" if stood.returned else "",
        excused=stood.asks,
    )


def _part(stood: Stood, frame: Frame, lit: Lit | None) -> str:
    if stood.stage is Stage.DONE:
        return "finished"
    if stood.stage is Stage.ANSWERED:
        return "answered"
    if stood.stage is Stage.SUSPENDED:
        return "suspended"
    if stood.due_on is not None and frame.over(stood.due_on):
        return "overdue"
    if stood.stage is not Stage.DOING:
        return "not_started"
    if lit is not None and GRAVITY[lit.colour] >= GRAVITY[Light.YELLOW]:
        return "behind"
    return "on_schedule"


def _monthly(stood: Stood, frame: Frame) -> Iterable[str]:
    if frame.month.holds(stood.due_on):
        yield "due"
        if stood.stage is Stage.DONE:
            yield "done"
            if stood.answered_on is not None and stood.due_on is not None and stood.answered_on > stood.due_on:
                yield "done_late"
    if stood.granted_at is not None and frame.month.holds(frame.local(stood.granted_at)):
        yield "extended"


def _days_late(stood: Stood, frame: Frame, part: str) -> int:
    """By the calendar: the days from the due day to the cut-off where it is not answered, else to the answer."""
    if stood.due_on is None or part not in ("overdue", "finished", "answered"):
        return 0
    until = frame.day if part == "overdue" else stood.answered_on
    return max(0, (until - stood.due_on).days) if until else 0


# -- counting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """The numbers of a unit, or of all."""

    unit: int | None
    place: int | None
    counts: Mapping[str, int]
    notices: int = 0

    @property
    def rate(self) -> Decimal | None:
        return rate(self.counts["done"], self.counts["due"])


def rows(items: Iterable[Item], notices: Mapping[int, int] | None = None) -> list[Row]:
    """One row a unit, in the order of their keys. `notices`: how many were issued to a unit in the month."""
    counted: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for one in items:
        counted[one.unit, one.place].update(one.counted)
    told = dict(notices or {})
    return [
        Row(unit, place, {name: found[name] for name in COUNTS}, told.get(unit, 0))
        for (unit, place), found in sorted(counted.items())
    ]


def added(found: Sequence[Row]) -> Row:
    """The numbers of all rows together."""
    counts = {name: sum(row.counts[name] for row in found) for name in COUNTS}
    return Row(None, None, counts, sum(row.notices for row in found))


def rate(done: int, due: int) -> Decimal | None:
    """Done ÷ due in percent, to one place; None where nothing was due: that is blank, not zero and not full marks.
    What is not all done is never rounded up to 100.

    Raises:
        ValueError: more done than due.
    """
    if not 0 <= done <= due:
        raise ValueError(f"{done} of {due}")
    if not due:
        return None
    rounded = (Decimal(100 * done) / due).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return min(rounded, Decimal("99.9")) if done < due else rounded


def percent(value: Decimal | None) -> str:
    """A rate as it is printed: 87.5%, 100%, or a dash."""
    return "—" if value is None else f"{value.normalize():f}%"


def points(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """By how many points a rate moved; None where one of the two is blank."""
    return None if now is None or before is None else now - before


# -- from one month to the next ----------------------------------------------------------------------------------------

CHANGES: dict[str, tuple[str, str]] = {
    "fell_due": ("新增逾期", "Became overdue"),
    "caught_up": ("逾期事项已办结", "Overdue, and finished since"),
    "still": ("持续逾期", "Still overdue"),
    "reopened": ("办结后重启", "Finished, and reopened since"),
    "moved": ("改由其他单位承办", "Given to another unit"),
    "gone": ("撤销", "Withdrawn"),
    "new": ("新交办", "Assigned since"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a matter between two bulletins: `kind` is one of `CHANGES`."""

    kind: str
    matter: int
    title: str
    unit: int


def changes(before: Iterable[Item], now: Iterable[Item]) -> list[Change]:
    """The difference between two bulletins, matter by matter, in the order of `CHANGES`."""
    old, new = ({one.matter: one for one in side} for side in (before, now))
    found = [
        Change(kind, one.matter, one.title, one.unit)
        for key in sorted(old.keys() | new.keys())
        for kind, one in _change(old.get(key), new.get(key))
    ]
    order = list(CHANGES)
    return sorted(found, key=lambda change: order.index(change.kind))


def _change(old: Item | None, new: Item | None) -> Iterable[tuple[str, Item]]:
    if new is None:
        if old is not None:
            yield "gone", old
        return
    late = "overdue" in new.counted
    if old is None:
        yield ("fell_due" if late else "new"), new
        return
    was_late = "overdue" in old.counted
    if late:
        yield ("still" if was_late else "fell_due"), new
    elif was_late and "finished" in new.counted:
        yield "caught_up", new
    if "finished" in old.counted and "finished" not in new.counted:
        yield "reopened", new
    if old.unit != new.unit:
        yield "moved", new
