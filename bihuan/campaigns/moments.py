"""What was done to campaigns and their plans, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "campaigns.opened": ("开展活动", "opened a campaign", "info"),
    "campaigns.described": ("填写活动依据", "described the campaign", "info"),
    "campaigns.list_set": ("设定单位名单", "set a list of units", "info"),
    "campaigns.list_dropped": ("删除单位名单", "dropped a list of units", "warn"),
    "campaigns.plan_made": ("新建方案", "made a plan", "info"),
    "campaigns.paragraph_written": ("修改方案段落", "wrote a paragraph of the plan", "info"),
    "campaigns.paragraph_moved": ("调整段落次序", "moved a paragraph of the plan", "info"),
    "campaigns.paragraph_dropped": ("删除方案段落", "dropped a paragraph of the plan", "warn"),
    "campaigns.duties_added": ("增加任务", "added duties", "info"),
    "campaigns.duty_written": ("修改任务", "wrote a duty", "info"),
    "campaigns.duty_dropped": ("删除任务", "dropped a duty", "warn"),
    "campaigns.division_taken": ("导入任务分工", "took a division of work in", "info"),
    "campaigns.asked": ("增加应报材料", "asked for something to be handed in", "info"),
    "campaigns.ask_dropped": ("取消应报材料", "asks for it no more", "warn"),
    "campaigns.plan_prepared": ("拟制方案公文", "drafted the plan's papers", "info"),
    "campaigns.plan_taken_back": ("撤回方案到起草", "took the plan back to writing", "warn"),
    "campaigns.plan_published": ("发布方案", "published the plan", "good"),
    "campaigns.exempted": ("准予免报", "exempted a unit from handing in", "info"),
    "campaigns.lists_issued": ("下发应报清单", "issued expected lists", "good"),
    "campaigns.list_withdrawn": ("收回应报清单", "withdrew an expected list", "warn"),
    "campaigns.line_missing": ("应报记为未报", "marked a line as not received", "warn"),
    "campaigns.line_draft": ("应报开始填报", "began what is to be handed in", "info"),
    "campaigns.line_submitted": ("应报收到", "received what was to be handed in", "good"),
    "campaigns.line_returned": ("应报退回", "returned what was handed in", "warn"),
    "campaigns.line_accepted": ("应报审核通过", "accepted what was handed in", "good"),
    "campaigns.node_added": ("增加全年节点", "added a node of the year", "info"),
    "campaigns.node_dropped": ("去掉全年节点", "dropped a node of the year", "warn"),
    "campaigns.follow_up": ("交办后续工作", "assigned what follows up", "good"),
    "campaigns.started_from": ("由上一年开展活动", "started the campaign from the one before", "info"),
    "campaigns.reminding_on": ("开启自动催报", "lets a list remind by itself", "info"),
    "campaigns.reminding_off": ("关闭自动催报", "lets a list remind by itself no more", "info"),
    "campaigns.reminded": ("催报", "reminded units of what they owe", "info"),
}
_WHAT = ("heading", "title", "list", "file", "unit")  # what of the values names the thing itself


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    who = names.get(entry.by, entry.by)
    values = entry.values
    name = str(values.get("name", ""))
    if entry.subject_kind == "campaign":
        url = f"/campaigns/{entry.subject_id}/"
        detail = next((str(values[key]) for key in _WHAT if values.get(key)), "")
        return Moment(entry.at, say(zh, en), who, " · ".join(part for part in (name, detail) if part), url, tone)
    version = say(f"第{values.get('number')}版", f"version {values.get('number')}")
    detail = next((str(values[key]) for key in _WHAT if values.get(key)), "")
    if values.get("count"):
        detail += say(f"（{values['count']} 项）", f" ({values['count']})")
    return Moment(entry.at, say(zh, en), who, " · ".join(part for part in (name, version, detail) if part), "", tone)
