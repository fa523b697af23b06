"""Who may be reminded of what they owe, how often, and in which words. Pure.

国办函〔2026〕12号 and the opinions behind it (facts §11.5) ask that people be asked for little and left in peace: a
reminder goes to those alone who are behind, near the due moment alone, once a day for all that a unit owes, and three
times at most for one line. It is no ranking: it says nothing of the others but how many have handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bihuan.campaigns.receiving import Five

FROM_DAYS = 3  # before the due day: earlier nobody is behind
MOST_A_LINE = 3
NAMED = 30  # units that a text names


def may_remind(due_on: dt.date, day: dt.date) -> bool:
    """Whether anybody is behind yet."""
    return day >= due_on - dt.timedelta(FROM_DAYS)


def message(name: str, due_at: dt.datetime, now: dt.datetime) -> tuple[str, str]:
    """What a unit is told: `due_at` and `now` in the campaign's zone."""
    moment = f"{due_at.month}月{due_at.day}日{due_at:%H:%M}"
    if now > due_at:
        return f"“{name}”应于{moment}前报送，尚未收到", f"“{name}” was due on {due_at:%d %b %H:%M} and has not come"
    return f"“{name}”请于{moment}前报送", f"“{name}” is due on {due_at:%d %b %H:%M}"


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
