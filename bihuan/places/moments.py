"""What was done to places, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "places.added": ("登记场所", "entered a place", "info"),
    "places.amended": ("修改场所信息", "amended a place", "plain"),
    "places.renamed": ("场所更名", "renamed a place", "plain"),
    "places.moved": ("场所划转", "moved a place to another region", "plain"),
    "places.merged": ("场所合并", "merged a place into another", "warn"),
    "places.closed": ("注销场所", "closed a place", "warn"),
    "places.reopened": ("恢复场所", "reopened a place", "info"),
    "places.register_taken": ("导入底册", "took a register in", "info"),
    "places.kind_added": ("增加场所类别", "added a kind of place", "info"),
    "places.kind_changed": ("修改场所类别", "changed a kind of place", "info"),
    "places.kinds_loaded": ("更新场所类别", "loaded kinds of places", "info"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    url = f"/places/{entry.subject_id}/" if entry.subject_kind == "place" else ""
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), _what(entry.values), url, tone)


def _what(values: Mapping[str, Any]) -> str:
    if "file" in values:
        return f"{values['file']} {say('新增', 'new')} {values['new']}，{say('变更', 'changed')} {values['changed']}"
    if kinds := values.get("kinds"):
        changed = values.get("changed") or {}
        renamed = changed.get("zh") if isinstance(changed, dict) else None
        return f"{renamed[0]} → {renamed[1]}" if renamed else "、".join(str(item) for item in kinds)
    parts = [f"{values.get('region', '')}{values.get('name', '')}"]
    old, new = values.get("old", {}), values.get("new", {})
    for name in ("name", "region", "merged_into", "code"):
        if name in old and old[name] != new.get(name):
            parts.append(f"{_bare(old[name])} → {_bare(new.get(name, ''))}" if name != "merged_into" else _into(new))
    if values.get("reason"):
        parts.append(str(values["reason"]))
    return "；".join(part for part in parts if part)


def _into(new: Mapping[str, str]) -> str:
    target = _bare(new.get("merged_into", ""))
    return say(f"并入{target}", f"into {target}") if target else ""


def _bare(told: str) -> str:
    """Without the key before a name."""
    key, _space, name = told.partition(" ")
    return name if key.isdecimal() and name else told or "—"
