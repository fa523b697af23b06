"""{% load activity_words %}: kinds and days, said."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django import template

from bihuan.lib.words import say

if TYPE_CHECKING:
    from bihuan.activities.models import ActivityKind
    from bihuan.activities.queries.listing import Day

register = template.Library()


@register.simple_tag
def kind_name(kind: ActivityKind) -> str:
    """A kind in the reader's language."""
    return say(kind.zh, kind.en)


@register.simple_tag
def day_words(day: dt.date) -> str:
    """A day of a calendar: 12, and with its month on the first: 6月1日."""
    return say(f"{day.month}月1日", f"1/{day.month}") if day.day == 1 else str(day.day)


@register.simple_tag
def day_says(day: Day) -> str:
    """A day and how much was done on it."""
    count = len(day.activities)
    return say(f"{day.day.month}月{day.day.day}日，{count}条", f"{day.day.isoformat()}, {count}")
