"""A signed text: what travels. The signature is over the very bytes of the payload, so that no second way of writing
the same JSON can be mistaken for it.

    {"format": "bihuan-envelope/1", "from": installation, "payload": "…canonical JSON…", "signature": base64}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bihuan.exchange.refusals import BundleError, NotOurPeerError, TooLargeError
from bihuan.exchange.rules import LARGEST
from bihuan.history.rules import canonical

FORMAT = "bihuan-envelope/1"
_SIGNED = b"bihuan-envelope/1\n"  # before the payload: a signature made here says nothing anywhere else


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and its signature, as they came; nothing in it is believed before `opened`."""

    sender: uuid.UUID
    payload: str
    signature: str

    @property
    def digest(self) -> str:
        """Names the payload: SHA-256, hexadecimal."""
        return hashlib.sha256(self.payload.encode()).hexdigest()

    def text(self) -> str:
        """As it travels."""
        return json.dumps(
            {"format": FORMAT, "from": str(self.sender), "payload": self.payload, "signature": self.signature},
            ensure_ascii=False,
        )


def new_key() -> tuple[str, str]:
    """A pair of keys: the private one and the public one, base64."""
    private = Ed25519PrivateKey.generate()
    return _text(private.private_bytes_raw()), _text(private.public_key().public_bytes_raw())


def public_key(text: str) -> bytes:
    """The bytes of a public key.

    Raises:
        ValueError: it is none.
    """
    found = base64.b64decode(text.encode("ascii"), validate=True)
    Ed25519PublicKey.from_public_bytes(found)
    return found


def signed(sender: uuid.UUID, private: str, body: Mapping[str, Any]) -> Envelope:
    """A body, written in the one way, and signed."""
    payload = canonical(body).decode()
    return Envelope(sender, payload, signature(private, payload))


def signature(private: str, payload: str) -> str:
    """What vouches for a payload."""
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private))
    return _text(key.sign(_SIGNED + payload.encode()))


def read(content: bytes) -> Envelope:
    """What came as a file or a request.

    Raises:
        TooLargeError, BundleError: it is no envelope.
    """
    if len(content) > LARGEST:
        raise TooLargeError
    try:
        found = json.loads(content.decode("utf-8-sig"))
        if found["format"] != FORMAT:
            raise ValueError
        sender, payload, signature = uuid.UUID(found["from"]), found["payload"], found["signature"]
        if not isinstance(payload, str) or not isinstance(signature, str):
            raise TypeError
        payload.encode()  # half of a surrogate pair
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        zh = "这不是上报包，或文件不完整；没有写入任何数据。请让对方重新导出"
        en = "this is no bundle, or not all of one; nothing was written. Ask for the file again"
        raise BundleError("not-a-bundle", zh, en) from None
    return Envelope(sender, payload, signature)


def opened(envelope: Envelope, public: str) -> dict[str, Any]:
    """The body of an envelope whose signature is that of the key.

    Raises:
        NotOurPeerError: it is not; or the payload was altered on its way.
        BundleError: what was signed is no JSON object.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key(public))
        key.verify(base64.b64decode(envelope.signature, validate=True), _SIGNED + envelope.payload.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        zh = "签名不符：内容被改动过，或不是该单位签发的；没有写入任何数据"
        en = "the signature is wrong: it was altered, or that installation did not sign it; nothing was written"
        raise NotOurPeerError("signature-wrong", zh, en) from None
    return body_of(envelope.payload)


def body_of(payload: str) -> dict[str, Any]:
    """What a payload says, of one whose signature was found good.

    Raises:
        BundleError: it is no JSON object.
    """
    try:
        body = json.loads(payload, parse_float=_no_float, parse_constant=_no_float)
        if not isinstance(body, dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise malformed("payload") from None
    return body


def malformed(where: str) -> BundleError:
    """What is said of a body that was signed and still makes no sense."""
    zh = f"上报包的内容不合格式（{where}）；没有写入任何数据。请对方核对程序版本后重新签发"
    en = f"the content of the bundle makes no sense ({where}); nothing was written. Compare the program's versions"
    return BundleError("bundle-malformed", zh, en)


def _no_float(text: str) -> float:
    raise ValueError(text)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
