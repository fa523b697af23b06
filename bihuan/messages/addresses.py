"""What a person types as the address of a channel, checked and taken apart; and how the library is told. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bihuan.lib.refusals import Refusal
from bihuan.messages.reach import is_inside
from bihuan.messages.sending import Kind

LONGEST_ADDRESS = 500
_WORD = re.compile(r"[A-Za-z0-9_-]{8,200}")
_EMAIL = re.compile(r"([A-Za-z0-9._%+'-]{1,64})@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})")
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
# Where each robot's address leads, and what of it is the token: a name in its query, or the last part of its path.
_ROBOTS: dict[Kind, tuple[str, str, str]] = {
    Kind.DINGTALK: ("oapi.dingtalk.com", "/robot/send", "access_token"),
    Kind.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    Kind.FEISHU: ("open.feishu.cn", "/open-apis/bot/v2/hook/", ""),
}
_SAMPLES = {
    Kind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=…",
    Kind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    Kind.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
}
_NAMES = {
    Kind.DINGTALK: ("钉钉机器人", "a DingTalk robot"),
    Kind.WECOM: ("企业微信机器人", "a WeCom robot"),
    Kind.FEISHU: ("飞书机器人", "a Feishu robot"),
}


class AddressError(Refusal):
    """An address that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Address:
    """`shown`: masked, for pages and logs. `private`: what is sealed, with the names that `fields` reads."""

    shown: str
    private: dict[str, str]


def parsed(kind: Kind, text: str, *, secret: str = "", inside: Iterable[str] = ()) -> Address:
    """An address as a person typed it, or pasted it from where the robot was made.

    Args:
        secret: DingTalk's 加签 key, where the robot has one.
        inside: the networks inside that may be reached.

    Raises:
        AddressError: it is none, or it leads inside.
    """
    text, secret = text.strip(), secret.strip()
    if len(text) > LONGEST_ADDRESS or any(ord(sign) <= 32 or ord(sign) == 127 for sign in text):
        raise AddressError("address", "地址太长或含有空格", "the address is too long or has blanks in it")
    if secret and (kind is not Kind.DINGTALK or not re.fullmatch("[A-Za-z0-9]{8,200}", secret)):
        zh = "加签密钥只用于钉钉机器人，形如 SEC 开头的一串字母和数字"
        raise AddressError("secret", zh, "only a DingTalk robot has a signing key: letters and digits after SEC")
    if kind is Kind.EMAIL:
        return _email(text)
    return _webhook(text, tuple(inside)) if kind is Kind.WEBHOOK else _robot(kind, text, secret)


def _email(text: str) -> Address:
    found = _EMAIL.fullmatch(text)
    if found is None:
        raise AddressError("address", "这不是电子邮箱地址", "this is no e-mail address")
    return Address(f"{found[1][:2]}***@{found[2]}", {"email": text})


def _robot(kind: Kind, text: str, secret: str) -> Address:
    host, path, name = _ROBOTS[kind]
    token = text
    if "/" in text or ":" in text:
        try:
            parts = urlsplit(text)
            right = parts.scheme == "https" and parts.netloc == host and parts.path.startswith(path)
        except ValueError:
            right = False
        token = "" if not right else _query(parts.query).get(name, "") if name else parts.path.removeprefix(path)
    token = token.strip("/")
    if not _WORD.fullmatch(token) or (kind is Kind.DINGTALK and not token.isalnum()):
        zh, en = _NAMES[kind]
        sample = _SAMPLES[kind]
        raise AddressError(
            "address", f"这不是{zh}的地址，应形如 {sample}", f"this is not the address of {en}: {sample}"
        )
    return Address(f"{host} ***{token[-4:]}", {"token": token, "secret": secret})


def _webhook(text: str, inside: tuple[str, ...]) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port or 0
    except ValueError:
        host, port = "", 0
    figures = host.replace(".", "").isdigit() or ":" in host
    if not host or parts.scheme not in ("http", "https") or not (figures or _HOST.fullmatch(host)):
        raise AddressError(
            "address", "地址应以 https:// 或 http:// 开头", "the address begins with https:// or http://"
        )
    if parts.username or parts.password or parts.fragment:
        zh = "地址里不要写用户名、口令或 # 之后的部分"
        raise AddressError("address", zh, "leave out user names, passwords and what comes after #")
    _query(parts.query)
    local = host == "localhost" or host.endswith(".localhost")
    if (local or figures) and is_inside("127.0.0.1" if local else host, allowed=inside):
        raise AddressError("inside", *INSIDE)
    shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}/***"
    return Address(shown[:120], {"url": text})


INSIDE = (
    "这个地址在内网，个人渠道不能发往内网；确需使用，请系统管理员在“对外发送设置”里放行该网段",
    "this address lies inside, where personal channels do not lead; a system administrator can open that network",
)


def _query(text: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True)
    if len({name for name, _value in pairs}) != len(pairs):
        raise AddressError("address", "地址里有重名的参数", "a name stands twice in the address")
    return dict(pairs)


@dataclass(frozen=True, slots=True)
class MailServer:
    """发信服务器: by which e-mail goes out. `security`: starttls, ssl, or insecure."""

    host: str
    port: int
    security: str
    sender: str
    name: str = ""
    user: str = ""
    password: str = ""


def fields(kind: Kind, private: dict[str, str], *, mail: MailServer | None = None) -> dict[str, Any] | None:
    """How apprise is told of a channel: its schema and arguments, never an address to be taken apart again, in which a
    sign of a password could mean something. None for e-mail without a server."""
    if kind is Kind.EMAIL:
        return None if mail is None else _mail(private["email"], mail)
    if kind is Kind.WEBHOOK:
        return _json(private["url"])
    if kind is Kind.DINGTALK:
        secret = {"secret": private["secret"]} if private.get("secret") else {}
        return {"schema": "dingtalk", "token": private["token"], "format": "text"} | secret
    if kind is Kind.WECOM:
        return {"schema": "wecombot", "key": private["token"]}
    return {"schema": "feishu", "token": private["token"]}


def _mail(to: str, mail: MailServer) -> dict[str, Any]:
    login = {"user": mail.user, "password": mail.password} if mail.user else {}
    sender = f"{mail.name} <{mail.sender}>" if mail.name else mail.sender
    return login | {
        "schema": "mailto" if mail.security == "insecure" else "mailtos",
        "host": mail.sender.rpartition("@")[2],
        "smtp_host": mail.host,
        "port": mail.port,
        "secure_mode": mail.security,
        "from_addr": sender,
        "targets": to,
        "format": "text",
    }


def _json(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return {
        "schema": "jsons" if parts.scheme == "https" else "json",
        "host": f"[{host}]" if ":" in host else host,
        "port": parts.port,
        "fullpath": parts.path or "/",
        "params": _query(parts.query),
    }
