"""The private key at rest, sealed with a key that comes from SECRET_KEY, as the addresses of channels are."""

from __future__ import annotations

from django.conf import settings

from bihuan.exchange.refusals import ExchangeError
from bihuan.lib.sealing import Seal, UnreadableError


def locked(private: str) -> str:
    """The key as a text that only this installation can open."""
    return _seal().seal(private.encode())


def unlocked(text: str) -> str:
    """What `locked` was given.

    Raises:
        ExchangeError: the secret key of the installation is another one: after a restore without it.
    """
    try:
        return _seal().open(text).decode()
    except UnreadableError:
        zh = "签名私钥打不开：本安装的密钥（secret-key）已更换。请恢复原密钥，或重新生成签名密钥并与对方核对"
        en = "the signing key cannot be opened: secret-key is another one. Restore it, or make new keys"
        raise ExchangeError("key-unreadable", zh, en) from None


def _seal() -> Seal:
    return Seal(b"bihuan.exchange.identity", (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
