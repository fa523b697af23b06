"""The clock of the demonstration: what happens at which moment of 2023, in order, each once.

Moments are passed in, never read: a month passes in seconds. Whatever was done in an earlier run is left alone, so that
a run that was cut short goes on where it stopped, and a second one changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bihuan.loop.days import local_day

Deed = Callable[[dt.datetime], object]


def moment(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    """A moment of 2023 by the clock of the campaign."""
    return dt.datetime(2023, month, day, hour, minute, tzinfo=ZoneInfo(settings.CAMPAIGN_ZONE))


@dataclass(frozen=True)
class Event:
    """`alone`: in transactions of its own (papers, seals); the others of a day go into one."""

    at: dt.datetime
    deed: Deed
    alone: bool = False


@dataclass
class Story:
    """Events, told in the order of their moments; of one moment, in the order in which they were put in."""

    events: list[Event] = field(default_factory=list)

    def put(self, at: dt.datetime, deed: Deed, *, alone: bool = False) -> None:
        self.events.append(Event(at, deed, alone))

    def tell(self) -> None:
        """Do all of it."""
        for alone, events in self._pieces():
            if alone:
                for event in events:
                    event.deed(event.at)
            else:
                with transaction.atomic():
                    for event in events:
                        event.deed(event.at)

    def _pieces(self) -> Iterator[tuple[bool, list[Event]]]:
        ordered = sorted(self.events, key=lambda event: event.at)
        for (_day, alone), events in groupby(ordered, key=lambda event: (local_day(event.at), event.alone)):
            yield alone, list(events)
