"""The writers of ladders: those that ship with the flows, and what a place sets for itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction

from bihuan.history import actions as history
from bihuan.loop import kinds
from bihuan.loop.flows import Ladder
from bihuan.loop.models import LadderRow, RungRow
from bihuan.org.models import Region

_FIRST = dt.date(1970, 1, 1)  # the shipped ones hold until a place says otherwise


def load_ladders(*, by: str, at: dt.datetime) -> bool:
    """Write the ladder of each flow where it is not there yet; returns whether any was written. A changed one follows
    the one before: matters under way keep theirs until their next cycle."""
    made = False
    for flow in kinds.newest():
        with transaction.atomic():
            made |= _write(flow.name, flow.ladder, None, _FIRST, by=by, at=at)
    return made


def set_ladder(
    *, flow: str, ladder: Ladder, region: Region, valid_from: dt.date, by: str, at: dt.datetime
) -> LadderRow:
    """A ladder of a place's own, for a flow from a day on; matters take it up with their next cycle.

    Raises:
        KeyError: no flow of that name.
    """
    kinds.flow(flow)
    with transaction.atomic():
        _write(flow, ladder, region, valid_from, by=by, at=at)
        return LadderRow.objects.filter(flow=flow, region=region, valid_from=valid_from).latest("pk")


def _write(flow: str, ladder: Ladder, region: Region | None, day: dt.date, *, by: str, at: dt.datetime) -> bool:
    digest = hashlib.sha256(repr(ladder).encode()).hexdigest()
    newest = LadderRow.objects.filter(flow=flow, region=region).order_by("-valid_from", "-pk").first()
    if newest is not None and (newest.digest, newest.valid_from) == (digest, day):
        return False
    row, made = LadderRow.objects.get_or_create(
        flow=flow,
        region=region,
        valid_from=day,
        digest=digest,
        defaults={"name": ladder.name, "zh": ladder.zh, "en": ladder.en, "source": ladder.source, "by": by, "at": at},
    )
    if not made:
        return False
    RungRow.objects.bulk_create(
        RungRow(
            ladder=row,
            clock=rung.clock.value,
            number=rung.number,
            after=rung.after,
            audience=rung.audience.value,
            light=rung.light.value,
            urgent=rung.urgent,
            zh=rung.zh,
            en=rung.en,
        )
        for rung in ladder.rungs
    )
    values: dict[str, Any] = {"flow": flow, "name": ladder.zh, "region": region.name if region else ""}
    values |= {"from": day.isoformat()}
    values["rungs"] = [[rung.clock.value, rung.number, rung.after, rung.audience.value] for rung in ladder.rungs]
    history.record(verb="loop.ladder_set", subject=("ladder", str(row.pk)), by=by, at=at, values=values)
    return True
