"""The history in words: each room says what its own verbs mean, here they are found by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bihuan.activities import moments as activities
from bihuan.activities.access import SEE_ACTIVITY
from bihuan.campaigns import moments as campaigns
from bihuan.campaigns.access import SEE_CAMPAIGN
from bihuan.components.timeline import Moment
from bihuan.documents import moments as documents
from bihuan.documents.access import SEE_PAPER
from bihuan.exchange import moments as exchange
from bihuan.exchange.access import SEE as SEE_EXCHANGE
from bihuan.exchange.access import SEE_PEERS
from bihuan.figures import moments as figures
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.loop import moments as loop
from bihuan.loop.access import SEE_MATTER
from bihuan.messages import moments as messages
from bihuan.org import moments as org
from bihuan.org import queries as directory
from bihuan.org.access import SEE_DIRECTORY, Reader, Verb
from bihuan.places import moments as places
from bihuan.places.access import SEE_PLACE
from bihuan.reports import moments as reports
from bihuan.reports.access import SEE_SUBMISSION
from bihuan.statistics import moments as statistics
from bihuan.statistics.access import SEE_FORM
from bihuan.supervision import moments as supervision
from bihuan.supervision.access import SEE as SEE_SUPERVISION
from bihuan.supervision.access import SEE_BULLETIN
from bihuan.workdays import moments as workdays

Teller = Callable[[Entry, Mapping[str, str]], Moment]


def _erased(entry: Entry, names: Mapping[str, str]) -> Moment:
    words = say("清除个人信息", "erased personal values")
    return Moment(entry.at, words, names.get(entry.by, ""), str(entry.values.get("reason", "")), tone="warn")


def _document(entry: Entry, names: Mapping[str, str]) -> Moment:
    return documents.moment(entry, names.get(entry.by, entry.by))


TELLERS: dict[str, Teller] = {
    "activities": activities.moment,
    "campaigns": campaigns.moment,
    "documents": _document,
    "exchange": exchange.moment,
    "figures": figures.moment,
    "history": _erased,
    "loop": loop.moment,
    "messages": messages.moment,
    "org": org.moment,
    "places": places.moment,
    "reports": reports.moment,
    "workdays": workdays.moment,
    "statistics": statistics.moment,
    "supervision": supervision.moment,
}
KINDS: dict[str, tuple[str, str]] = {
    "submission": ("报送", "Submission"),
    "activity": ("活动记录", "Activity"),
    "training_roster": ("培训名册", "Training roster"),
    "activity_kind": ("活动类别", "Kind of activity"),
    "activity_kinds": ("活动类别", "Kinds of activities"),
    "figure": ("数", "Figure"),
    "occasion": ("场合", "Occasion"),
    "fact": ("事实", "Fact"),
    "closing": ("关账", "Closed period"),
    "document": ("公文", "Paper"),
    "matter": ("事项", "Matter"),
    "ladder": ("督办层级", "Ladder of escalation"),
    "campaign": ("活动", "Campaign"),
    "mandate": ("授权依据", "Mandate"),
    "supervised": ("列入督办", "Supervision"),
    "supervision_limit": ("频次上限", "Limit of frequency"),
    "round": ("督查轮次", "Round"),
    "finding": ("发现问题", "Finding"),
    "notice": ("督办通知", "Notice"),
    "urging": ("催办通知", "Urging"),
    "talk": ("约谈", "Talk"),
    "circular": ("通报表扬、批评", "Circular"),
    "conclusion": ("督查结论", "Conclusion"),
    "objection": ("异议", "Objection"),
    "plan": ("方案", "Plan"),
    "bulletin": ("通报", "Bulletin"),
    "light_rules": ("亮灯规则", "Light rules"),
    "place": ("场所", "Place"),
    "register": ("底册", "Register"),
    "place_kind": ("场所类别", "Kind of place"),
    "place_kinds": ("场所类别", "Kinds of places"),
    "unit": ("单位", "Unit"),
    "section": ("科室", "Section"),
    "person": ("人员", "Person"),
    "account": ("账号", "Account"),
    "policy": ("安全策略", "Security policy"),
    "token": ("令牌", "Token"),
    "channel": ("渠道", "Channel"),
    "quiet_hours": ("免打扰时段", "Quiet hours"),
    "gateway": ("对外发送设置", "Sending settings"),
    "calendar": ("工作日历", "Calendar of working days"),
    "installation": ("本安装", "This installation"),
    "peer": ("对方安装", "Installation"),
    "reporting": ("上报", "Reporting upward"),
    "bundle": ("上报包", "Bundle"),
    "intake": ("来报", "Bundle that came"),
    "remark": ("问询", "Question"),
    "form": ("统计表", "Statistical form"),
    "edition": ("区划版本", "Edition of the tree"),
    "totals": ("汇总", "Totals"),
}
# The pages of things: where they are, and what one needs to be let in.
_PAGES: dict[str, tuple[str, Verb]] = {
    "submission": ("/submissions/{}/", SEE_SUBMISSION),
    "activity": ("/activities/{}/", SEE_ACTIVITY),
    "form": ("/forms/{}/", SEE_FORM),
    "fact": ("/facts/{}/", SEE_SUBMISSION),
    "document": ("/papers/{}/", SEE_PAPER),
    "campaign": ("/campaigns/{}/", SEE_CAMPAIGN),
    "bulletin": ("/supervision/bulletins/{}/", SEE_BULLETIN),
    "matter": ("/matters/{}/", SEE_MATTER),
    "mandate": ("/supervision/mandates/{}/", SEE_SUPERVISION),
    "round": ("/supervision/rounds/{}/", SEE_SUPERVISION),
    "notice": ("/supervision/notices/{}/", SEE_SUPERVISION),
    "talk": ("/supervision/talks/{}/", SEE_SUPERVISION),
    "circular": ("/supervision/circulars/{}/", SEE_SUPERVISION),
    "conclusion": ("/supervision/conclusions/{}/", SEE_SUPERVISION),
    "place": ("/places/{}/", SEE_PLACE),
    "reporting": ("/exchange/reportings/{}/", SEE_EXCHANGE),
    "bundle": ("/exchange/bundles/{}/", SEE_EXCHANGE),
    "intake": ("/exchange/intakes/{}/", SEE_EXCHANGE),
    "peer": ("/exchange/peers/", SEE_PEERS),
    "installation": ("/exchange/peers/", SEE_PEERS),
    "unit": ("/org/units/{}/", SEE_DIRECTORY),
    "person": ("/org/people/{}/", SEE_DIRECTORY),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, its words, and the thing it was done to."""

    entry: Entry
    moment: Moment
    kind: str
    url: str  # of the thing's own page, "" where it has none or the reader is not let in
    unit: str  # of the one who acted, today

    @property
    def values(self) -> str:
        """The entry's values as they stand in the chain."""
        return json.dumps(self.entry.values, ensure_ascii=False, indent=1, sort_keys=True)


def told(entries: Iterable[Entry], reader: Reader) -> list[Told]:
    """Entries in words; the names of all who are named come in one query, their units of the reader's day in another,
    and so do those of measures and regions where there are any."""
    rows = list(entries)
    names = directory.names(identity for entry in rows for identity in org.identities(entry)) | figures.names(rows)
    homes = directory.homes((entry.by for entry in rows), day=reader.day)
    pages = {kind: address for kind, (address, verb) in _PAGES.items() if reader.at_top(verb)}
    return [_told(entry, names, homes, pages) for entry in rows]


def _told(entry: Entry, names: Mapping[str, str], homes: Mapping[str, str], pages: Mapping[str, str]) -> Told:
    try:
        moment = TELLERS[entry.verb.partition(".")[0]](entry, names)
    except (LookupError, TypeError, ValueError, AttributeError):
        # A verb or values of an older or a newer version: said as they stand rather than hidden, or the page lost.
        moment = Moment(entry.at, entry.verb, names.get(entry.by, entry.by))
    kind = say(*KINDS[entry.subject_kind]) if entry.subject_kind in KINDS else entry.subject_kind
    url = pages.get(entry.subject_kind, "").format(entry.subject_id)
    return Told(entry, moment, kind, url, homes.get(entry.by, ""))
