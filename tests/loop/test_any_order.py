"""Random verbs by random people at random times, through every flow that is plugged in.

However they go: nobody closes their own, nothing is answered without evidence, no rung is lost or told twice, and the
steps, gone through again, give what is stored.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass
from random import Random

import pytest
from cast import BY, Cast
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rounds import ZONE, on

from bihuan import wiring
from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal
from bihuan.loop import actions, kinds
from bihuan.loop.access import hands
from bihuan.loop.actions import Offer, Said, Wanted
from bihuan.loop.flows import Effect, Flow, Hand, Light
from bihuan.loop.models import Evidence, Matter, Reminder, Step
from bihuan.loop.queries import counts, differences
from bihuan.messages.models import Arrival, Message
from bihuan.org.access import reader_of
from bihuan.org.models import Person

FLOWS = sorted({flow.name for flow in wiring.FLOWS})
WALKS = int(os.environ.get("BIHUAN_WALKS", "30"))  # more by `make fuzz`
PEOPLE = ("operator", "checker", "leader", "kangle_liaison", "yongjing_liaison", "liaison", "idle")


RARE = ("withdraw", "suspend")  # they lead to where little happens


@dataclass(frozen=True)
class Try:
    """What one person tries."""

    hours: int
    person: str
    verb: str
    said: Said
    sweeps: bool


class Undo(Exception):
    """Takes an example's changes back."""


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOWS)
def test_any_order(name: str, cast: Cast) -> None:
    actions.load_ladders(by=BY, at=on(1, 1))
    ends: Counter[str] = Counter()
    seen: set[str] = set()

    @settings(max_examples=WALKS, deadline=None, derandomize=WALKS < 100, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def walk(seed: int) -> None:
        try:
            with transaction.atomic():
                matter = _walked(kinds.flow(name), cast, Random(seed))
                _hold(matter)
                ends[matter.end or matter.state] += 1
                seen.update(matter.steps.values_list("target", flat=True))
                raise Undo
        except Undo:
            pass

    walk()
    closed = sum(count for end, count in ends.items() if end == "closed")
    assert closed > 0, f"no walk of {name} closes anything: {ends}"
    assert len(seen) >= 4, f"the walks of {name} hardly move: {seen}"


def _walked(flow: Flow, cast: Cast, chance: Random) -> Matter:
    at = on(6, 5)
    owner: Person = getattr(cast, chance.choice(PEOPLE))
    said = Said(unit=cast.kangle_bureau, owner=owner, due_on=dt.date(2023, 6, 16))
    wanted = Wanted(f"walk:{flow.name}", flow.name, "事项", cast.office, said=said, book="example")
    matter = actions.register(wanted=wanted, by=cast.operator.by, at=at)
    for _ in range(chance.randint(5, 40)):
        row = Matter.objects.get(pk=matter.pk)
        item = _picked(flow, cast, row, chance, at)
        at += dt.timedelta(hours=item.hours)
        if item.sweeps:
            actions.sweep(at=at)
        _tried(Matter.objects.get(pk=matter.pk), cast, item, at)
        if row.end and chance.random() < 0.4:
            break
    actions.sweep(at=at)
    return Matter.objects.get(pk=matter.pk)


def _picked(flow: Flow, cast: Cast, row: Matter, chance: Random, at: dt.datetime) -> Try:
    """Mostly a verb that leads on and a person of the side whose it is; now and then any verb and anybody."""
    ways = [way for way in flow.from_state(row.state) if way.verb not in RARE or chance.random() < 0.02]
    onward = [way for way in ways if way.target and way.effect not in (Effect.RETURN, Effect.SUSPEND)]
    among = onward if onward and chance.random() < 0.5 else ways if ways and chance.random() < 0.9 else flow.transitions
    way = chance.choice(among)
    people = [who for who in PEOPLE if way.hand in hands(reader_of(getattr(cast, who), day=at.date()), row)]
    person = chance.choice(people) if people and chance.random() < 0.8 else chance.choice(PEOPLE)
    today = at.astimezone(ZONE).date()
    offered = [kind for kind in ("text", "file", "photo") if chance.random() < 0.3]
    said = Said(
        text=chance.choice(["", "已按要求办理", "原因如下"]),
        unit=cast.kangle_bureau,
        due_on=today + dt.timedelta(days=chance.randint(-3, 25)) if chance.random() < 0.8 else None,
        to=cast.liaison,
        on=today + dt.timedelta(days=chance.randint(-1, 4)),
        progress=chance.choice([None, 0, 50, 100]),
        light=Light.YELLOW,
        evidence=tuple(Offer(kind, f"{kind}.x", text=kind) for kind in offered),
    )
    hours = chance.choice([0, 0, 1, 5, 24, 60])
    return Try(hours, person, way.verb, said, sweeps=chance.random() < 0.5)


def _tried(row: Matter, cast: Cast, item: Try, at: dt.datetime) -> None:
    """Try one verb; what is refused has changed nothing."""
    person: Person = getattr(cast, item.person)
    today = at.astimezone(ZONE).date()
    before = (row.version, Step.objects.filter(matter=row).count(), Entry.objects.count(), Message.objects.count())
    reader = reader_of(person, day=today)
    try:
        actions.act(
            matter=row,
            verb=item.verb,
            hands=hands(reader, row),
            expected_version=row.version,
            said=item.said,
            by=person.by,
            at=at,
        )
    except Refusal:
        row = Matter.objects.get(pk=row.pk)
        after = (row.version, Step.objects.filter(matter=row).count(), Entry.objects.count(), Message.objects.count())
        assert after == before


def _hold(row: Matter) -> None:
    flow = kinds.flow(row.flow, row.flow_version)
    steps = list(Step.objects.filter(matter=row).order_by("version"))
    assert differences(row) == []
    _alone(row, flow, steps)
    _evidence(row, flow, steps)
    _rungs(row, steps)
    entries = Entry.objects.filter(subject_kind="matter", subject_id=str(row.pk)).count()
    assert entries == len(steps)
    assert [item.count for item in counts(Q(scope=row.scope, flow=row.flow), ["state", "light"])] == [1]


def _alone(row: Matter, flow: Flow, steps: list[Step]) -> None:
    """Told from the steps alone: no acceptance by somebody who, before or after in this run, acted as a doer."""
    owners = {f"person:{step.values['set']['owner_id']}" for step in steps if "owner_id" in step.values.get("set", {})}
    doers: set[str] = set()
    accepted: str | None = None
    for step in steps:
        way = flow.transition(step.verb, step.source) if step.source else None
        if way is None:
            continue
        if way.hand is Hand.DOER:
            doers.add(step.by)
            accepted = None if way.effect is not Effect.NONE else accepted
        if way.effect is Effect.ACCEPT:
            assert step.by not in doers | owners
            accepted = step.by
        if flow.state(step.target).end == "closed":
            assert accepted is not None
    if row.end == "closed":
        assert row.accepted_by == accepted


def _evidence(row: Matter, flow: Flow, steps: list[Step]) -> None:
    for step in steps:
        way = flow.transition(step.verb, step.source) if step.source else None
        if way is None or not way.evidence:
            continue
        lying = set(
            Evidence.objects.filter(step__matter=row, step__cycle=step.cycle, step__version__lte=step.version)
            .values_list("kind", flat=True)
        )  # fmt: skip
        assert set(way.evidence) <= lying


def _rungs(row: Matter, steps: list[Step]) -> None:
    """No rung twice, none without a person who was told, each of these with the message."""
    reached = [step for step in steps if step.verb == "reach"]
    assert len({(s.cycle, s.clock, s.rung, s.occurrence) for s in reached}) == len(reached)
    for step in reached:
        people = list(Reminder.objects.filter(step=step).values_list("person", flat=True))
        assert people
        assert len(set(people)) == len(people)
        assert Arrival.objects.filter(recipient__in=people, key__startswith="sweep:").count() >= 1
    unread = Message.objects.filter(read_at=None).values_list("recipient", "topic")
    assert len(set(unread)) == len(unread)
    if row.next_check_at is not None and steps:
        assert row.next_check_at > max(step.at for step in steps), "a moment that has come was not looked at"
