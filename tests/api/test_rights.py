"""Who may call what: each operation × each of the cast, by token. A new operation without a row fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from cast import Cast, make_cast, member
from days import file, kangle_day
from desk import hand_in, proposals
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from doings import with_materials
from example import village
from months import bulletin, busy_june
from oversight import overseen
from planned import expected_of, planned
from programs import Program, checked, composed, drafted, filed, issued, matter_begun
from reported import upward

from bihuan.api.assembly import ROUTERS, described
from bihuan.campaigns.models import Campaign
from bihuan.documents import actions as documents
from bihuan.documents import queries as documents_read
from bihuan.documents.rules import Format
from bihuan.figures.models import Closing
from bihuan.figures.queries import records_in
from bihuan.loop.models import Evidence
from bihuan.messages import actions as messages
from bihuan.messages.models import Message
from bihuan.org.models import Person
from bihuan.statistics import actions as statistics
from bihuan.statistics.models import Form

OFFICE = "operator checker leader"
SIGNING_FOR = "liaison kangle_liaison yongjing_liaison safety_officer"
ADMINISTRATORS = "system_admin security_admin audit_admin"
ALL = f"{OFFICE} {SIGNING_FOR} {ADMINISTRATORS} inspector idle"


@dataclass(frozen=True)
class Row:
    """`theirs`: who gets at the thing; all others find nothing there. The thing is the prefecture's: papers, one of
    which was delivered to Kangle's bureau; a message to its liaison."""

    method: str
    path: str
    theirs: str
    body: Any = None
    file: bool = False


KEEPERS = "system_admin"
AROUND = f"{OFFICE} inspector kangle_liaison"  # a matter of the Kangle bureau
WRITES_PLANS = "operator checker"
HANDS_IN = "operator checker kangle_liaison"
SEEN = {"expected_version": 99}
JUNE = {"month": "2023-06", "cut_off": "2023-06-30T18:00:00+08:00"}
STALE = {**SEEN, "on": "2023-06-01"}
PROSE = {
    "expected_version": 9,
    **dict.fromkeys(("title", "addressees", "signer", "note", "copies_to"), ""),
    "blocks": [],
    "annexes": [],
}
OPERATORS = "operator checker"
SEES_PLACE = f"{OFFICE} inspector liaison kangle_liaison safety_officer"  # of one in Kangle
KEEPS_PLACE = f"{OPERATORS} liaison kangle_liaison"
REASONED = {**SEEN, "reason": "再看"}
DECISION = {**SEEN, "agreed": True}
MANDATE = {
    "body": "{office}", "title": "督办", "kind": "routine", "basis": "committee", "scope": "全部",
    "valid_from": "2023-01-01",
}  # fmt: skip
ROUND = {
    "mandate": "{mandate}", "title": "再查", "leader": "{leader}", "plan": "看", "first_day": "2099-01-01",
    "last_day": "2099-01-02",
}  # fmt: skip
NOTICE = {
    "key": "k", "follows": "{notice}", "title": "再办", "source": "批示", "demand": "快办", "due_on": "2099-01-01",
}  # fmt: skip
PLACEMENT = {
    "carrier": "banner", "count": 1, "place": "广场", "content": "标语", "start_on": "2023-06-01",
    "end_on": "2023-06-30",
}  # fmt: skip
WORK = {"platform": "douyin", "title": "短片", "address": "https://v.douyin.com/9", "published_on": "2023-06-16"}
CERTIFICATE = {"name": "合格证", "number": "甘A9", "issued_on": "2023-06-01"}
PROPOSAL = {"mandate": "{mandate}", "unit": "{unit}", "title": "约谈", "grounds": "拖延"}
LIST = {
    "form": "progress", "name": "进展情况", "first": "2099-06-01", "last": "2099-06-30", "due_on": "2099-07-01",
    "units": [1],
}  # fmt: skip
FOLLOW_UP = {"key": "c" * 32, "title": "“119”消防日宣传", "units": [1], "due_on": "2023-11-09", "node": "fire-day"}
PAST = {
    "source": "往年报表",
    "values": [
        {"region": "康乐县", "measure": "宣传资料", "year": 2022, "value": "8000", "unit": "份", "paper": "县总结"}
    ],
}
ANSWER = {"rule": "round_statement", "row": "leaflets:份", "seen": "8000", "text": "按签收单"}
DONE_THERE = {"kind": "consultation", "unit": "{unit}", "region": "{kangle}", "first": "2023-06-12"}
DONE = {**DONE_THERE, "key": "9b2f7c1e-0000-4000-8000-000000000001"}
KIND = {"zh": "演练观摩", "owner": "州安委办", "group": "drill", "asks": ["participants:人"]}
PLACE_KIND = {"zh": "景区", "en": "Scenic spot", "source": "名录"}
TABLE = {
    "me.get": Row("get", "/me", ALL),
    "me.todo": Row("get", "/me/todo", ALL),
    "org.sign_ins": Row("get", "/sign-ins", "audit_admin"),
    "documents.list": Row("get", "/papers", f"{OFFICE} {SIGNING_FOR}"),
    "documents.awaiting": Row("get", "/papers/awaiting", f"{OFFICE} {SIGNING_FOR}"),
    "documents.get": Row("get", "/papers/{issued}", f"{OFFICE} kangle_liaison"),
    "documents.file": Row("get", "/papers/{issued}/files/pdf", f"{OFFICE} kangle_liaison"),
    "documents.check": Row("post", "/papers/{draft}/check", OFFICE, body={"expected_version": 9}),
    "documents.send_back": Row(
        "post", "/papers/{draft}/send-back", OFFICE, body={"expected_version": 9, "reason": "再改"}
    ),
    "documents.discard": Row(
        "post", "/papers/{draft}/discard", "operator checker", body={"expected_version": 9, "reason": "不发"}
    ),
    "documents.sign": Row("post", "/papers/{checked}/sign", "leader", body={"expected_version": 9}),
    "documents.print_again": Row("post", "/papers/{draft}/print", OFFICE),
    "documents.deliver": Row("post", "/papers/{issued}/deliveries", "operator checker", body={"units": []}),
    "documents.receive": Row("post", "/papers/{issued}/receipts/{unit}", "kangle_liaison"),
    "documents.prose": Row("get", "/papers/{draft}/prose", "operator checker"),
    "documents.edit": Row("put", "/papers/{draft}/prose", "operator checker", body=PROSE),
    "documents.draft_file": Row("get", "/papers/{draft}/draft.docx", OFFICE),
    "documents.propose": Row("post", "/papers/{draft}/proposals", "operator checker", file=True),
    "documents.take_back": Row("post", "/papers/{draft}/take-back", "operator checker", file=True),
    "documents.check_code": Row("get", "/check/{code}", ALL),
    "documents.check_file": Row("post", "/check", ALL, file=True),
    "reports.verify": Row("post", "/verify", ALL, file=True),
    "workdays.year": Row("get", "/workdays/2026", ALL),
    "workdays.count": Row("get", "/workdays?start=2026-06-01&days=5", ALL),
    "workdays.between": Row("get", "/workdays/between?first=2026-01-01&last=2026-02-01", ALL),
    "workdays.load": Row(
        "put",
        "/workdays/2031",
        "operator checker",
        body={"days": [{"day": "2031-01-01", "off": True}], "source": "通知"},
    ),
    "campaigns.list": Row("get", "/campaigns", f"{OFFICE} {SIGNING_FOR} inspector"),
    "reports.totals": Row("get", "/campaigns/{campaign}", f"{OFFICE} {SIGNING_FOR} inspector"),
    "campaigns.plans": Row("get", "/campaigns/{campaign}/plans", f"{OFFICE} {SIGNING_FOR} inspector"),
    "campaigns.new_plan": Row("post", "/campaigns/{campaign}/plans", WRITES_PLANS, body={}),
    "campaigns.plan": Row("get", "/campaigns/{campaign}/plans/1", OFFICE),
    "campaigns.new_version": Row("post", "/campaigns/{campaign}/plans/1/versions", WRITES_PLANS),
    "campaigns.write_paragraph": Row(
        "put", "/campaigns/{campaign}/plans/1/paragraphs/" + "a" * 32, WRITES_PLANS, body={"heading": "演练"}
    ),
    "campaigns.write_duty": Row(
        "put",
        "/campaigns/{campaign}/plans/1/duties/" + "b" * 32,
        WRITES_PLANS,
        body={"paragraph": "{part}", "title": "演练", "unit": "{unit}"},
    ),
    "campaigns.drop_duty": Row(
        "delete", "/campaigns/{campaign}/plans/1/duties/{duty}?expected_version=9", WRITES_PLANS
    ),
    "campaigns.keep_division": Row("post", "/campaigns/{campaign}/plans/1/divisions", WRITES_PLANS, file=True),
    "campaigns.take_division": Row("post", "/campaigns/{campaign}/plans/1/divisions/9/take", "", body={"shown": "0"}),
    "campaigns.lists": Row("get", "/campaigns/{campaign}/lists", f"{OFFICE} {SIGNING_FOR} inspector"),
    "campaigns.issue_list": Row("post", "/campaigns/{campaign}/lists", WRITES_PLANS, body=LIST),
    "campaigns.expected_list": Row("get", "/campaigns/{campaign}/lists/{list}", f"{OFFICE} {SIGNING_FOR} inspector"),
    "campaigns.expected_lines": Row(
        "get", "/campaigns/{campaign}/lists/{list}/lines?behind=true", f"{OFFICE} {SIGNING_FOR} inspector"
    ),
    "campaigns.exempt_line": Row(
        "post", "/campaigns/{campaign}/lists/{list}/lines/{line}/exemption", WRITES_PLANS, body={"reason": "不承担"}
    ),
    "campaigns.note_paper": Row(
        "post", "/campaigns/{campaign}/lists/{list}/lines/{line}/paper", WRITES_PLANS, body={"number": "5号"}
    ),
    "campaigns.remind": Row("post", "/campaigns/{campaign}/lists/{list}/reminders", WRITES_PLANS),
    "campaigns.withdraw_list": Row(
        "post", "/campaigns/{campaign}/lists/{list}/withdrawal", WRITES_PLANS, body={"reason": "改由统计表报送"}
    ),
    "closings.list": Row("get", "/closings", f"{OFFICE} {SIGNING_FOR} inspector"),
    "closings.get": Row("get", "/closings/{closing}", f"{OFFICE} {SIGNING_FOR} inspector"),
    "closings.records": Row("get", "/closings/{closing}/records", WRITES_PLANS),
    "closings.close": Row(
        "post",
        "/closings",
        WRITES_PLANS,
        body={"campaign": "{campaign}", "first": "2023-06-01", "last": "2023-06-30"},
    ),
    "closings.correct": Row(
        "post",
        "/closings/{closing}/corrections",
        WRITES_PLANS,
        body={"expected_version": 99, "figure": "{closed_figure}", "value": "3000人", "reason": "重复"},
    ),
    "reports.earlier": Row("get", "/campaigns/{campaign}/earlier", f"{OFFICE} {SIGNING_FOR} inspector"),
    "reports.past": Row("get", "/campaigns/{campaign}/past", f"{OFFICE} {SIGNING_FOR} inspector"),
    "reports.load_past": Row("post", "/campaigns/{campaign}/past", WRITES_PLANS, body=PAST),
    "reports.withdraw_past": Row(
        "post", "/campaigns/{campaign}/past/9/withdraw", "", body={"expected_version": 1, "reason": "误"}
    ),
    "reports.doubts": Row("get", "/campaigns/{campaign}/doubts", f"{OFFICE} {SIGNING_FOR} inspector"),
    "reports.answer_doubt": Row("post", "/campaigns/{campaign}/regions/{kangle}/doubts", WRITES_PLANS, body=ANSWER),
    "campaigns.year": Row("get", "/campaigns/{campaign}/years/2023", f"{OFFICE} {SIGNING_FOR} inspector"),
    "campaigns.follow_up": Row("post", "/campaigns/{campaign}/follow-ups", WRITES_PLANS, body=FOLLOW_UP),
    "campaigns.start_from": Row("post", "/campaigns/{campaign}/next", WRITES_PLANS),
    "campaigns.check_plan": Row("get", "/campaigns/{campaign}/plans/1/check", OFFICE),
    "campaigns.consequences": Row("get", "/campaigns/{campaign}/plans/1/consequences", WRITES_PLANS),
    "campaigns.prepare_plan": Row("post", "/campaigns/{campaign}/plans/1/prepare", WRITES_PLANS, body=SEEN),
    "campaigns.take_plan_back": Row(
        "post", "/campaigns/{campaign}/plans/1/take-back", WRITES_PLANS, body={**SEEN, "reason": "改"}
    ),
    "campaigns.publish_plan": Row("post", "/campaigns/{campaign}/plans/1/publish", WRITES_PLANS, body=SEEN),
    "reports.making": Row(
        "get",
        "/campaigns/{campaign}/regions/{kangle}?row=leaflets:份",
        f"{OFFICE} liaison kangle_liaison safety_officer inspector",
    ),
    "reports.fact": Row("get", "/facts/{fact}", f"{OFFICE} {SIGNING_FOR} inspector"),
    "figures.measures": Row("get", "/measures", f"{OFFICE} {SIGNING_FOR} inspector"),
    "activities.kinds": Row("get", "/activity-kinds", f"{OFFICE} {SIGNING_FOR} inspector"),
    "activities.add_kind": Row("post", "/activity-kinds", WRITES_PLANS, body={**KIND, "code": "fire_drill"}),
    "activities.change_kind": Row("put", "/activity-kinds/launch", WRITES_PLANS, body={**KIND, **SEEN}),
    "activities.retire_kind": Row(
        "post", "/activity-kinds/launch/retire", WRITES_PLANS, body={**SEEN, "retired": True}
    ),
    "places.add_kind": Row("post", "/place-kinds", WRITES_PLANS, body={**PLACE_KIND, "code": "scenic-spot"}),
    "places.change_kind": Row("put", "/place-kinds/village", WRITES_PLANS, body={**PLACE_KIND, **SEEN}),
    "activities.list": Row("get", "/activities", f"{OFFICE} {SIGNING_FOR} inspector"),
    "activities.get": Row("get", "/activities/{activity}", AROUND),
    "activities.file": Row("post", "/activities", HANDS_IN, body=DONE),
    "activities.correct": Row("put", "/activities/{activity}", HANDS_IN, body={**SEEN, **DONE_THERE}),
    "activities.withdraw": Row("post", "/activities/{activity}/withdraw", HANDS_IN, body=REASONED),
    "reports.submissions": Row("get", "/submissions", f"{OFFICE} {SIGNING_FOR} inspector"),
    "reports.submission": Row("get", "/submissions/{report}", f"{OFFICE} inspector kangle_liaison"),
    "reports.hand_in": Row("post", "/submissions", HANDS_IN, body={"text": "无", "name": "总结", "unit": "{unit}"}),
    "reports.hand_in_file": Row("post", "/submissions/files", HANDS_IN, file=True),
    "reports.decide": Row(
        "post",
        "/submissions/{report}/readings/{reading}",
        HANDS_IN,
        body={"expected_version": 99, "decision": "confirm"},
    ),
    "reports.decide_all": Row("post", "/submissions/{report}/decide-all", HANDS_IN, body=SEEN),
    "reports.confirm": Row("post", "/submissions/{report}/confirm", HANDS_IN, body=SEEN),
    "reports.accept": Row("post", "/submissions/{report}/accept", "operator checker", body=SEEN),
    "reports.return": Row("post", "/submissions/{report}/return", "operator checker", body={**SEEN, "reason": "再核"}),
    "reports.compose": Row("post", "/submissions/{report}/compose", "operator checker", body={"signer": "王签发"}),
    "supervision.mandates": Row("get", "/mandates", f"{OFFICE} inspector"),
    "supervision.mandate": Row("get", "/mandates/{mandate}", f"{OFFICE} inspector"),
    "supervision.enter_mandate": Row("post", "/mandates", OPERATORS, body=MANDATE),
    "supervision.end_mandate": Row("post", "/mandates/{mandate}/end", OPERATORS, body=REASONED),
    "supervision.propose": Row(
        "post", "/supervised", OPERATORS, body={"matter": "{free}", "mandate": "{mandate}", "reason": "慢"}
    ),
    "supervision.supervised": Row("get", "/supervised/{supervised}", f"{OFFICE} inspector"),
    "supervision.decide": Row("post", "/supervised/{supervised}/decide", "leader", body=DECISION),
    "supervision.end_supervision": Row("post", "/supervised/{supervised}/end", OPERATORS, body=REASONED),
    "supervision.frequency": Row("get", "/units/{unit}/frequency", f"{OFFICE} inspector"),
    "supervision.set_limit": Row(
        "post",
        "/limits",
        OPERATORS,
        body={
            "what": "talks",
            "region": "{kangle}",
            "days": 30,
            "most": 1,
            "valid_from": "2023-06-01",
            "source": "文件",
        },
    ),
    "supervision.round": Row("get", "/rounds/{round}", f"{OFFICE} inspector"),
    "supervision.plan_round": Row("post", "/rounds", OPERATORS, body=ROUND),
    "supervision.approve_round": Row("post", "/rounds/{round}/approve", "leader", body=SEEN),
    "supervision.begin_round": Row("post", "/rounds/{round}/begin", f"{OFFICE} inspector", body=SEEN),
    "supervision.end_round": Row("post", "/rounds/{round}/end", f"{OFFICE} inspector", body={**SEEN, "summary": "完"}),
    "supervision.cancel_round": Row("post", "/rounds/{round}/cancel", OPERATORS, body=REASONED),
    "supervision.look": Row("post", "/looks/{look}", f"{OFFICE} inspector", body={"text": "看过"}),
    "supervision.find": Row("post", "/looks/{look}/findings", f"{OFFICE} inspector", body={"text": "没有方案"}),
    "supervision.settle": Row("post", "/findings/{finding}/settle", f"{OFFICE} inspector", body={"text": "已报"}),
    "supervision.notices": Row("get", "/notices", f"{OFFICE} {SIGNING_FOR} inspector"),
    "supervision.notice": Row("get", "/notices/{notice}", AROUND),
    "supervision.draft_notice": Row("post", "/notices", OPERATORS, body=NOTICE),
    "supervision.issue_notice": Row("post", "/notices/{notice}/issue", OPERATORS, body=SEEN),
    "supervision.sign_for_notice": Row("post", "/notices/{notice}/sign-for", "kangle_liaison", body=SEEN),
    "supervision.answer_notice": Row(
        "post", "/notices/{notice}/answer", "kangle_liaison", body={**SEEN, "text": "已办"}
    ),
    "supervision.check_notice": Row("post", "/notices/{notice}/check", OFFICE, body={**SEEN, "agreed": True}),
    "supervision.strike_off": Row("post", "/notices/{notice}/strike-off", OFFICE, body=SEEN),
    "supervision.urge_notice": Row("post", "/notices/{notice}/urge", OFFICE, body=SEEN),
    "supervision.withdraw_notice": Row("post", "/notices/{notice}/withdraw", OFFICE, body=REASONED),
    "supervision.urge_in_writing": Row(
        "post", "/matters/{free}/urgings", OFFICE, body={**SEEN, "text": "快办", "until": "2099-01-01"}
    ),
    "supervision.talk": Row("get", "/talks/{talk}", f"{OFFICE} inspector"),
    "supervision.propose_talk": Row("post", "/talks", OPERATORS, body=PROPOSAL),
    "supervision.decide_talk": Row("post", "/talks/{talk}/decide", "leader", body=DECISION),
    "supervision.hold_talk": Row(
        "post",
        "/talks/{talk}/hold",
        OPERATORS,
        body={**SEEN, "held_on": "2023-06-20", "place": "会议室", "attended": "某某", "record": "纪要"},
    ),
    "supervision.circular": Row("get", "/circulars/{circular}", f"{OFFICE} inspector"),
    "supervision.propose_circular": Row("post", "/circulars", OPERATORS, body={**PROPOSAL, "praise": False}),
    "supervision.decide_circular": Row("post", "/circulars/{circular}/decide", "leader", body=DECISION),
    "supervision.draft_circular": Row("post", "/circulars/{circular}/draft", OPERATORS, body=SEEN),
    "supervision.issue_circular": Row("post", "/circulars/{circular}/issue", OPERATORS, body=SEEN),
    "supervision.conclusion": Row("get", "/conclusions/{conclusion}", AROUND),
    "supervision.conclude": Row(
        "post", "/conclusions", OPERATORS, body={"supervised": "{supervised}", "title": "结论", "text": "拖延"}
    ),
    "supervision.receive_conclusion": Row("post", "/conclusions/{conclusion}/receive", "kangle_liaison"),
    "supervision.object": Row("post", "/conclusions/{conclusion}/object", "kangle_liaison", body={"text": "不服"}),
    "supervision.name_reviewer": Row(
        "post", "/conclusions/{objected}/reviewer", OFFICE, body={**SEEN, "reviewer": "{checker}"}
    ),
    "supervision.review": Row(
        "post", "/conclusions/{objected}/review", "", body={**SEEN, "outcome": "upheld", "text": "对"}
    ),  # nobody reviews it yet
    "supervision.decide_review": Row("post", "/conclusions/{objected}/decide", "leader", body=DECISION),
    "supervision.reply": Row("post", "/conclusions/{objected}/reply", OFFICE, body=SEEN),
    "supervision.withdraw_objection": Row("post", "/conclusions/{objected}/withdraw", "kangle_liaison", body=REASONED),
    "supervision.bulletins": Row("get", "/bulletins", f"{OFFICE} inspector"),
    "supervision.bulletin": Row("get", "/bulletins/{bulletin}", f"{OFFICE} inspector"),
    "supervision.bulletin_matters": Row("get", "/bulletins/{bulletin}/matters?count=due", f"{OFFICE} inspector"),
    "supervision.check_bulletin": Row("get", "/bulletins/{bulletin}/check", f"{OFFICE} inspector"),
    "supervision.preview_bulletin": Row(
        "post", "/campaigns/{campaign}/bulletins/preview", "operator checker", body=JUNE
    ),
    "supervision.freeze_bulletin": Row(
        "post", "/campaigns/{campaign}/bulletins", "operator checker", body={**JUNE, "cut_off": "2999-01-01T00:00:00Z"}
    ),
    "supervision.write_bulletin": Row(
        "post", "/bulletins/{bulletin}/papers", "operator checker", body={"openness": "open"}
    ),
    "supervision.light_presets": Row("get", "/lights/presets", f"{OFFICE} inspector"),
    "supervision.lights": Row("get", "/regions/{kangle}/lights", f"{OFFICE} inspector"),
    "supervision.preview_lights": Row(
        "post", "/regions/{kangle}/lights/preview", f"{OFFICE} inspector", body={"preset": "suqian-2025"}
    ),
    "supervision.set_lights": Row(
        "put",
        "/regions/{kangle}/lights",
        "operator checker",
        body={"preset": "suqian-2025", "valid_from": "2999-01-01"},
    ),
    "supervision.light_up": Row("post", "/regions/{kangle}/lights/now", "operator checker"),
    "exchange.reportings": Row("get", "/reportings", OFFICE),
    "exchange.reporting": Row("get", "/reportings/{reporting}", OFFICE),
    "exchange.close": Row(
        "post",
        "/reportings",
        OPERATORS,
        body={"campaign": "{campaign}", "peer": "{upward_peer}", "first": "2023-06-01", "last": "2023-06-30"},
    ),
    "exchange.erratum": Row("post", "/reportings/{reporting}/errata", OPERATORS, body={"reason": "重复"}),
    "exchange.sign": Row("post", "/issues/{issue}/sign", "leader", body=SEEN),
    "exchange.received": Row("get", "/received", OFFICE),
    "exchange.received_one": Row("get", "/received/{received}", OFFICE),
    "exchange.ask": Row("post", "/received/{received}/questions", OPERATORS, body={"text": "准吗？"}),
    "exchange.answer": Row("post", "/questions/{question}/answer", OPERATORS, body={"reason": "准"}),
    "exchange.intakes": Row("get", "/intakes", OFFICE),
    "exchange.take": Row("post", "/intakes", OPERATORS, file=True),
    "exchange.decide": Row("post", "/intakes/{intake}/decide", OPERATORS, body={**SEEN, "take": True}),
    "places.kinds": Row("get", "/places/kinds", f"{OFFICE} {SIGNING_FOR} inspector"),
    "places.list": Row("get", "/places", f"{OFFICE} {SIGNING_FOR} inspector"),
    "places.get": Row("get", "/places/{place}", SEES_PLACE),
    "places.counts": Row("get", "/regions/{kangle}/places", SEES_PLACE),
    "places.add": Row(
        "post",
        "/places",
        KEEPS_PLACE,
        body={"kind": "village", "name": "甲村", "region": "{kangle}", "on": "2023-01-01"},
    ),
    "places.amend": Row("put", "/places/{place}", KEEPS_PLACE, body=STALE),
    "places.rename": Row("post", "/places/{place}/rename", KEEPS_PLACE, body={**STALE, "name": "新村"}),
    "places.move": Row("post", "/places/{place}/move", KEEPS_PLACE, body={**STALE, "region": "{kangle}"}),
    "places.merge": Row("post", "/places/{place}/merge", KEEPS_PLACE, body={**STALE, "into": "{place}"}),
    "places.close": Row("post", "/places/{place}/close", KEEPS_PLACE, body=STALE),
    "places.reopen": Row("post", "/places/{place}/reopen", KEEPS_PLACE, body=STALE),
    "places.keep_register": Row(
        "post", "/registers", f"{OPERATORS} liaison kangle_liaison yongjing_liaison", file=True
    ),
    "places.take_register": Row("post", "/registers/9/take", "", body={"shown": "0", "on": "2023-01-01"}),
    "statistics.list": Row("get", "/forms", f"{OFFICE} {SIGNING_FOR} inspector"),
    "statistics.form": Row("get", "/forms/{form}", f"{OFFICE} {SIGNING_FOR} inspector"),
    "statistics.file": Row("get", "/forms/{form}/form.xlsx", f"{OFFICE} {SIGNING_FOR} inspector"),
    "activities.coverage": Row("get", "/campaigns/{campaign}/coverage", f"{OFFICE} {SIGNING_FOR} inspector"),
    "org.regions": Row("get", "/regions", f"operator checker leader {ADMINISTRATORS}"),
    "org.units": Row("get", "/units", f"operator checker leader {ADMINISTRATORS}"),
    "org.unit": Row("get", "/units/{unit}", f"operator checker leader {ADMINISTRATORS}"),
    "org.people": Row("get", "/people", f"operator checker leader {ADMINISTRATORS}"),
    "org.person": Row("get", "/people/{person}", f"operator checker leader {ADMINISTRATORS}"),
    "org.open_unit": Row("post", "/units", "system_admin", body={"region": "{kangle}", "name": "康乐县教育局"}),
    "org.rename_unit": Row("post", "/units/{unit}/rename", "system_admin", body={**STALE, "name": "新名"}),
    "org.merge_unit": Row("post", "/units/{unit}/merge", "system_admin", body={**STALE, "into": "{other_unit}"}),
    "org.close_unit": Row("post", "/units/{unit}/close", "system_admin", body=STALE),
    "org.open_section": Row("post", "/units/{unit}/sections", "system_admin", body={"name": "办公室"}),
    "org.enter_person": Row(
        "post", "/people", "system_admin", body={"name": "新人", "unit": "{unit}", "on": "2023-06-01"}
    ),
    "org.change_person": Row(
        "put", "/people/{person}", "system_admin", body={"expected_version": 99, "name": "康联络", "phone": ""}
    ),
    "org.appoint": Row(
        "post", "/people/{person}/posts", KEEPERS, body={"unit": "{unit}", "title": "科员", "on": "2023-06-01"}
    ),
    "org.end_post": Row("post", "/posts/{post}/end", KEEPERS, body={"on": "2020-01-01"}),
    "org.hand_over": Row("post", "/posts/{post}/hand-over", KEEPERS, body={"to": "{colleague}", "on": "2020-01-01"}),
    "org.grant": Row(
        "post", "/people/{person}/roles", KEEPERS, body={"post": "{post}", "role": "inspector", "region": "{kangle}"}
    ),
    "org.revoke": Row("delete", "/roles/{role}", KEEPERS),
    "loop.matters": Row("get", "/matters", f"{OFFICE} {SIGNING_FOR} inspector"),
    "loop.counts": Row("get", "/matters/counts", f"{OFFICE} {SIGNING_FOR} inspector"),
    "loop.export": Row("get", "/matters/ledger.xlsx", f"{OFFICE} {SIGNING_FOR} inspector"),
    "loop.mine": Row("get", "/matters/mine", ALL),
    "loop.hand_over_all": Row(
        "post", "/matters/mine/hand-over", "kangle_liaison", body={"to": "{aide}", "on": "2020-01-01"}
    ),
    "loop.matter": Row("get", "/matters/{matter}", AROUND),
    "loop.steps": Row("get", "/matters/{matter}/steps", AROUND),
    "loop.evidence": Row("get", "/matters/{matter}/evidence/{piece}", AROUND),
    "loop.act": Row("post", "/matters/{matter}/steps/sign_for", AROUND, body=SEEN),
    "loop.act_with_file": Row("post", "/matters/{matter}/steps/report/file", AROUND, file=True),
    "activities.materials": Row("get", "/activities/{session}/materials", AROUND),
    "activities.attach": Row("post", "/activities/{session}/attachments", HANDS_IN, body={"kind": "paper"}, file=True),
    "activities.attachment": Row("get", "/activities/{session}/attachments/{photo}", HANDS_IN),
    "activities.remove_attachment": Row(
        "post", "/activities/{session}/attachments/{photo}/remove", HANDS_IN, body={"reason": "重拍"}
    ),
    "activities.release_photo": Row("post", "/activities/{session}/attachments/{photo}/release", OFFICE, body={}),
    "activities.take_back_photo": Row("post", "/activities/{session}/attachments/{photo}/take-back", OFFICE),
    "activities.remove_placement": Row("post", "/activities/{screens}/placements/{placement}/remove", HANDS_IN),
    "activities.remove_work": Row("post", "/activities/{media}/works/{work}/remove", HANDS_IN),
    "activities.attendance": Row("get", "/activities/{session}/attendance", AROUND),
    "activities.did_not_attend": Row("post", "/activities/{session}/attendance/{entry}/remove", HANDS_IN),
    "activities.take_off": Row("post", "/rosters/{roster}/people/{entry}/take-off", HANDS_IN, body={"reason": "调离"}),
    "activities.close_roster": Row("post", "/rosters/{roster}/close", HANDS_IN, body=SEEN),
    "activities.certificates": Row("get", "/rosters/{roster}/certificates", f"{OFFICE} kangle_liaison"),
    "activities.certify": Row("post", "/rosters/{roster}/people/{entry}/certificates", HANDS_IN, body=CERTIFICATE),
    "activities.remove_certificate": Row("post", "/rosters/{roster}/certificates/{certificate}/remove", HANDS_IN),
    "activities.keep_sheet": Row("post", "/rosters/{roster}/sheets", HANDS_IN, file=True),
    "activities.take_sheet": Row("post", "/rosters/{roster}/sheets/9/take", "", body={"shown": "0"}),
    "activities.place": Row("post", "/activities/{session}/placements", HANDS_IN, body=PLACEMENT),
    "activities.publish": Row("post", "/activities/{session}/works", HANDS_IN, body=WORK),
    "activities.read_views": Row(
        "post", "/activities/{media}/works/{work}/views", HANDS_IN, body={"day": "2023-06-17", "views": 9}
    ),
    "activities.attended": Row(
        "post", "/activities/{session}/attendance", HANDS_IN, body={"roster": "{roster}", "entries": ["{entry}"]}
    ),
    "activities.rosters": Row("get", "/rosters", f"{OFFICE} {SIGNING_FOR}"),
    "activities.roster": Row("get", "/rosters/{roster}/people", f"{OFFICE} kangle_liaison"),
    "activities.open_roster": Row(
        "post", "/rosters", HANDS_IN, body={"unit": "{unit}", "target": "officials", "name": "名册"}
    ),
    "activities.list_people": Row("post", "/rosters/{roster}/people", HANDS_IN, body={"people": [{"name": "马四"}]}),
    "messages.list": Row("get", "/inbox", ALL),
    "messages.read_all": Row("post", "/inbox/read", ALL, body={"until": "2023-06-01T09:00:00+08:00"}),
    "messages.read": Row("post", "/inbox/{message}/read", "kangle_liaison", body={"count": 1}),
    "messages.channels": Row("get", "/channels", ALL),
    "messages.outgoing": Row("get", "/outgoing", ALL),
    "messages.unread": Row("post", "/inbox/{message}/unread", "kangle_liaison"),
    "history.list": Row("get", "/history", f"{OFFICE} audit_admin"),
    "history.verify": Row("post", "/history/verify", f"{OFFICE} audit_admin", body={}),
}
PUBLIC = {"documents.check_code", "documents.check_file", "reports.verify"}


def operations() -> dict[str, dict[str, Any]]:
    return {
        found["operationId"]: {**found, "path": path, "method": method}
        for path, methods in described()["paths"].items()
        for method, found in methods.items()
    }


def test_each_operation_has_a_row() -> None:
    assert set(operations()) == set(TABLE)
    for name, found in operations().items():
        row = TABLE[name]
        assert found["method"] == row.method
        assert found["path"].removeprefix("/api/v1").count("/") == row.path.count("/"), name
        assert ("security" in found) == (name not in PUBLIC), name


def test_each_operation_says_what_it_is() -> None:
    for name, found in operations().items():
        assert found["summary"].isascii(), name
        assert not found["x-summary-zh"].isascii(), name
        declared = set(found["responses"])
        assert {200, 400, 404, 405, 422, 429} <= declared, name
        assert name in PUBLIC or {401, 403} <= declared, name
        assert ("requestBody" not in found) or {413, 415} <= declared, name


def test_no_two_schemas_have_one_name() -> None:
    """The description names them by that alone: the later would silently take the place of the earlier."""
    found: dict[str, set[str]] = {}
    for _tag, router in ROUTERS:
        for operation in (operation for view in router.path_operations.values() for operation in view.operations):
            for model in [*operation.models, *filter(None, operation.response_models.values())]:
                for name, schema in model.model_json_schema().get("$defs", {}).items():
                    found.setdefault(name, set()).add(repr(schema))
    assert len(found) > 50
    assert {name: schemas for name, schemas in found.items() if len(schemas) > 1} == {}


def reported_upward(cast: Cast, campaign: Campaign) -> dict[str, int]:
    """Things of reporting upward."""
    found = upward(cast, campaign)
    keys = {name: thing.pk for name, thing in found.items() if name != "line_key"}
    closing = Closing.objects.latest("pk")
    figure = records_in(closing).latest("pk").figure_id
    return keys | {"reporting": found["issue"].reporting_id, "closing": closing.pk, "closed_figure": figure}


def shipped_form() -> Form:
    """A form that ships with the program."""
    statistics.load_examples(by="system:tests", at=timezone.now())
    return Form.objects.get(code="safety-month-monthly")


def told(person: Person) -> int:
    """A message to a person."""
    now = timezone.now() - dt.timedelta(days=2)
    with transaction.atomic():
        messages.send(to=[person.pk], topic="a", key="a", words=("看", "look"), url="/", by="system:tests", at=now)
    return Message.objects.get(recipient=person, topic="a").pk


@dataclass(frozen=True)
class Scene:
    """The cast with their programs, and the keys of things by the names that the table gives them."""

    programs: dict[str, Program]
    things: dict[str, Any]
    file: bytes  # one that was issued


@pytest.fixture
def scene(fresh_database: dict[str, str]) -> Scene:
    cast = make_cast()
    delivered = issued(cast, "issued")
    documents.deliver(document=delivered, units=[cast.kangle_bureau], by=cast.operator.by, at=delivered.drafted_at)
    report = filed(cast)
    open_report = hand_in(cast, unit=cast.kangle_bureau, by=cast.kangle_liaison.by)
    held = cast.kangle_liaison.posts.get()
    matter = matter_begun(cast)
    plan = planned(cast, report.campaign)
    line = expected_of(cast, report.campaign)
    things = {
        "list": line.expected_list_id,
        "line": line.pk,
        "matter": matter.pk,
        "piece": Evidence.objects.get(step__matter=matter, kind="file").pk,
        "aide": member("康同事", cast.kangle_bureau).pk,
        "issued": delivered.pk,
        "draft": drafted(cast, "draft").pk,
        "checked": checked(cast, "checked").pk,
        "unit": cast.kangle_bureau.pk,
        "other_unit": cast.yongjing_bureau.pk,
        "person": cast.kangle_liaison.pk,
        "colleague": cast.yongjing_liaison.pk,
        "post": held.pk,
        "role": held.holdings.get().pk,
        "kangle": cast.kangle.pk,
        "code": delivered.check_code,
        "message": told(cast.kangle_liaison),
        "campaign": report.campaign_id,
        "part": plan.paragraphs.earliest("pk").key,
        "duty": plan.duties.earliest("pk").key,
        "fact": composed(report, cast),
        "bulletin": bulletin(busy_june(cast)[0]).pk,
        "office": cast.office.pk,
        "place": village(cast).pk,
        "form": shipped_form().pk,
        "leader": cast.leader.pk,
        "checker": cast.checker.pk,
        **{name: thing.pk for name, thing in overseen(cast).items()},
        **{name: thing.pk for name, thing in with_materials(cast).items()},
        "report": open_report.pk,
        "activity": file(cast, kangle_day(cast, units=())).pk,
        **reported_upward(cast, report.campaign),
        "reading": proposals(open_report)[0].pk,
    }
    programs = {who: Program(person) for who, person in cast.everyone().items()}
    return Scene(programs, things, documents_read.printed(delivered, Format.DOCX))


def test_rights(scene: Scene) -> None:
    """All rows in one scene; what a call changes is taken back before the next."""
    wrong = {}
    for name, row in TABLE.items():
        found = {who: call(program, row, scene) for who, program in scene.programs.items()}
        theirs = {who for who, status in found.items() if status != 404}
        if theirs != set(row.theirs.split()) or not set(found.values()) <= {200, 404, 409, 422}:
            wrong[name] = found
        nobody = call(Program(None), row, scene)
        if (nobody == 401) == (name in PUBLIC):
            wrong[f"{name} by nobody"] = {"nobody": nobody}
    assert wrong == {}


def call(program: Program, row: Row, scene: Scene) -> int:
    sent: dict[str, Any] = {} if row.body is None or row.file else {"body": named(row.body, scene.things)}
    if row.file:  # any file will do: it is refused, or found to be the very paper
        sent = {"data": {"file": SimpleUploadedFile("a.docx", scene.file), "expected_version": "9"}}
        sent["data"] |= {"unit": str(scene.things["unit"]), **(row.body or {})}
    with transaction.atomic():
        status = program.ask(row.method, row.path.format(**scene.things), **sent).status_code
        transaction.set_rollback(True)
    return status


def named(body: dict[str, Any], things: dict[str, Any]) -> dict[str, Any]:
    """The body, with the keys of things in the place of their names."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            return [one(item) for item in value]
        return things.get(value[1:-1], value) if isinstance(value, str) else value

    return {name: one(value) for name, value in body.items()}
