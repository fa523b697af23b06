"""What comes in at the door: a bundle, the receipt of one of ours, or a knock that asks whether anything waits.

An installation above often cannot reach the ones below: they stand behind a wall. So what waits for them goes along
with the answer to whatever they send, and they knock now and then; their receipts come as requests of their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bihuan.exchange import vault
from bihuan.exchange.actions.posting import identity, sign_off
from bihuan.exchange.actions.taking import receipt_of, take_opened
from bihuan.exchange.bundle import RECEIPT
from bihuan.exchange.envelope import Envelope, opened, read, signed
from bihuan.exchange.models import Bundle, Intake, Peer
from bihuan.exchange.queries.checking import trusted
from bihuan.exchange.refusals import BundleError
from bihuan.exchange.rules import Sending, Way, storable
from bihuan.org.gate import local_day

KNOCK = "bihuan-knock/1"
_FRESH = dt.timedelta(minutes=10)  # how far the clocks of two installations may differ
_MOST, _LARGEST = 4, 1_000_000  # bundles, and characters, that go along with an answer


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `receipt`: of a bundle, else ""; `waiting`: bundles for the one who came, the first first."""

    receipt: str = ""
    again: bool = False
    waiting: tuple[str, ...] = ()


def come_in(*, content: bytes, by: str, at: dt.datetime) -> Reply:
    """Do what a request of another installation asks.

    Raises:
        BundleError: of a bundle what `take` raises; a receipt of no bundle of ours; a knock that is old or for others.
    """
    envelope = read(content)
    peer = trusted(envelope.sender)
    body = opened(envelope, peer.public)
    if body.get("format") == RECEIPT:
        signed_for(peer=peer, receipt=envelope, body=body, by=by, at=at)
        return Reply(waiting=_waiting(peer))
    if body.get("format") == KNOCK:
        _check_knock(body, at)
        return Reply(waiting=_waiting(peer))
    taken = take_opened(envelope, body, peer, way=Way.NETWORK, by=by, at=at)
    return Reply(receipt_of(taken.intake).text(), taken.again, _waiting(peer))


def take_file(*, content: bytes, by: str, at: dt.datetime) -> Intake | Bundle:
    """Take a file that was carried here by hand: a bundle, or the receipt of one of ours. Raises as `take` does, and
    BundleError for a bundle that is here already: it is not taken in twice."""
    envelope = read(content)
    peer = trusted(envelope.sender)
    body = opened(envelope, peer.public)
    if body.get("format") == RECEIPT:
        return signed_for(peer=peer, receipt=envelope, body=body, by=by, at=at)
    taken = take_opened(envelope, body, peer, way=Way.FILE, by=by, at=at)
    if taken.again:
        number, moment = taken.intake.sequence, local_day(taken.intake.at)
        zh = f"第{number}号包已于{moment}收过，没有重复写入"
        raise BundleError("bundle-replayed", zh, f"bundle {number} was taken in on {moment}: nothing was written twice")
    return taken.intake


def signed_for(*, peer: Peer, receipt: Envelope, body: dict[str, Any], by: str, at: dt.datetime) -> Bundle:
    """Take the receipt of a bundle of ours. The same again changes nothing.

    Raises:
        BundleError: it is of no bundle of ours.
    """
    with transaction.atomic():
        rows = Bundle.objects.select_for_update(of=("self",)).select_related("peer")
        row = rows.filter(peer=peer, digest=storable(str(body.get("digest")))).first()
        if row is None:
            raise BundleError("receipt-differs", "没有与这份回执对应的上报包", "no bundle of ours has this receipt")
        return row if row.state == Sending.ARRIVED else sign_off(row, receipt, by=by, at=at)


def _check_knock(body: dict[str, Any], at: dt.datetime) -> None:
    try:
        told = dt.datetime.fromisoformat(str(body.get("at")))
        fresh = abs(told - at) <= _FRESH
    except (ValueError, TypeError, OverflowError):
        fresh = False
    if not fresh or body.get("to") != str(identity().installation):
        zh = "来询的时间与本机相差超过 10 分钟，或不是给本单位的；请两边核对时钟"
        raise BundleError("knock-stale", zh, "the knock is more than 10 minutes off, or for others: compare the clocks")


def _waiting(peer: Peer) -> tuple[str, ...]:
    own, found, size = identity().installation, [], 0
    for row in Bundle.objects.filter(peer=peer).exclude(state=Sending.ARRIVED).order_by("sequence")[:_MOST]:
        text = Envelope(own, row.payload, row.signature).text()
        size += len(text)
        if size > _LARGEST:
            break
        found.append(text)
    return tuple(found)


def knocks(*, at: dt.datetime) -> list[tuple[str, str]]:
    """Where to knock, and with what: at each installation above that has an address."""
    if not Peer.objects.exists():
        return []
    own = identity()
    private = vault.unlocked(own.sealed)
    found = []
    for peer in Peer.objects.filter(upward=True, trusted_at__isnull=False, closed_at=None).exclude(address=""):
        moment = at.astimezone(dt.UTC).isoformat(timespec="seconds")
        body = {"format": KNOCK, "from": str(own.installation), "to": str(peer.installation), "at": moment}
        found.append((peer.address, signed(own.installation, private, body).text()))
    return found
