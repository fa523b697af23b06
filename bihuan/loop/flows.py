"""Flows (流程) as frozen data: the states of a kind of loop, who moves it between them with what, and its ladder.

A subject writes a `Flow` in its `flow.py` and names it in `wiring.FLOWS`; the engine finds it there. A flow's version
is part of every step made under it: a change to states or transitions is a new version beside the old one. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Literal

Tone = Literal["plain", "info", "good", "warn", "bad"]  # as `components.timeline` knows them
BEFORE = "@before"  # the target of what goes back to the state that was left


class Hand(StrEnum):
    """On which side of a matter somebody stands. One person may stand on both; who acted as a doer never accepts."""

    KEEPER = "keeper"  # 督办方, 交办方: registers, assigns, accepts, closes
    DOER = "doer"  # 承办方: signs for, does, answers
    SUBJECT = "subject"  # nobody by hand: what the matter belongs to moves it, such as a new version of its plan


class Clock(StrEnum):
    """Whose time runs in a state."""

    NONE = "none"
    DUE = "due"  # the doer's, to the due day
    WAITING = "waiting"  # the keeper's, to check what was answered


class Light(StrEnum):
    """亮灯. Which colours a place uses is its ladder's business (facts §3.3); the order here is from calm to grave."""

    NONE = ""
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Audience(StrEnum):
    """Whom a rung of the ladder tells, from near to far (facts §3.2, 催办)."""

    OWNER = "owner"  # 经办
    SECTION = "section"  # 责任科室
    LEADER = "leader"  # 分管领导
    PRINCIPAL = "principal"  # 主要负责人
    KEEPER = "keeper"  # 督办方; on the last rung: it may come to a 通报


class Effect(StrEnum):
    """What a transition does beyond the change of state. The engine's own list: each has its rules in `loop.acting`."""

    NONE = "none"
    ASSIGN = "assign"  # unit, people, due day; a new cycle
    ANSWER = "answer"  # the clock goes over to the keeper
    ACCEPT = "accept"  # by somebody who never acted as a doer here
    RETURN = "return"  # to the doer, perhaps with a new due day
    REOPEN = "reopen"  # a new cycle
    ASK = "ask"  # for a later due day, before the due one is over
    GRANT = "grant"  # another due day; a new cycle
    REFUSE = "refuse"
    HAND_OVER = "hand_over"  # the duty of the owner goes to another person on a day
    REPORT = "report"  # progress on the way
    URGE = "urge"  # 催办 by hand
    AMEND = "amend"  # other words, people or another due day, by what the matter belongs to
    LIGHT = "light"  # by a rule beyond time, with its reason
    SUSPEND = "suspend"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class State:
    """A state; `clock`: whose time runs in it. `end`: "closed" or "withdrawn" where the loop is over."""

    name: str
    zh: str
    en: str
    clock: Clock = Clock.NONE
    end: str = ""
    tone: Tone = "plain"

    @property
    def open(self) -> bool:
        return not self.end


@dataclass(frozen=True, slots=True)
class Transition:
    """How a matter is moved.

    Args:
        verb: what is done, one word of code; `zh`, `en`: on the button; `done_zh`, `done_en`: in the history.
        sources: the states in which it can be done. target: the state after it, "" for the same, or BEFORE.
        hand: which side may.
        evidence: the kinds that must lie on the table, of each at least one in this cycle; those given with it count.
        reason: whether a sentence is asked for.
        tells: whom to tell that it was done.
    """

    verb: str
    zh: str
    en: str
    done_zh: str
    done_en: str
    sources: tuple[str, ...]
    target: str
    hand: Hand
    effect: Effect = Effect.NONE
    evidence: tuple[str, ...] = ()
    reason: bool = False
    tells: tuple[Audience, ...] = ()
    tone: Tone = "info"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a ladder of escalation.

    Args:
        number: from 1; in the order in which they are reached on their clock.
        after: working days after the due day of the clock, negative before it. 0 is its close of business, all others
            are the start of business of that day.
        light: lit when the rung is reached.
        zh, en: what is said to those who are told, after the matter's title.
    """

    number: int
    clock: Clock
    after: int
    audience: Audience
    zh: str
    en: str
    light: Light = Light.NONE
    urgent: bool = False


@dataclass(frozen=True)
class Ladder:
    """A ladder of escalation (催办层级): for the doer's clock and for the keeper's."""

    name: str
    zh: str
    en: str
    rungs: tuple[Rung, ...]
    source: str = ""

    def on(self, clock: Clock) -> tuple[Rung, ...]:
        """The rungs of a clock, in order."""
        return tuple(rung for rung in self.rungs if rung.clock is clock)


@dataclass(frozen=True)
class Flow:
    """A kind of loop.

    Args:
        term: working days from the assignment to the due day where none is named; None: one must be named.
        checked_within: working days in which an answer is checked.
        decided_within: working days in which a wish for more time is decided.
    """

    name: str
    version: int
    zh: str
    en: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    ladder: Ladder
    term: int | None = None
    checked_within: int = 3
    decided_within: int = 3
    _by_name: dict[str, State] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def start(self) -> State:
        return self.states[0]

    @cached_property
    def verbs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.verb for item in self.transitions))

    def state(self, name: str) -> State:
        """The state of that name. Raises KeyError."""
        if not self._by_name:
            self._by_name.update({state.name: state for state in self.states})
        return self._by_name[name]

    def transition(self, verb: str, source: str) -> Transition | None:
        """How `verb` moves a matter out of `source`; None where it does not."""
        found = (item for item in self.transitions if item.verb == verb and source in item.sources)
        return next(found, None)

    def named(self, verb: str) -> Transition:
        """A transition of that verb, from wherever. Raises KeyError."""
        for item in self.transitions:
            if item.verb == verb:
                return item
        raise KeyError(verb)

    def from_state(self, source: str) -> tuple[Transition, ...]:
        """All that can be done in a state."""
        return tuple(item for item in self.transitions if source in item.sources)


class FlowError(Exception):
    """A flow that could lose a matter, or let somebody close their own."""


def check(flow: Flow) -> None:
    """Refuse a flow whose own data break a promise of the engine.

    Raises:
        FlowError: unknown or unreachable states, two ways for one verb, rungs out of order, an end "closed" that is
            reached without an acceptance, an acceptance that is not the keeper's or follows no answer with evidence,
            an open state out of which nothing leads.
    """
    names = {state.name for state in flow.states}
    if len(names) != len(flow.states):
        raise FlowError(f"{flow.name}: a state stands twice")
    for item in flow.transitions:
        _check_transition(flow, item, names)
    _check_reach(flow)
    _check_closing(flow)
    for clock in Clock:
        rungs = flow.ladder.on(clock)
        if [rung.number for rung in rungs] != list(range(1, len(rungs) + 1)):
            raise FlowError(f"{flow.name}: rungs of {clock} are not numbered 1, 2, 3 …")
        if any(one.after > two.after for one, two in pairwise(rungs)):
            raise FlowError(f"{flow.name}: rungs of {clock} are not in the order of their days")


def _check_transition(flow: Flow, item: Transition, names: set[str]) -> None:
    unknown = ({*item.sources, item.target} - names) - {"", BEFORE}
    if unknown or not item.sources:
        raise FlowError(f"{flow.name}: {item.verb} names states that are not there: {sorted(unknown)}")
    if any(not flow.state(source).open for source in item.sources) and item.effect is not Effect.REOPEN:
        raise FlowError(f"{flow.name}: {item.verb} moves what is over; only reopening does")
    for source in item.sources:
        if sum(other.verb == item.verb and source in other.sources for other in flow.transitions) > 1:
            raise FlowError(f"{flow.name}: {item.verb} out of {source} leads to two states")
    if item.target == BEFORE and item.effect is not Effect.RESUME:
        raise FlowError(f"{flow.name}: only resuming goes back to the state before")


def _check_reach(flow: Flow) -> None:
    reached, new = {flow.start.name}, {flow.start.name}
    while new:
        ways = [item for item in flow.transitions if set(item.sources) & reached]
        new = {item.target for item in ways if item.target not in ("", BEFORE)} - reached
        reached |= new
    if lost := {state.name for state in flow.states} - reached:
        raise FlowError(f"{flow.name}: nothing leads to {sorted(lost)}")
    for state in flow.states:
        leaves = any(item.target not in ("", state.name) for item in flow.from_state(state.name))
        if state.open and not leaves:
            raise FlowError(f"{flow.name}: nothing leads out of {state.name}")


def _check_closing(flow: Flow) -> None:
    """Without the transitions that accept, no state of the end "closed" is to be reached; and none that accepts stands
    open before an answer with evidence."""
    if not any(state.end == "closed" for state in flow.states):
        raise FlowError(f"{flow.name}: there is no way to close")
    if reached := reachable(flow, Effect.ACCEPT) & {state.name for state in flow.states if state.end == "closed"}:
        raise FlowError(f"{flow.name}: {sorted(reached)} is reached without an acceptance")
    early = reachable(flow, Effect.ANSWER)
    for item in flow.transitions:
        if item.effect is Effect.ACCEPT and (item.hand is not Hand.KEEPER or early & set(item.sources)):
            raise FlowError(f"{flow.name}: {item.verb} accepts without the keeper, or without an answer")
        if item.effect is Effect.ANSWER and (item.hand is not Hand.DOER or not item.evidence):
            raise FlowError(f"{flow.name}: {item.verb} answers without the doer, or without evidence")


def reachable(flow: Flow, without: Effect) -> set[str]:
    """The states to which ways lead from the start, those of one effect left out."""
    reached = {flow.start.name}
    while True:
        ways = [item for item in flow.transitions if item.effect is not without and set(item.sources) & reached]
        more = {item.target for item in ways if item.target not in ("", BEFORE)} - reached
        if not more:
            return reached
        reached |= more


def check_all(flows: Iterable[Flow]) -> None:
    """Refuse flows that stand twice, or that `check` refuses. Raises FlowError."""
    seen: set[tuple[str, int]] = set()
    for flow in flows:
        if (flow.name, flow.version) in seen:
            raise FlowError(f"{flow.name} {flow.version} stands twice")
        seen.add((flow.name, flow.version))
        check(flow)
