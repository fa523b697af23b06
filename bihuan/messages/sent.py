"""What went out, as pages and programs show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bihuan.lib.words import say
from bihuan.messages.models import Outgoing
from bihuan.messages.moments import KINDS, OUTCOMES, STATES
from bihuan.messages.sending import Kind, Outcome, Purpose, State


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt in words."""

    number: int
    at: dt.datetime
    words: str
    answer: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One outgoing message in words. `zh`, `en`: what it said, for the one to whom it went."""

    row: Outgoing
    kind: str
    zh: str
    en: str
    state: str
    tone: str
    tries: tuple[Try, ...]

    @property
    def waits(self) -> bool:
        """Whether it is still to go out."""
        return self.row.state == State.WAITING


def sent(row: Outgoing) -> Sent:
    """A row of `queries.outgoing` in words."""
    zh, en, tone = STATES[State(row.state)]
    said = {
        Purpose.TEST: ("测试消息", "A test"),
        Purpose.DIGEST: (f"{row.count} 条消息的摘要", f"One for {row.count} messages"),
    }.get(Purpose(row.purpose))
    if said is None:
        said = (row.message.zh, row.message.en) if row.message else ("", "")
    tries = sorted(row.tries.all(), key=lambda item: item.number)
    told = tuple(
        Try(item.number, item.begun_at, say(*OUTCOMES[Outcome(item.outcome)]), item.answer, item.repeat)
        for item in tries
    )
    return Sent(row, say(*KINDS[Kind(row.channel.kind)]), *said, say(zh, en), tone, told)
