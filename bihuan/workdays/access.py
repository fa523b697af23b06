"""Who sees the calendar, and who loads lists into it."""

from __future__ import annotations

from bihuan.org.access import Verb
from bihuan.org.rules import Role

LOAD_CALENDAR = Verb("workdays.load", Role.OPERATOR)  # over the whole installation: `reader.at_top`
