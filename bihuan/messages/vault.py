"""Secrets at rest: addresses of channels and the mail server's password."""

from __future__ import annotations

import json

from django.conf import settings

from bihuan.lib.sealing import Seal, UnreadableError

__all__ = ["UnreadableError", "locked", "unlocked"]


def locked(values: dict[str, str]) -> str:
    """The values as a text that only this installation can open (AES-128-CBC with HMAC-SHA256)."""
    return _seal().seal(json.dumps(values).encode())


def unlocked(text: str) -> dict[str, str]:
    """What `locked` was given.

    Raises:
        UnreadableError: the key is another one, or the text is damaged.
    """
    try:
        found: dict[str, str] = json.loads(_seal().open(text))
    except ValueError:
        raise UnreadableError from None
    return found


def _seal() -> Seal:
    return Seal(b"bihuan.messages.channels", (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
