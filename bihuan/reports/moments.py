"""What was done to reports that were handed in, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "reports.handed_in": ("报送", "handed in a report", "info"),
    "reports.decided": ("定一个数", "decided on a figure", "plain"),
    "reports.decided_all": ("全部确认", "confirmed all readings", "plain"),
    "reports.confirmed": ("提交确认，数已入账", "confirmed: the figures were filed", "good"),
    "reports.returned": ("退回", "returned it", "warn"),
    "reports.past_loaded": ("载入往年数据", "loaded values of earlier years", "info"),
    "reports.accepted": ("采用", "accepted it", "good"),
}


DECIDED: dict[str, tuple[str, str]] = {
    "confirmed": ("确认一个数", "confirmed a figure"),
    "corrected": ("更正一个数", "corrected a figure"),
    "refused": ("不采用一个数", "left a figure out"),
    "pending": ("重定一个数", "opened a figure again"),
    "not_counted": ("重定一个数", "opened a figure again"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    if entry.verb == "reports.decided":
        zh, en = DECIDED.get(str(entry.values.get("new")), (zh, en))
    url = f"/submissions/{entry.subject_id}/" if entry.subject_kind == "submission" else ""
    if entry.verb == "reports.past_loaded":
        url = f"/campaigns/{entry.subject_id}/past/"
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry.values)), url, tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "region", "printed", "reason"):
        if isinstance(values.get(name), str) and values[name]:
            yield values[name]
    if "file" in values:
        counts = f"{say('新增', 'new')} {values['new']}，{say('改用新值', 'replaced')} {values['changed']}"
        yield f"{values['file']} {counts}"
    if meant := values.get("meant"):
        yield f"→ {meant['printed']}"
    if values.get("note"):
        yield str(values["note"])
