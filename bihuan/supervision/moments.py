"""What was done in supervision, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "supervision.lights_set": ("设定亮灯规则", "set light rules", "info"),
    "supervision.bulletin_frozen": ("定稿月度通报数据", "froze a monthly bulletin", "good"),
    "supervision.bulletin_written": ("将通报拟成公文", "wrote a bulletin as a paper", "info"),
    "supervision.mandate_entered": ("登记授权依据", "entered a mandate", "info"),
    "supervision.mandate_ended": ("终止授权依据", "ended a mandate", "warn"),
    "supervision.limit_set": ("设定督查频次上限", "set a limit of frequency", "info"),
    "supervision.proposed": ("提请列入督办", "proposed supervision", "info"),
    "supervision.supervision_agreed": ("批准列入督办", "approved supervision", "good"),
    "supervision.supervision_refused": ("未准列入督办", "refused supervision", "bad"),
    "supervision.supervision_ended": ("解除督办", "ended supervision", "plain"),
    "supervision.round_planned": ("拟定督查轮次", "planned a round", "info"),
    "supervision.round_approved": ("批准督查方案", "approved a round", "good"),
    "supervision.round_begun": ("开始督查", "began a round", "info"),
    "supervision.round_ended": ("结束督查", "ended a round", "good"),
    "supervision.round_cancelled": ("取消督查", "cancelled a round", "warn"),
    "supervision.looked": ("记录查看情况", "looked at it", "plain"),
    "supervision.found": ("记录发现的问题", "found a problem", "warn"),
    "supervision.settled": ("问题整改到位", "settled a finding", "good"),
    "supervision.notice_drafted": ("拟督办通知", "drafted a notice", "info"),
    "supervision.notice_issued": ("下发督办通知", "issued a notice", "warn"),
    "supervision.notice_filed": ("督办通知归档", "filed a notice", "good"),
    "supervision.urged_in_writing": ("书面催办", "urged in writing", "warn"),
    "supervision.talk_proposed": ("提请约谈", "proposed a talk", "info"),
    "supervision.talk_approved": ("批准约谈", "approved a talk", "warn"),
    "supervision.talk_refused": ("未批准约谈", "refused a talk", "plain"),
    "supervision.talk_held": ("约谈", "held a talk", "warn"),
    "supervision.circular_proposed": ("提请通报", "proposed a circular", "info"),
    "supervision.circular_approved": ("批准通报", "approved a circular", "warn"),
    "supervision.circular_refused": ("未批准通报", "refused a circular", "plain"),
    "supervision.circular_drafted": ("拟通报文稿", "drafted a circular", "info"),
    "supervision.circular_issued": ("印发通报", "issued a circular", "warn"),
    "supervision.concluded": ("作出督查结论", "made a conclusion", "info"),
    "supervision.conclusion_received": ("签收督查结论", "received a conclusion", "plain"),
    "supervision.objected": ("提出异议", "objected to a conclusion", "warn"),
    "supervision.decided": ("答复异议", "decided an objection", "good"),
}
_PAGES = {
    "bulletin": "/supervision/bulletins/{}/",
    "mandate": "/supervision/mandates/{}/",
    "round": "/supervision/rounds/{}/",
    "notice": "/supervision/notices/{}/",
    "talk": "/supervision/talks/{}/",
    "circular": "/supervision/circulars/{}/",
    "conclusion": "/supervision/conclusions/{}/",
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    url = _PAGES.get(entry.subject_kind, "").format(entry.subject_id)
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry.values)), url, tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("title", "name", "place", "region", "month", "from", "unit", "number", "reason", "text", "although"):
        if isinstance(values.get(name), str) and values[name]:
            yield values[name] if len(values[name]) <= 80 else f"{values[name][:80]}…"
