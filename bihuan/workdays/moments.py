"""What was done to the calendar, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {"workdays.loaded": ("更新放假安排", "loaded a list of holidays", "info")}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    what = f"{entry.values.get('year', '')} {entry.values.get('source', '')}".strip()
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), what, "/workdays/", tone)
