"""A matter explains itself in one paragraph: who gave it to whom until when, by which calendar and rule it was reminded
of, who was told before, where it stands. Every sentence comes from its steps and reminders. Pure.

What a notice (督办通知) rests on is this paragraph, and nobody has to look it up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bihuan.lib.punctuation import nested

MOST_NAMES = 3  # people of one rung; more are counted


@dataclass(frozen=True, slots=True)
class Reached:
    """A rung that was reached: when, by which words of which ladder, who was told."""

    at: dt.datetime  # in the campaign's zone
    zh: str
    en: str
    people: Sequence[str] = ()
    stand_ins: Sequence[str] = ()  # told in the place of one who is missing


@dataclass(frozen=True, slots=True)
class Urged:
    """催办 by a person."""

    at: dt.datetime
    who: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A due day that took the place of another."""

    on: dt.date
    old: dt.date
    new: dt.date
    zh: str  # what moved it: 同意延期
    en: str


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a matter on `day`. `late`: working days behind the due day, None where its time does not run.

    Args:
        ladder: (zh, en) of the ladder that it stands under; source: where its days come from.
        calendar: the version of the calendar of working days; provisional: the official one was not out.
        state: (zh, en). answered_on: of the last answer.
    """

    title: str
    keeper: str
    unit: str
    day: dt.date
    state: tuple[str, str]
    assigned_on: dt.date | None = None
    original_due_on: dt.date | None = None
    due_on: dt.date | None = None
    moved: Sequence[Moved] = field(default=())
    calendar: str = ""
    provisional: bool = False
    ladder: tuple[str, str] | None = None
    source: str = ""
    reached: Sequence[Reached] = field(default=())
    urged: Sequence[Urged] = field(default=())
    answered_on: dt.date | None = None
    late: int | None = None
    over: bool = False


def explained(account: Account) -> tuple[str, str]:
    """The paragraph, in Chinese and in English."""
    return nested("".join(_chinese(account))), " ".join(_english(account))


def _chinese(said: Account) -> Iterator[str]:
    if said.assigned_on is None:
        yield f"“{said.title}”由{said.keeper}立项，尚未交办。"
        return
    due = f"，办结时限{_day(said.original_due_on)}" if said.original_due_on else ""
    yield f"“{said.title}”由{said.keeper}于{_day(said.assigned_on)}交办{said.unit}{due}。"
    for move in said.moved:
        yield f"{_day(move.on)}{move.zh}，时限由{_day(move.old)}改为{_day(move.new)}。"
    if said.calendar:
        sure = "（官方放假安排公布前暂定）" if said.provisional else ""
        yield f"工作日按日历版本“{said.calendar}”计算{sure}。"
    if said.ladder and said.reached:
        yield f"依据“{said.ladder[0]}”，"
        parts = (
            f"{_moment(group[0].at)}{'、'.join(item.zh for item in group)}，{_told_zh(group[0])}"
            for group in _together(said.reached)
        )
        yield "；".join(parts) + "。"
    elif said.ladder:
        yield f"适用“{said.ladder[0]}”，尚未到提醒时间。"
    for urging in said.urged:
        yield f"{_moment(urging.at)}{urging.who}催办{f'：{urging.text}' if urging.text else ''}。"
    yield f"截至{_day(said.day)}，{_stands_zh(said)}。"


def _stands_zh(said: Account) -> str:
    if said.over:
        return f"事项{said.state[0]}"
    if said.answered_on is not None and said.late is None:
        return f"已于{_day(said.answered_on)}反馈，{said.state[0]}"
    if said.late is None:
        return f"事项{said.state[0]}"
    if said.late > 0:
        return f"逾期{said.late}个工作日，{said.state[0]}，尚未反馈"
    return f"时限未到，{said.state[0]}"


def _told_zh(item: Reached) -> str:
    told = []
    if item.people:
        told.append(f"提醒{_names(item.people, '、', '等{}人')}")
    if item.stand_ins:
        told.append(f"因应提醒的人缺位，改提醒{_names(item.stand_ins, '、', '等{}人')}")
    return "，".join(told) or "当时无人可提醒"


def _english(said: Account) -> Iterator[str]:
    if said.assigned_on is None:
        yield f"{said.keeper} registered “{said.title}”; it is not assigned yet."
        return
    due = f", due on {said.original_due_on.isoformat()}" if said.original_due_on else ""
    yield f"{said.keeper} assigned “{said.title}” to {said.unit} on {said.assigned_on.isoformat()}{due}."
    for move in said.moved:
        yield f"On {move.on.isoformat()} the due day {move.old.isoformat()} became {move.new.isoformat()} ({move.en})."
    if said.calendar:
        sure = ", provisional until the official one is out" if said.provisional else ""
        yield f"Working days are counted by the calendar “{said.calendar}”{sure}."
    if said.ladder and said.reached:
        parts = (
            f"at {group[0].at:%Y-%m-%d %H:%M} it {', '.join(item.en for item in group)}: {_told_en(group[0])}"
            for group in _together(said.reached)
        )
        yield f"By the “{said.ladder[1]}”: {'; '.join(parts)}."
    elif said.ladder:
        yield f"It stands under the “{said.ladder[1]}”; no rung was reached yet."
    for urging in said.urged:
        yield f"{urging.who} urged it on at {urging.at:%Y-%m-%d %H:%M}{f': {urging.text}' if urging.text else ''}."
    yield f"By {said.day.isoformat()}: {_stands_en(said)}."


def _stands_en(said: Account) -> str:
    state = said.state[1].lower()
    if said.answered_on is not None and said.late is None and not said.over:
        return f"answered on {said.answered_on.isoformat()}, {state}"
    if said.over or said.late is None:
        return state
    if said.late > 0:
        return f"{said.late} working {'day' if said.late == 1 else 'days'} late, {state}, not answered"
    return f"not due yet, {state}"


def _told_en(item: Reached) -> str:
    told = []
    if item.people:
        told.append(f"{_names(item.people, ', ', ' and others, {} in all')} were told")
    if item.stand_ins:
        told.append(f"in the place of the missing, {_names(item.stand_ins, ', ', ' and others, {} in all')}")
    return "; ".join(told) or "there was nobody to tell"


def _together(reached: Sequence[Reached]) -> list[list[Reached]]:
    """Rungs that were reached in one pass and told to the same people, such as after an outage: said in one breath."""
    found: list[list[Reached]] = []
    for item in reached:
        last = found[-1][0] if found else None
        if last and (last.at, last.people, last.stand_ins) == (item.at, item.people, item.stand_ins):
            found[-1].append(item)
        else:
            found.append([item])
    return found


def _names(names: Sequence[str], glue: str, more: str) -> str:
    shown = glue.join(names[:MOST_NAMES])
    return shown + more.format(len(names)) if len(names) > MOST_NAMES else shown


def _day(day: dt.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _moment(at: dt.datetime) -> str:
    return f"{at.month}月{at.day}日{at.hour}:{at.minute:02d}"
