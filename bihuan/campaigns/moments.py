"""What was done to campaigns, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {"campaigns.opened": ("开展活动", "opened a campaign", "info")}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    who, url = names.get(entry.by, entry.by), f"/campaigns/{entry.subject_id}/"
    return Moment(entry.at, say(zh, en), who, str(entry.values.get("name", "")), url, tone)
