"""What was done to matters, in words: those of the flow under which it was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.loop import kinds
from bihuan.loop.flows import Tone

SAID: dict[str, tuple[str, str, Tone]] = {
    "loop.stepped": ("办理事项", "moved a matter", "info"),
    "loop.reached": ("到期提醒", "a reminder fell due", "warn"),
    "loop.ladder_set": ("设定督办层级", "set a ladder of escalation", "info"),
    "loop.handed_over": ("移交生效", "the hand-over took effect", "info"),
    "loop.retimed": ("按新日历重算时限", "dates were counted anew", "info"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    who, values = names.get(entry.by, entry.by), entry.values
    url = f"/matters/{entry.subject_id}/" if entry.subject_kind == "matter" else ""
    if entry.verb == "loop.stepped":
        zh, en, tone = _words(values) or (zh, en, tone)
    elif entry.verb == "loop.reached":
        zh, en = str(values.get("zh", zh)), str(values.get("en", en))
    parts = [str(values.get("title") or values.get("name", "")), str(values.get("text", ""))]
    return Moment(entry.at, say(zh, en), who, "：".join(part for part in parts if part), url, tone)


def _words(values: Mapping[str, Any]) -> tuple[str, str, Tone] | None:
    verb = str(values.get("verb", ""))
    if verb == "register":
        return "立项", "registered it", "info"
    try:
        way = kinds.flow(str(values["flow"]), int(values["flow_version"])).named(verb)
    except (KeyError, ValueError, TypeError):
        return None
    return way.done_zh, way.done_en, way.tone
