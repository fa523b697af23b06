"""What became of something that should come (应报), and the five numbers of a list. Pure.

Whether it came in time is told by the first arrival that was not given back for being wrong while there was still time
to put it right: what is returned before the due moment counts from when it comes again; what is returned after it, when
the unit can no longer be in time, keeps the moment at which it first came.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal

LONGEST_REASON = 500
_TENTH = Decimal("0.1")
Tone = Literal["plain", "info", "good", "warn", "bad"]


class ReceiptState(StrEnum):
    """How far something that should come has come."""

    MISSING = "missing"
    DRAFT = "draft"  # somebody has begun with it
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


RECEIVED = frozenset({ReceiptState.SUBMITTED, ReceiptState.ACCEPTED})


class Light(StrEnum):
    """How a line of a list is shown: its state and the clock together."""

    EXEMPT = "exempt"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    LATE = "late"  # it came, after the due moment
    RETURNED = "returned"
    DRAFT = "draft"
    MISSING = "missing"
    OVERDUE = "overdue"  # it has not come, and the due moment is over


LIGHT_WORDS: dict[Light, tuple[str, str, Tone]] = {
    Light.EXEMPT: ("免报", "exempt", "plain"),
    Light.ACCEPTED: ("已审核", "accepted", "good"),
    Light.SUBMITTED: ("已报", "received", "good"),
    Light.LATE: ("迟报", "late", "warn"),
    Light.RETURNED: ("已退回待重报", "returned", "warn"),
    Light.DRAFT: ("填报中", "begun", "info"),
    Light.MISSING: ("未报", "not yet", "plain"),
    Light.OVERDUE: ("逾期未报", "overdue", "bad"),
}
BEHIND = frozenset({Light.RETURNED, Light.DRAFT, Light.MISSING, Light.OVERDUE})


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one line. `arrived_at`: the moment that counts; `first_at`: when anything first came."""

    state: ReceiptState = ReceiptState.MISSING
    reason: str = ""
    arrived_at: dt.datetime | None = None
    first_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None

    @property
    def received(self) -> bool:
        return self.state in RECEIVED


def after(kept: Kept, state: ReceiptState, *, reason: str = "", due_at: dt.datetime, at: dt.datetime) -> Kept:
    """What is kept once a line is marked. Any state may follow any other: the rooms that mark know their own order.

    Args:
        reason: of a return.
    """
    if state in RECEIVED:
        if kept.received:
            return replace(kept, state=state)
        returned = kept.state is ReceiptState.RETURNED and kept.returned_at is not None
        keeps = returned and kept.arrived_at is not None and kept.returned_at > due_at  # type: ignore[operator]
        return replace(
            kept, state=state, reason="", arrived_at=kept.arrived_at if keeps else at, first_at=kept.first_at or at
        )
    if state is ReceiptState.RETURNED:
        return replace(kept, state=state, reason=reason, returned_at=at)
    if state is ReceiptState.DRAFT:
        # A return stands until something comes again, and what came is not undone by another beginning.
        return replace(kept, state=state) if kept.state is ReceiptState.MISSING else kept
    return Kept(first_at=kept.first_at)


def light(kept: Kept, *, exempt: bool, due_at: dt.datetime, now: dt.datetime) -> Light:
    """How a line is shown at a moment."""
    if exempt:
        return Light.EXEMPT
    if kept.received:
        if kept.arrived_at is not None and kept.arrived_at > due_at:
            return Light.LATE
        return Light.ACCEPTED if kept.state is ReceiptState.ACCEPTED else Light.SUBMITTED
    if kept.state is ReceiptState.RETURNED:
        return Light.RETURNED
    if now > due_at:
        return Light.OVERDUE
    return Light.DRAFT if kept.state is ReceiptState.DRAFT else Light.MISSING


@dataclass(frozen=True, slots=True)
class Five:
    """应报、已报、按时报、报送率、按时率. The units that are exempt are in none of them."""

    expected: int = 0
    received: int = 0
    on_time: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.on_time <= self.received <= self.expected:
            raise ValueError(f"{self.on_time} in time of {self.received} received of {self.expected} expected")

    def __add__(self, other: Five) -> Five:
        return Five(self.expected + other.expected, self.received + other.received, self.on_time + other.on_time)

    @property
    def missing(self) -> int:
        return self.expected - self.received

    @property
    def rate(self) -> Decimal | None:
        """Percent with one decimal; None where nothing is expected."""
        return percent(self.received, self.expected)

    @property
    def rate_on_time(self) -> Decimal | None:
        return percent(self.on_time, self.expected)


def percent(part: int, whole: int) -> Decimal | None:
    """Percent with one decimal, half up. It says 100 only of all, and 0 only of none."""
    if whole == 0:
        return None
    found = (Decimal(part) * 100 / whole).quantize(_TENTH, ROUND_HALF_UP)
    if part < whole:
        found = min(found, 100 - _TENTH)
    return max(found, _TENTH) if part else found
