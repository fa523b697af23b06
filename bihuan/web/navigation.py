"""The rooms a reader may enter, in the order of their day. A room that is not built yet is not listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.activities.access import SEE_ACTIVITY
from bihuan.campaigns.access import SEE_CAMPAIGN
from bihuan.documents.access import SEE_PAPER, SIGN_FOR
from bihuan.exchange.access import SEE as SEE_EXCHANGE
from bihuan.exchange.access import SEE_PEERS
from bihuan.loop.access import DO_MATTER, KEEP_MATTER, SEE_MATTER
from bihuan.messages.access import SEE_OUTGOING
from bihuan.org.access import SEE_DIRECTORY, SEE_SIGN_INS, SET_POLICY, Reader, Verb, may
from bihuan.places.access import SEE_PLACE
from bihuan.reports.access import SEE_SUBMISSION
from bihuan.statistics.access import SEE_FORM
from bihuan.supervision.access import CONCERNED
from bihuan.supervision.access import SEE as SEE_SUPERVISION
from bihuan.web.access import SEE_HISTORY
from bihuan.workdays.access import LOAD_CALENDAR


def those_who(*verbs: Verb) -> Callable[[Reader], bool]:
    """Readers who may one of `verbs` somewhere."""
    return lambda reader: any(may(reader, verb) for verb in verbs)


@dataclass(frozen=True, slots=True)
class Entry:
    """`below`: the addresses that belong to it, so that it shows where one is."""

    title: Promise
    route: str
    icon: str
    shown: Callable[[Reader], bool] = bool
    below: tuple[str, ...] = ()


ENTRIES = (
    Entry(_("办理台"), "web:desk", "house", lambda reader: reader.known),
    Entry(_("我的事项"), "loop:mine", "flag", those_who(DO_MATTER, KEEP_MATTER), ("/matters/mine/",)),
    Entry(_("台账"), "loop:ledger", "list", those_who(SEE_MATTER, DO_MATTER), ("/matters/",)),
    Entry(_("督查督办"), "supervision:room", "eye", those_who(SEE_SUPERVISION, CONCERNED), ("/supervision/",)),
    Entry(_("活动记录"), "activities:activities", "circle-check", those_who(SEE_ACTIVITY), ("/activities/",)),
    Entry(_("报送"), "reports:submissions", "inbox", those_who(SEE_SUBMISSION), ("/submissions/",)),
    Entry(_("数据"), "reports:campaigns", "chart-column", those_who(SEE_CAMPAIGN), ("/campaigns/", "/facts/")),
    Entry(_("统计表"), "statistics:forms", "table", those_who(SEE_FORM), ("/forms/",)),
    Entry(_("上报"), "exchange:room", "send", lambda reader: reader.at_top(SEE_EXCHANGE), ("/exchange/",)),
    Entry(
        _("对方安装"),
        "exchange:peers",
        "link",
        lambda reader: reader.at_top(SEE_PEERS) and not reader.at_top(SEE_EXCHANGE),
        ("/exchange/peers/",),
    ),
    Entry(_("公文"), "documents:papers", "file-text", those_who(SEE_PAPER, SIGN_FOR), ("/papers/",)),
    Entry(_("场所底册"), "places:registers", "map-pin", those_who(SEE_PLACE), ("/places/",)),
    Entry(_("工作日历"), "workdays:calendar", "calendar", lambda reader: reader.at_top(LOAD_CALENDAR), ("/workdays/",)),
    Entry(_("单位名录"), "org:units", "building-2", those_who(SEE_DIRECTORY), ("/org/units/",)),
    Entry(_("人员名录"), "org:people", "users", those_who(SEE_DIRECTORY), ("/org/people/", "/org/roster/")),
    Entry(_("口令规则"), "org:policy", "shield-check", lambda reader: reader.at_top(SET_POLICY), ("/org/policy/",)),
    Entry(_("对外发送"), "messages:all_outgoing", "send", lambda reader: reader.at_top(SEE_OUTGOING), ("/outgoing/",)),
    Entry(_("登录日志"), "org:sign_ins", "key-round", those_who(SEE_SIGN_INS), ("/org/sign-ins/",)),
    Entry(_("历史记录"), "web:history", "history", lambda reader: reader.at_top(SEE_HISTORY), ("/history/",)),
)
