"""What was done to channels, quiet hours and the way out, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.messages.sending import Kind, Outcome, Scope, State

SAID: dict[str, tuple[str, str, Any]] = {
    "messages.channel_added": ("添加渠道", "added a channel", "info"),
    "messages.channel_scope_set": ("更改渠道发送范围", "changed what a channel sends", "plain"),
    "messages.channel_paused": ("暂停渠道", "paused a channel", "warn"),
    "messages.channel_resumed": ("恢复渠道", "resumed a channel", "plain"),
    "messages.channel_ended": ("删除渠道", "took a channel away", "warn"),
    "messages.quiet_set": ("更改免打扰时段", "changed the quiet hours", "warn"),
    "messages.gateway_set": ("更改对外发送设置", "changed the sending settings", "warn"),
}
KINDS: dict[Kind, tuple[str, str]] = {
    Kind.EMAIL: ("电子邮件", "E-mail"),
    Kind.DINGTALK: ("钉钉机器人", "DingTalk robot"),
    Kind.WECOM: ("企业微信机器人", "WeCom robot"),
    Kind.FEISHU: ("飞书机器人", "Feishu robot"),
    Kind.WEBHOOK: ("通用 Webhook", "Webhook"),
}
SCOPES: dict[Scope, tuple[str, str]] = {
    Scope.URGENT: ("只发急件", "urgent ones only"),
    Scope.ALL: ("全部消息", "all messages"),
}
STATES: dict[State, tuple[str, str, str]] = {
    State.WAITING: ("待发", "waiting", "plain"),
    State.BEGUN: ("发送中", "on its way", "info"),
    State.SENT: ("已发出", "sent", "good"),
    State.GIVEN_UP: ("已放弃", "given up", "bad"),
    State.FOLDED: ("已合并", "merged", "plain"),
    State.WITHDRAWN: ("已撤回", "withdrawn", "plain"),
}
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.SENT: ("已发出", "sent"),
    Outcome.REFUSED: ("对方拒收", "the other side refused"),
    Outcome.UNREACHABLE: ("连不上对方", "could not be reached"),
    Outcome.UNCLEAR: ("没有明确回音，可能已到", "no clear answer, may have arrived"),
    Outcome.LOST: ("发送程序中断，可能已到", "the sender stopped, may have arrived"),
    Outcome.INSIDE: ("地址在内网，不予发送", "leads inside: not sent"),
    Outcome.UNREADABLE: ("密钥已更换，请删去后重新添加", "the key was exchanged: add it anew"),
    Outcome.NO_SERVER: ("还没有设置发信服务器", "no mail server is set up"),
    Outcome.WRONG: ("地址不能用", "the address cannot be used"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry.values)), tone=tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    if "kind" in values:
        yield say(*KINDS[Kind(values["kind"])])
    scope = values.get("scope")
    if isinstance(scope, str):
        yield say(*SCOPES[Scope(scope)])
    elif scope:
        yield " → ".join(say(*SCOPES[Scope(one)]) for one in scope)
    if "hours" in values:
        yield f"{values['valid_from']}　" + " → ".join(values["hours"])
    if values.get("reason") == "given up":
        yield say("一直发不出去", "it does not work")
    elif "reason" in values:
        yield values["reason"]
    for name, (old, new) in values.get("changed", {}).items():
        yield f"{name}: {old} → {new}"
