"""What a person may do with a matter as it stands, and why not what they would look for. The engine looks again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.lib.words import say
from bihuan.loop.flows import Effect, Flow, Hand, Transition
from bihuan.loop.models import Extension, Matter

FORWARD = (Effect.NONE, Effect.ASSIGN, Effect.ANSWER, Effect.ACCEPT, Effect.GRANT, Effect.RESUME)


@dataclass(frozen=True, slots=True)
class Offered:
    """A way out of the state; `because`: why this person may not go it, "" where they may. `main`: the way that the
    loop takes if all goes well."""

    way: Transition
    because: str = ""

    @property
    def label(self) -> str:
        """On the button."""
        return say(self.way.zh, self.way.en)

    @property
    def main(self) -> bool:
        return self.way.effect in FORWARD and not self.way.reason


def offered(
    matter: Matter, flow: Flow, *, hands: frozenset[Hand], by: str, day: dt.date, asked: Extension | None
) -> list[Offered]:
    """The verbs that can be done with a matter now by somebody who stands on these sides of it.

    Args:
        asked: the wish for more time that waits, if any.
    """
    return list(_offered(matter, flow, hands, by, day, asked))


def _offered(
    matter: Matter, flow: Flow, hands: frozenset[Hand], by: str, day: dt.date, asked: Extension | None
) -> Iterator[Offered]:
    for way in flow.from_state(matter.state):
        if way.hand not in hands:
            continue
        if way.effect in (Effect.GRANT, Effect.REFUSE) and asked is None:
            continue
        if way.effect is Effect.ASK and asked is not None:
            yield Offered(way, say("延期申请已提交，正在等批复", "more time was asked for: wait for the decision"))
        elif way.effect is Effect.ASK and matter.due_on is not None and matter.due_on < day:
            yield Offered(way, say("时限已过：延期须在到期前申请", "the due day is over: one asks before"))
        else:
            yield Offered(way, _own(matter, way, by, asked))


def _own(matter: Matter, way: Transition, by: str, asked: Extension | None) -> str:
    """What keeps a person from deciding on what is theirs."""
    if way.effect is Effect.ACCEPT and by in matter.doers:
        return say("您经办过这一事项，须由另一人审核", "you have acted on it: another person must check it")
    if way.effect is Effect.ACCEPT and by in matter.barred:
        return say("您须回避这一事项，须由另一人审核", "you are barred from deciding on it: another person must")
    if way.effect in (Effect.GRANT, Effect.REFUSE) and asked is not None and asked.asked_by == by:
        return say("延期是您申请的，须由另一人批复", "you asked for more time: another person must decide")
    return ""
