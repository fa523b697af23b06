"""The card of an installation (名片): what is handed over by hand before anything else. Pure."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass

from bihuan.exchange.envelope import public_key
from bihuan.exchange.refusals import ExchangeError
from bihuan.exchange.rules import LONGEST_NAME, fingerprint

CARD = "bihuan-card/1"


@dataclass(frozen=True, slots=True)
class Card:
    """名片: what one installation tells another about itself, by hand."""

    installation: uuid.UUID
    name: str
    public: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(base64.b64decode(self.public))

    def text(self) -> str:
        """As it is handed over."""
        body = {"format": CARD, "installation": str(self.installation), "name": self.name, "public": self.public}
        return json.dumps(body, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Card:
        """A card that was handed over.

        Raises:
            ExchangeError: it is none.
        """
        try:
            found = json.loads(text.strip().removeprefix("\ufeff"))
            if found["format"] != CARD:
                raise ValueError
            public_key(found["public"])
            return cls(uuid.UUID(found["installation"]), plain_name(found["name"]), found["public"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            zh = "这不是对方安装的名片，或内容不完整。请从对方“上报”页的“本安装名片”整段复制"
            en = "this is no card, or not all of one: copy the whole of it from the other side's page"
            raise ExchangeError("not-a-card", zh, en) from None


def plain_name(text: str) -> str:
    """The name of an installation in one line. Raises ValueError."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError("name")
    return name
