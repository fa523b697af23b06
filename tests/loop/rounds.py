"""What tests of loops share: a matter in the hands of the cast, and the verbs said shortly."""

from __future__ import annotations

import datetime as dt
from itertools import count
from zoneinfo import ZoneInfo

from cast import Cast
from django.db import connection

from bihuan.history.models import Entry, Pending, Seal
from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.flows import Hand
from bihuan.loop.models import Matter
from bihuan.org.models import Person

ZONE = ZoneInfo("Asia/Shanghai")
KEEPER, DOER = frozenset({Hand.KEEPER}), frozenset({Hand.DOER})
BOTH = KEEPER | DOER
_numbers = count(1)


def on(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    """A moment of 2023 by the clock of the campaign."""
    return dt.datetime(2023, month, day, hour, minute, tzinfo=ZONE)


def task(cast: Cast, *, due: dt.date = dt.date(2023, 6, 16), owner: Person | None = None, **more: object) -> Matter:
    """A task of the Kangle bureau, assigned on 5 June 2023 by the operator."""
    said = Said(unit=cast.kangle_bureau, owner=owner or cast.kangle_liaison, due_on=due, **more)  # type: ignore[arg-type]
    wanted = Wanted(f"test:{next(_numbers)}", "task", "举办宣传咨询日活动", cast.office, said=said, book="example")
    return actions.register(wanted=wanted, by=cast.operator.by, at=on(6, 5))


def act(
    matter: Matter, verb: str, by: Person, at: dt.datetime, *, hands: frozenset[Hand] = BOTH, **said: object
) -> Matter:
    """One verb on the matter as it stands."""
    row = Matter.objects.get(pk=matter.pk)
    words = Said(**said)  # type: ignore[arg-type]
    return actions.act(matter=row, verb=verb, hands=hands, expected_version=row.version, said=words, by=by.by, at=at)


def seal_all(at: dt.datetime = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)) -> int:
    """Seal what waits, as `history.actions.seal` would once this transaction is over; returns the last position."""
    last = Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0
    waiting = Entry.objects.filter(pending__isnull=False).order_by("pk")
    seals = [
        Seal(position=position, entry=entry, digest=b"\0" * 32, algorithm="sha256", sealed_at=at)
        for position, entry in enumerate(waiting, last + 1)
    ]
    Seal.objects.bulk_create(seals, batch_size=1000)
    last += len(seals)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM history_pending")
    assert not Pending.objects.exists()
    return last
