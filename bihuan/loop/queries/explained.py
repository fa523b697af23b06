"""What the paragraph that explains a matter is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.loop import kinds
from bihuan.loop.days import days, local_day
from bihuan.loop.explaining import Account, Moved, Reached, Urged
from bihuan.loop.flows import Clock, Effect
from bihuan.loop.models import LadderRow, Matter, Step
from bihuan.loop.queries.lines import line, rungs
from bihuan.loop.rules import REACH, RETIME
from bihuan.org import queries as org


def account(matter: Matter, *, at: dt.datetime) -> Account:
    """What is known of a matter at a moment, from its steps up to then and the reminders that they gave."""
    steps = [step for step in reversed(line(matter)) if step.at <= at]
    flow = kinds.flow(matter.flow, matter.flow_version)
    state = flow.state(steps[-1].target) if steps else flow.start
    effects = {item.verb: item.effect for item in flow.transitions}
    given = next((step for step in steps if effects.get(step.verb) is Effect.ASSIGN), None)
    ladder = LadderRow.objects.filter(pk=matter.ladder_id).first() if matter.ladder_id else None
    day = local_day(at)
    running = state.clock is Clock.DUE and matter.due_on is not None
    late = max(days().calendar.count(matter.due_on, day), 0) if running and matter.due_on is not None else None
    return Account(
        title=matter.title,
        keeper=matter.keeper.name,
        unit=matter.unit.name if matter.unit else "",
        day=day,
        state=(state.zh, state.en),
        assigned_on=local_day(given.at) if given else None,
        original_due_on=matter.original_due_on,
        due_on=matter.due_on,
        moved=list(_moved(steps, effects)),
        calendar=matter.calendar,
        provisional=matter.provisional,
        ladder=(ladder.zh, ladder.en) if ladder else None,
        source=ladder.source if ladder else "",
        reached=list(_reached(steps)),
        urged=_urged(steps, effects),
        answered_on=matter.answered_on,
        late=late,
        over=bool(state.end),
    )


def _moved(steps: Sequence[Step], effects: dict[str, Effect]) -> Iterator[Moved]:
    due: dt.date | None = None
    for step in steps:
        text = step.values.get("set", {}).get("due_on")
        if not text:
            continue
        new = dt.date.fromisoformat(text)
        if due is not None and new != due:
            yield Moved(local_day(step.at), due, new, *_what_moved(step, effects))
        due = new


def _what_moved(step: Step, effects: dict[str, Effect]) -> tuple[str, str]:
    if step.verb == RETIME:
        return "按新公布的日历重算", "counted anew by a new calendar"
    words = {
        Effect.GRANT: ("同意延期", "more time was granted"),
        Effect.RETURN: ("退回重办", "it was sent back"),
        Effect.REOPEN: ("重启", "it was reopened"),
        Effect.RESUME: ("恢复办理，顺延停办的工作日", "it was resumed"),
    }
    return words.get(effects.get(step.verb, Effect.NONE), ("重新确定", "named anew"))


def _reached(steps: Sequence[Step]) -> Iterator[Reached]:
    zone, rows = ZoneInfo(settings.CAMPAIGN_ZONE), rungs(steps)
    for step in steps:
        if step.verb != REACH or step.clock != Clock.DUE:
            continue
        row = rows.get((int(step.values.get("rule") or 0), step.clock, step.rung or 0))
        told = [(item.person.name, item.stands_in) for item in step.reminders.all()]
        yield Reached(
            step.at.astimezone(zone),
            row.zh if row else "到了提醒时间",
            row.en if row else "fell due",
            [name for name, stands_in in told if not stands_in],
            [name for name, stands_in in told if stands_in],
        )


def _urged(steps: Sequence[Step], effects: dict[str, Effect]) -> list[Urged]:
    zone = ZoneInfo(settings.CAMPAIGN_ZONE)
    found = [step for step in steps if effects.get(step.verb) is Effect.URGE]
    names = org.names(step.by for step in found) if found else {}
    return [Urged(step.at.astimezone(zone), names.get(step.by, step.by), step.text) for step in found]
