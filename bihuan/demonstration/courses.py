"""How the matters of the demonstration go: a course of deeds for each duty of the division, by rule or told singly.

Every state, verb and rung of the standard loop occurs. Pure but for the calendar of working days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bihuan.demonstration.lists import rows
from bihuan.loop.days import Days
from bihuan.loop.flows import Light

PUBLISHED = dt.date(2023, 5, 17)
LAST = dt.date(2023, 7, 7)  # where the story ends, after close of business


class Who(StrEnum):
    """Whose hand does it: an attribute of the office for the keeper's side, or the unit's own doer."""

    DOER = "doer"
    DRAFTER = "drafter"
    CHECKER = "checker"


@dataclass(frozen=True)
class Deed:
    """One verb on one matter. `said`: words for `loop.actions.Said`; `to_second`: hands over to the unit's second."""

    day: dt.date
    hour: int
    verb: str
    who: Who
    said: dict[str, Any] = field(default_factory=dict)
    to_second: bool = False


@dataclass(frozen=True)
class Duty:
    """One duty of one unit: the number of its task, the unit's short name, its place in the list, its due day."""

    number: str
    short: str
    index: int
    due: dt.date


@dataclass
class Course:
    """Deeds written down one after the other; each method is a step that people of the office know."""

    duty: Duty
    days: Days
    deeds: list[Deed] = field(default_factory=list)

    def then(self, day: dt.date, verb: str, who: Who, hour: int = 10, **said: Any) -> Course:
        self.deeds.append(Deed(day, hour, verb, who, said))
        return self

    def day(self, start: dt.date, after: int) -> dt.date:
        """The working day so many after another."""
        return self.days.after(start, after)[0] if after else start

    def signed(self, after: int = 1) -> Course:
        return self.then(self.day(PUBLISHED, after), "sign_for", Who.DOER, 9 + self.duty.index % 8)

    def reported(self, day: dt.date, progress: int) -> Course:
        text = TEXTS[self.duty.number][0]
        return self.then(day, "report", Who.DOER, 11 + self.duty.index % 5, text=text, progress=progress)

    def midway(self) -> Course:
        """Reported halfway between publishing and the due day, at what is planned by then."""
        half = self.days.calendar.count(PUBLISHED, self.duty.due) // 2
        return self.reported(self.day(PUBLISHED, max(half, 2)), 55) if half > 2 else self

    def answered(self, day: dt.date, hour: int = 15) -> Course:
        return self.then(day, "answer", Who.DOER, hour, text=TEXTS[self.duty.number][1])

    def accepted(self, day: dt.date) -> Course:
        return self.then(day, "accept", Who.CHECKER, 16)

    def closed(self, day: dt.date) -> Course:
        return self.then(day, "close", Who.DRAFTER, 17)

    def struck_off(self, answered: dt.date, within: int = 1) -> Course:
        """Answered on a day, accepted so many working days later and closed on the next."""
        checked = self.day(answered, within)
        return self.answered(answered).accepted(checked).closed(self.day(checked, 1))


TEXTS = {row["number"]: (row["report"], row["answer"]) for row in rows("answers.csv")}


def course(duty: Duty, days: Days) -> list[Deed]:
    """What happens to the matter of a duty, in order, up to the last day of the story."""
    told = Course(duty, days)
    single = _SINGLE.get((duty.number, duty.short)) or _BY_TASK.get(duty.number)
    (single or _usual)(told)
    return [deed for deed in told.deeds if deed.day <= LAST]


def _usual(c: Course) -> None:
    """Most are done in time; some are late by two or four working days, or come back once."""
    due, kind = c.duty.due, (int(c.duty.number) * 5 + c.duty.index) % 12
    c.signed(1 + c.duty.index % 3).midway()
    if kind == 8:
        c.struck_off(c.day(due, 2))
    elif kind == 11:
        c.struck_off(c.day(due, 4), within=2)
    elif kind == 9:
        _sent_back(c)
    else:
        c.struck_off(c.day(due, -1 - kind % 3) if c.days.calendar.count(PUBLISHED, due) > 5 else due)


def _sent_back(c: Course) -> None:
    first = c.day(c.duty.due, -2)
    back, again = c.day(first, 1), c.day(c.duty.due, 3)
    c.answered(first).then(back, "return", Who.CHECKER, text="佐证材料不全，请补充活动记录后重新反馈", due_on=again)
    c.struck_off(c.day(again, -1))


# -- told singly -------------------------------------------------------------------------------------------------------


def _supervised(c: Course) -> None:
    """Late by ten working days, urged on, put under supervision; done when the notice had come."""
    c.signed().reported(dt.date(2023, 5, 31), 30)
    c.then(dt.date(2023, 6, 12), "urge", Who.DRAFTER, text="请尽快完成内容更新，并于本周内反馈")
    c.struck_off(dt.date(2023, 6, 20))


def _more_time(c: Course) -> None:
    """Asks for more time in good time, gets some of it, and keeps to it."""
    c.signed().midway()
    ask, until = dt.date(2023, 6, 16), dt.date(2023, 6, 30)
    c.then(ask, "ask_extension", Who.DOER, text="培训教师行程冲突，第二期需顺延", due_on=until, signed="示例·商务乙")
    c.then(dt.date(2023, 6, 19), "grant_extension", Who.DRAFTER, text="同意延至6月28日", due_on=dt.date(2023, 6, 28))
    c.struck_off(dt.date(2023, 6, 28))


def _no_more_time(c: Course) -> None:
    c.signed().midway()
    ask, until = dt.date(2023, 6, 19), dt.date(2023, 7, 10)
    c.then(ask, "ask_extension", Who.DOER, text="资料印制延误", due_on=until, signed="示例·农业农村乙")
    c.then(dt.date(2023, 6, 20), "refuse_extension", Who.CHECKER, text="培训可先行开展，资料随后补发，请按原时限完成")
    c.struck_off(dt.date(2023, 6, 26))


def _asks_now(c: Course) -> None:
    """A wish for more time that waits for the newcomer's decision."""
    c.signed().reported(dt.date(2023, 6, 29), 40)
    until = dt.date(2023, 7, 14)
    ask = dt.date(2023, 7, 3)
    c.then(ask, "ask_extension", Who.DOER, text="影像资料较多，正在整理", due_on=until, signed="示例·广河乙")


def _longer_road(c: Course) -> None:
    """More time was granted, and that is over too."""
    c.signed().midway()
    until = dt.date(2023, 7, 7)
    c.then(dt.date(2023, 6, 26), "ask_extension", Who.DOER, text="降雨影响路段排查", due_on=until, signed="示例·公路乙")
    c.then(dt.date(2023, 6, 27), "grant_extension", Who.DRAFTER, text="同意延期", due_on=until)


def _suspended(c: Course) -> None:
    c.signed().midway()
    c.then(dt.date(2023, 6, 13), "suspend", Who.DRAFTER, text="景区入口改造，现场宣传暂缓，改造完成后恢复")


def _resumed(c: Course) -> None:
    c.signed().midway()
    c.then(dt.date(2023, 6, 9), "suspend", Who.DRAFTER, text="等候国资监管企业名单调整")
    c.then(dt.date(2023, 6, 14), "resume", Who.DRAFTER)
    c.struck_off(dt.date(2023, 6, 21))


def _withdrawn(c: Course) -> None:
    c.signed()
    c.then(dt.date(2023, 6, 1), "withdraw", Who.DRAFTER, text="与第2项合并办理，不再单列")


def _reopened(c: Course) -> None:
    c.signed().midway().struck_off(dt.date(2023, 6, 20))
    text, until = "复查发现两所学校未开展疏散演练，请补做", dt.date(2023, 7, 12)
    c.then(dt.date(2023, 6, 29), "reopen", Who.CHECKER, text=text, due_on=until)
    c.reported(dt.date(2023, 7, 4), 60)


def _handed_over(c: Course) -> None:
    c.signed()
    day = dt.date(2023, 6, 8)
    c.deeds.append(Deed(dt.date(2023, 6, 5), 10, "hand_over", Who.DOER, {"on": day}, to_second=True))
    c.midway().struck_off(dt.date(2023, 6, 19))


def _never_signed(_c: Course) -> None:
    """Nobody of the unit ever looked: all rungs of the ladder, and the principal told in the place of the missing."""


def _stuck(c: Course) -> None:
    """Signed for and begun, then late to the end of the story."""
    c.signed(2).reported(dt.date(2023, 6, 20), 35)


def _under_way(c: Course) -> None:
    """Due at the end of August: under way in July, as planned or behind, and then lit by a rule."""
    progress = 45 - 12 * (c.duty.index % 3)
    c.signed(2).reported(dt.date(2023, 6, 28), progress)
    if progress < 30:
        text = f"按进度应完成约40%，实际{progress}%，落后10个百分点以上"
        c.then(dt.date(2023, 7, 5), "light", Who.DRAFTER, text=text, light=Light.YELLOW, rule="behind-10")


def _waits_for_its_check(c: Course) -> None:
    c.signed().midway().answered(dt.date(2023, 7, 3), 11)


def _waits_to_be_closed(c: Course) -> None:
    c.signed().midway().answered(dt.date(2023, 6, 30)).accepted(dt.date(2023, 7, 6))


_SINGLE: dict[tuple[str, str], Callable[[Course], None]] = {
    ("20", "州交通运输局"): _supervised,
    ("21", "州工信局"): _withdrawn,
    ("2", "州商务局"): _more_time,
    ("2", "州国资委"): _resumed,
    ("5", "州邮政管理局"): _never_signed,
    ("5", "州粮食和储备局"): _stuck,
    ("7", "州教育局"): _reopened,
    ("8", "州民政局"): _handed_over,
    ("9", "州农业农村局"): _no_more_time,
    ("11", "州文旅局"): _suspended,
    ("15", "州交通运输局"): _stuck,
    ("16", "州公路事业发展中心"): _longer_road,
    ("19", "积石山县政府"): _stuck,
    ("19", "东乡县政府"): _waits_for_its_check,
    ("23", "康乐县政府"): _stuck,
    ("23", "永靖县政府"): _waits_for_its_check,
    ("23", "临夏县政府"): _waits_for_its_check,
    ("23", "广河县政府"): _asks_now,
    ("23", "和政县政府"): _waits_to_be_closed,
    ("23", "积石山县政府"): _never_signed,
}
_BY_TASK: dict[str, Callable[[Course], None]] = {"6": _stuck, "24": _under_way}
