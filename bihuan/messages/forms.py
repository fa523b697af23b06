"""Forms of channels, quiet hours and the way out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.messages.addresses import LONGEST_ADDRESS, MailServer
from bihuan.messages.models import Gateway
from bihuan.messages.moments import KINDS, SCOPES
from bihuan.messages.sending import Kind, Scope
from bihuan.org.forms.entries import day_field

SECURITIES: dict[str, tuple[str, str]] = {
    "ssl": ("SSL/TLS（常用端口 465）", "SSL/TLS (port 465)"),
    "starttls": ("STARTTLS（常用端口 587）", "STARTTLS (port 587)"),
    "insecure": ("不加密（常用端口 25，只在内网用）", "not encrypted (port 25, for networks inside)"),
}


class ChannelForm(forms.Form):
    """A new channel."""

    kind = forms.ChoiceField(label=_("方式"))
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("便于自己辨认，如“工作邮箱”"))
    address = forms.CharField(
        label=_("地址"),
        max_length=LONGEST_ADDRESS,
        help_text=_("邮箱地址，或从机器人设置页复制的 Webhook 地址"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("加签密钥"),
        max_length=200,
        required=False,
        help_text=_("只有钉钉机器人选了“加签”才填；选“自定义关键词”的，关键词填“闭环”"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    scope = forms.ChoiceField(label=_("发哪些"))
    language = forms.ChoiceField(label=_("语言"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [(kind.value, say(*words)) for kind, words in KINDS.items()]  # type: ignore[attr-defined]
        self.fields["scope"].choices = [(scope.value, say(*words)) for scope, words in SCOPES.items()]  # type: ignore[attr-defined]
        languages = [("zh", say("中文", "Chinese")), ("en", say("英文", "English"))]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """The arguments of `actions.add_channel`, of a form that is valid."""
        found = self.cleaned_data
        return {
            "kind": Kind(found["kind"]),
            "name": found["name"],
            "address": found["address"],
            "secret": found["secret"],
            "scope": Scope(found["scope"]),
            "english": found["language"] == "en",
        }


class QuietForm(forms.Form):
    """Other quiet hours from a day on."""

    begin = forms.TimeField(label=_("晚上从"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(label=_("到次日早晨"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    valid_from = day_field(_("自何日起"))
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("写明依据的文件或安排"))


class GatewayForm(forms.Form):
    """How messages leave the installation."""

    mail_host = forms.CharField(
        label=_("发信服务器"), max_length=200, required=False, help_text=_("主机名；留空表示不发电子邮件")
    )
    mail_port = forms.IntegerField(label=_("端口"), min_value=1, max_value=65535)
    mail_security = forms.ChoiceField(label=_("加密方式"))
    mail_user = forms.CharField(label=_("登录名"), max_length=200, required=False)
    password = forms.CharField(
        label=_("登录口令"),
        max_length=200,
        required=False,
        strip=False,
        help_text=_("留空则沿用已保存的口令；口令加密保存，从不显示"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    mail_sender = forms.CharField(label=_("发件地址"), max_length=200, required=False)
    mail_name = forms.CharField(label=_("发件人名称"), max_length=60, required=False)
    per_hour = forms.IntegerField(
        label=_("每人每小时最多"),
        min_value=1,
        max_value=60,
        help_text=_("条；超出的合为一条摘要，急件不受限"),
    )
    bare = forms.BooleanField(
        label=_("对外只提示有新消息，不写内容"), required=False, help_text=_("消息经外部服务转发时更稳妥")
    )
    inside = forms.CharField(
        label=_("放行的内网网段"),
        required=False,
        max_length=2000,
        help_text=_("一行一个，如 10.1.0.0/16；个人 Webhook 默认不能发往内网"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["mail_security"].choices = [(name, say(*words)) for name, words in SECURITIES.items()]  # type: ignore[attr-defined]

    @staticmethod
    def of(row: Gateway) -> dict[str, Any]:
        """What the form shows of the row that holds. Never the password."""
        names = ("mail_host", "mail_port", "mail_security", "mail_user", "mail_sender", "mail_name")
        return {name: getattr(row, name) for name in (*names, "per_hour", "bare", "inside", "version")}

    def mail(self) -> MailServer | None:
        """The mail server that a valid form names."""
        found = self.cleaned_data
        if not found["mail_host"]:
            return None
        return MailServer(
            found["mail_host"],
            found["mail_port"],
            found["mail_security"],
            found["mail_sender"],
            found["mail_name"],
            found["mail_user"],
            found["password"],
        )
