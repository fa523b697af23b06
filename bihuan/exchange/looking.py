"""What a file is that travels between installations: by the key of a card, or unproven. Pure; nothing is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.exchange import bundle as bundles
from bihuan.exchange.card import Card
from bihuan.exchange.envelope import Envelope, body_of, opened, read
from bihuan.exchange.refusals import NotOurPeerError

RECEIPT = "receipt"
NEW = "new"  # genuine, and the next in its turn


@dataclass(frozen=True, slots=True)
class Checked:
    """A genuine file. `signer`: the name of the installation that signed it, `print_`: of the key it signed with.

    `state`: of one of ours how far it is on its way, of another's what became of it here; "new" of the next one; of a
    receipt what became of the bundle there.
    """

    kind: str
    signer: str
    print_: str
    ours: bool
    sequence: int
    digest: str
    state: str


def by_card(content: bytes, card: Card) -> Checked:
    """What a file is, by the key of a card alone.

    Raises:
        TooLargeError, BundleError: it is no bundle, or not from that installation.
        NotOurPeerError: the signature is not that installation's.
    """
    envelope = read(content)
    if envelope.sender != card.installation:
        zh, en = "签发这份包的不是名片上的安装", "it was signed by another installation than the card's"
        raise NotOurPeerError("card-differs", zh, en)
    body = opened(envelope, card.public)
    return found_in(envelope, body, (card.name, card.fingerprint), ours=False, state="")


def found_in(
    envelope: Envelope, body: Mapping[str, Any], signer: tuple[str, str], *, ours: bool, state: str
) -> Checked:
    """What a genuine file is. `signer`: name and fingerprint. Raises BundleError where it makes no sense."""
    if body.get("format") == bundles.RECEIPT:
        kind, sequence = RECEIPT, body.get("sequence")
    else:
        said = bundles.read(body)
        kind, sequence = said.kind.value, said.sequence
    number = sequence if isinstance(sequence, int) else 0
    return Checked(kind, *signer, ours, number, envelope.digest, state)


def look(content: bytes) -> tuple[Envelope, Mapping[str, Any], bundles.Bundle | None]:
    """What a file says of itself; nobody has proved it. None in the place of a bundle: it is a receipt.

    Raises:
        TooLargeError, BundleError: it is no bundle, or makes no sense.
    """
    envelope = read(content)
    body = body_of(envelope.payload)
    return envelope, body, None if body.get("format") == bundles.RECEIPT else bundles.read(body)
