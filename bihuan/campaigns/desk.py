"""What of the expected lists waits for a reader: what their own units still have to hand in."""

from __future__ import annotations

import datetime as dt

from bihuan.campaigns import access, queries
from bihuan.campaigns.queries import Owed
from bihuan.org.access import Reader

AWAITING = 20


def awaiting(reader: Reader, *, at: dt.datetime) -> list[Owed]:
    """What the reader's units still have to hand in soon, or should have long since. Two queries at most."""
    units = access.own_units(reader) if reader.of(access.HAND_IN_LINES) else frozenset()
    return queries.owed(units, now=at, most=AWAITING) if units else []
