"""What was done to statistical forms, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "statistics.form_defined": ("定义统计表", "defined a form", "info"),
    "statistics.form_redefined": ("修订统计表", "defined a form anew", "info"),
    "statistics.form_retired": ("停用统计表", "retired a form", "warn"),
    "statistics.form_restored": ("恢复使用统计表", "used a form again", "info"),
    "statistics.composed": ("统计表成文", "made a paper of a form", "good"),
    "statistics.handed_in": ("填报统计表", "handed a form in", "good"),
    "statistics.accepted": ("审核通过统计表", "accepted a form", "good"),
    "statistics.returned": ("退回统计表", "returned a form", "warn"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    values = entry.values
    what = "；".join(str(values[name]) for name in ("name", "unit", "period", "reason") if values.get(name))
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), what, "", tone)
