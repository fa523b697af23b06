"""Whether a file is what somebody we know signed, and what became of it here. Nothing is taken in."""

from __future__ import annotations

import uuid
from typing import Any

from bihuan.exchange import bundle as bundles
from bihuan.exchange.envelope import Envelope, opened, read
from bihuan.exchange.looking import NEW, Checked, found_in
from bihuan.exchange.models import Bundle, Identity, Intake, Peer
from bihuan.exchange.refusals import BundleError, NotOurPeerError, SequenceError


def checked(content: bytes) -> Checked:
    """What a file is, by the key of ours or of a peer.

    Raises:
        TooLargeError, BundleError: it is no bundle, or neither from us nor to us, or makes no sense.
        NotOurPeerError: nobody here trusts its sender, or the signature is not that sender's.
        SequenceError: it is genuine, but not the one whose turn it is.
    """
    envelope = read(content)
    own = Identity.objects.first()
    if own is not None and own.installation == envelope.sender:
        body = opened(envelope, own.public)
        row = Bundle.objects.filter(digest=envelope.digest).first()
        return found_in(envelope, body, (own.name, own.fingerprint), ours=True, state=row.state if row else "")
    peer = trusted(envelope.sender)
    body = opened(envelope, peer.public)
    if str(body.get("to")) != str(own.installation if own else ""):
        zh = "这份包是签发给别的安装的，不是本单位的；没有写入任何数据"
        raise BundleError("not-for-us", zh, "this bundle is for another installation; nothing was written")
    state = str(body.get("state")) if body.get("format") == bundles.RECEIPT else _state(peer, envelope, body)
    return found_in(envelope, body, (peer.name, peer.fingerprint), ours=False, state=state)


def trusted(sender: uuid.UUID) -> Peer:
    """The peer that an envelope says it is from.

    Raises:
        NotOurPeerError: nobody here knows or trusts that one.
        BundleError: it is ours.
    """
    found = Peer.objects.select_related("region").filter(installation=sender).first()
    if found is None and Identity.objects.filter(installation=sender).exists():
        zh = "这份包是本安装自己签发的，要由对方收；没有写入任何数据"
        raise BundleError("own-bundle", zh, "this installation signed it: the other side takes it; nothing was written")
    if found is None:
        zh = "签发这份包的安装不在本安装的“对方安装”之列；没有写入任何数据。请先登记并核对指纹"
        en = "nobody here knows the installation that signed this; nothing was written. Enter it first"
        raise NotOurPeerError("peer-unknown", zh, en)
    if not found.stands:
        zh = f"“{found.name}”还没有核对指纹，或已停用；没有写入任何数据"
        en = f"the fingerprint of {found.name} was not compared yet, or it is closed; nothing was written"
        raise NotOurPeerError("peer-not-trusted", zh, en)
    return found


def in_turn(peer: Peer, envelope: Envelope, said: bundles.Bundle) -> Intake | None:
    """The same bundle, taken before; None where it is the next one.

    Raises:
        SequenceError: it is neither.
    """
    number, expected = said.sequence, peer.taken + 1
    if number < expected:
        before = Intake.objects.filter(peer=peer, sequence=number).first()
        if before is not None and before.digest == envelope.digest:
            return before
        zh = f"第{number}号包已收过，内容不同；没有写入任何数据。请对方核对是否从旧备份恢复过"
        en = f"bundle {number} was taken in before, with other content; nothing was written. Was the sender restored?"
        raise SequenceError("sequence-reused", zh, en, expected=expected)
    if number > expected:
        which = f"第{expected}号" if number == expected + 1 else f"第{expected}至{number - 1}号"
        zh = f"前面缺{which}包，先收到缺的才能收第{number}号；没有写入任何数据"
        en = f"bundle {expected} has not come yet and goes before {number}; nothing was written"
        raise SequenceError("sequence-gap", zh, en, expected=expected)
    if said.previous != peer.taken_digest:
        zh = f"第{number}号包接的不是本单位收到的第{peer.taken}号；没有写入任何数据。请两边核对"
        en = f"bundle {number} follows another {peer.taken} than the one that came here; nothing was written"
        raise SequenceError("chain-broken", zh, en, expected=expected)
    return None


def _state(peer: Peer, envelope: Envelope, body: dict[str, Any]) -> str:
    before = in_turn(peer, envelope, bundles.read(body))
    return str(before.state) if before else NEW
