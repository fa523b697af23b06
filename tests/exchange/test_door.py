"""Bundles that were packed, cut, blown up, written otherwise or signed by a key of yesterday; answers of a server that
is none of ours. Each gets its code, and leaves nothing behind."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import pytest
from cast import Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from door import counts, knock, refused, report
from reported import AT, BY, Other, line

from bihuan.exchange import actions, carrying
from bihuan.exchange.envelope import Envelope, new_key, signature
from bihuan.exchange.models import Bundle, Intake, Peer
from bihuan.exchange.rules import Reception, Sending
from bihuan.figures.models import Figure
from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal

pytestmark = pytest.mark.django_db


def packed(content: bytes) -> bytes:
    """As a zip of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("包.json", content)
    return out.getvalue()


def brought(cast: Cast, content: bytes) -> tuple[int, str]:
    """What a person reads who brings it as a file; nothing is left behind."""
    before = counts()
    file = SimpleUploadedFile("包.json", content, "application/json")
    page = signed_in(cast.operator).post("/exchange/take/", {"file": file})
    assert counts() == before
    return page.status_code, page.content.decode()


def test_packed_and_written_otherwise(county: Other, cast: Cast) -> None:
    text = county.sealed(county.body("report", report(cast))).text()
    plain = text.encode()
    otherwise = [text.encode("gb18030"), text.encode("utf-16"), gzip.compress(plain), packed(plain)]
    otherwise.append(packed(b"[" * 50_000_000))  # fifty megabytes in fifty kilobytes: it is not unpacked
    otherwise += [plain[:at] for at in (1, len(plain) // 2, len(plain) - 1)]
    for content in otherwise:
        assert refused(content) == (422, "not-a-bundle")
    status, page = brought(cast, otherwise[0])
    assert status == 422
    assert "这不是上报包，或文件不完整；没有写入任何数据" in page
    # With the mark that some editors leave at the beginning it is the same bundle.
    assert knock(b"\xef\xbb\xbf" + plain)[0] == 200


def test_blown_up_json(county: Other, cast: Cast) -> None:
    for inside in ("[" * 100_000, '{"a":' * 100_000, "1" * 100_000, "[]", '"' + "a" * 100 + '"', ""):
        envelope = Envelope(county.installation, inside, signature(county.keys[0], inside))
        assert refused(envelope.text().encode()) == (422, "bundle-malformed")
    many = county.body("report", report(cast) | {"lines": [line("leaflets", "份", 1)] * 20_001})
    assert refused(county.sealed(many).text().encode()) == (422, "bundle-malformed")


@pytest.mark.parametrize(
    "expected",
    [
        {"expected": 2, "accepted": 2, "open": [["一", "二"]]},
        {"expected": 2, "accepted": -1, "open": []},
        {"expected": 2, "accepted": 2, "open": [["某局", "周\0报", "missing"]]},
        {"expected": 2, "accepted": 2, "open": [], "although": "\ud800"},
        {"accepted": 2, "open": []},
        [],
    ],
)
def test_lists_that_make_no_sense(county: Other, cast: Cast, expected: Any) -> None:
    body = county.body("report", report(cast) | {"expected": expected})
    payload = json.dumps(body, sort_keys=True)
    envelope = Envelope(county.installation, payload, signature(county.keys[0], payload))
    assert refused(envelope.text().encode()) == (422, "bundle-malformed")
    assert brought(cast, envelope.text().encode())[0] == 422


def test_what_is_no_number(county: Other, cast: Cast) -> None:
    for inside in ("NaN", "Infinity", "1.5", "1e3"):
        payload = json.dumps(county.body("report", report(cast))).replace('"records": 3', f'"records": {inside}')
        envelope = Envelope(county.installation, payload, signature(county.keys[0], payload))
        assert refused(envelope.text().encode()) == (422, "bundle-malformed"), inside


def test_a_period_of_ten_thousand_years(county: Other, cast: Cast) -> None:
    """It is genuine: it is held, or filed; never a fault."""
    status, _body = knock(
        county.sealed(county.body("report", report(cast, period=["0001-01-01", "9999-12-31"]))).text().encode()
    )
    assert status == 200


# -- a key that was exchanged ----------------------------------------------------------------------------------------


def renewed(county: Other, cast: Cast) -> Other:
    """Kangle's installation with other keys; its new card was entered here, its fingerprint not yet compared."""
    fresh = Other(county.name, county.sequence, county.previous, county.installation, new_key())
    actions.enter_peer(card=fresh.card, region=cast.kangle, upward=False, by=BY, at=AT)
    return fresh


def test_a_peer_whose_key_was_exchanged(county: Other, cast: Cast) -> None:
    county.sends("report", report(cast))
    fresh = Other(county.name, county.sequence, county.previous, county.installation, new_key())
    later = fresh.body("report", report(cast))
    # It signs with a key that nobody here knows yet.
    assert refused(fresh.sealed(later).text().encode()) == (403, "signature-wrong")
    fresh = renewed(county, cast)
    # Entered, but nobody has compared: neither key opens the door.
    for other in (county, fresh):
        assert refused(other.sealed(later).text().encode()) == (403, "peer-not-trusted")
    peer = Peer.objects.get()
    with pytest.raises(Refusal) as told:
        actions.trust(peer=peer, said=county.fingerprint, version=peer.version, by=BY, at=AT)
    assert told.value.code == "fingerprint-differs"  # the old one, read from an old note
    actions.trust(peer=peer, said=fresh.fingerprint, version=peer.version, by=BY, at=AT)
    assert refused(county.sealed(later).text().encode()) == (403, "signature-wrong")
    assert fresh.sends("report", report(cast)).intake.sequence == 2  # the row goes on where it was


def test_what_is_held_can_be_decided_after_the_key_was_exchanged(county: Other, cast: Cast) -> None:
    for _each in range(2):
        wrong = report(cast) | {"definitions": [["leaflets", "0" * 64], ["consultation_events", "0" * 64]]}
        assert county.sends("report", wrong).intake.state == Reception.HELD
    fresh = renewed(county, cast)
    peer = Peer.objects.get()
    actions.trust(peer=peer, said=fresh.fingerprint, version=peer.version, by=BY, at=AT)
    first, second = Intake.objects.order_by("sequence")
    still = actions.take_held(intake=first, version=first.version, reason="", by=BY, at=AT)
    assert (still.state, still.code) == (Reception.HELD, "definition-differs")
    given_back = actions.return_(intake=second, version=second.version, reason="口径不一", by=BY, at=AT)
    assert given_back.state == Reception.RETURNED
    assert not Figure.objects.filter(revisions__origin__has_key="bundle").exists()


def test_a_key_is_replaced_on_the_page(county: Other, cast: Cast) -> None:
    keeper = signed_in(cast.security_admin)
    fresh = Other(county.name, keys=new_key(), installation=county.installation)
    told = {"card": fresh.card.text(), "region": cast.kangle.pk, "address": ""}
    assert keeper.post("/exchange/peers/new/", told).status_code == 302
    peer = Peer.objects.get()
    entries = Entry.objects.filter(verb="exchange.peer_entered").order_by("pk")
    assert [entry.values["replaced"] for entry in entries] == ["", county.fingerprint]
    audit = signed_in(cast.audit_admin).get("/history/").content.decode()
    assert f"原指纹 {county.fingerprint}" in audit
    page = keeper.get("/exchange/peers/").content.decode()
    assert "待核对指纹" in page
    assert fresh.fingerprint not in page  # it is read out by the other side, not copied from here
    url, version = f"/exchange/peers/{peer.pk}/trust/", peer.version
    wrong = keeper.post(url, {"said": county.fingerprint, "version": version})
    assert wrong.status_code == 422
    assert "指纹不一致" in wrong.content.decode()
    assert keeper.post(url, {"said": fresh.fingerprint, "version": version - 1}).status_code == 409
    assert keeper.post(url, {"said": fresh.fingerprint.lower().replace(" ", ""), "version": version}).status_code == 302
    assert Peer.objects.get().public == fresh.keys[1]


# -- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html>Welcome</html>"),
        (200, b"[" * 100_000),
        (200, b'{"receipt": "x"}'),
        (200, b"[1]"),
        (502, b""),
        (500, b'{"code": 5}'),
        (422, json.dumps({"code": "a\0b" * 40, "zh": "\ud800", "en": "e" * 5000, "expected": 10**40}).encode()),
    ],
)
def test_a_server_that_is_none_of_ours(county: Other, cast: Cast, status: int, content: bytes) -> None:
    """What it answers is written down as far as it can be, and the bundle is tried again."""
    received = county.sends("report", report(cast)).intake.received
    actions.ask(received=received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)
    Peer.objects.update(address="http://127.0.0.1:9")
    (parcel,) = actions.begin(at=AT)
    actions.finish(answers=[carrying.understood(parcel, status, content)], at=AT)
    row = Bundle.objects.get()
    assert row.state in (Sending.WAITING, Sending.REFUSED)
    assert row.next_at is not None
    assert row.next_at > AT


def test_a_receipt_of_another_key(county: Other, cast: Cast) -> None:
    received = county.sends("report", report(cast)).intake.received
    actions.ask(received=received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)
    mine = Bundle.objects.get()
    body = {"format": "bihuan-receipt/1", "sequence": 1, "digest": mine.digest, "state": "taken"}
    thief = Other("贼", installation=county.installation)
    assert refused(thief.sealed(body).text().encode()) == (403, "signature-wrong")

    def comes(said: dict[str, Any]) -> bytes:
        payload = json.dumps(said)
        return Envelope(county.installation, payload, signature(county.keys[0], payload)).text().encode()

    assert refused(comes(body | {"digest": "\0"})) == (422, "receipt-differs")
    assert knock(comes(body | {"code": "\0", "zh": "\ud800"}))[0] == 200
    mine.refresh_from_db()
    assert (mine.state, mine.zh) == (Sending.ARRIVED, "?")
