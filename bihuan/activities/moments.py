"""What was done to activities, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.activities.material_moments import MATERIALS, material_detail
from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "activities.kinds_loaded": ("载入活动类别", "loaded the kinds of activities", "plain"),
    "activities.kind_added": ("增加活动类别", "added a kind of activity", "info"),
    "activities.kind_changed": ("修改活动类别", "changed a kind of activity", "info"),
    "activities.kind_retired": ("停用活动类别", "retired a kind of activity", "warn"),
    "activities.kind_restored": ("恢复活动类别", "offers a kind of activity again", "info"),
    "activities.filed": ("报一次活动", "reported what was done", "info"),
    "activities.corrected": ("更正活动记录", "corrected an activity", "warn"),
    "activities.withdrawn": ("撤回活动记录", "withdrew an activity", "warn"),
    "activities.safety_planned": ("填写安全工作方案", "wrote the safety plan", "plain"),
    **MATERIALS,
}

# What a correction may change, by the names of its history row.
_PARTS = {
    "title": ("标题", "Title"),
    "kind": ("类别", "Kind"),
    "region": ("地区", "Region"),
    "place": ("地点", "Place"),
    "days": ("日期", "Days"),
    "units": ("单位", "Units"),
    "figures": ("数", "Numbers"),
    "words": ("说明", "Note"),
    "zh": ("类别名称", "Name"),
    "en": ("英文名称", "English name"),
    "owner": ("谁定的", "Whose"),
    "year": ("哪一年的", "Year"),
    "group": ("归在哪一组", "Group"),
    "counts": ("一次计", "One event counts"),
    "suggests": ("问哪些数", "Numbers asked for"),
    "photo_reason": ("为什么要照片", "Why photos"),
    "place_kinds": ("在哪类场所办", "Kinds of places"),
    "needs": ("还登记什么", "Materials"),
    "source": ("依据", "Source"),
}
_URLS = {"activity": "/activities/{}/", "training_roster": "/activities/rosters/{}/"}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    url = _URLS[entry.subject_kind].format(entry.subject_id) if entry.subject_kind in _URLS else ""
    detail = "，".join([*_detail(entry.values), *material_detail(entry.values)])
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), detail, url, tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    if (kinds := values.get("kinds")) and isinstance(kinds, list):
        yield "、".join(str(item) for item in kinds)
    if isinstance(title := values.get("title"), str):
        yield title
    if isinstance(changed := values.get("changed"), dict):
        for name, (old, new) in changed.items():
            yield f"{say(*_PARTS.get(name, (name, name)))}：{_words(old)} → {_words(new)}"
    if (figures := values.get("figures")) and isinstance(figures, list):
        yield "、".join(str(item) for item in figures)
    if isinstance(reason := values.get("reason"), str) and reason:
        yield say(f"理由：{reason}", f"Reason: {reason}")


def _words(value: Any) -> str:
    return ("、".join(map(str, value)) if isinstance(value, list) else str(value or "")) or "—"
