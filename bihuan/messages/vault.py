"""Secrets at rest: addresses of channels and the mail server's password, sealed with a key of the installation's own.

The key comes from SECRET_KEY; where that is exchanged, the old one in SECRET_KEY_FALLBACKS still opens what it sealed.
"""

from __future__ import annotations

import base64
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"bihuan.messages.channels"  # keys for other things come out different


class UnreadableError(Exception):
    """Sealed with another key than this installation's: after a restore without its secret key."""


def locked(values: dict[str, str]) -> str:
    """The values as a text that only this installation can open (AES-128-CBC with HMAC-SHA256)."""
    return _keys().encrypt(json.dumps(values).encode()).decode()


def unlocked(text: str) -> dict[str, str]:
    """What `locked` was given.

    Raises:
        UnreadableError: the key is another one, or the text is damaged.
    """
    try:
        found: dict[str, str] = json.loads(_keys().decrypt(text.encode()))
    except (InvalidToken, ValueError):
        raise UnreadableError from None
    return found


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
