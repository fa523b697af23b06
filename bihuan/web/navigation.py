"""The rooms a reader may enter, in the order of their day. A room that is not built yet is not listed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.functional import Promise

from bihuan.documents.access import SEE_PAPER
from bihuan.org.access import MANAGE_PEOPLE, SEE_DIRECTORY, SEE_SIGN_INS, SET_POLICY, Verb
from bihuan.reports.access import SEE_SUBMISSION, SEE_TOTALS
from bihuan.web.access import SEE_HISTORY


@dataclass(frozen=True, slots=True)
class Entry:
    """`verbs`: who may one of them sees the entry; without any, everyone who is signed in. `below`: the addresses that
    belong to it, so that it shows where one is."""

    title: Promise
    route: str
    icon: str
    verbs: tuple[Verb, ...] = ()
    below: tuple[str, ...] = ()


ENTRIES = (
    Entry(_("办理台"), "web:desk", "home"),
    Entry(_("报送"), "reports:submissions", "inbox", (SEE_SUBMISSION,), ("/submissions/",)),
    Entry(_("数据"), "reports:campaigns", "chart", (SEE_TOTALS,), ("/campaigns/", "/facts/")),
    Entry(_("公文"), "documents:papers", "file-text", (SEE_PAPER,), ("/papers/",)),
    Entry(_("单位与人员"), "org:units", "users", (SEE_DIRECTORY, MANAGE_PEOPLE), ("/org/",)),
    Entry(_("登录日志"), "org:sign_ins", "log-in", (SEE_SIGN_INS,), ("/org/sign-ins/",)),
    Entry(_("安全策略"), "org:policy", "shield", (SET_POLICY,), ("/org/policy/",)),
    Entry(_("历史记录"), "web:history", "history", (SEE_HISTORY,), ("/history/",)),
)
