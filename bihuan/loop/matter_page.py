"""What the page of a matter shows its reader: what it is, its line of steps, what may be done now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bihuan.components.steps import Step as Stop
from bihuan.lib.words import say
from bihuan.loop import kinds, queries, scopes
from bihuan.loop.access import hands
from bihuan.loop.days import local_day, today_in
from bihuan.loop.explaining import explained
from bihuan.loop.flows import Clock, Effect, Flow, Hand, Tone, Transition
from bihuan.loop.models import Evidence, Matter, Step
from bihuan.loop.offering import Offered, offered
from bihuan.loop.queries.explained import account
from bihuan.loop.rules import REACH, REGISTER, RETIME, TAKE_OVER
from bihuan.org import queries as org
from bihuan.org.access import Reader

_ENGINE: dict[str, tuple[str, str, Tone]] = {
    REGISTER: ("立项", "registered it", "info"),
    TAKE_OVER: ("移交生效，由接手人负责", "the hand-over took effect", "info"),
    RETIME: ("按新日历重算时限", "the dates were counted anew", "info"),
}


@dataclass(frozen=True)
class Happening:
    """One step in words. `notes`: what it set. `told`: who was told, and whether in the place of another."""

    step: Step
    who: str
    words: str
    tone: Tone
    text: str
    notes: list[str]
    pieces: list[Evidence]
    told: list[tuple[str, bool]]

    @property
    def files(self) -> list[Evidence]:
        return [piece for piece in self.pieces if piece.sha256]

    @property
    def texts(self) -> list[str]:
        """What was said: the step's own text, and what was laid on the table in words besides."""
        return list(dict.fromkeys([self.text, *(piece.text for piece in self.pieces if piece.text)]))


@dataclass
class MatterPage:
    """See the module."""

    matter: Matter
    reader: Reader
    at: dt.datetime
    day: dt.date = field(init=False)

    def __post_init__(self) -> None:
        self.day = local_day(self.at)

    @cached_property
    def flow(self) -> Flow:
        return kinds.flow(self.matter.flow, self.matter.flow_version)

    @cached_property
    def kind(self) -> str:
        return say(self.flow.zh, self.flow.en)

    @cached_property
    def state(self) -> tuple[str, str]:
        """In words, and its tone."""
        return state_words(self.flow, self.matter.state)

    @cached_property
    def hands(self) -> frozenset[Hand]:
        return hands(self.reader, self.matter)

    @cached_property
    def wishes(self) -> list[Any]:
        return queries.wishes(self.matter)

    @property
    def asked(self) -> Any:
        """The wish for more time that waits."""
        return next((wish for wish in self.wishes if wish.decided_at is None), None)

    @cached_property
    def offers(self) -> list[Offered]:
        """What the reader may do now; the way that goes on first."""
        found = offered(self.matter, self.flow, hands=self.hands, by=self.reader.by, day=self.day, asked=self.asked)
        return sorted(found, key=lambda item: not item.main)

    @property
    def asked_by(self) -> str:
        return self.name(self.asked.asked_by)

    @cached_property
    def assisting(self) -> list[Any]:
        return queries.assisting(self.matter)

    @cached_property
    def scope(self) -> scopes.Scope | None:
        return scopes.named([self.matter.scope]).get(self.matter.scope)

    @cached_property
    def why(self) -> str:
        """The paragraph that explains the matter: by which rule and calendar, who was told before. "" before it was
        assigned."""
        return say(*explained(account(self.matter, at=self.at))) if self.matter.cycle else ""

    # -- dates and lights --------------------------------------------------------------------------------------------

    @property
    def moved(self) -> bool:
        """Whether the due day is another than the first one."""
        return self.matter.original_due_on not in (None, self.matter.due_on)

    @property
    def left(self) -> str:
        """How long it still is, or how late it is, in words; "" where no time of the doer's runs."""
        return time_left(self.matter, self.day)

    @cached_property
    def light(self) -> tuple[str, str]:
        """The colour and why it shines."""
        matter = self.matter
        if not matter.light:
            return "grey", say("没有亮灯", "no light")
        lit = self._lit
        if lit is None or matter.end:
            return matter.light, self.state[0]
        if lit.verb == REACH:
            return matter.light, self._reached(lit)
        rule = str(lit.values.get("rule", ""))
        said = "：".join(part for part in (say("人工亮灯", "by hand") if rule == "by hand" else rule, lit.text) if part)
        return matter.light, said or say("在时限之内", "within its time")

    @cached_property
    def _lit(self) -> Step | None:
        """The step that lit the light as it shines."""
        found = None
        for step in self._steps:  # the newest first
            if step.light != self.matter.light:
                break
            found = step
        is_light = found is not None and (found.verb == REACH or self._effect(found) is Effect.LIGHT)
        return found if is_light else None

    def _effect(self, step: Step) -> Effect | None:
        try:
            return self.flow.named(step.verb).effect
        except KeyError:
            return None

    # -- the line of steps -------------------------------------------------------------------------------------------

    @cached_property
    def _steps(self) -> list[Step]:
        return queries.line(self.matter)

    @cached_property
    def _rungs(self) -> dict[tuple[int, str, int], Any]:
        return queries.rungs(self._steps)

    @cached_property
    def _names(self) -> dict[str, str]:
        people = {step.by for step in self._steps} | {wish.asked_by for wish in self.wishes}
        keys = {int(step.values["to"]) for step in self._steps if str(step.values.get("to", "")).isdigit()}
        return org.names(people | {f"person:{pk}" for pk in keys} | set(self.matter.barred))

    def name(self, identity: str) -> str:
        return self._names.get(identity, identity)

    @cached_property
    def stops(self) -> list[Stop]:
        """The way through the loop as it goes if all goes well: who did each part when, and who is next."""
        way = main_way(self.flow)
        states = [self.flow.start.name, *(item.target for item in way)]
        here = self.matter.left_state or self.matter.state
        if here not in states and self._steps:  # it was withdrawn
            here = self._steps[0].source
        at = states.index(here) if here in states else -1
        done = {(step.verb, step.target): step for step in reversed(self._steps)}
        first = self._steps[-1] if self._steps else None
        label = say("立项", "Registered")
        found = [Stop(label, "done", self.name(first.by), first.at) if first else Stop(label, "done")]
        for number, item in enumerate(way):
            step = done.get((item.verb, item.target))
            label = say(item.zh, item.en)
            if number < at:
                found.append(Stop(label, "done", self.name(step.by) if step else "", step.at if step else None))
            elif number == at and not self.matter.end:
                found.append(Stop(label, "now", self._next(item)))
            else:
                found.append(Stop(label, "todo"))
        return found

    def _next(self, way: Transition) -> str:
        matter = self.matter
        if way.hand is Hand.KEEPER:
            return matter.keeper.short_name or matter.keeper.name
        unit = (matter.unit.short_name or matter.unit.name) if matter.unit else ""
        return matter.owner.name if matter.owner else unit

    @cached_property
    def line(self) -> list[Happening]:
        """The steps, the newest first."""
        return [self._happening(step) for step in self._steps]

    def _happening(self, step: Step) -> Happening:
        words, tone = self._said(step)
        told = [(item.person.name, item.stands_in) for item in step.reminders.all()]
        pieces = list(step.evidence.all())
        return Happening(step, self.name(step.by), words, tone, step.text, list(self._notes(step)), pieces, told)

    def _said(self, step: Step) -> tuple[str, Tone]:
        if step.verb == REACH:
            return self._reached(step), "warn"
        if step.verb in _ENGINE:
            zh, en, tone = _ENGINE[step.verb]
            return say(zh, en), tone
        try:
            way = kinds.flow(self.matter.flow, step.flow_version).named(step.verb)
        except KeyError:
            return step.verb, "plain"
        return say(way.done_zh, way.done_en), way.tone

    def _reached(self, step: Step) -> str:
        row = self._rungs.get((int(step.values.get("rule") or 0), step.clock, step.rung or 0))
        return say(row.zh, row.en) if row else say("到了提醒时间", "a reminder fell due")

    def _notes(self, step: Step) -> Any:
        values, given = step.values, step.values.get("set", {})
        if day := given.get("due_on"):
            yield say(f"时限 {day}", f"due {day}")
        if values.get("until"):
            yield say(f"希望延到 {values['until']}", f"until {values['until']}")
        if values.get("signed"):
            yield say(f"签批领导 {values['signed']}", f"signed by {values['signed']}")
        if values.get("decide_by"):
            yield say(f"应在 {values['decide_by']} 前批复", f"to be decided by {values['decide_by']}")
        if "progress" in given and self._effect(step) is Effect.REPORT:
            yield say(f"进度 {given['progress']}%", f"{given['progress']} %")
        if values.get("to"):
            who = self.name(f"person:{values['to']}")
            yield say(f"交给 {who}，自 {values.get('on')} 起", f"to {who} from {values.get('on')} on")
        if given.get("check_on") and self._effect(step) is Effect.ANSWER:
            yield say(f"应在 {given['check_on']} 前审核", f"to be checked by {given['check_on']}")
        if values.get("calendar") and values.get("provisional"):
            yield say("按周一至周五暂定，待官方放假安排", "provisional: counted by Monday to Friday")


def main_way(flow: Flow) -> list[Transition]:
    """The shortest way from the start to the end "closed"."""
    ways: dict[str, list[Transition]] = {flow.start.name: []}
    waiting = [flow.start.name]
    while waiting:
        here = waiting.pop(0)
        if flow.state(here).end == "closed":
            return ways[here]
        for item in flow.from_state(here):
            if item.target and item.target not in ways and not item.target.startswith("@"):
                ways[item.target] = [*ways[here], item]
                waiting.append(item.target)
    return []


def state_words(flow: Flow, name: str) -> tuple[str, str]:
    """A state in words, and its tone; one that no flow knows any more stands for itself."""
    try:
        state = flow.state(name)
    except KeyError:
        return name, "plain"
    return say(state.zh, state.en), state.tone


def time_left(matter: Matter, day: dt.date) -> str:
    """How long it still is, or how late it is; "" where no time of the doer's runs."""
    if matter.clock != Clock.DUE or matter.due_on is None:
        return ""
    days = (matter.due_on - today_in(matter.book, day)).days
    if days > 0:
        return say(f"还有 {days} 天", f"{days} days left" if days > 1 else "1 day left")
    if days == 0:
        return say("今天到期", "due today")
    return say(f"已逾期 {-days} 天", f"{-days} days late" if days < -1 else "1 day late")
