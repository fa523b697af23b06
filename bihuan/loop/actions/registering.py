"""Registering matters: one, or the five thousand of a plan."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.urls import reverse

from bihuan.history import actions as history
from bihuan.loop import kinds
from bihuan.loop.actions.acting import Move, advance, helpers, stepped
from bihuan.loop.actions.offers import Said, lay
from bihuan.loop.actions.storing import store
from bihuan.loop.audience import people
from bihuan.loop.days import Days, days, local_day
from bihuan.loop.flows import Audience, Effect
from bihuan.loop.models import Assisting, Matter, Step
from bihuan.loop.queries.ladders import Ladders
from bihuan.loop.refusals import MatterError, StaleMatterError
from bihuan.loop.rules import REGISTER
from bihuan.messages import actions as messages
from bihuan.messages.actions import Telling
from bihuan.org.models import Unit

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A matter to be registered, and assigned at once where `said` names a unit.

    Args:
        key: made by the caller, for ever its own: registering it again gives the matter that is there.
        scope: what it belongs to, such as "campaign:3"; "" for nothing.
        barred: identities of those who may not accept it.
    """

    key: str
    flow: str
    title: str
    keeper: Unit
    demand: str = ""
    scope: str = ""
    book: str = ""
    said: Said | None = None
    raised_from: Matter | None = None
    barred: Sequence[str] = field(default=())


def register(*, wanted: Wanted, by: str, at: dt.datetime) -> Matter:
    """Register one matter; see `register_many`."""
    return register_many(wanted=[wanted], by=by, at=at)[0]


def register_many(*, wanted: Sequence[Wanted], by: str, at: dt.datetime) -> list[Matter]:
    """Register matters, and assign those whose unit is named, in one transaction; each person is told once of all that
    is theirs. Whose key is there already stays as it is.

    Returns:
        The matters in the order in which they were wanted.

    Raises:
        MatterError, MergedUnitError, PastDueError: one of them will not do; none is then written.
        StaleMatterError: somebody else registers one of the keys this very moment.
        KeyError: no flow of that name.
    """
    with transaction.atomic():
        there = {row.key: row for row in Matter.objects.filter(key__in=[item.key for item in wanted])}
        fresh = list({item.key: item for item in wanted if item.key not in there}.values())
        rows = [_row(item, by, at) for item in fresh]
        try:
            with transaction.atomic():
                Matter.objects.bulk_create(rows, batch_size=_BATCH)
        except IntegrityError as error:
            raise StaleMatterError from error
        _write_first(rows, by=by, at=at)
        _assign(list(zip(rows, fresh, strict=True)), by=by, at=at)
    there |= {row.key: row for row in rows}
    return [there[item.key] for item in wanted]


def _row(item: Wanted, by: str, at: dt.datetime) -> Matter:
    title = " ".join(item.title.split())
    if not title or len(title) > 200:
        raise MatterError("title", "请写事项名称（200字以内）", "name the matter, in 200 characters at most")
    flow = kinds.flow(item.flow)
    return Matter(
        key=item.key,
        flow=flow.name,
        flow_version=flow.version,
        state=flow.start.name,
        clock=flow.start.clock.value,
        scope=item.scope,
        book=item.book,
        title=title,
        demand=item.demand.strip(),
        keeper=item.keeper,
        region_id=item.keeper.region_id,
        raised_from=item.raised_from,
        barred=list(item.barred),
        registered_by=by,
        registered_at=at,
    )


def _write_first(rows: Sequence[Matter], *, by: str, at: dt.datetime) -> None:
    steps = [
        Step(
            matter=row,
            version=1,
            cycle=0,
            verb=REGISTER,
            target=row.state,
            flow_version=row.flow_version,
            by=by,
            at=at,
            values={"key": row.key, "keeper": row.keeper_id},
        )
        for row in rows
    ]
    Step.objects.bulk_create(steps, batch_size=_BATCH)
    history.record_many(
        [
            history.Change("loop.stepped", ("matter", str(row.pk)), stepped(row, step, step.values))
            for row, step in zip(rows, steps, strict=True)
        ],
        by=by,
        at=at,
    )


def _assign(items: Sequence[tuple[Matter, Wanted]], *, by: str, at: dt.datetime) -> None:
    """Assign those whose unit is named: all rows in bulk, and one message a person."""
    calendar, ladders, today = days(), Ladders(), local_day(at)
    moves = [
        _move(row, item.said, calendar, ladders, today, by, at)
        for row, item in items
        if item.said is not None and item.said.unit is not None
    ]
    if not moves:
        return
    advanced = [advance(move) for move in moves]
    store([move.matter for move in moves])
    Step.objects.bulk_create([step for step, _, _ in advanced], batch_size=_BATCH)
    for step, offers, _ in advanced:
        if offers:
            lay(step, offers)
    Assisting.objects.bulk_create([row for move in moves for row in helpers(move)], batch_size=_BATCH)
    history.record_many([change for _, _, change in advanced], by=by, at=at)
    messages.send_many(list(_tellings([move.matter for move in moves], today)), by=by, at=at)


def _move(row: Matter, said: Said, calendar: Days, ladders: Ladders, today: dt.date, by: str, at: dt.datetime) -> Move:
    flow = kinds.flow(row.flow, row.flow_version)
    way = next(item for item in flow.from_state(row.state) if item.effect is Effect.ASSIGN)
    return Move(row, flow, way, said.checked(), by, at, today, calendar, ladders=ladders)


def _tellings(rows: Sequence[Matter], today: dt.date) -> Iterator[Telling]:
    by_key = {row.pk: row for row in rows}
    theirs: dict[int, list[Matter]] = defaultdict(list)
    for told in people([(row.pk, Audience.OWNER) for row in rows], day=today):
        theirs[told.person].append(by_key[told.matter])
    for person, matters in theirs.items():
        first = matters[0]
        due = min((row.due_on for row in matters if row.due_on), default=None)
        by_when = (f"，最早 {due.isoformat()} 到期", f", the first due {due.isoformat()}") if due else ("", "")
        if len(matters) == 1:
            url = reverse("loop:matter", args=[first.pk])
            words = (f"新交办：“{first.title}”{by_when[0]}", f"assigned to you: {first.title}{by_when[1]}")
            topic = f"matter:{first.pk}"
        else:
            url = reverse("loop:mine")
            words = (
                f"新交办 {len(matters)} 项工作{by_when[0]}",
                f"{len(matters)} matters were assigned to you{by_when[1]}",
            )
            topic = f"assigned:{first.scope}"
        yield Telling(person, topic, f"assigned:{first.pk}:{len(matters)}", words, url, count=len(matters))
