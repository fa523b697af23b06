"""Reads of the calendar."""

from __future__ import annotations

from bihuan.workdays.rules import Calendar


def calendar() -> Calendar:
    """The calendar that holds now."""
    return Calendar()
