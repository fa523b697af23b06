"""Sign what goes to another installation, in its turn, and see it on its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Min, OuterRef, Q, Subquery

from bihuan.exchange import vault
from bihuan.exchange.bundle import FORMAT, RECEIPT
from bihuan.exchange.envelope import Envelope, opened, signed
from bihuan.exchange.models import Bundle, Identity, Issue, Peer
from bihuan.exchange.refusals import BundleError, ExchangeError
from bihuan.exchange.rules import LEASE, BundleKind, Reception, Sending, next_try, storable
from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal


def identity() -> Identity:
    """Who we are.

    Raises:
        ExchangeError: nobody has said so yet.
    """
    found = Identity.objects.first()
    if found is None:
        zh = "本安装还没有签名密钥：请安全管理员在“对方安装”页生成，并与对方核对指纹"
        en = "this installation has no keys yet: the security administrator makes them and compares fingerprints"
        raise ExchangeError("no-identity", zh, en)
    return found


def post(
    *, peer: Peer, kind: BundleKind, content: Mapping[str, Any], name: str, issue: Issue | None = None, by: str,
    at: dt.datetime,
) -> Bundle:  # fmt: skip
    """Sign the next bundle to a peer. In the transaction of what it tells of; the peer's row is held until its end, so
    that numbers follow one another without a gap.

    Raises:
        ExchangeError: the peer is closed or was never trusted, or we have no key.
    """
    own = identity()
    row = Peer.objects.select_for_update().get(pk=peer.pk)
    if not row.stands:
        zh, en = f"“{row.name}”未启用，不能发送", f"{row.name} is not trusted, or closed: nothing can be sent"
        raise ExchangeError("peer-not-trusted", zh, en)
    body = {
        "format": FORMAT,
        "kind": kind.value,
        "from": str(own.installation),
        "to": str(row.installation),
        "sequence": row.sent + 1,
        "previous": row.sent_digest,
        "made_at": at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "by": name[:100],
        kind.value: dict(content),
    }
    envelope = signed(own.installation, vault.unlocked(own.sealed), body)
    made = Bundle.objects.create(
        peer=row, sequence=row.sent + 1, kind=kind, issue=issue, payload=envelope.payload,
        signature=envelope.signature, digest=envelope.digest, by=by, at=at, next_at=at,
    )  # fmt: skip
    row.sent, row.sent_digest = made.sequence, made.digest
    row.save(update_fields=["sent", "sent_digest"])
    history.record(
        verb="exchange.bundle_signed",
        subject=("bundle", str(made.pk)),
        by=by,
        at=at,
        values={"to": row.name, "sequence": made.sequence, "kind": kind.value, "digest": made.digest},
    )
    return made


def envelope_of(row: Bundle) -> Envelope:
    """As it travels, by whatever way."""
    return Envelope(identity().installation, row.payload, row.signature)


# -- on its way ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle that is being sent."""

    bundle: int
    tries: int
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the other side's words, or why there are none. `expected`: the number that it waits for;
    `waiting`: what it has for us, to be signed for at `address`."""

    bundle: int
    tries: int
    receipt: Envelope | None = None
    code: str = ""
    zh: str = ""
    en: str = ""
    expected: int | None = None
    waiting: tuple[str, ...] = ()
    address: str = ""


def begin(*, at: dt.datetime, limit: int = 4) -> list[Parcel]:
    """Take what is due, of each peer the first that has not arrived, and keep others from it for a while. Whoever dies
    from here on leaves a bundle that is tried again."""
    first = (
        Bundle.objects.filter(peer=OuterRef("peer"))
        .exclude(state=Sending.ARRIVED)
        .values("peer")
        .annotate(first=Min("sequence"))
        .values("first")
    )
    due = Bundle.objects.filter(
        ~Q(peer__address=""),
        ~Q(state=Sending.ARRIVED),
        peer__trusted_at__isnull=False,
        peer__closed_at=None,
        next_at__lte=at,
        sequence=Subquery(first),
    )
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("peer").order_by("pk")[:limit])
        own = Identity.objects.first()
        if own is None:
            return []
        parcels = []
        for row in rows:
            row.tries += 1
            row.next_at = at + LEASE
            row.save(update_fields=["tries", "next_at"])
            text = Envelope(own.installation, row.payload, row.signature).text()
            parcels.append(Parcel(row.pk, row.tries, row.peer.address, text))
    return parcels


def finish(*, answers: Sequence[Answer], at: dt.datetime) -> None:
    """Write down what came of the tries."""
    for answer in answers:
        with transaction.atomic():
            row = Bundle.objects.select_for_update(of=("self",)).select_related("peer").get(pk=answer.bundle)
            if row.state != Sending.ARRIVED:
                _settle(row, answer, at)


def _settle(row: Bundle, answer: Answer, at: dt.datetime) -> None:
    if answer.receipt is not None:
        try:
            sign_off(row, answer.receipt, by="system:exchange", at=at)
        except Refusal as error:
            answer = Answer(row.pk, answer.tries, code=error.code, zh=error.zh, en=error.en)
        else:
            return
    refused = bool(answer.code) and answer.code != "unreachable"
    changed = row.code != answer.code
    row.state = Sending.REFUSED if refused else Sending.WAITING
    row.code, row.zh, row.en = answer.code or "unreachable", answer.zh, answer.en
    row.next_at = next_try(row.tries, at)
    row.save()
    if refused and changed:
        _record("exchange.bundle_refused", row, by="system:exchange", at=at, code=row.code, zh=row.zh, en=row.en)
    if answer.expected is not None and answer.expected < row.sequence:
        # The other side lost what it had signed for, as after a restore: it gets all of it again.
        lost = Bundle.objects.filter(peer=row.peer_id, sequence__gte=answer.expected, sequence__lte=row.sequence)
        lost.update(state=Sending.WAITING, tries=0, next_at=at)


def sign_off(row: Bundle, receipt: Envelope, *, by: str, at: dt.datetime) -> Bundle:
    """Take the other side's signature that a bundle of ours has arrived. In a transaction in which the row is held.

    Raises:
        BundleError: it is not that of this bundle, or not of that installation.
    """
    body = opened(receipt, row.peer.public)
    same = (
        body.get("format") == RECEIPT
        and receipt.sender == row.peer.installation
        and body.get("digest") == row.digest
        and body.get("sequence") == row.sequence
        and body.get("state") in [item.value for item in Reception]
    )
    if not same:
        zh, en = "回执与这份上报包不符，没有采用", "the receipt is not of this bundle: it was not taken"
        raise BundleError("receipt-differs", zh, en)
    row.state, row.outcome, row.receipt = Sending.ARRIVED, str(body["state"]), receipt.text()
    row.arrived_at, row.next_at = at, None
    row.code, row.zh, row.en = (storable(str(body.get(name) or ""))[:1000] for name in ("code", "zh", "en"))
    row.code = row.code[:40]
    row.save()
    _record("exchange.bundle_arrived", row, by=by, at=at, outcome=row.outcome, code=row.code)
    return row


def send_again(*, bundle: Bundle, by: str, at: dt.datetime) -> None:
    """Try a bundle now that was refused or could not be sent."""
    with transaction.atomic():
        if Bundle.objects.filter(~Q(state=Sending.ARRIVED), pk=bundle.pk).update(next_at=at, tries=F("tries")):
            _record("exchange.bundle_urged", Bundle.objects.select_related("peer").get(pk=bundle.pk), by=by, at=at)


def exported(*, bundle: Bundle, by: str, at: dt.datetime) -> Envelope:
    """A bundle as a file, to be carried by hand; that it was taken out is written down."""
    with transaction.atomic():
        row = Bundle.objects.select_related("peer").get(pk=bundle.pk)
        _record("exchange.bundle_exported", row, by=by, at=at)
        return envelope_of(row)


def _record(verb: str, row: Bundle, *, by: str, at: dt.datetime, **values: object) -> None:
    told = {"to": row.peer.name, "sequence": row.sequence, "kind": row.kind, **values}
    history.record(verb=verb, subject=("bundle", str(row.pk)), by=by, at=at, values=told)
