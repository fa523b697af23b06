"""Handing over all that a person answers for, to another person on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from bihuan.history import actions as history
from bihuan.loop import kinds
from bihuan.loop.actions.acting import Move, advance
from bihuan.loop.actions.offers import Said
from bihuan.loop.days import days, local_day
from bihuan.loop.flows import Effect
from bihuan.loop.models import Matter, Step
from bihuan.loop.queries.ladders import Ladders
from bihuan.loop.refusals import MatterError
from bihuan.messages import actions as messages
from bihuan.messages.actions import Telling
from bihuan.org.models import Person

_MOVED = ["version", "owner", "next_owner", "next_owner_on", "doers"]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many matters go over, and how many stay: those that stand where nothing is handed over."""

    done: int
    left: int


def hand_over_all(*, person: Person, to: Person, on: dt.date, by: str, at: dt.datetime) -> HandedOver:
    """Hand over each open matter that a person answers for: a step and a history row each, one message to the other.

    All or nothing, in one transaction; matters that go over to the same person on that day already are left alone.

    Raises:
        MatterError: to oneself, or on a day that is over.
    """
    if to.pk == person.pk:
        raise MatterError("same-person", "请选另一个人接手", "choose another person")
    today, calendar, ladders, said = local_day(at), days(), Ladders(), Said(to=to, on=on)
    with transaction.atomic():
        rows = list(Matter.objects.select_for_update().filter(owner=person, end="").order_by("pk"))
        moves, left = [], 0
        for row in rows:
            flow = kinds.flow(row.flow, row.flow_version)
            way = next((item for item in flow.from_state(row.state) if item.effect is Effect.HAND_OVER), None)
            if way is None:
                left += 1
            elif (row.next_owner_id, row.next_owner_on) != (to.pk, on):
                moves.append(Move(row, flow, way, said, by, at, today, calendar, ladders=ladders))
        steps = [advance(move) for move in moves]
        Matter.objects.bulk_update([move.matter for move in moves], _MOVED, batch_size=500)
        Step.objects.bulk_create([step for step, _offers, _change in steps], batch_size=1000)
        history.record_many([change for _step, _offers, change in steps], by=by, at=at)
        if moves:
            day = on.isoformat()
            words = (
                f"{person.name}将 {len(moves)} 项工作移交给您，自 {day} 起由您负责",
                f"{len(moves)} matters are handed over to you from {day} on",
            )
            key = f"handed-over:{moves[0].matter.pk}:{moves[0].matter.version}"
            telling = Telling(to.pk, f"handed-over:{person.pk}", key, words, reverse("loop:mine"), count=len(moves))
            messages.send_many([telling], by=by, at=at)
    return HandedOver(len(moves), left)
