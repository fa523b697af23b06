"""Forms of the security and the audit administrator."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.forms.entries import day_field
from bihuan.org.rules import Outcome, Policy

POLICY_WORDS = {
    "min_length": (_("口令最短长度"), _("个字符")),
    "classes": (_("须含字符种类"), _("小写字母、大写字母、数字、符号中至少几类")),
    "max_age_days": (_("口令有效期"), _("天；0 表示不限")),
    "remembered": (_("不得重复最近"), _("个口令")),
    "failures": (_("连续输错几次锁定"), _("次")),
    "lock_minutes": (_("锁定时长"), _("分钟")),
    "idle_minutes": (_("无操作多久退出"), _("分钟")),
    "absolute_hours": (_("登录后最长"), _("小时，到时须重新登录")),
    "address_failures": (_("同一地址最多失败"), _("次，在锁定时长内；一个办公室常共用一个地址")),
}
OUTCOME_WORDS: dict[Outcome, tuple[str, str]] = {
    Outcome.WELL: ("登录成功", "signed in"),
    Outcome.WRONG: ("登录名或口令不对", "wrong name or password"),
    Outcome.LOCKED: ("锁定中", "locked"),
    Outcome.CLOSED: ("账号停用或一次性口令过期", "closed, or one-time password over"),
}


class PolicyForm(forms.Form):
    """One whole number for each rule, within its limits."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, (low, high) in Policy.LIMITS.items():
            label, hint = POLICY_WORDS[name]
            self.fields[name] = forms.IntegerField(label=label, min_value=low, max_value=high)
            self.fields[name].help_text = (
                f"{hint}（{low}–{high}）" if say("zh", "en") == "zh" else f"{hint} ({low}–{high})"
            )


class SignInFilter(forms.Form):
    """What narrows down the log of attempts to sign in."""

    q = forms.CharField(label=_("姓名或登录名"), required=False, max_length=60)
    outcome = forms.ChoiceField(label=_("结果"), required=False)
    address = forms.GenericIPAddressField(label=_("地址"), required=False)
    since = day_field(_("自"), required=False)
    until = day_field(_("至"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        words = [(outcome.value, say(*pair)) for outcome, pair in OUTCOME_WORDS.items()]
        self.fields["outcome"].choices = [("", say("全部", "all")), *words]  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """What was asked for; what cannot be is left out."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {
            "text": (found.get("q") or "").strip(),
            "outcome": Outcome(found["outcome"]) if found.get("outcome") else None,
            "address": found.get("address") or "",
            "since": _start(found.get("since")),
            "until": _start(_next(found.get("until"))),
        }


def _next(day: dt.date | None) -> dt.date | None:
    return None if day is None or day == dt.date.max else day + dt.timedelta(days=1)


def _start(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(settings.CAMPAIGN_ZONE)) if day else None
