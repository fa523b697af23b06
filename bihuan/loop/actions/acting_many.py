"""Moving many matters at once, for what they belong to: a new version of a plan."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from bihuan.history import actions as history
from bihuan.loop import kinds
from bihuan.loop.actions.acting import Move, advance, helpers
from bihuan.loop.actions.offers import Said, lay
from bihuan.loop.actions.storing import store
from bihuan.loop.audience import people
from bihuan.loop.days import days, local_day
from bihuan.loop.flows import Effect, Hand
from bihuan.loop.following import follow
from bihuan.loop.models import Assisting, Matter, Step
from bihuan.loop.queries.ladders import Ladders
from bihuan.loop.refusals import NotYourHandError, WrongStateError
from bihuan.messages import actions as messages
from bihuan.messages.actions import Telling

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """A verb for a matter, with what is said."""

    matter: Matter
    verb: str
    said: Said


def act_many(*, wishes: Sequence[Wish], hands: frozenset[Hand], by: str, at: dt.datetime) -> list[Matter]:
    """Move matters, all or none, in one transaction: a step and a history row each, and one message a person of all
    that concerns them. The caller holds what the matters belong to, so that nobody else wishes anything of the kind;
    each matter is taken as it stands.

    Raises:
        WrongStateError: a verb leads nowhere from where a matter stands.
        NotYourHandError, MatterError, PastDueError …: as `act` does.
    """
    today, calendar, ladders = local_day(at), days(), Ladders()
    with transaction.atomic():
        keys = sorted(wish.matter.pk for wish in wishes)
        rows = {row.pk: row for row in Matter.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        moves = []
        for wish in wishes:
            row = rows[wish.matter.pk]
            flow = kinds.flow(row.flow, row.flow_version)
            way = flow.transition(wish.verb, row.state)
            if way is None:
                named, state = flow.named(wish.verb), flow.state(row.state)
                raise WrongStateError((named.zh, named.en), (state.zh, state.en))
            if way.hand not in hands:
                raise NotYourHandError(way.hand)
            moves.append(Move(row, flow, way, wish.said.checked(), by, at, today, calendar, ladders=ladders))
        advanced = [advance(move) for move in moves]
        store([move.matter for move in moves])
        Step.objects.bulk_create([step for step, _, _ in advanced], batch_size=_BATCH)
        for step, offers, _ in advanced:
            if offers:
                lay(step, offers)
        amended = [move.matter.pk for move in moves if move.way.effect is Effect.AMEND]
        Assisting.objects.filter(matter__in=amended).delete()
        Assisting.objects.bulk_create([row for move in moves for row in helpers(move)], batch_size=_BATCH)
        history.record_many([change for _, _, change in advanced], by=by, at=at)
        for move, (step, _, _) in zip(moves, advanced, strict=True):
            follow(move.matter, step, by=by, at=at)
        messages.send_many(list(_tellings(moves, today)), by=by, at=at)
    return [rows[wish.matter.pk] for wish in wishes]


def _tellings(moves: Sequence[Move], today: dt.date) -> Iterator[Telling]:
    """One message a person: of the one matter, or of how many."""
    by_key = {move.matter.pk: move for move in moves}
    theirs: dict[int, list[Move]] = defaultdict(list)
    for told in people([(move.matter.pk, kind) for move in moves for kind in move.way.tells], day=today):
        theirs[told.person].append(by_key[told.matter])
    for person, mine in theirs.items():
        first = mine[0]
        matter, way = first.matter, first.way
        key = f"moved:{matter.pk}:{matter.version}:{len(mine)}"
        if len(mine) == 1:
            said = f"：{first.said.text.strip()}" if first.said.text.strip() else ""
            words = (f"“{matter.title}”{way.done_zh}{said}", f"{way.done_en}: {matter.title}")
            yield Telling(person, f"matter:{matter.pk}", key, words, reverse("loop:matter", args=[matter.pk]))
            continue
        zh = "、".join(dict.fromkeys(move.way.done_zh for move in mine))
        en = ", ".join(dict.fromkeys(move.way.done_en for move in mine))
        words = (f"您的 {len(mine)} 项工作有变动（{zh}）", f"{len(mine)} matters of yours were changed ({en})")
        yield Telling(person, f"moved:{matter.scope}", key, words, reverse("loop:mine"), count=len(mine))
