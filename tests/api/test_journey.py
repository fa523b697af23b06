"""A report's way from the unit to the issued paper, by programs of five people and one stranger."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cast import make_cast
from desk import TEXT
from django.core.files.uploadedfile import SimpleUploadedFile
from programs import Program

from bihuan.messages import queries as hours
from bihuan.messages.rules import QuietHours

pytestmark = pytest.mark.slow


def said(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def test_from_the_report_to_the_paper(fresh_database: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    # It may run at night, when messages wait for the morning.
    monkeypatch.setattr(hours, "QUIET", QuietHours(begin=dt.time.max, end=dt.time.min))
    cast = make_cast()
    liaison, operator, checker, leader = map(Program, (cast.liaison, cast.operator, cast.checker, cast.leader))
    kangle, stranger = Program(cast.kangle_liaison), Program(None)

    report = said(liaison.post("/submissions", {"text": TEXT, "name": "总结", "unit": cast.office.pk}))
    again = said(liaison.post("/submissions", {"text": TEXT, "name": "总结", "unit": cast.office.pk}))
    assert again["id"] == report["id"]
    assert [item["state"] for item in report["readings"]] == ["pending"] * 4 + ["not_counted"]
    assert [item["read"]["kind"] for item in report["readings"]] == ["record", "statement", "statement", None, None]
    people = report["readings"][1]
    assert people["read"]["printed"] == "近1.5万人"
    assert TEXT[people["start"] : people["end"]] == "近1.5万人"
    assert people["read"]["value"] == {"low": "14000", "high": "15000", "low_open": False, "high_open": True}

    way = f"/submissions/{report['id']}"
    refused = liaison.post(f"{way}/confirm", {"expected_version": report["version"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "undecided")
    asked = report["readings"][3]
    one = f"{way}/readings/{asked['id']}"
    decision = {"expected_version": asked["version"], "decision": "confirm"}
    assert liaison.post(one, decision).json()["code"] == "kind-asked"
    assert said(liaison.post(one, {**decision, "kind": "record"}))["state"] == "confirmed"
    assert liaison.post(one, {**decision, "kind": "statement"}).json()["code"] == "stale"
    meant = {
        "value": "2100余人",
        "measures": report["readings"][0]["read"]["measures"],
        "region": cast.kangle.pk,
        "first": "2023-06-12",
        "last": "2023-06-12",
        "kind": "record",
    }
    first = report["readings"][0]
    corrected = said(
        liaison.post(
            f"{way}/readings/{first['id']}",
            {"expected_version": first["version"], "decision": "correct", "meant": meant, "note": "笔误"},
        )
    )
    assert corrected["read"]["printed"] == "2000余人"
    assert corrected["meant"]["printed"] == "2100余人"
    wrong = liaison.post(
        f"{way}/readings/{first['id']}",
        {"expected_version": 2, "decision": "correct", "meant": {**meant, "value": "许多"}, "note": ""},
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "correction")
    whole = said(liaison.post(f"{way}/decide-all", {"expected_version": report["version"]}))
    confirmed = said(liaison.post(f"{way}/confirm", {"expected_version": whole["version"]}))
    assert confirmed["state"] == "confirmed"
    assert liaison.post(f"{way}/accept", {"expected_version": confirmed["version"]}).status_code == 404
    accepted = said(operator.post(f"{way}/accept", {"expected_version": confirmed["version"]}))
    assert accepted["state"] == "accepted"

    campaign = said(operator.get("/campaigns"))["items"][0]
    rows = said(operator.get(f"/campaigns/{campaign['id']}"))["rows"]
    leaflets = next(row for row in rows if row["measures"] == ["leaflets"])
    stated = leaflets["cells"][0]["numbers"][0]
    assert (stated["what"], stated["printed"], stated["value"]["low"]) == ("statement", "8万余份", "80000")
    making = said(
        operator.get(f"/campaigns/{campaign['id']}/regions/{cast.prefecture.pk}", data={"row": leaflets["row"]})
    )
    assert making["statement"]["quote"]["text"] == "8万余份"
    assert making["statement"]["submission"] == report["id"]

    draft = said(operator.post(f"{way}/compose", {"signer": cast.leader.name}))["paper"]
    paper = f"/papers/{draft}"
    prose = said(operator.get(f"{paper}/prose"))
    prose["note"] = "联系人：马拟稿"
    edited = said(operator.ask("put", f"{paper}/prose", prose))
    assert operator.ask("put", f"{paper}/prose", {**prose, "note": "另一句"}).json()["code"] == "stale"
    seen = {"expected_version": edited["version"]}
    assert operator.post(f"{paper}/check", seen).json()["code"] == "same-person"
    seen = {"expected_version": said(checker.post(f"{paper}/check", seen))["version"]}
    assert checker.post(f"{paper}/sign", seen).status_code == 404
    issued = said(leader.post(f"{paper}/sign", seen))
    assert (issued["state"], issued["number"]) == ("issued", issued["number"])
    assert issued["number"].startswith("临夏州安办〔")

    delivered = said(operator.post(f"{paper}/deliveries", {"units": [cast.kangle_bureau.pk]}))
    assert [unit["id"] for unit in delivered["units"]] == [cast.kangle_bureau.pk]
    assert said(kangle.post(f"{paper}/receipts/{cast.kangle_bureau.pk}"))["done"]
    docx = kangle.get(f"{paper}/files/docx").content
    verified = said(stranger.post("/verify", data={"file": SimpleUploadedFile("a.docx", docx)}))
    assert verified["state"] == "holds"
    assert len(verified["facts"]) >= 4
    fact = said(operator.get(f"/facts/{verified['facts'][0]['fact']}"))
    assert fact["verdict"] == "holds"
    assert [bool(item["quote"]) for item in fact["records"]] == [True]
    # Whoever does not see the report sees that there is one, and not its words.
    theirs = said(kangle.get(f"/facts/{verified['facts'][0]['fact']}"))
    assert [(item["hidden"], item["quote"], item["submission"]) for item in theirs["records"]] == [(True, None, None)]
    theirs = said(
        kangle.get(f"/campaigns/{campaign['id']}/regions/{cast.prefecture.pk}", data={"row": leaflets["row"]})
    )
    assert (theirs["statement"]["hidden"], theirs["statement"]["quote"]) == (True, None)
    known = said(stranger.get(f"/check/{issued['check_code'].lower()}"))
    assert known["number"] == issued["number"]
    assert said(stranger.post("/check", data={"file": SimpleUploadedFile("a.docx", docx)}))["number"] == known["number"]
    assert stranger.post("/check", data={"file": SimpleUploadedFile("a.docx", docx + b" ")}).status_code == 404

    news = said(liaison.get("/inbox", data={"unread": "true"}))
    assert news["items"]
    marked = said(liaison.post("/inbox/read", {"until": news["until"], "seen": news["seen"]}))
    assert marked["read"] == len(news["items"])
    assert said(liaison.get("/inbox", data={"unread": "true"}))["items"] == []

    told = said(operator.get("/history", data={"kind": "document", "thing": str(draft)}))["items"]
    assert [item["verb"] for item in told][:2] == ["documents.signed_for", "documents.delivered"]
    assert told[0]["by"] == {"id": cast.kangle_liaison.by, "name": cast.kangle_liaison.name}
    walk, parts = said(operator.post("/history/verify", {})), 1
    while walk["stand"]:
        walk, parts = said(operator.post("/history/verify", {"stand": walk["stand"]})), parts + 1
    assert (walk["broken"], walk["changed"]) == (None, None)
    assert walk["length"] == walk["total"] > 10
    assert parts > 1
    assert operator.post("/history/verify", {"stand": "x:y:z"}).json()["code"] == "stand"
    todo = said(operator.get("/me/todo"))["items"]
    assert not [item for item in todo if item["title"] == "总结"]
