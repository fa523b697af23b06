"""Take in what another installation signed: at the door (who, whole, in its turn), then by what it brings.

What fails at the door leaves nothing behind. What is genuine and in its turn is kept and signed for; where it cannot be
filed it is held, with the reason, until a person takes it or gives it back: so the ones behind it need not wait, and no
figure of it counts meanwhile.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bihuan.exchange import bundle as bundles
from bihuan.exchange import vault
from bihuan.exchange.access import REPORT
from bihuan.exchange.actions.filing import file_account
from bihuan.exchange.actions.posting import identity, post
from bihuan.exchange.actions.remarks import take_remark, take_ruling
from bihuan.exchange.bundle import RECEIPT
from bihuan.exchange.envelope import Envelope, body_of, opened, read, signed
from bihuan.exchange.models import Intake, Peer
from bihuan.exchange.queries.checking import in_turn, trusted
from bihuan.exchange.refusals import BundleError, ExchangeError, StaleExchangeError
from bihuan.exchange.rules import LONGEST_TEXT, BundleKind, Reception, Way
from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal
from bihuan.messages.actions import send
from bihuan.org.access import holders
from bihuan.org.gate import local_day

_VERBS = {
    Reception.TAKEN: "exchange.bundle_taken",
    Reception.HELD: "exchange.bundle_held",
    Reception.RETURNED: "exchange.bundle_returned",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """`again`: it was here before, nothing was done."""

    intake: Intake
    again: bool


def take(*, content: bytes, way: Way, by: str, at: dt.datetime) -> Taken:
    """Take a bundle in. The very same one again does nothing and gives the one that is here.

    Raises:
        TooLargeError, BundleError: it is no bundle, not to us, or makes no sense.
        NotOurPeerError: nobody here trusts its sender, or the signature is not that sender's.
        SequenceError: it is not the one whose turn it is: one before it is missing, or another had its number.
    """
    envelope = read(content)
    peer = trusted(envelope.sender)
    return take_opened(envelope, opened(envelope, peer.public), peer, way=way, by=by, at=at)


def take_opened(envelope: Envelope, body: dict[str, Any], peer: Peer, *, way: Way, by: str, at: dt.datetime) -> Taken:
    """`take`, of what was opened with the key of its sender."""
    said = bundles.read(body)
    _ours(said, peer)
    with transaction.atomic():
        row = Peer.objects.select_for_update().get(pk=peer.pk)
        if before := in_turn(row, envelope, said):
            return Taken(before, True)
        if row.public != peer.public or not row.stands:
            raise StaleExchangeError
        intake = Intake(
            peer=row, sequence=said.sequence, kind=said.kind, payload=envelope.payload, signature=envelope.signature,
            digest=envelope.digest, way=way, by=by, at=at, state=Reception.TAKEN,
        )  # fmt: skip
        intake.save()
        _try(intake, said, by=by, at=at)
        row.taken, row.taken_digest = said.sequence, envelope.digest
        row.save(update_fields=["taken", "taken_digest"])
        _record(_VERBS[Reception(intake.state)], intake, by=by, at=at, **_why(intake))
        _tell(intake, said, at=at)
    return Taken(intake, False)


def _ours(said: bundles.Bundle, peer: Peer) -> None:
    if said.sender != peer.installation or said.to != identity().installation:
        zh = "这份包是签发给别的安装的，不是本单位的；没有写入任何数据"
        raise BundleError("not-for-us", zh, "this bundle is for another installation; nothing was written")


def _try(intake: Intake, said: bundles.Bundle, *, by: str, at: dt.datetime, reason: str = "") -> None:
    """File what it brings, or hold it: nothing of it is filed then."""
    try:
        with transaction.atomic():
            if said.kind in (BundleKind.REPORT, BundleKind.ERRATUM):
                intake.received = file_account(intake=intake, said=said, reason=reason, by=by, at=at)
            elif said.kind is BundleKind.RULING:
                take_ruling(intake=intake, said=said, by=by, at=at)
            else:
                take_remark(intake=intake, said=said, at=at)
    except Refusal as error:
        intake.state, intake.received = Reception.HELD, None
        intake.code, intake.zh, intake.en = error.code, error.zh, error.en
    else:
        intake.state, intake.code, intake.zh, intake.en = Reception.TAKEN, "", "", ""
    intake.save()


def take_held(*, intake: Intake, version: int, reason: str, by: str, at: dt.datetime) -> Intake:
    """Take in after all what was held, and tell its sender. It stays held, with the reason of today, where it still
    cannot be filed.

    Args:
        reason: for what is written into a period that was closed here: the erratum's.

    Raises:
        StaleExchangeError: somebody else decided meanwhile.
    """
    with transaction.atomic():
        row = _held(intake, version)
        said = bundles.read(body_of(row.payload))  # signed for when it came, by the key of then
        _try(row, said, by=by, at=at, reason=reason.strip()[:LONGEST_TEXT])
        if row.state == Reception.TAKEN:
            _decide(row, said, reason, by=by, at=at)
    return row


def return_(*, intake: Intake, version: int, reason: str, by: str, at: dt.datetime) -> Intake:
    """Give back what was held: nothing of it is ever filed; its sender is told why and reports anew.

    Raises:
        StaleExchangeError: somebody else decided meanwhile.
        ExchangeError: no reason.
    """
    if not reason.strip():
        raise ExchangeError("reason-missing", "请写明退回的理由", "say why it is given back")
    with transaction.atomic():
        row = _held(intake, version)
        said = bundles.read(body_of(row.payload))  # signed for when it came, by the key of then
        row.state = Reception.RETURNED
        _decide(row, said, reason, by=by, at=at)
    return row


def _held(intake: Intake, version: int) -> Intake:
    row = Intake.objects.select_for_update(of=("self",)).select_related("peer__region").get(pk=intake.pk)
    if row.version != version or row.state != Reception.HELD:
        raise StaleExchangeError
    return row


def _decide(row: Intake, said: bundles.Bundle, reason: str, *, by: str, at: dt.datetime) -> None:
    row.reason, row.decided_by, row.decided_at = reason.strip()[:LONGEST_TEXT], by, at
    row.version += 1
    row.save()
    _record(_VERBS[Reception(row.state)], row, by=by, at=at, reason=row.reason)
    if said.kind is not BundleKind.RULING:
        ruling = {"digest": row.digest, "state": row.state, "reason": row.reason}
        post(peer=row.peer, kind=BundleKind.RULING, content=ruling, name=identity().name, by=by, at=at)


def receipt_of(intake: Intake) -> Envelope:
    """Our signature that a bundle has come, and what became of it at once."""
    own = identity()
    body: dict[str, Any] = {
        "format": RECEIPT,
        "from": str(own.installation),
        "to": str(intake.peer.installation),
        "sequence": intake.sequence,
        "digest": intake.digest,
        "at": intake.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "state": intake.state,
        "code": intake.code,
        "zh": intake.zh or intake.reason,
        "en": intake.en or intake.reason,
    }
    return signed(own.installation, vault.unlocked(own.sealed), body)


def _why(intake: Intake) -> dict[str, str]:
    return {"code": intake.code, "zh": intake.zh, "en": intake.en} if intake.code else {}


def _record(verb: str, row: Intake, *, by: str, at: dt.datetime, **values: object) -> None:
    told = {"from": row.peer.name, "sequence": row.sequence, "kind": row.kind, "digest": row.digest, **values}
    history.record(verb=verb, subject=("intake", str(row.pk)), by=by, at=at, values=told)


_TOLD = {
    (BundleKind.REPORT, Reception.TAKEN): ("{}：上报已收下", "{}: a report was taken in"),
    (BundleKind.ERRATUM, Reception.TAKEN): ("{}：更正已收下", "{}: an erratum was taken in"),
    (BundleKind.QUESTION, Reception.TAKEN): ("{}：来函问询上报数据", "{}: a question about a report"),
    (BundleKind.ANSWER, Reception.TAKEN): ("{}：已答复问询", "{}: a question was answered"),
    (BundleKind.RULING, Reception.TAKEN): ("{}：对上报作出处理", "{}: a report was decided upon"),
}


def _tell(intake: Intake, said: bundles.Bundle, *, at: dt.datetime) -> None:
    held = ("{}：来报暂存，请处理", "{}: something came and is held: decide")
    zh, en = _TOLD.get((said.kind, Reception(intake.state)), held)
    people = holders(REPORT, intake.peer, day=local_day(at))
    words = zh.format(intake.peer.name), en.format(intake.peer.name)
    key = f"exchange:intake:{intake.pk}"
    send(to=people, topic=key, key=key, words=words, url=f"/exchange/intakes/{intake.pk}/", by=intake.by, at=at)
