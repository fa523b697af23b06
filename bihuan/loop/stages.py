"""How far a matter is, whatever its flow calls its states; and where it stood at a moment, as its steps say. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bihuan.loop.flows import Effect, Flow, Light, reachable


class Stage(StrEnum):
    """What the states of all flows have in common."""

    REGISTERED = "registered"  # 待交办: nobody's yet
    NOT_STARTED = "not_started"  # 未启动: assigned, not signed for
    DOING = "doing"  # 办理中
    ANSWERED = "answered"  # 待审核: the keeper's turn
    DONE = "done"  # 办结: accepted, closed or not
    SUSPENDED = "suspended"  # 暂停
    WITHDRAWN = "withdrawn"  # 撤销


RUNNING = frozenset({Stage.NOT_STARTED, Stage.DOING})  # the doer's time runs


@lru_cache(maxsize=64)
def _stages(key: tuple[str, int], flow: Flow) -> dict[str, Stage]:
    free = {effect: reachable(flow, effect) for effect in (Effect.ASSIGN, Effect.ANSWER, Effect.ACCEPT)}
    halts = {way.target for way in flow.transitions if way.effect is Effect.SUSPEND}
    given = {way.target for way in flow.transitions if way.effect is Effect.ASSIGN}
    found = {}
    for state in flow.states:
        name = state.name
        if state.end == "withdrawn":
            found[name] = Stage.WITHDRAWN
        elif state.end == "closed" or name not in free[Effect.ACCEPT]:
            found[name] = Stage.DONE
        elif name in halts:
            found[name] = Stage.SUSPENDED
        elif name not in free[Effect.ANSWER]:
            found[name] = Stage.ANSWERED
        elif name in free[Effect.ASSIGN]:
            found[name] = Stage.REGISTERED
        elif name in given and not any(way.effect is Effect.ANSWER for way in flow.from_state(name)):
            found[name] = Stage.NOT_STARTED
        else:
            found[name] = Stage.DOING
    return found


def stage(flow: Flow, state: str) -> Stage:
    """How far a matter in that state of its flow is.

    Raises:
        KeyError: no such state.
    """
    return _stages((flow.name, flow.version), flow)[state]


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a matter stood after some of its steps. Fields of the same name are `models.Matter`'s.

    Args:
        begun_at: when its present cycle began; None before the first.
        moved_at: when its last step was made.
        reported: percent that the doer reported in this cycle; None where nothing was reported, which is not zero.
        granted: how often more time was granted; `granted_at` the last time.
        asks: whether a wish for more time waits.
        returned: whether its answer was sent back in this cycle.
        rung: the last rung of the doer's clock that was reached in this cycle; None where none was.
        lights: how often each colour came on in this cycle.
        lit_rule, lit_text: of the last light beyond time in this cycle; "" where there was none.
        account: what the doer said last: a report, or why more time was asked for.
    """

    matter: int
    version: int
    flow: str
    flow_version: int
    title: str
    stage: Stage
    state: str
    cycle: int
    light: Light
    unit: int | None
    place: int | None
    section: int | None
    owner: int | None
    leader: int | None
    due_on: dt.date | None
    original_due_on: dt.date | None
    answered_on: dt.date | None
    registered_at: dt.datetime
    begun_at: dt.datetime | None
    moved_at: dt.datetime
    reported: int | None
    granted: int
    granted_at: dt.datetime | None
    asks: bool
    returned: bool
    rung: int | None
    lights: Mapping[str, int]
    lit_rule: str
    lit_text: str
    account: str
