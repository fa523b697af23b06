"""Who this installation is, and which others it knows."""

from __future__ import annotations

import base64
import datetime as dt
from urllib.parse import urlsplit

from django.db import transaction

from bihuan.exchange import vault
from bihuan.exchange.card import Card, plain_name
from bihuan.exchange.envelope import new_key, signature
from bihuan.exchange.models import Bundle, Identity, Peer
from bihuan.exchange.refusals import ExchangeError, StaleExchangeError
from bihuan.exchange.rules import Sending, fingerprint, same_fingerprint
from bihuan.history import actions as history
from bihuan.org.models import Region


def make_identity(*, name: str, by: str, at: dt.datetime) -> Identity:
    """Give the installation its id and its keys; the one that is there stays as it is.

    Raises:
        ExchangeError: no name.
    """
    try:
        plain = plain_name(name)
    except ValueError:
        zh, en = "请写本单位名称（100 字以内）", "name your unit, in 100 characters at most"
        raise ExchangeError("identity-name", zh, en) from None
    private, public = new_key()
    with transaction.atomic():
        row, made = Identity.objects.get_or_create(
            only=True,
            defaults={
                "name": plain, "public": public, "sealed": vault.locked(private), "made_by": by, "made_at": at,
            },
        )  # fmt: skip
        if made:
            _record("exchange.identity_made", row, by=by, at=at)
    return row


def renew_keys(*, identity: Identity, version: int, by: str, at: dt.datetime) -> Identity:
    """Another pair of keys: after a restore without the secret key, or when somebody may have copied it. All others
    must compare the new fingerprint before they take anything again.

    Raises:
        StaleExchangeError: somebody else did meanwhile.
    """
    private, public = new_key()
    with transaction.atomic():
        row = Identity.objects.select_for_update().get()
        if row.version != version:
            raise StaleExchangeError
        row.public, row.sealed, row.version = public, vault.locked(private), version + 1
        row.save()
        for waiting in Bundle.objects.select_for_update().exclude(state=Sending.ARRIVED):
            waiting.signature = signature(private, waiting.payload)  # the same words under the new key
            waiting.save(update_fields=["signature"])
        _record("exchange.keys_renewed", row, by=by, at=at)
    return row


def _record(verb: str, row: Identity, *, by: str, at: dt.datetime) -> None:
    values = {"installation": str(row.installation), "name": row.name, "fingerprint": row.fingerprint}
    history.record(verb=verb, subject=("installation", str(row.installation)), by=by, at=at, values=values)


def card_of(identity: Identity) -> Card:
    """The card of this installation, to be handed over."""
    return Card(identity.installation, identity.name, identity.public)


# -- others ----------------------------------------------------------------------------------------------------------


def enter_peer(*, card: Card, region: Region, upward: bool, address: str = "", by: str, at: dt.datetime) -> Peer:
    """Write down another installation, or the new key of a known one. Nothing goes or comes before `trust`.

    Raises:
        ExchangeError: it is our own card, or the address is none.
    """
    address = _address(address)
    if Identity.objects.filter(installation=card.installation).exists():
        zh, en = "这是本安装自己的名片，请粘贴对方的", "this is your own card: paste that of the other side"
        raise ExchangeError("own-card", zh, en)
    told = {"name": card.name, "public": card.public, "address": address, "region": region, "upward": upward}
    entered = {"entered_by": by, "entered_at": at, "trusted_by": "", "trusted_at": None, "closed_at": None}
    with transaction.atomic():
        row, made = Peer.objects.select_for_update().get_or_create(
            installation=card.installation, defaults=told | entered
        )
        replaced = "" if made or row.public == card.public else row.fingerprint  # whose place the new key takes
        if not made:
            for name, value in (told | entered).items():
                setattr(row, name, value)
            row.version += 1
            row.save()
        _told("exchange.peer_entered", row, by=by, at=at, region=region.name, address=address, upward=upward,
              replaced=replaced)  # fmt: skip
    return row


def trust(*, peer: Peer, said: str, version: int, by: str, at: dt.datetime) -> Peer:
    """Trust the key of another installation, after its fingerprint was compared by telephone or face to face.

    Args:
        said: the fingerprint as the other side said it; typed, not copied from our own page.

    Raises:
        StaleExchangeError: the peer was changed meanwhile.
        ExchangeError: that is not the fingerprint of the key on the card.
    """
    with transaction.atomic():
        row = _held(peer, version)
        if not same_fingerprint(said, row.fingerprint):
            zh = "与名片上公钥的指纹不一致：请再念一遍核对；仍不一致，名片可能被人换过，不要启用"
            en = "this is not the fingerprint of the key on the card. If it differs again, the card may be forged"
            raise ExchangeError("fingerprint-differs", zh, en)
        row.trusted_by, row.trusted_at, row.closed_at = by, at, None
        _save(row)
        _told("exchange.peer_trusted", row, by=by, at=at)
    return row


def close_peer(*, peer: Peer, version: int, reason: str, by: str, at: dt.datetime) -> Peer:
    """Send nothing to another installation and take nothing from it any more.

    Raises:
        StaleExchangeError: the peer was changed meanwhile.
        ExchangeError: no reason.
    """
    if not reason.strip():
        raise ExchangeError("reason-missing", "请写明理由", "say why")
    with transaction.atomic():
        row = _held(peer, version)
        row.closed_at = at
        _save(row)
        _told("exchange.peer_closed", row, by=by, at=at, reason=reason.strip()[:200])
    return row


def _held(peer: Peer, version: int) -> Peer:
    row = Peer.objects.select_for_update().get(pk=peer.pk)
    if row.version != version:
        raise StaleExchangeError
    return row


def _save(row: Peer) -> None:
    row.version += 1
    row.save()


def _told(verb: str, row: Peer, *, by: str, at: dt.datetime, **more: object) -> None:
    print_ = fingerprint(base64.b64decode(row.public))
    values = {"installation": str(row.installation), "name": row.name, "fingerprint": print_, **more}
    history.record(verb=verb, subject=("peer", str(row.pk)), by=by, at=at, values=values)


def _address(text: str) -> str:
    """The address of the other side's pages, or "": by files alone."""
    plain = text.strip().rstrip("/")
    if not plain:
        return ""
    try:
        found = urlsplit(plain)
        well = found.scheme in ("http", "https") and bool(found.hostname) and (found.port or 1) > 0
    except ValueError:
        well = False
    if not well or len(plain) > 200 or found.username or found.query or found.fragment or not plain.isascii():
        zh = "地址应形如 https://aq.gansu.example 或 http://10.1.2.3:8000，只用文件往来时留空"
        en = "an address looks like https://safety.example or http://10.1.2.3:8000; leave it empty to use files alone"
        raise ExchangeError("peer-address", zh, en)
    return plain
