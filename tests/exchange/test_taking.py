"""What comes from outside and should not come in: each gets its sentence and its code, and leaves nothing behind."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from cast import Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from door import counts, knock, refused, report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reported import AT, BY, Other, account, hashes, line
from scenes import JUNE, region

from bihuan.exchange import actions
from bihuan.exchange.envelope import new_key
from bihuan.exchange.models import Bundle, Intake, Peer, ReceivedLine
from bihuan.exchange.rules import LARGEST, Reception, Way
from bihuan.figures import actions as figures
from bihuan.figures.models import Figure
from bihuan.lib.refusals import Refusal
from bihuan.org.queries import current_edition

pytestmark = pytest.mark.django_db


def test_what_is_no_bundle(county: Other, cast: Cast) -> None:
    whole = county.sealed(county.body("report", report(cast))).text()
    for content in (b"", b"\xff\xfe", b"[]", b'{"format": "bihuan-envelope/1"}', whole[:-30].encode(), b"[" * 100_000):
        assert refused(content) == (422, "not-a-bundle")


def test_a_bundle_of_fifty_megabytes(county: Other) -> None:
    assert refused(b'{"x": "' + b"a" * 50_000_000 + b'"}') == (413, "bundle-too-large")
    with pytest.raises(Refusal, match="10 MB"):
        actions.take(content=b"a" * (LARGEST + 1), way=Way.FILE, by=BY, at=AT)


def test_an_altered_bundle_and_a_wrong_signature(county: Other, cast: Cast) -> None:
    envelope = county.sealed(county.body("report", report(cast)))
    altered = envelope.text().replace("30份", "90份")
    assert altered != envelope.text()
    assert refused(altered.encode()) == (403, "signature-wrong")
    thief = Other("贼", installation=county.installation)
    assert refused(thief.sealed(county.body("report", report(cast))).text().encode()) == (403, "signature-wrong")


def test_an_unknown_peer_and_one_whose_fingerprint_nobody_compared(county: Other, cast: Cast) -> None:
    stranger = Other("不认识")
    assert refused(stranger.sealed(stranger.body("report", report(cast))).text().encode()) == (403, "peer-unknown")
    actions.enter_peer(card=stranger.card, region=cast.yongjing, upward=False, by=BY, at=AT)
    assert refused(stranger.sealed(stranger.body("report", report(cast))).text().encode())[1] == "peer-not-trusted"
    peer = Peer.objects.get(installation=county.installation)
    actions.close_peer(peer=peer, version=peer.version, reason="试用结束", by=BY, at=AT)
    assert refused(county.sealed(county.body("report", report(cast))).text().encode())[1] == "peer-not-trusted"


def test_a_wrong_fingerprint_is_not_trusted(county: Other, cast: Cast) -> None:
    other = Other("永靖县应急管理局")
    peer = actions.enter_peer(card=other.card, region=cast.yongjing, upward=False, by=BY, at=AT)
    with pytest.raises(Refusal) as told:
        actions.trust(peer=peer, said=county.fingerprint, version=peer.version, by=BY, at=AT)
    assert told.value.code == "fingerprint-differs"
    assert not Peer.objects.get(pk=peer.pk).stands


def test_one_for_somebody_else(county: Other, cast: Cast) -> None:
    body = county.body("report", report(cast), to=str(uuid.uuid4()))
    assert refused(county.sealed(body).text().encode())[1] == "not-for-us"


def test_another_format_and_content_that_makes_no_sense(county: Other, cast: Cast) -> None:
    good = report(cast)
    newer = county.body("report", good, format="bihuan-bundle/9")
    assert refused(county.sealed(newer).text().encode()) == (422, "format-unknown")
    for name, value in (("period", ["2023-06-30", "2023-06-01"]), ("lines", [line("leaflets", "份", 1)] * 2),
                        ("lines", [line("leaflets", "份", 1) | {"value": ["1e30", "1e30", False, False]}]),
                        ("lines", [line("leaflets", "份", 1) | {"value": ["5", "3", False, False]}]),
                        ("region", "康乐"), ("key", "x"), ("definitions", [["leaflets", "zz"]])):  # fmt: skip
        body = county.body("report", good | {name: value})
        assert refused(county.sealed(body).text().encode()) == (422, "bundle-malformed"), name


def test_the_same_again_does_nothing_and_gives_the_same_receipt(county: Other, cast: Cast) -> None:
    content = county.sealed(county.body("report", report(cast))).text().encode()
    status, first = knock(content)
    assert (status, first["again"]) == (200, False)
    before = counts()
    status, second = knock(content)
    assert (status, second["again"]) == (200, True)
    assert second["receipt"] == first["receipt"]
    assert counts() == before
    # A person who brings it as a file is told.
    file = SimpleUploadedFile("包.json", content, "application/json")
    page = signed_in(cast.operator).post("/exchange/take/", {"file": file})
    assert page.status_code == 422
    assert "没有重复写入" in page.content.decode()
    assert counts() == before


def test_a_gap_a_number_used_twice_and_a_broken_chain(county: Other, cast: Cast) -> None:
    good = report(cast)
    status, body = knock(county.sealed(county.body("report", good, sequence=3)).text().encode())
    assert (status, body["code"], body["expected"]) == (409, "sequence-gap", 1)
    county.sends("report", good)
    used = county.body("report", report(cast), sequence=1, previous="")
    assert refused(county.sealed(used).text().encode()) == (409, "sequence-reused")
    torn = county.body("report", report(cast), previous="0" * 64)
    assert refused(county.sealed(torn).text().encode()) == (409, "chain-broken")


def test_a_report_becomes_records_with_their_origin(county: Other, cast: Cast) -> None:
    taken = county.sends("report", report(cast))
    assert taken.intake.state == Reception.TAKEN
    revision = ReceivedLine.objects.get(fact="abc", figure__revisions__classifier="份").figure.revisions.get()
    assert (revision.region, revision.printed, revision.period_end) == (cast.kangle, "30份", JUNE[1])
    assert revision.origin["bundle"] == taken.intake.digest
    assert revision.figure.book == "example"


def held(county: Other, content: dict[str, Any], kind: str = "report") -> str:
    """Why it is held; no figure came of it."""
    before = Figure.objects.count()
    taken = county.sends(kind, content)
    assert taken.intake.state == Reception.HELD
    assert Figure.objects.count() == before
    return taken.intake.code


def test_what_is_genuine_but_cannot_be_filed_is_held(county: Other, cast: Cast) -> None:
    good = report(cast)
    assert (
        held(county, good | {"definitions": [["leaflets", "0" * 64], *good["definitions"][1:]]}) == "definition-differs"
    )
    unknown = account(cast.kangle, [line("no_such", "份", 1)], {"no_such": "0" * 64})
    assert held(county, unknown) == "definition-unknown"
    elsewhere = account(cast.yongjing, [line("leaflets", "份", 1)], hashes("leaflets"))
    assert held(county, elsewhere) == "region-outside"
    assert held(county, good | {"corrects": "0" * 64, "reason": "x"}, "erratum") == "report-not-taken"
    county.sends("report", good)
    assert held(county, good) == "report-twice"
    assert held(county, report(cast)) == "report-overlaps"
    last = Intake.objects.latest("pk")
    given_back = actions.return_(intake=last, version=last.version, reason="已报过", by=BY, at=AT)
    assert given_back.state == Reception.RETURNED
    assert Bundle.objects.get().kind == "ruling"


def test_a_period_that_is_closed_here_needs_a_reason(county: Other, cast: Cast) -> None:
    figures.close_period(region=cast.prefecture, edition=current_edition(), period=JUNE, book="example", by=BY, at=AT)
    assert held(county, report(cast)) == "period-closed"
    row = Intake.objects.get()
    still = actions.take_held(intake=row, version=row.version, reason="", by=BY, at=AT)
    assert (still.state, Figure.objects.count()) == (Reception.HELD, 0)
    taken = actions.take_held(intake=row, version=still.version, reason="补收康乐县上报", by=BY, at=AT)
    assert taken.state == Reception.TAKEN
    assert Figure.objects.count() == 2


def test_an_erratum_corrects_what_is_as_it_says_and_nothing_else(county: Other, cast: Cast) -> None:
    good = report(cast)
    county.sends("report", good)
    change = line("leaflets", "份", 20, was=["30", "30", False, False])
    away = line("consultation_events", "场", 2, was=["2", "2", False, False]) | {"value": None}
    fresh = line("banners", "条", 5)
    body = account(cast.kangle, [change, away, fresh], hashes("leaflets", "consultation_events", "banners"),
                   key=good["key"], corrects=county.previous, reason="重复计数")  # fmt: skip
    wrong = body | {"lines": [change | {"was": ["31", "31", False, False]}]}
    assert held(county, wrong, "erratum") == "base-differs"
    assert county.sends("erratum", body).intake.state == Reception.TAKEN
    shown = {item.figure.revisions.get(version=item.figure.version).printed for item in ReceivedLine.objects.all()}
    assert shown == {"20份", "5条"}
    assert Figure.objects.filter(withdrawn=True).count() == 1


def test_a_receipt_that_comes_as_a_file(cast: Cast, county: Other) -> None:
    """Without a network: the bundle goes out as a file, and its receipt comes back as one."""
    received = county.sends("report", report(cast)).intake.received
    actions.ask(received=received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)
    mine = Bundle.objects.select_related("peer").get()
    clerk = signed_in(cast.operator)
    out = clerk.post(f"/exchange/bundles/{mine.pk}/export/")
    assert json.loads(out.content)["payload"] == mine.payload
    body = {
        "format": "bihuan-receipt/1", "sequence": mine.sequence, "digest": mine.digest, "state": "taken", "code": "",
        "zh": "", "en": "",
    }  # fmt: skip
    for wrong in ({"sequence": 9}, {"state": "eaten"}):
        file = SimpleUploadedFile("回执.json", county.sealed(body | wrong).text().encode())
        assert clerk.post("/exchange/take/", {"file": file}).status_code == 422
    file = SimpleUploadedFile("回执.json", county.sealed(body).text().encode())
    assert clerk.post("/exchange/take/", {"file": file}).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.outcome) == ("arrived", "taken")


def test_renewed_keys_sign_again_what_has_not_arrived(cast: Cast, county: Other) -> None:
    received = county.sends("report", report(cast)).intake.received
    actions.ask(received=received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)
    before = Bundle.objects.get()
    own = actions.identity()
    renewed = actions.renew_keys(identity=own, version=own.version, by=BY, at=AT)
    after = Bundle.objects.get()
    assert (after.payload, after.digest) == (before.payload, before.digest)
    from bihuan.exchange.actions.posting import envelope_of
    from bihuan.exchange.envelope import opened

    assert opened(envelope_of(after), renewed.public)["sequence"] == 1
    with pytest.raises(Refusal, match="签名不符"):
        opened(envelope_of(after), own.public)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_no_single_byte_can_be_changed(cast: Cast, county: Other, place: int, byte: int) -> None:
    """Property: a bundle with any one byte changed is refused, or says the very same."""
    content = bytearray(county.sealed(county.body("report", report(cast))).text().encode())
    whole = bytes(content)
    content[place % len(content)] = byte
    before = counts()
    try:
        actions.take(content=bytes(content), way=Way.FILE, by=BY, at=AT)
    except Refusal:
        assert counts() == before
    else:
        assert json.loads(bytes(content))["payload"] == json.loads(whole)["payload"]


def test_a_key_of_another_installation_is_none_of_ours() -> None:
    assert new_key() != new_key()
    assert region("甘肃省").level == "province"
