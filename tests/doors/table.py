"""Who gets in where: one row an address. `scene` holds one thing of each kind, all in Kangle unless said otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import oversight
from cast import AT, BY, Cast
from days import file as done_on_a_day
from days import kangle_day
from desk import TEXT
from django.db import transaction
from doings import with_materials
from example import village
from planned import expected_of, planned
from reported import upward
from rounds import seal_all
from sample_papers import notice_paper

from bihuan.campaigns import actions as campaigns
from bihuan.components.assets import asset
from bihuan.documents import actions as documents
from bihuan.figures.models import Closing
from bihuan.figures.queries import records_in
from bihuan.loop import actions as loop
from bihuan.loop.flows import Hand
from bihuan.loop.models import Evidence, Matter
from bihuan.messages.actions import add_channel, send
from bihuan.messages.models import Message
from bihuan.messages.sending import Kind
from bihuan.org import queries as org
from bihuan.org.models import Holding, Person, Post
from bihuan.reports import actions as reports
from bihuan.reports.models import Proposal
from bihuan.statistics import actions as statistics
from bihuan.statistics import queries as forms
from bihuan.statistics.models import Form
from bihuan.supervision import actions as supervision
from bihuan.supervision.bulletin_rules import Month

LATER = dt.datetime(2023, 7, 3, 2, 0, tzinfo=dt.UTC)
JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
EVERYONE = frozenset(name for name, kind in get_type_hints(Cast).items() if kind is Person)


@dataclass(frozen=True)
class Scene:
    """The cast and the things that addresses name."""

    cast: Cast
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError as error:
            raise AttributeError(name) from error


def furnish(cast: Cast) -> Scene:
    """One thing of each kind: a campaign of the prefecture with a report of Kangle's bureau, and a draft paper."""
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )
    draft = documents.draft(
        key="doors",
        paper=notice_paper(),
        prefix="临州安办",
        region=cast.prefecture,
        book="example",
        by=cast.operator.by,
        at=AT,
    )
    with transaction.atomic():
        send(to=[cast.leader.pk], topic="t", key="k", words=("有事", "News"), url="/", by=BY, at=AT)
    submission = reports.hand_in(text=TEXT, name="总结.txt", unit=cast.kangle_bureau, by=cast.kangle_liaison.by, at=AT)
    loop.load_ladders(by=BY, at=AT)
    said = loop.Said(unit=cast.kangle_bureau, due_on=JUNE[1])
    wanted = loop.Wanted("doors", "task", "举办宣传咨询日活动", cast.office, book="example", said=said)
    matter = loop.register(wanted=wanted, by=cast.operator.by, at=AT)
    matter = begun(matter, cast)
    duty = loop.Wanted(
        "doors:duty", "task", "开展应急演练", cast.office, scope=f"campaign:{campaign.pk}", book="example", said=said
    )
    loop.register(wanted=duty, by=cast.operator.by, at=AT)
    written = planned(cast, campaign)
    things = {
        "plan": written,
        "line": expected_of(cast, campaign),
        "duty": written.duties.earliest("pk"),
        "bulletin": supervision.freeze(
            campaign=campaign,
            region=cast.prefecture,
            month=Month(JUNE[0]),
            cut_off=LATER,
            as_of=seal_all(),
            by=BY,
            at=LATER,
        ),
        "submission": submission,
        **with_materials(cast),
        "place": village(cast),
        "proposal": Proposal.objects.filter(submission=submission).earliest("pk"),
        "campaign": campaign,
        "activity": done_on_a_day(cast, kangle_day(cast, units=(), expected_attendance=1000)),
        "matter": matter,
        "piece": Evidence.objects.get(step__matter=matter, kind="file"),
        "draft": draft,
        "message": Message.objects.get(topic="t"),
        "channel": add_channel(
            person=cast.leader.pk, kind=Kind.EMAIL, name="邮箱", address="ma@example.cn", by=cast.leader.by, at=AT
        ),
        "post": Post.objects.get(person=cast.kangle_liaison),
        "holding": Holding.objects.get(post__person=cast.kangle_liaison),
    }
    things |= handed_in(cast)
    things |= oversight.overseen(cast) | upward(cast, campaign)
    closing = Closing.objects.latest("pk")
    things |= {"closing": closing, "closed_record": records_in(closing).latest("pk").figure_id}
    return Scene(cast, things)


def handed_in(cast: Cast) -> dict[str, Any]:
    """The monthly form that ships with the program, as Kangle handed it in, and the next one that it looks at."""
    statistics.load_examples(by=BY, at=AT)
    form = Form.objects.get(code="safety-month-monthly")
    version, edition = forms.version_of(form), org.current_edition()
    said = {"version": version, "unit": cast.kangle_bureau, "edition": edition, "by": cast.kangle_liaison.by}
    taken = statistics.hand_in(**said, period=(dt.date(2023, 5, 1), dt.date(2023, 5, 31)), typed={}, at=LATER)
    draft = statistics.keep_handed(**said, period=JUNE, typed={}, at=LATER)
    assert isinstance(taken, statistics.Taken)
    return {"form": form, "form_return": taken.handed, "handed_draft": draft}


def begun(matter: Matter, cast: Cast) -> Matter:
    """Signed for, with a file on the table."""
    plan = loop.Said(text="场地已定", evidence=(loop.Offer("file", "方案.txt", content=b"x"),))
    for verb, said in (("sign_for", loop.Said()), ("report", plan)):
        seen, hands = matter.version, frozenset(Hand)
        by = cast.kangle_liaison.by
        matter = loop.act(matter=matter, verb=verb, hands=hands, expected_version=seen, said=said, by=by, at=AT)
    return matter


@dataclass(frozen=True)
class Row:
    """`who`: names of the cast who get in. `args`, `data`: what stands in the address and the form."""

    who: frozenset[str] = frozenset()
    method: str = "get"
    args: Callable[[Scene], list[Any]] | None = None
    data: Callable[[Scene], dict[str, Any]] | None = None
    public: bool = False
    own: bool = False  # of everyone's, each opens their own alone


def these(names: str, method: str = "get", **more: Any) -> Row:
    return Row(frozenset(names.split()), method, **more)


def all_signed_in(method: str = "get", **more: Any) -> Row:
    return Row(EVERYONE, method, **more)


def public(method: str = "get", **more: Any) -> Row:
    return Row(EVERYONE, method, public=True, **more)


OPERATORS = "operator checker"
OFFICE = f"{OPERATORS} leader"
ADMINISTRATORS = "system_admin security_admin audit_admin"
UNITS = "liaison kangle_liaison yongjing_liaison safety_officer"
DIRECTORY = f"{OFFICE} {ADMINISTRATORS}"
CAMPAIGN = f"{OFFICE} {UNITS} inspector"
AROUND = f"{OFFICE} inspector kangle_liaison"  # a matter of the Kangle bureau
PAPERS = f"{OFFICE} {UNITS}"
SUPERVISES = f"{OFFICE} inspector"
SEES_PLACE = f"{OFFICE} inspector liaison kangle_liaison safety_officer"  # of a place in Kangle
KEEPS_PLACES = f"{OPERATORS} liaison kangle_liaison yongjing_liaison"
HANDS_FORMS = f"{OPERATORS} liaison kangle_liaison yongjing_liaison"
SEES_RETURN = f"{OFFICE} inspector kangle_liaison"
KEEPS_PLACE = f"{OPERATORS} liaison kangle_liaison"


def person(scene: Scene) -> list[Any]:
    return [scene.cast.kangle_liaison.pk]


def bureau(scene: Scene) -> list[Any]:
    return [scene.cast.kangle_bureau.pk]


def draft(scene: Scene) -> list[Any]:
    return [scene.draft.pk]


def report(scene: Scene) -> list[Any]:
    return [scene.submission.pk]


def activity(scene: Scene) -> list[Any]:
    return [scene.activity.pk]


def bulletin(scene: Scene) -> list[Any]:
    return [scene.bulletin.pk]


def place(scene: Scene) -> list[Any]:
    return [scene.place.pk]


def plan(scene: Scene) -> list[Any]:
    return [scene.campaign.pk, scene.plan.number]


def expected(scene: Scene) -> list[Any]:
    return [scene.campaign.pk, scene.line.expected_list_id]


def paragraph(scene: Scene) -> list[Any]:
    return [*plan(scene), scene.duty.paragraph.key]


def duty(scene: Scene) -> list[Any]:
    return [*plan(scene), scene.duty.key]


def reported(scene: Scene) -> list[Any]:
    return [scene.issue.reporting_id]


def session(scene: Scene) -> list[Any]:
    return [scene.session.pk]


def roster(scene: Scene) -> list[Any]:
    return [scene.roster.pk]


def form(scene: Scene) -> list[Any]:
    return [scene.form.pk]


def form_code(scene: Scene) -> list[Any]:
    return [scene.form.code]


def none(_scene: Scene) -> list[Any]:
    return [1]


TABLE: dict[str, Row] = {
    # signing in, one's own account
    "org:sign_in": public(),
    "org:sign_out": public("post"),
    "org:password": all_signed_in(),
    "org:me": all_signed_in(),
    "org:new_token": all_signed_in("post"),
    "org:end_token": these("", "post", args=none, own=True),  # nobody here has one
    # units and people: the office looks up, the system administrator writes, the security administrator makes
    # administrators
    "org:units": these(DIRECTORY),
    "org:unit": these(DIRECTORY, args=bureau),
    "org:unit_options": these(DIRECTORY),
    "org:new_unit": these("system_admin"),
    "org:rename_unit": these("system_admin", "post", args=bureau),
    "org:merge_unit": these("system_admin", "post", args=bureau),
    "org:close_unit": these("system_admin", "post", args=bureau),
    "org:new_section": these("system_admin", "post", args=bureau),
    "org:people": these(DIRECTORY),
    "org:person": these(DIRECTORY, args=person),
    "org:person_options": these(DIRECTORY),
    "org:new_person": these("system_admin"),
    "org:change_person": these("system_admin", "post", args=person),
    "org:appoint": these("system_admin", "post", args=person),
    "org:grant": these("system_admin security_admin", "post", args=person),
    "org:open_account": these("system_admin", "post", args=person),
    "org:reset_password": these("system_admin", "post", args=person),
    "org:close_account": these("system_admin", "post", args=person),
    "org:reopen_account": these("system_admin", "post", args=person),
    "org:unlock_account": these("security_admin", "post", args=person),
    "org:hand_over": these("system_admin", "post", args=lambda scene: [scene.post.pk]),
    "org:end_post": these("system_admin", "post", args=lambda scene: [scene.post.pk]),
    "org:revoke": these("system_admin", "post", args=lambda scene: [scene.holding.pk]),
    "org:roster": these(DIRECTORY),
    "org:roster_template": these(DIRECTORY),
    "org:roster_export": these(DIRECTORY),
    "org:roster_slips": these("system_admin security_admin", "post"),
    "org:roster_preview": these("", args=none),  # one's own drafts alone, and nobody here has one
    "org:roster_rows": these("", "post", args=none),
    "org:roster_drop": these("", "post", args=none),
    "org:roster_take": these("", "post", args=none),
    "org:policy": these("security_admin"),
    "org:sign_ins": these("audit_admin"),
    # papers: a draft is its office's; issued ones are delivered to units (tests/documents/test_pages.py)
    "documents:papers": these(PAPERS),
    "documents:paper": these(OFFICE, args=draft),
    "documents:picture": these(OFFICE, args=lambda scene: [scene.draft.pk, 1]),
    "documents:draft_file": these(OFFICE, args=draft),
    "documents:edit": these(OPERATORS, args=draft),
    "documents:take_back": these(OPERATORS, args=draft),
    "documents:confirm": these(OPERATORS, "post", args=draft),
    "documents:check": these(OFFICE, "post", args=draft),
    "documents:send_back": these(OFFICE, "post", args=draft),
    "documents:discard": these(OPERATORS, "post", args=draft),
    "documents:sign": these("leader", "post", args=draft),
    "documents:print_again": these(OFFICE, "post", args=draft),
    "documents:deliver": these(OPERATORS, "post", args=draft),
    "documents:receive": these("", "post", args=lambda scene: [scene.draft.pk, scene.cast.office.pk]),  # not delivered
    "documents:file": these("", args=lambda scene: [scene.draft.check_code, "pdf"]),  # not issued: no file yet
    "documents:check_index": public(),
    "documents:checked": Row(args=lambda scene: [scene.draft.check_code], public=True),  # a draft is not there
    # what was done: one of Kangle's bureau
    "activities:activities": these(CAMPAIGN),
    "activities:choose": these(f"{OPERATORS} {UNITS}"),
    "activities:report": these(f"{OPERATORS} {UNITS}", args=lambda _scene: ["consultation"]),
    "activities:kinds": these(CAMPAIGN),
    "activities:new_kind": these(OPERATORS),  # of the whole installation
    "activities:kind": these(OPERATORS, args=lambda _scene: ["consultation"]),
    "activities:retire_kind": these(OPERATORS, "post", args=lambda _scene: ["consultation"]),
    "activities:worker": public(),  # a script that anybody may read
    "activities:calendar": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "activities:activity": these(AROUND, args=activity),
    "activities:correct": these(f"{OPERATORS} kangle_liaison", args=activity),
    "activities:withdraw": these(f"{OPERATORS} kangle_liaison", args=activity),
    "activities:safety_plan": these(f"{OPERATORS} kangle_liaison", args=activity),
    # reports: one of Kangle's bureau; the office takes it further
    "reports:submissions": these(CAMPAIGN),
    "reports:hand_in": these(f"{OPERATORS} {UNITS}"),
    "reports:submission": these(f"{OFFICE} kangle_liaison inspector", args=report),
    "reports:reading": these(
        f"{OPERATORS} kangle_liaison", args=lambda scene: [scene.submission.pk, scene.proposal.pk]
    ),
    "reports:decide_all": these(f"{OPERATORS} kangle_liaison", "post", args=report),
    "reports:confirm": these(f"{OPERATORS} kangle_liaison", "post", args=report),
    "reports:return": these(OPERATORS, args=report),
    "reports:accept": these(OPERATORS, "post", args=report),
    "reports:compose": these(OPERATORS, args=report),
    "reports:verify": public(),
    # matters: one of the Kangle bureau, kept by the office
    "loop:ledger": these(CAMPAIGN),
    "loop:import": these(CAMPAIGN),
    "loop:import_template": these(CAMPAIGN),
    "loop:import_preview": these("", args=none),  # one's own drafts alone, and nobody here has one
    "loop:import_rows": these("", "post", args=none),
    "loop:import_take": these("", "post", args=none),
    "loop:import_drop": these("", "post", args=none),
    "loop:export": these(CAMPAIGN),
    "loop:mine": all_signed_in(),
    "loop:hand_over": all_signed_in("post"),
    "loop:retiming": these(OFFICE),
    "loop:retime": these(OFFICE, "post"),
    "loop:matter": these(AROUND, args=lambda scene: [scene.matter.pk], own=True),
    "loop:act": these(AROUND, "post", args=lambda scene: [scene.matter.pk, "sign_for"], own=True),
    "loop:evidence": these(AROUND, args=lambda scene: [scene.matter.pk, scene.piece.pk], own=True),
    # supervision: light rules and bulletins of the prefecture
    "supervision:bulletins": these(f"{OFFICE} inspector"),
    "supervision:make_bulletin": these(OPERATORS),
    "supervision:bulletin": these(f"{OFFICE} inspector", args=bulletin),
    "supervision:bulletin_matters": these(f"{OFFICE} inspector", args=bulletin),
    "supervision:bulletin_table": these(f"{OFFICE} inspector", args=bulletin),
    "supervision:write_bulletin": these(OPERATORS, "post", args=bulletin),
    "supervision:lights": these(f"{OFFICE} inspector"),
    "supervision:light_up": these(OPERATORS, "post", data=lambda scene: {"region": scene.cast.prefecture.pk}),
    # what is laid to activities: one of the Kangle bureau; rosters are their keepers'
    "materials:wall": these(CAMPAIGN),
    "materials:placements": these(CAMPAIGN),
    "materials:photo": these(AROUND, args=lambda scene: [scene.photo.pk, "small"]),
    "materials:materials": these(AROUND, args=session),
    "materials:act": these(f"{OPERATORS} kangle_liaison", "post", args=lambda scene: [scene.session.pk, "photos"]),
    "materials:file": these(f"{OPERATORS} kangle_liaison", args=lambda scene: [scene.session.pk, scene.photo.pk]),
    "materials:rosters": these(f"{OFFICE} {UNITS}"),
    "materials:roster": these(f"{OFFICE} kangle_liaison", args=roster),
    "materials:roster_act": these(
        f"{OPERATORS} kangle_liaison", "post", args=lambda scene: [scene.roster.pk, "people"]
    ),
    "materials:roster_table": these(f"{OFFICE} kangle_liaison", args=roster),
    "materials:sheet_upload": these(f"{OPERATORS} kangle_liaison", args=roster),
    "materials:sheet": these("", args=none),  # one's own tables alone, and nobody here has one
    "materials:sheet_take": these("", "post", args=none),
    "materials:sheet_drop": these("", "post", args=none),
    "materials:certificates": these(f"{OFFICE} {UNITS}"),
    "materials:certificates_table": these(f"{OFFICE} {UNITS}"),
    "materials:public_wall": public(),
    "materials:public_photo": Row(args=lambda scene: [scene.photo.pk, "small"], public=True),  # not released
    # reporting upward: the whole installation's
    "exchange:room": these(OFFICE),
    "exchange:close": these(OPERATORS),
    "exchange:reporting": these(OFFICE, args=reported),
    "exchange:erratum": these(OPERATORS, "post", args=reported),
    "exchange:line": these(OPERATORS, args=lambda scene: [scene.issue.reporting_id, scene.line_key]),
    "exchange:issue_act": these("leader", "post", args=lambda scene: [scene.issue.pk, "sign"]),
    "exchange:answer": these(OPERATORS, "post", args=lambda scene: [scene.question.pk]),
    "exchange:log": these(OFFICE),
    "exchange:bundle": these(OFFICE, args=lambda scene: [scene.upward_bundle.pk]),
    "exchange:bundle_act": these(OPERATORS, "post", args=lambda scene: [scene.upward_bundle.pk, "export"]),
    "exchange:received_list": these(OFFICE),
    "exchange:received": these(OFFICE, args=lambda scene: [scene.received.pk]),
    "exchange:intakes": these(OFFICE),
    "exchange:intake": these(OFFICE, args=lambda scene: [scene.intake.pk]),
    "exchange:intake_act": these(OPERATORS, "post", args=lambda scene: [scene.intake.pk, "receipt"]),
    "exchange:take": these(OPERATORS),
    "exchange:peers": these(f"{OFFICE} security_admin"),
    "exchange:identity": these("security_admin", "post"),
    "exchange:new_peer": these("security_admin"),
    "exchange:peer_act": these("security_admin", "post", args=lambda scene: [scene.upward_peer.pk, "trust"]),
    "exchange:inbox": public("post"),  # for programs: opened by a signature
    # the calendar of working days
    "workdays:calendar": all_signed_in(),
    "workdays:workbook": all_signed_in(),
    "workdays:preview": these(OPERATORS, "post"),
    "workdays:take": these(OPERATORS, "post"),
    "coverage:campaign": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "coverage:map": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "coverage:places": these(
        CAMPAIGN, args=lambda scene: [scene.campaign.pk, scene.cast.prefecture.pk, "village"]
    ),  # by name what one sees alone
    "coverage:places_table": these(
        CAMPAIGN, args=lambda scene: [scene.campaign.pk, scene.cast.prefecture.pk, "village"]
    ),
    # statistical forms: the example that ships is everyone's who works for a region
    "statistics:forms": these(CAMPAIGN),
    "statistics:form": these(CAMPAIGN, args=form),
    "statistics:new": these(OPERATORS),
    "statistics:lines": these(OPERATORS),
    "statistics:template": these("", args=none),  # one's own drafts alone, and nobody here has one
    "statistics:drop_template": these("", "post", args=none),
    "statistics:redefine": these("", args=form),  # a shipped one is nobody's to change
    "statistics:retire": these("", "post", args=form),
    "statistics:cell": these(CAMPAIGN, args=lambda scene: [scene.form.pk, "C5"]),
    "statistics:workbook": these(CAMPAIGN, args=form),
    "statistics:table": these(CAMPAIGN, args=form),
    "statistics:compose": these(OPERATORS, "post", args=form),
    "statistics:empty": these(CAMPAIGN, args=form),
    "statistics:hand_in": these(HANDS_FORMS, args=form_code),
    "statistics:hand_in_file": these(HANDS_FORMS, "post", args=form_code),
    "statistics:handed_draft": these("kangle_liaison", args=lambda scene: [scene.handed_draft.pk]),  # one's own
    "statistics:take_handed": these("kangle_liaison", "post", args=lambda scene: [scene.handed_draft.pk]),
    "statistics:drop_handed": these("kangle_liaison", "post", args=lambda scene: [scene.handed_draft.pk]),
    "statistics:returns": these(CAMPAIGN, args=form_code),
    "statistics:form_return": these(SEES_RETURN, args=lambda scene: [scene.form_return.pk]),
    "statistics:accept_return": these(OPERATORS, "post", args=lambda scene: [scene.form_return.pk]),
    "statistics:give_back_return": these(OPERATORS, args=lambda scene: [scene.form_return.pk]),
    # registers of places: seen where one works, kept by the office and by liaisons in their own regions
    "places:registers": these(CAMPAIGN),
    "places:list": these(CAMPAIGN),
    "places:export": these(CAMPAIGN),
    "places:options": these(CAMPAIGN),
    "places:place": these(SEES_PLACE, args=place),
    "places:kinds": these(CAMPAIGN),
    "places:new_kind": these(OPERATORS),  # of the whole installation
    "places:kind": these(OPERATORS, args=lambda _scene: ["village"]),
    "places:new": these(KEEPS_PLACES),
    "places:amend": these(KEEPS_PLACE, "post", args=place),
    "places:rename": these(KEEPS_PLACE, "post", args=place),
    "places:move": these(KEEPS_PLACE, "post", args=place),
    "places:merge": these(KEEPS_PLACE, "post", args=place),
    "places:close": these(KEEPS_PLACE, "post", args=place),
    "places:reopen": these(KEEPS_PLACE, "post", args=place),
    "places:import": these(KEEPS_PLACES),
    "places:template": these(KEEPS_PLACES),
    "places:preview": these("", args=none),  # one's own drafts alone, and nobody here has one
    "places:drop": these("", "post", args=none),
    "places:take": these("", "post", args=none),
    # supervision: a notice to the Kangle bureau and a conclusion on it; the office's own proposals stay in the office
    "supervision:room": these(CAMPAIGN),
    "supervision:limits": these(OPERATORS),
    "supervision:propose": these(OPERATORS),
    "supervision:urge": these(OFFICE, args=lambda scene: [scene.matter.pk]),
    "supervision:enter_mandate": these(OPERATORS),
    "supervision:mandate": these(SUPERVISES, args=lambda scene: [scene.mandate.pk]),
    "supervision:mandate_act": these(OPERATORS, "post", args=lambda scene: [scene.mandate.pk, "end"]),
    "supervision:supervised": these(SUPERVISES, args=lambda scene: [scene.supervised.pk]),
    "supervision:supervised_act": these("leader", "post", args=lambda scene: [scene.supervised.pk, "refuse"]),
    "supervision:plan_round": these(OPERATORS, data=lambda scene: {"mandate": scene.mandate.pk}),
    "supervision:round": these(SUPERVISES, args=lambda scene: [scene.round.pk]),
    "supervision:round_act": these("leader", "post", args=lambda scene: [scene.round.pk, "approve"]),
    "supervision:look": these(SUPERVISES, "post", args=lambda scene: [scene.look.pk]),
    "supervision:find": these(SUPERVISES, "post", args=lambda scene: [scene.look.pk]),
    "supervision:settle": these(SUPERVISES, "post", args=lambda scene: [scene.finding.pk]),
    "supervision:notices": these(CAMPAIGN),
    "supervision:draft_notice": these(OPERATORS, data=lambda scene: {"supervised": scene.supervised.pk}),
    "supervision:notice": these(AROUND, args=lambda scene: [scene.notice.pk]),
    "supervision:notice_act": these("kangle_liaison", "post", args=lambda scene: [scene.notice.pk, "sign-for"]),
    "supervision:propose_talk": these(OPERATORS),
    "supervision:talk": these(SUPERVISES, args=lambda scene: [scene.talk.pk]),  # proposed: the unit knows nothing
    "supervision:talk_act": these("leader", "post", args=lambda scene: [scene.talk.pk, "approve"]),
    "supervision:propose_circular": these(OPERATORS),
    "supervision:circular": these(SUPERVISES, args=lambda scene: [scene.circular.pk]),
    "supervision:circular_act": these("leader", "post", args=lambda scene: [scene.circular.pk, "refuse"]),
    "supervision:conclude": these(OPERATORS, data=lambda scene: {"supervised": scene.supervised.pk}),
    "supervision:conclusion": these(AROUND, args=lambda scene: [scene.conclusion.pk]),
    "supervision:conclusion_act": these("kangle_liaison", "post", args=lambda scene: [scene.conclusion.pk, "object"]),
    # campaigns
    "reports:campaigns": these(CAMPAIGN),
    "reports:campaign": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "reports:table": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "reports:answer_doubt": these(
        OPERATORS,
        "post",
        args=lambda scene: [scene.campaign.pk, scene.cast.kangle.pk],
        data=lambda _scene: {"rule": "round_statement", "row": "leaflets:份", "seen": "8000", "text": "按签收单"},
    ),
    "reports:doubts": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "reports:earlier": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "reports:earlier_row": these(
        f"{OFFICE} liaison kangle_liaison inspector safety_officer",
        args=lambda scene: [scene.campaign.pk, scene.cast.kangle.pk],
        data=lambda _scene: {"row": "leaflets:份"},
    ),
    "reports:past": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "reports:past_template": these(OPERATORS, args=lambda scene: [scene.campaign.pk]),
    # one's own tables alone, and nobody here has one
    "reports:past_preview": these("", args=lambda scene: [scene.campaign.pk, 1]),
    "reports:past_settle": these("", "post", args=lambda scene: [scene.campaign.pk, 1]),
    "reports:past_take": these("", "post", args=lambda scene: [scene.campaign.pk, 1]),
    "reports:past_drop": these("", "post", args=lambda scene: [scene.campaign.pk, 1]),
    "reports:past_withdraw": these("", "post", args=lambda scene: [scene.campaign.pk, 1]),  # nothing was loaded
    "reports:making": these(
        f"{OFFICE} liaison kangle_liaison inspector safety_officer",  # Yongjing sees its own county and the whole
        args=lambda scene: [scene.campaign.pk, scene.cast.kangle.pk],
        data=lambda _scene: {"row": "leaflets:份"},
    ),
    "reports:fact": these("", args=lambda _scene: ["nosuchfact"]),
    # the plan of a campaign: a draft is its office's, and operators write it
    "campaigns:newest": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "campaigns:describe": these(OPERATORS, args=lambda scene: [scene.campaign.pk]),
    "campaigns:new_list": these(OPERATORS, args=lambda scene: [scene.campaign.pk]),
    "campaigns:unit_list": these("", args=lambda scene: [scene.campaign.pk, 1]),  # it has none
    "campaigns:versions": these(OFFICE, args=lambda scene: [scene.campaign.pk]),
    "campaigns:expected": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "campaigns:issue": these(OPERATORS, args=lambda scene: [scene.campaign.pk]),
    "campaigns:expected_list": these(CAMPAIGN, args=expected),
    "campaigns:remind": these(OPERATORS, args=expected),
    "campaigns:reminding": these(OPERATORS, "post", args=expected),
    "campaigns:withdraw": these(OPERATORS, "post", args=expected),
    # closed periods: of the prefecture, which its office alone corrects
    "closings:closings": these(CAMPAIGN),
    "closings:close": these(OPERATORS),
    "closings:closing": these(CAMPAIGN, args=lambda scene: [scene.closing.pk]),
    "closings:erratum": these(OPERATORS, args=lambda scene: [scene.closing.pk, scene.closed_record]),
    "campaigns:year": these(CAMPAIGN, args=lambda scene: [scene.campaign.pk]),
    "campaigns:year_node": these(OPERATORS, "post", args=lambda scene: [scene.campaign.pk]),
    "campaigns:following_year": these(OPERATORS, args=lambda scene: [scene.campaign.pk]),
    "campaigns:plan": these(OFFICE, args=plan),
    "campaigns:new_version": these(OPERATORS, "post", args=plan),
    "campaigns:ask": these(OPERATORS, "post", args=plan),
    "campaigns:new_paragraph": these(OPERATORS, args=plan),
    "campaigns:paragraph": these(OPERATORS, args=paragraph),
    "campaigns:move_paragraph": these(OPERATORS, "post", args=paragraph),
    "campaigns:drop_paragraph": these(OPERATORS, "post", args=paragraph),
    "campaigns:new_duty": these(OPERATORS, args=plan),
    "campaigns:duty": these(OPERATORS, args=duty),
    "campaigns:drop_duty": these(OPERATORS, "post", args=duty),
    "campaigns:division": these(OFFICE, args=plan),
    "campaigns:printed": these(OFFICE, args=plan),
    "campaigns:workbook": these(OFFICE, args=plan),
    "campaigns:upload": these(OPERATORS, args=plan),
    "campaigns:template": these(OPERATORS, args=plan),
    "campaigns:preview": these("", args=lambda scene: [*plan(scene), 1]),  # one's own files alone
    "campaigns:choose": these("", "post", args=lambda scene: [*plan(scene), 1]),
    "campaigns:take": these("", "post", args=lambda scene: [*plan(scene), 1]),
    "campaigns:drop": these("", "post", args=lambda scene: [*plan(scene), 1]),
    "campaigns:check": these(OFFICE, args=plan),
    "campaigns:prepare": these(OPERATORS, "post", args=plan),
    "campaigns:take_back": these(OPERATORS, "post", args=plan),
    "campaigns:publish": these(OPERATORS, args=plan),
    # the inbox: one's own
    "messages:inbox": all_signed_in(),
    "messages:read_all": all_signed_in("post"),
    "messages:channels": all_signed_in(),
    "messages:channel": these("leader", "post", args=lambda scene: [scene.channel.pk], own=True),
    "messages:outgoing": all_signed_in(),
    "messages:all_outgoing": these("system_admin"),
    "messages:gateway": these("system_admin"),
    "messages:quiet": these("operator checker security_admin"),
    "messages:open": these("leader", "post", args=lambda scene: [scene.message.pk], own=True),
    # the desk, the history, what every page loads
    "web:desk": public(),
    "web:history": these(f"{OFFICE} audit_admin"),
    "web:verify": these(f"{OFFICE} audit_admin", "post"),
    "web:language": public("post", data=lambda _scene: {"language": "zh-hans"}),
    "web:styleguide": all_signed_in(),
    "web:asset": public(args=lambda _scene: [asset("desk.css").name]),
}
