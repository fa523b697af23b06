"""The private key at rest, sealed with a key that comes from SECRET_KEY, as the addresses of channels are."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from bihuan.exchange.refusals import ExchangeError

_PURPOSE = b"bihuan.exchange.identity"  # keys for other things come out different


def locked(private: str) -> str:
    """The key as a text that only this installation can open."""
    return _keys().encrypt(private.encode()).decode()


def unlocked(text: str) -> str:
    """What `locked` was given.

    Raises:
        ExchangeError: the secret key of the installation is another one: after a restore without it.
    """
    try:
        return _keys().decrypt(text.encode()).decode()
    except InvalidToken:
        zh = "签名私钥打不开：本安装的密钥（secret-key）已更换。请恢复原密钥，或重新生成签名密钥并与对方核对"
        en = "the signing key cannot be opened: secret-key is another one. Restore it, or make new keys"
        raise ExchangeError("key-unreadable", zh, en) from None


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
