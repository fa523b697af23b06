"""What of the matters waits for a reader: one list, the gravest rung first, then by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.lib.words import say
from bihuan.loop import kinds, queries
from bihuan.loop.access import DO_MATTER, KEEP_MATTER, own_units
from bihuan.loop.days import today_in
from bihuan.loop.flows import Effect, Flow, Hand, Light, Tone
from bihuan.loop.matter_page import state_words, time_left
from bihuan.loop.models import Matter
from bihuan.loop.rules import graded
from bihuan.org.access import Reader

AWAITING = 20  # of each kind, on the desk
SHOWN = 100  # of each kind, on the page of one's own


@dataclass(frozen=True, slots=True)
class Duty:
    """A matter that waits for the reader. `day`: by when. `rung`: how far up the ladder that is."""

    matter: Matter
    hand: Hand
    words: str
    tone: Tone
    rung: int
    day: dt.date | None
    left: str


def awaiting(reader: Reader, *, most: int = AWAITING) -> list[Duty]:
    """The matters that wait for the reader, as the one who does them and as the one who keeps them."""
    if reader.person is None:
        return []
    found = [*_doing(reader, most), *_keeping(reader, most)]
    return sorted(found, key=lambda duty: (-duty.rung, duty.day or dt.date.max, duty.matter.pk))


def _doing(reader: Reader, most: int) -> Iterator[Duty]:
    person = reader.person
    assert person is not None
    units = own_units(reader) if reader.of(DO_MATTER) else frozenset()
    for row in queries.to_do(person.pk, units, day=reader.day, limit=most):
        words = _words(kinds.flow(row.flow, row.flow_version), row, Hand.DOER)
        yield Duty(row, Hand.DOER, words, _tone(row), row.rung, row.due_on, time_left(row, reader.day))


def _keeping(reader: Reader, most: int) -> Iterator[Duty]:
    units = frozenset(post.unit_id for post in reader.posts)
    if not reader.of(KEEP_MATTER) or not units:
        return
    for row in queries.to_keep(reader.by, units, limit=most):
        words = _words(kinds.flow(row.flow, row.flow_version), row, Hand.KEEPER)
        late = row.check_on is not None and row.check_on < today_in(row.book, reader.day)
        yield Duty(row, Hand.KEEPER, words, "bad" if late else "warn", row.waiting_rung, row.check_on, "")
    for wish in queries.to_decide(reader.by, units, limit=most):
        late = wish.decide_by < today_in(wish.matter.book, reader.day)
        words = say("延期待批复", "decide on more time")
        yield Duty(wish.matter, Hand.KEEPER, words, "bad" if late else "warn", wish.reminded, wish.decide_by, "")


def _words(flow: Flow, row: Matter, hand: Hand) -> str:
    """What is to be done: the state where its name says it, else the plain way out of it."""
    words, _tone = state_words(flow, row.state)
    plain = [way for way in flow.from_state(row.state) if way.hand is hand and way.effect is Effect.NONE]
    way = next((way for way in plain if not way.reason), None)
    if way is None or flow.state(row.state).zh.startswith("待"):
        return words
    return say(f"待{way.zh}", f"to do: {way.en}")


def _tone(row: Matter) -> Tone:
    grade = graded(row.light)
    return "bad" if grade >= graded(Light.RED.value) else "warn" if grade > graded(Light.BLUE.value) else "info"
