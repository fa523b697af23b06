"""The supervision room: what is red now, what waits for whom, what runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bihuan.loop import kinds
from bihuan.loop.access import KEEP_MATTER, matters
from bihuan.loop.flows import Flow
from bihuan.loop.matter_page import state_words, time_left
from bihuan.org.access import Reader, may, within
from bihuan.supervision import queries
from bihuan.supervision.access import PROPOSE, ROUNDS, SEE, SUPERVISED, mandates_in_force, seen
from bihuan.supervision.desk import Task, awaiting
from bihuan.supervision.models import Circular, Conclusion, Notice, Talk

SHOWN = 10


def flow_of(notice: Notice) -> Flow:
    """The flow of a notice's loop."""
    return kinds.flow(notice.matter.flow, notice.matter.flow_version)


@dataclass
class RoomPage:
    """See the module."""

    reader: Reader
    at: dt.datetime

    @cached_property
    def office(self) -> bool:
        """Whether the reader works for regions; else the room shows what concerns their units."""
        return may(self.reader, SEE)

    @cached_property
    def proposes(self) -> bool:
        return may(self.reader, PROPOSE)

    @property
    def keeps(self) -> bool:
        return bool(self.reader.of(KEEP_MATTER))

    @cached_property
    def waiting(self) -> list[Task]:
        return awaiting(self.reader)

    @cached_property
    def red(self) -> list[tuple[Any, str, tuple[str, str]]]:
        """Red matters, how late each is, where it stands."""
        found = queries.red_now(matters(self.reader), within(self.reader, SEE, SUPERVISED), seen(self.reader, Notice))
        return [(row, time_left(row, self.reader.day), self._state(row)) for row in found]

    def _state(self, row: Any) -> tuple[str, str]:
        return state_words(kinds.flow(row.flow, row.flow_version), row.state)

    @cached_property
    def ripe(self) -> list[tuple[Any, str]]:
        """Matters at the end of their ladder: a person may propose what the ladder cannot do by itself."""
        if not self.proposes:
            return []
        return [(row, time_left(row, self.reader.day)) for row in queries.ripe(matters(self.reader))]

    @cached_property
    def rounds(self) -> list[Any]:
        return queries.running_rounds(within(self.reader, SEE, ROUNDS)) if self.office else []

    @cached_property
    def mandates(self) -> list[Any]:
        return mandates_in_force(self.reader, self.reader.day, verb=SEE) if self.office else []

    @cached_property
    def notices(self) -> list[tuple[Notice, tuple[str, str], str]]:
        """The newest notices that are not over, with state and time left."""
        found = seen(self.reader, Notice).filter(matter__end="").select_related("matter", "paper", "unit")
        return [
            (row, state_words(flow_of(row), row.matter.state), time_left(row.matter, self.reader.day))
            for row in found.order_by("-pk")[:SHOWN]
        ]

    @cached_property
    def conclusions(self) -> list[Conclusion]:
        found = seen(self.reader, Conclusion).select_related("unit", "objection__matter")
        return list(found.order_by("-pk")[:SHOWN])

    @cached_property
    def censures(self) -> list[tuple[str, Any]]:
        """The newest talks and circulars, with the name of their page."""
        talks = seen(self.reader, Talk).select_related("unit").order_by("-pk")[:SHOWN]
        circulars = seen(self.reader, Circular).select_related("unit").order_by("-pk")[:SHOWN]
        found = [*(("supervision:talk", row) for row in talks), *(("supervision:circular", row) for row in circulars)]
        return sorted(found, key=lambda item: item[1].proposed_at, reverse=True)[:SHOWN]
