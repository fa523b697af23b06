"""Secrets at rest, sealed with a key that is made from the installation's own, one for each purpose."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class UnreadableError(Exception):
    """What was sealed cannot be opened: the installation's key is another one, as after a restore without it."""


class Seal:
    """Seals and opens for one purpose. `keys`: the installation's key, then those it had before, which still open."""

    def __init__(self, purpose: bytes, keys: Sequence[str | bytes]) -> None:
        self._keys = MultiFernet([_fernet(purpose, key) for key in keys])

    def seal(self, content: bytes) -> str:
        """The content as a text that only this installation can open."""
        return self._keys.encrypt(content).decode()

    def open(self, text: str) -> bytes:
        """What was sealed. Raises UnreadableError."""
        try:
            return self._keys.decrypt(text.encode())
        except InvalidToken:
            raise UnreadableError from None


def _fernet(purpose: bytes, key: str | bytes) -> Fernet:
    secret = key.encode() if isinstance(key, str) else key
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
    return Fernet(base64.urlsafe_b64encode(derived))
