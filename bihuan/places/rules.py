"""What a place may be called, what may become of it, where it may lie; how a rate is said. Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from enum import StrEnum

LONGEST_NAME, LONGEST_CODE, LONGEST_REASON = 100, 40, 200
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_STEP = Decimal("0.000001")  # of a degree: a decimetre


class Standing(StrEnum):
    """How a place is."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


class Became(StrEnum):
    """What a change made of a place."""

    ADDED = "added"
    AMENDED = "amended"  # its code, unit or point
    RENAMED = "renamed"
    MOVED = "moved"  # to another region
    MERGED = "merged"
    CLOSED = "closed"
    REOPENED = "reopened"


def plain(text: str) -> str:
    """A name or code without spaces at its ends and with single ones inside: how they are compared."""
    return " ".join(text.replace("\u3000", " ").split())


def fits(text: str, longest: int) -> bool:
    """Whether a plain text can be a name: something, not too long, nothing invisible."""
    return 0 < len(text) <= longest and text.isprintable()


def on_calendar(day: dt.date) -> bool:
    """Whether a day can be one of a register."""
    return FIRST_DAY <= day <= LAST_DAY


def degrees(text: str, most: int) -> Decimal | None:
    """A longitude (most=180) or latitude (most=90) in degrees, to a decimetre.

    Returns:
        None where the text is no such number.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > most:
        return None
    return value.quantize(_STEP)
