"""Moving a matter: one verb, one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from bihuan.history import actions as history
from bihuan.loop import kinds
from bihuan.loop.actions.offers import Offer, Said, lay
from bihuan.loop.actions.telling import tell
from bihuan.loop.days import Days, days, local_day
from bihuan.loop.flows import BEFORE, Clock, Effect, Flow, Hand, Light, State, Transition
from bihuan.loop.following import follow
from bihuan.loop.models import Assisting, Evidence, Extension, Matter, Step
from bihuan.loop.queries.ladders import Ladders
from bihuan.loop.refusals import (
    EvidenceError,
    MatterError,
    MergedUnitError,
    NotYourHandError,
    OwnLoopError,
    PastDueError,
    StaleMatterError,
    WrongStateError,
)
from bihuan.loop.rules import LONGEST_TERM, REACH, moments, passed_over
from bihuan.org.models import Person, Unit


@dataclass
class Move:
    """A matter on its way from one state to the next; effects change the matter and note what they set."""

    matter: Matter
    flow: Flow
    way: Transition
    said: Said
    by: str
    at: dt.datetime
    today: dt.date
    days: Days
    noted: dict[str, Any] = field(default_factory=dict)  # of the step: rules and dates that were used
    ladders: Ladders = field(default_factory=Ladders)
    assisting: list[int] = field(default_factory=list)  # units that help from now on

    def set(self, **values: Any) -> None:
        """Set fields of the matter, and note them in the step."""
        for name, value in values.items():
            setattr(self.matter, name, value)
            self.noted.setdefault("set", {})[name] = value.isoformat() if isinstance(value, dt.date) else value


def act(
    *,
    matter: Matter,
    verb: str,
    hands: frozenset[Hand],
    expected_version: int,
    said: Said | None = None,
    quiet: bool = False,
    by: str,
    at: dt.datetime,
) -> Matter:
    """Move a matter by one verb of its flow: compare-and-set, one step, one history row, messages.

    The same again (same person, verb and words on the same version) is harmless and gives the matter as it stands.

    Args:
        hands: the sides on which the person stands (`access.hands`).
        expected_version: the version that the person saw.
        quiet: nobody is told here: the caller tells people of many such steps at once, in the same transaction.

    Returns:
        The matter as it then stands.

    Raises:
        StaleMatterError: somebody else moved it since.
        WrongStateError: the verb leads nowhere from its state.
        NotYourHandError, OwnLoopError: it is for the other side, or for another person.
        EvidenceError, MatterError, MergedUnitError, PastDueError: what was said will not do.
        bihuan.lib.refusals.Refusal: the subject that follows this kind of loop refuses the step (`following`).
    """
    words = (said or Said()).checked()
    with transaction.atomic():
        row = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
        if row.version != expected_version:
            since = _first_since(row, expected_version)
            if since is not None and (since.verb, since.by, since.values.get("said")) == (verb, by, words.digest()):
                return row
            if since is not None or expected_version > row.version:
                raise StaleMatterError
        flow = kinds.flow(row.flow, row.flow_version)
        way = flow.transition(verb, row.state)
        if way is None:
            raise WrongStateError(_words(flow, verb), _state_words(flow.state(row.state)))
        if way.hand not in hands:
            raise NotYourHandError(way.hand)
        move = Move(row, flow, way, words, by, at, local_day(at), days())
        step, offers, change = advance(move)
        row.save()
        step.save()
        lay(step, offers)
        Assisting.objects.bulk_create(helpers(move), ignore_conflicts=True)
        history.record_many([change], by=by, at=at)
        follow(row, step, by=by, at=at)
        if not quiet:
            tell(row, way.tells, step=step, words=(way.done_zh, way.done_en), by=by, at=at)
    return row


def advance(move: Move) -> tuple[Step, tuple[Offer, ...], history.Change]:
    """Do one transition on a locked matter, in memory: effect, state, clock. Returns what is to be written beside it:
    the step, its evidence, the history's row."""
    row, way, said = move.matter, move.way, move.said
    if way.reason and not said.text.strip():
        raise MatterError("reason-missing", f"请写明“{way.zh}”的原因", f"say why: {way.en}")
    offers = _offers(move)
    _ask_for_evidence(move, offers)
    if way.hand is Hand.DOER and move.by not in row.doers:
        row.doers = [*row.doers, move.by]
    source = row.state
    target = {"": row.state, BEFORE: row.left_state}.get(way.target, way.target)
    _EFFECTS.get(way.effect, _nothing)(move)
    row.evidence += len(offers)
    _enter(move, target)
    row.version += 1
    step = Step(
        matter=row,
        version=row.version,
        cycle=row.cycle,
        verb=way.verb,
        source=source,
        target=row.state,
        flow_version=row.flow_version,
        by=move.by,
        at=move.at,
        light=row.light,
        text=said.text.strip(),
        values=move.noted | {"said": said.digest()},
    )
    noted = move.noted | ({"pieces": len(offers)} if offers else {})
    return step, offers, history.Change("loop.stepped", ("matter", str(row.pk)), stepped(row, step, noted))


def helpers(move: Move) -> list[Assisting]:
    """The rows of the units that a step asked to help."""
    return [Assisting(matter=move.matter, unit_id=unit) for unit in move.assisting]


def _offers(move: Move) -> tuple[Offer, ...]:
    """The evidence of a step; the account of an answer is a piece of it."""
    said = move.said
    if move.way.effect in (Effect.ANSWER, Effect.REPORT) and said.text.strip():
        return (Offer("text", text=said.text.strip()), *said.evidence)
    return said.evidence


def _ask_for_evidence(move: Move, offers: tuple[Offer, ...]) -> None:
    if not move.way.evidence:
        return
    row = move.matter
    had = Evidence.objects.filter(step__matter=row, step__cycle=row.cycle).values_list("kind", flat=True)
    lying = {offer.kind for offer in offers} | set(had)
    for kind in move.way.evidence:
        if kind not in lying or (kind == "text" and move.way.effect is Effect.ANSWER and not move.said.text.strip()):
            raise EvidenceError(kind)


def _enter(move: Move, target: str) -> None:
    """Go over into the target state, and set its clock going where it is another one."""
    row, state = move.matter, move.flow.state(target)
    clock = Clock.NONE if state.end else state.clock
    begins = clock.value != row.clock or bool(move.noted.get("cycle")) or move.way.effect is Effect.ANSWER
    row.state, row.end, row.clock = target, state.end, clock.value
    if state.end:
        row.ended_at = move.at
        row.light = Light.GREEN.value if state.end == "closed" else Light.NONE.value
        move.set(next_owner_id=None, next_owner_on=None)
        _close_extension(move)
    elif row.ended_at is not None:
        row.ended_at = None
    if begins:
        _start_clock(move, clock)


def _start_clock(move: Move, clock: Clock) -> None:
    """The moments of the clock's rungs, and the next of them."""
    row = move.matter
    day = {Clock.DUE: row.due_on, Clock.WAITING: row.check_on}.get(clock)
    if day is None or row.ladder_id is None:
        row.moments, row.next_check_at = [], None
        return
    rungs = move.ladders.rungs(row.ladder_id).on(clock)
    row.moments, provisional = moments(rungs, day, move.days)
    if clock is Clock.DUE:
        if move.noted.get("cycle"):
            row.rung = move.noted["rung"] = passed_over(rungs, row.moments, move.at)
        move.noted |= {"calendar": move.days.version, "provisional": provisional}
        move.set(calendar=move.days.version, provisional=provisional)
    reached = row.rung if clock is Clock.DUE else row.waiting_rung
    row.next_check_at = row.moments[reached] if reached < len(row.moments) else None


def stepped(row: Matter, step: Step, noted: Mapping[str, Any]) -> dict[str, Any]:
    """What the history keeps of a step."""
    values = {"flow": row.flow, "flow_version": row.flow_version, "title": row.title, "verb": step.verb}
    values |= {"source": step.source, "target": step.target, "version": step.version, "cycle": step.cycle}
    values |= {"light": step.light, "text": step.text, **noted}
    return values


# -- effects -----------------------------------------------------------------------------------------------------------


def _nothing(_move: Move) -> None:
    pass


def _assign(move: Move) -> None:
    said = move.said
    if said.unit is None:
        raise MatterError("unit-missing", "请选承办单位", "choose the responsible unit")
    standing(said.unit, move.today)
    if said.section is not None and said.section.unit_id != said.unit.pk:
        zh = f"“{said.section.name}”不是“{said.unit.name}”的科室"
        raise MatterError("section-elsewhere", zh, f"{said.section.name} is no section of {said.unit.name}")
    move.set(
        unit_id=said.unit.pk,
        place_id=said.unit.region_id,
        section_id=said.section.pk if said.section else None,
        leader_id=said.leader.pk if said.leader else None,
    )
    own(move, said.owner)
    due = said.due_on
    if due is None:
        if move.flow.term is None:
            raise MatterError("due-missing", "请填办结时限", "name the day by which it is to be done")
        due, _provisional = move.days.after(move.today, move.flow.term)
        move.noted["counted"] = [move.today.isoformat(), move.flow.term]  # counted anew where the calendar changes
    begin_cycle(move, due)
    move.set(original_due_on=due)
    move.assisting = [unit.pk for unit in dict.fromkeys(said.assisting) if unit.pk != said.unit.pk]
    if move.assisting:
        move.noted["assisting"] = move.assisting


def own(move: Move, owner: Person | None) -> None:
    """Make a person the one who answers for it; they are a doer from now on."""
    move.set(owner_id=owner.pk if owner else None, next_owner_id=None, next_owner_on=None)
    if owner is not None and owner.by not in move.matter.doers:
        move.matter.doers = [*move.matter.doers, owner.by]


def standing(unit: Unit, day: dt.date) -> None:
    """Refuse a unit that is no more on a day. Raises MergedUnitError: it names the successor."""
    if unit.closed_on is not None and unit.closed_on <= day:
        into = unit.merged_into
        raise MergedUnitError(unit.name, into.name if into else "")


def begin_cycle(move: Move, due: dt.date, *, light: Light = Light.GREEN) -> None:
    """A new run of the doer's clock to another due day: from the first rung, with a calm light."""
    row = move.matter
    if due < move.today:
        raise PastDueError(due)
    if (due - move.today).days > LONGEST_TERM:
        raise MatterError("due-too-far", "办结时限超过十年，请核对", "the due day is more than ten years off")
    row.cycle += 1
    row.rung, row.waiting_rung, row.waits = 0, 0, 0
    row.light = light.value
    move.noted["cycle"] = row.cycle
    move.set(due_on=due, ladder_id=move.ladders.holding(row.flow, row.place_id, move.today))


def _amend(move: Move) -> None:
    """Put what changed in place; another due day begins a new cycle. The units that help are those that are named."""
    row, said = move.matter, move.said
    if said.title and said.title != row.title:
        move.set(title=said.title)
    if said.demand != row.demand:
        move.set(demand=said.demand)
    move.set(section_id=said.section.pk if said.section else None, leader_id=said.leader.pk if said.leader else None)
    if (said.owner.pk if said.owner else None) != row.owner_id:
        own(move, said.owner)
    if said.due_on is not None and said.due_on != row.due_on:
        begin_cycle(move, said.due_on)
    move.assisting = [unit.pk for unit in dict.fromkeys(said.assisting) if unit.pk != row.unit_id]
    move.noted["assisting"] = move.assisting


def _answer(move: Move) -> None:
    row = move.matter
    row.waits += 1
    row.waiting_rung = 0
    check_on, _provisional = move.days.after(move.today, move.flow.checked_within)
    move.set(answered_on=move.today, check_on=check_on, progress=100)
    _close_extension(move)


def _accept(move: Move) -> None:
    row = move.matter
    if move.by in row.doers:
        raise OwnLoopError
    if move.by in row.barred:
        raise OwnLoopError(barred=True)
    row.accepted_by = move.by


def _return(move: Move) -> None:
    """Back to the doer. Whoever answered in time is not late because the check took long: where the due day is over,
    another one is named."""
    row, due = move.matter, move.said.due_on
    row.accepted_by = ""
    if due is None and row.due_on is not None and row.due_on < move.today:
        zh = "原时限已过，退回时请给出重新办结的日期"
        raise MatterError("due-missing", zh, "the due day is over: name the day by which it is to be done again")
    if due is not None:
        begin_cycle(move, due)


def _reopen(move: Move) -> None:
    if move.said.due_on is None:
        raise MatterError("due-missing", "请填重启后的办结时限", "name the day by which it is to be done")
    move.matter.accepted_by = ""
    begin_cycle(move, move.said.due_on)
    move.set(answered_on=None, check_on=None, progress=0)


def _ask(move: Move) -> None:
    row, said = move.matter, move.said
    if said.due_on is None or row.due_on is None:
        raise MatterError("due-missing", "请填希望延到的日期", "name the day you ask for")
    close, _provisional = move.days.moment(row.due_on, 0)
    if move.at > close:
        zh = "延期须在到期前申请，这一事项已经到期"
        raise MatterError("extension-late", zh, "more time is asked for before the due day is over")
    if said.due_on <= row.due_on:
        zh = f"延期后的日期须晚于现在的时限 {row.due_on.isoformat()}"
        raise MatterError("extension-not-later", zh, f"ask for a day after {row.due_on.isoformat()}")
    if Extension.objects.filter(matter=row, decided_at=None).exists():
        raise MatterError("extension-open", "已有一份延期申请在等批复", "a wish for more time is waiting already")
    decide_by, _provisional = move.days.after(move.today, move.flow.decided_within)
    look, _provisional = move.days.moment(decide_by, 0)
    Extension.objects.create(
        matter=row,
        cycle=row.cycle,
        asked_by=move.by,
        asked_at=move.at,
        until=said.due_on,
        reason=said.text.strip(),
        progress=str(said.progress) if said.progress is not None else "",
        leader=said.signed.strip()[:60],
        decide_by=decide_by,
        next_check_at=look,
    )
    move.noted |= {"until": said.due_on.isoformat(), "decide_by": decide_by.isoformat(), "signed": said.signed}


def _decide(move: Move, granted: dt.date | None) -> None:
    asked = Extension.objects.select_for_update().filter(matter=move.matter, decided_at=None).first()
    if asked is None:
        raise MatterError("extension-none", "没有等待批复的延期申请", "no wish for more time is waiting")
    if asked.asked_by == move.by:
        raise OwnLoopError
    asked.decided_by, asked.decided_at, asked.granted_until = move.by, move.at, granted
    asked.next_check_at = None
    asked.save()
    move.noted["asked"] = asked.until.isoformat()


def _grant(move: Move) -> None:
    asked = Extension.objects.filter(matter=move.matter, decided_at=None).first()
    until = move.said.due_on or (asked.until if asked else None)
    _decide(move, until)
    assert until is not None
    if move.matter.due_on is not None and until <= move.matter.due_on:
        zh = f"延期后的日期须晚于现在的时限 {move.matter.due_on.isoformat()}"
        raise MatterError("extension-not-later", zh, f"grant a day after {move.matter.due_on.isoformat()}")
    begin_cycle(move, until)


def _refuse(move: Move) -> None:
    _decide(move, None)


def _close_extension(move: Move) -> None:
    """What was asked for falls away with the answer or the end."""
    waiting = Extension.objects.filter(matter=move.matter, decided_at=None)
    waiting.exclude(asked_by="system:loop").update(decided_by="system:loop", decided_at=move.at, next_check_at=None)


def _hand_over(move: Move) -> None:
    to, on = move.said.to, move.said.on or move.today
    if to is None:
        raise MatterError("person-missing", "请选接手的人", "choose who takes it over")
    if on < move.today:
        raise MatterError("day-in-past", "移交日期请填今天或以后", "hand over today or on a later day")
    if on == move.today:
        own(move, to)
    else:
        move.set(next_owner_id=to.pk, next_owner_on=on)
    move.noted |= {"to": to.pk, "on": on.isoformat()}


def _report(move: Move) -> None:
    if not move.said.text.strip() and move.said.progress is None and not move.said.evidence:
        raise MatterError("report-empty", "请写进展，或填进度、附材料", "say what was done, or give percent or a file")
    if move.said.progress is not None:
        move.set(progress=move.said.progress)


def _light(move: Move) -> None:
    if move.said.light is Light.NONE:
        raise MatterError("light-missing", "请选灯的颜色", "choose a colour")
    move.matter.light = move.said.light.value
    move.noted["rule"] = move.said.rule or "by hand"


def _suspend(move: Move) -> None:
    move.matter.left_state = move.matter.state
    move.noted["suspended_on"] = move.today.isoformat()


def _resume(move: Move) -> None:
    """Go on; the due days move by as many working days as it stood still."""
    row = move.matter
    stopped = Step.objects.filter(matter=row, verb__in=_verbs(move.flow, Effect.SUSPEND)).order_by("-version").first()
    since = local_day(stopped.at) if stopped else move.today
    still = max(move.days.calendar.count(since, move.today), 0)
    if row.due_on is not None and still:
        due, _provisional = move.days.after(row.due_on, still)
        move.set(due_on=due)
    if row.check_on is not None and still:
        check_on, _provisional = move.days.after(row.check_on, still)
        move.set(check_on=check_on)
    row.left_state = ""
    move.noted["still"] = still


_EFFECTS: dict[Effect, Callable[[Move], None]] = {
    Effect.ASSIGN: _assign,
    Effect.ANSWER: _answer,
    Effect.ACCEPT: _accept,
    Effect.RETURN: _return,
    Effect.REOPEN: _reopen,
    Effect.ASK: _ask,
    Effect.GRANT: _grant,
    Effect.REFUSE: _refuse,
    Effect.HAND_OVER: _hand_over,
    Effect.REPORT: _report,
    Effect.AMEND: _amend,
    Effect.LIGHT: _light,
    Effect.SUSPEND: _suspend,
    Effect.RESUME: _resume,
}


# -- small -------------------------------------------------------------------------------------------------------------


def _verbs(flow: Flow, effect: Effect) -> list[str]:
    return [item.verb for item in flow.transitions if item.effect is effect]


def _first_since(row: Matter, version: int) -> Step | None:
    """The first step that somebody took since that version. Rungs that were reached meanwhile are none: who was
    writing an answer has nothing to look at again."""
    return Step.objects.filter(matter=row, version__gt=version).exclude(verb=REACH).order_by("version").first()


def _words(flow: Flow, verb: str) -> tuple[str, str]:
    way = next((item for item in flow.transitions if item.verb == verb), None)
    return (way.zh, way.en) if way else ("这样办理", "that")


def _state_words(state: State) -> tuple[str, str]:
    return state.zh, state.en
