"""The writers of people's channels, of the quiet hours, and of the way out of the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name, validate_ipv46_address
from django.db import transaction
from django.db.models.functions import Collate

from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal
from bihuan.messages import queries, vault
from bihuan.messages.addresses import AddressError, MailServer, parsed
from bihuan.messages.models import Channel, Gateway, Outgoing, QuietChange
from bihuan.messages.reach import networks
from bihuan.messages.rules import QuietHours
from bihuan.messages.sending import Kind, Purpose, Scope, State

MOST_CHANNELS = 10  # of a person
TEST_REST = dt.timedelta(minutes=1)  # between two tests of one channel
SECURITIES = ("ssl", "starttls", "insecure")


class ChannelError(Refusal):
    """A wish about channels that cannot be met."""


class StaleChannelError(Refusal):
    """It was changed meanwhile, in another window or by someone else."""

    status = 409

    def __init__(self) -> None:
        zh = "这里刚才已被改动，请刷新后再办；没有改动任何数据"
        super().__init__("stale", zh, "this was changed meanwhile: look again; nothing was written")


# -- a person's channels -----------------------------------------------------------------------------------------------


def add_channel(
    *,
    person: int,
    kind: Kind,
    name: str,
    address: str,
    secret: str = "",
    scope: Scope = Scope.URGENT,
    english: bool = False,
    by: str,
    at: dt.datetime,
) -> Channel:
    """A way to reach a person outside.

    Args:
        address: an e-mail address, or what a robot's page gives.
        secret: DingTalk's signing key, where it has one.

    Raises:
        AddressError: the address is none, or leads inside.
        ChannelError: no name, or too many channels.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 40 or not name.isprintable():
        raise ChannelError("channel-name", "名称须有 1 至 40 个字", "a name has 1 to 40 characters")
    found = parsed(kind, address, secret=secret, inside=queries.gateway().inside.split())
    with transaction.atomic():
        if queries.channels(person).count() >= MOST_CHANNELS:
            zh = f"每人最多 {MOST_CHANNELS} 个渠道，请先删去不用的"
            raise ChannelError(
                "channels-full", zh, f"a person has {MOST_CHANNELS} channels at most: take one away first"
            )
        channel = Channel.objects.create(
            person_id=person,
            kind=kind,
            name=name,
            sealed=vault.locked(found.private),
            shown=found.shown,
            scope=scope,
            english=english,
            added_at=at,
        )
        _record("messages.channel_added", channel, by=by, at=at, scope=scope.value)
    return channel


def set_scope(*, channel: Channel, scope: Scope, version: int, by: str, at: dt.datetime) -> None:
    """Have all messages go out by a channel, or the urgent ones alone.

    Raises:
        StaleChannelError: it was changed meanwhile.
    """
    with transaction.atomic():
        _change(channel, version, scope=scope.value)
        _record("messages.channel_scope_set", channel, by=by, at=at, scope=[channel.scope, scope.value])


def pause_channel(*, channel: Channel, version: int, by: str, at: dt.datetime, reason: str = "") -> None:
    """Send nothing by a channel until it is resumed. What waits for it is withdrawn: the inbox has it.

    Raises:
        StaleChannelError: it was changed meanwhile, or is paused.
    """
    with transaction.atomic():
        _change(channel, version, expecting={"paused_at": None}, paused_at=at)
        _withdraw(channel, at=at)
        _record("messages.channel_paused", channel, by=by, at=at, **({"reason": reason} if reason else {}))


def resume_channel(*, channel: Channel, version: int, by: str, at: dt.datetime) -> None:
    """Send by a paused channel again what comes from now on.

    Raises:
        StaleChannelError: it was changed meanwhile, or is not paused.
    """
    with transaction.atomic():
        _change(channel, version, expecting={"paused_at__isnull": False}, paused_at=None)
        _record("messages.channel_resumed", channel, by=by, at=at)


def end_channel(*, channel: Channel, version: int, by: str, at: dt.datetime) -> None:
    """Take a channel away. Its address is forgotten at once; what was sent by it stays in the log.

    Raises:
        StaleChannelError: it was changed meanwhile.
    """
    with transaction.atomic():
        _change(channel, version, ended_at=at, sealed="")
        _withdraw(channel, at=at)
        _record("messages.channel_ended", channel, by=by, at=at)


def test_channel(*, channel: Channel, by: str, at: dt.datetime) -> Outgoing:
    """Send a test message by a channel, at any hour: the person asked for it.

    Raises:
        ChannelError: it is paused, or one was sent less than a minute ago.
    """
    del by  # nothing of the record changes: the log of what went out has it
    with transaction.atomic():
        locked = Channel.objects.select_for_update(no_key=True).filter(pk=channel.pk, ended_at=None).first()
        if locked is None or locked.paused_at is not None:
            raise ChannelError("channel-paused", "渠道已暂停，请先恢复", "the channel is paused: resume it first")
        lately = Outgoing.objects.filter(channel=channel, purpose=Purpose.TEST, born_at__gt=at - TEST_REST)
        waiting = Outgoing.objects.filter(channel=channel, purpose=Purpose.TEST, state=State.WAITING)
        if lately.exists() or waiting.exists():
            zh = "刚发过一条测试消息，请一分钟后再试；结果见发送记录"
            raise ChannelError("test-rest", zh, "a test was just sent: see what went out, and try again in a minute")
        return Outgoing.objects.create(
            channel=channel, purpose=Purpose.TEST, topic="test", state=State.WAITING, born_at=at, next_try_at=at
        )


def _change(channel: Channel, version: int, expecting: dict[str, Any] | None = None, **values: Any) -> None:
    rows = Channel.objects.filter(pk=channel.pk, version=version, ended_at=None, **(expecting or {}))
    if not rows.update(version=version + 1, **values):
        raise StaleChannelError


def _withdraw(channel: Channel, *, at: dt.datetime) -> None:
    """Take back what waits, its rows in the senders' order."""
    waiting = Outgoing.objects.filter(channel=channel, state=State.WAITING).order_by(Collate("topic", "C"))
    rows = list(waiting.select_for_update().values_list("pk", flat=True))
    Outgoing.objects.filter(pk__in=rows, state=State.WAITING).update(state=State.WITHDRAWN, ended_at=at)


def _record(verb: str, channel: Channel, *, by: str, at: dt.datetime, **values: Any) -> None:
    history.record(
        verb=verb,
        subject=("channel", str(channel.pk)),
        by=by,
        at=at,
        values={"kind": channel.kind, **values},
        personal={"person": channel.person_id, "name": channel.name, "address": channel.shown},
    )


# -- quiet hours -------------------------------------------------------------------------------------------------------


def set_quiet_hours(
    *, begin: dt.time, end: dt.time, valid_from: dt.date, reason: str, today: dt.date, by: str, at: dt.datetime
) -> QuietChange:
    """Other quiet hours from a day on, from an evening's hour to the next morning's.

    Args:
        reason: why, and what asks for it.
        today: by the campaign's clock; what lies behind is not changed.

    Raises:
        ChannelError: less than eight hours of the day would be left, a day that is past, no reason.
    """
    reason = " ".join(reason.split())
    if not QuietHours(begin, end).fits:
        zh = "免打扰从晚上到次日早晨，白天至少留 8 小时；没有改动"
        en = "quiet hours run from an evening to the next morning and leave 8 hours of the day; nothing was changed"
        raise ChannelError("quiet-hours", zh, en)
    if valid_from < today:
        raise ChannelError("quiet-past", "生效日期不能早于今天", "the first day is not before today")
    if not 1 <= len(reason) <= 200:
        raise ChannelError("quiet-reason", "请写明理由，200 字以内", "give the reason, in 200 characters")
    with transaction.atomic():
        old = queries.quiet_hours(on=valid_from)
        change = QuietChange.objects.create(valid_from=valid_from, begin=begin, end=end, reason=reason, by=by, at=at)
        values = {
            "valid_from": valid_from.isoformat(),
            "hours": [_hours(old), _hours(QuietHours(begin, end))],
            "reason": reason,
        }
        history.record(verb="messages.quiet_set", subject=("quiet_hours", "1"), by=by, at=at, values=values)
    return change


def _hours(quiet: QuietHours) -> str:
    return f"{quiet.begin:%H:%M}–{quiet.end:%H:%M}"


# -- the way out -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GatewayWish:
    """How messages leave the installation. `mail` None: no e-mail. Its password "" keeps the one that is stored."""

    mail: MailServer | None
    inside: str
    per_hour: int
    bare: bool


def set_gateway(*, wish: GatewayWish, version: int, by: str, at: dt.datetime) -> Gateway:
    """Set up the mail server, the networks inside that webhooks may reach, the cap.

    Raises:
        ChannelError: a value outside its limits.
        StaleChannelError: someone else changed it meanwhile.
    """
    inside = _checked(wish)
    with transaction.atomic():
        old = Gateway.objects.select_for_update().first() or Gateway(id=1, version=0)
        if old.version != version:
            raise StaleChannelError
        before = _values(old)
        mail = wish.mail
        old.mail_host, old.mail_port = (mail.host, mail.port) if mail else ("", old.mail_port)
        if mail:
            old.mail_security, old.mail_user = mail.security, mail.user
            old.mail_sender, old.mail_name = mail.sender, mail.name
        new_password = bool(mail and mail.user and mail.password)
        if mail and new_password:
            old.mail_password = vault.locked({"password": mail.password})
        elif not mail or not mail.user:
            old.mail_password = ""
        old.inside, old.per_hour, old.bare = "\n".join(inside), wish.per_hour, wish.bare
        old.version = version + 1
        old.save(force_insert=version == 0)
        after = _values(old)
        changed = {name: [before[name], value] for name, value in after.items() if before[name] != value}
        if new_password:
            changed["mail_password"] = ["***", "***"]
        values = {"changed": changed}
        history.record(verb="messages.gateway_set", subject=("gateway", "1"), by=by, at=at, values=values)
    return old


def _checked(wish: GatewayWish) -> tuple[str, ...]:
    """The networks, when all values are within their limits."""
    try:
        inside = networks(wish.inside)
    except ValueError as error:
        zh, en = f"“{error}”不是网段，应形如 10.1.0.0/16，一行一个", f"“{error}” is no network such as 10.1.0.0/16"
        raise ChannelError("network", zh, en) from None
    if len(inside) > 50:
        raise ChannelError("network", "放行的网段最多 50 个", "50 networks at most")
    if not 1 <= wish.per_hour <= 60:
        raise ChannelError("per-hour", "每小时上限须在 1 与 60 之间", "the cap lies between 1 and 60 an hour")
    if wish.mail is not None:
        _check_mail(wish.mail)
    return inside


def _check_mail(mail: MailServer) -> None:
    if not _is_host(mail.host) or not 1 <= mail.port <= 65535 or mail.security not in SECURITIES:
        raise ChannelError("mail-server", "发信服务器的主机名或端口不对", "the mail server's host or port is none")
    try:
        parsed(Kind.EMAIL, mail.sender)
    except AddressError:
        raise ChannelError("mail-sender", "发件地址不是电子邮箱地址", "the sender is no e-mail address") from None
    if not mail.name.isprintable() or any(sign in mail.name for sign in '<>",;:@'):
        raise ChannelError("mail-name", "发件人名称里有不能用的符号", "the sender's name has signs that cannot be used")


def _is_host(text: str) -> bool:
    if text == "localhost":
        return True
    for check in (validate_ipv46_address, validate_domain_name):
        try:
            check(text)
        except ValidationError:
            continue
        return True
    return False


def _values(row: Gateway) -> dict[str, Any]:
    names = ("mail_host", "mail_port", "mail_security", "mail_user", "mail_sender", "mail_name", "inside", "per_hour")
    return {name: getattr(row, name) for name in (*names, "bare")}
