"""Who may be reminded of what they owe, how often, and in which words. Pure.

国办函〔2026〕12号 and the opinions behind it (facts §11.5) ask that people be asked for little and left in peace: a
reminder goes to those alone who are behind, near the due moment alone, once a day for all that a unit owes, and three
times at most for one line. It is no ranking: it says nothing of the others but how many have handed in.

What lists send by themselves (自动催报) goes out while people work, on three working days alone: the one before the due
day, the next after it, and the third after it; and only on lists whose issuing office asked for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bihuan.campaigns.receiving import Five
from bihuan.workdays.rules import CLOSE_OF_BUSINESS, START_OF_BUSINESS, Calendar

FROM_DAYS = 3  # before the due day: earlier nobody is behind
MOST_A_LINE = 3
WORKDAYS = (-1, 1, 3)  # from the due day, of what is sent by itself
NAMED = 30  # units that a text names


def may_remind(due_on: dt.date, day: dt.date) -> bool:
    """Whether anybody is behind yet."""
    return day >= due_on - dt.timedelta(FROM_DAYS)


def in_hours(now: dt.datetime, calendar: Calendar) -> bool:
    """Whether people work at a moment of the campaign's zone."""
    return calendar.is_workday(now.date()) and START_OF_BUSINESS <= now.time() < CLOSE_OF_BUSINESS


def automatic_days(due_on: dt.date, calendar: Calendar) -> tuple[dt.date, ...]:
    """The days on which a list reminds by itself."""
    return tuple(calendar.add(due_on, count).day for count in WORKDAYS)


def automatic_times(due_on: dt.date, day: dt.date, calendar: Calendar) -> int:
    """How often a line may have been reminded by the end of a day, by itself and by hand together: a day that was
    missed is made good on the next."""
    return sum(one <= day for one in automatic_days(due_on, calendar))


def message(name: str, due_at: dt.datetime, now: dt.datetime, *, others: int = 0) -> tuple[str, str]:
    """What a unit is told: `due_at` and `now` in the campaign's zone. `others`: how many more it owes."""
    moment = f"{due_at.month}月{due_at.day}日{due_at:%H:%M}"
    zh, en = (f"；另有{others}项待报", f"; {others} more to hand in") if others else ("", "")
    if now > due_at:
        told = f"“{name}” was due on {due_at:%d %b %H:%M} and has not come"
        return f"“{name}”应于{moment}前报送，尚未收到{zh}", told + en
    return f"“{name}”请于{moment}前报送{zh}", f"“{name}” is due on {due_at:%d %b %H:%M}{en}"


def text(*, name: str, due_at: dt.datetime, now: dt.datetime, five: Five, behind: Sequence[str]) -> str:
    """A text ready to be pasted into a work group (工作群): how it stands, and who is asked for it. Chinese alone: it
    goes to units."""
    moment = f"{due_at.month}月{due_at.day}日{due_at.hour}时" + (f"{due_at.minute}分" if due_at.minute else "")
    standing = f"截至{now.month}月{now.day}日{now.hour}时，“{name}”应报{five.expected}家，已报{five.received}家"
    if not behind:
        return f"{standing}，已全部报齐。"
    named = "、".join(behind[:NAMED]) + (f"等{len(behind)}家单位" if len(behind) > NAMED else "")
    ask = f"报送期限{moment}已过，请{named}抓紧报送" if now > due_at else f"请{named}于{moment}前报送"
    return f"{standing}。{ask}；确有特殊情况的，请说明原因。已报送的请忽略。"
