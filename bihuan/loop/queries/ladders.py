"""Which ladder holds where, and its rungs."""

from __future__ import annotations

import datetime as dt

from bihuan.loop.flows import Audience, Clock, Ladder, Light, Rung
from bihuan.loop.models import LadderRow, RungRow
from bihuan.org.models import Edition, Node


def ladder_for(flow: str, place: int | None, day: dt.date) -> int | None:
    """The key of the ladder that holds for a flow in a region on a day: that of the nearest region at or above it, the
    newest of those; None where none was ever seeded."""
    rows = list(
        LadderRow.objects.filter(flow=flow, valid_from__lte=day)
        .order_by("valid_from", "pk")
        .values_list("pk", "region")
    )
    wide = [pk for pk, region in rows if region is None]
    near = {region: pk for pk, region in rows if region is not None}  # the newest of each, they come in order
    if near and place is not None:
        edition = Edition.objects.latest("as_of")
        own = Node.objects.filter(edition=edition, region=place).values_list("path", flat=True).first() or ""
        held = Node.objects.filter(edition=edition, region__in=near).values_list("path", "region_id")
        above = sorted((path, region) for path, region in held if own.startswith(path))
        if above:
            return near[above[-1][1]]
    return wide[-1] if wide else None


def rungs_of(ladder: int) -> Ladder:
    """A ladder by its key, as frozen data."""
    row = LadderRow.objects.get(pk=ladder)
    rungs = tuple(
        Rung(item.number, Clock(item.clock), item.after, Audience(item.audience), item.zh, item.en, Light(item.light),
             item.urgent)
        for item in RungRow.objects.filter(ladder=row).order_by("clock", "number")
    )  # fmt: skip
    return Ladder(row.name, row.zh, row.en, rungs, row.source)


class Ladders:
    """Ladders as they are asked for again and again within one transaction: each is read once."""

    def __init__(self) -> None:
        self._for: dict[tuple[str, int | None, dt.date], int | None] = {}
        self._rungs: dict[int, Ladder] = {}

    def holding(self, flow: str, place: int | None, day: dt.date) -> int | None:
        """`ladder_for`."""
        key = (flow, place, day)
        if key not in self._for:
            self._for[key] = ladder_for(*key)
        return self._for[key]

    def rungs(self, ladder: int) -> Ladder:
        """`rungs_of`."""
        if ladder not in self._rungs:
            self._rungs[ladder] = rungs_of(ladder)
        return self._rungs[ladder]
