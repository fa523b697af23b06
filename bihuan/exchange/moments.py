"""What was done in reporting upward, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "exchange.identity_made": ("生成本安装签名密钥", "made the installation's keys", "info"),
    "exchange.keys_renewed": ("更换本安装签名密钥", "renewed the installation's keys", "warn"),
    "exchange.peer_entered": ("登记对方安装", "entered another installation", "info"),
    "exchange.peer_trusted": ("核对指纹，启用对方安装", "compared a fingerprint and trusted it", "good"),
    "exchange.peer_closed": ("停用对方安装", "closed another installation", "warn"),
    "exchange.period_closed": ("关账上报", "closed a period to report it", "info"),
    "exchange.erratum_begun": ("提出更正", "began an erratum", "warn"),
    "exchange.issue_frozen": ("上报数据定稿", "froze the numbers to report", "info"),
    "exchange.issue_dropped": ("撤回未签发的上报", "dropped a report that was not signed", "warn"),
    "exchange.issue_signed": ("签发上报", "signed a report", "good"),
    "exchange.bundle_signed": ("签名上报包", "signed a bundle", "info"),
    "exchange.bundle_arrived": ("对方已签收", "the other side has signed for it", "good"),
    "exchange.bundle_refused": ("对方拒收", "the other side refused it", "bad"),
    "exchange.bundle_urged": ("立即再送", "sent it again at once", "info"),
    "exchange.bundle_exported": ("导出上报包", "exported a bundle", "info"),
    "exchange.bundle_taken": ("收下上报包", "took a bundle in", "good"),
    "exchange.bundle_held": ("暂存上报包", "held a bundle", "warn"),
    "exchange.bundle_returned": ("退回上报包", "gave a bundle back", "bad"),
    "exchange.asked": ("问询上报数据", "asked about a report", "info"),
    "exchange.answered": ("答复问询", "answered a question", "info"),
}
_PAGES = {
    "reporting": "/exchange/reportings/{}/",
    "bundle": "/exchange/bundles/{}/",
    "intake": "/exchange/intakes/{}/",
    "peer": "/exchange/peers/",
    "installation": "/exchange/peers/",
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    url = _PAGES.get(entry.subject_kind, "").format(entry.subject_id)
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry.values)), url, tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("campaign", "name", "to", "from", "peer", "text", "reason", "although"):
        if isinstance(values.get(name), str) and values[name]:
            yield values[name] if len(values[name]) <= 80 else f"{values[name][:80]}…"
    if values.get("replaced"):
        yield say(f"原指纹 {values['replaced']}", f"in the place of {values['replaced']}")
    if isinstance(values.get("sequence"), int):
        yield f"№ {values['sequence']}"
    if isinstance(values.get("zh"), str) and values["zh"]:
        yield say(values["zh"], str(values.get("en", "")))
