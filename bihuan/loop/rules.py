"""Moments of rungs, and what the steps of a matter add up to. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bihuan.loop.flows import BEFORE, Clock, Effect, Flow, Light, Rung

LONGEST_TEXT = 5000  # characters of what a person says with a step
LONGEST_TERM = 3660  # days from today to a due day
MOST_EVIDENCE = 20  # pieces with one step
GRAVITY = {light: grade for grade, light in enumerate(Light)}


class Days(Protocol):
    """What is asked of a calendar of working days (`workdays.rules.Calendar`)."""

    def moment(self, day: dt.date, after: int) -> tuple[dt.datetime, bool]:
        """When a rung `after` working days from `day` is reached, and whether that is provisional."""
        ...


def moments(rungs: Sequence[Rung], day: dt.date, days: Days) -> tuple[list[dt.datetime], bool]:
    """The moments at which the rungs of a clock with this due day are reached, and whether any is provisional."""
    found = [days.moment(day, rung.after) for rung in rungs]
    return [moment for moment, _ in found], any(provisional for _, provisional in found)


def passed_over(rungs: Sequence[Rung], at: Sequence[dt.datetime], now: dt.datetime) -> int:
    """How many rungs before the due day are over already when a clock starts: nobody is told that three days are left
    when two are."""
    return sum(1 for rung, moment in zip(rungs, at, strict=True) if rung.after < 0 and moment <= now)


def graver(one: Light, other: Light) -> Light:
    """The graver of two lights."""
    return max(one, other, key=GRAVITY.__getitem__)


# -- replaying -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Took:
    """One step, as it is kept."""

    version: int
    cycle: int
    verb: str
    source: str
    target: str
    by: str
    clock: str
    rung: int | None
    light: str
    flow_version: int
    values: Mapping[str, Any]
    evidence: int = 0


@dataclass
class Standing:
    """Where a matter stands, as far as its steps say: `data` holds the fields that steps set outright."""

    state: str = ""
    left_state: str = ""
    version: int = 0
    cycle: int = 0
    clock: str = Clock.NONE.value
    end: str = ""
    rung: int = 0
    waiting_rung: int = 0
    waits: int = 0
    light: str = ""
    evidence: int = 0
    doers: list[str] = field(default_factory=list)
    accepted_by: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class ReplayError(Exception):
    """Steps that do not follow from one another under their flow."""


REGISTER, REACH, TAKE_OVER, RETIME = "register", "reach", "take_over", "retime"  # steps that no transition stands for


def replay(flow_of: Callable[[int], Flow], steps: Iterable[Took]) -> Standing:
    """Go through the steps of one matter, in order, under the flow of each step's version.

    Raises:
        ReplayError: a step that its flow does not know from where the matter then stood, a version left out, a person
            who accepted what they had done.
    """
    stands = Standing()
    for step in steps:
        flow = flow_of(step.flow_version)
        stands.version += 1
        if step.version != stands.version or step.source != stands.state:
            raise ReplayError(f"step {step.version} does not follow {stands.version - 1} in {stands.state!r}")
        if step.verb == REACH:
            _reach(stands, step)
        elif step.verb in (TAKE_OVER, RETIME):
            _same(stands, step)
        elif step.verb == REGISTER:
            if stands.state or step.target != flow.start.name:
                raise ReplayError(f"step {step.version} registers what is there")
            stands.state = flow.start.name
        else:
            _move(stands, step, flow)
        stands.data.update(step.values.get("set", {}))
        owner = stands.data.get("owner_id")
        if owner and f"person:{owner}" not in stands.doers:
            stands.doers.append(f"person:{owner}")  # who answers for it is a doer before having done anything
        stands.light = step.light
        stands.evidence += step.evidence
        if step.cycle != stands.cycle:
            raise ReplayError(f"step {step.version} stands in cycle {step.cycle}, not {stands.cycle}")
    return stands


def _same(stands: Standing, step: Took) -> None:
    if step.target != stands.state:
        raise ReplayError(f"step {step.version} moves the matter by {step.verb}")
    if "rung" in step.values:
        stands.rung = int(step.values["rung"])


def _reach(stands: Standing, step: Took) -> None:
    _same(stands, step)
    own = stands.rung if step.clock == Clock.DUE else stands.waiting_rung
    if step.clock != stands.clock or step.rung != own + 1:
        raise ReplayError(f"step {step.version} reaches rung {step.rung} of {step.clock} after {own}")
    if step.clock == Clock.DUE:
        stands.rung = step.rung
    else:
        stands.waiting_rung = step.rung


def _move(stands: Standing, step: Took, flow: Flow) -> None:
    way = flow.transition(step.verb, stands.state)
    if way is None:
        raise ReplayError(f"step {step.version}: {step.verb} does not lead out of {stands.state}")
    target = {"": stands.state, BEFORE: stands.left_state}.get(way.target, way.target)
    if target != step.target:
        raise ReplayError(f"step {step.version}: {step.verb} leads to {target}, not {step.target}")
    if way.hand == "doer" and step.by not in stands.doers:
        stands.doers.append(step.by)
    if way.effect is Effect.ACCEPT:
        if step.by in stands.doers:
            raise ReplayError(f"step {step.version}: {step.by} accepts their own")
        stands.accepted_by = step.by
    if way.effect in (Effect.RETURN, Effect.REOPEN):
        stands.accepted_by = ""
    if way.effect is Effect.SUSPEND:
        stands.left_state = stands.state
    elif way.effect is Effect.RESUME:
        stands.left_state = ""
    if step.values.get("cycle"):
        stands.cycle += 1
        stands.rung, stands.waiting_rung, stands.waits = int(step.values.get("rung", 0)), 0, 0
    if way.effect is Effect.ANSWER:
        stands.waits += 1
        stands.waiting_rung = 0
    state = flow.state(target)
    stands.state, stands.end = target, state.end
    stands.clock = Clock.NONE.value if state.end else state.clock.value


def graded(light: str) -> int:
    """How grave a light is, from 0."""
    return GRAVITY[Light(light)]
