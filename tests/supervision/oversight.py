"""What tests of supervision share: a mandate, a matter under supervision, a notice on its way, a conclusion."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from cast import Cast, member
from rounds import ZONE, on, task

from bihuan.documents import actions as documents
from bihuan.documents.fonts import FontSet
from bihuan.documents.models import Document
from bihuan.documents.paper import Paper
from bihuan.documents.rules import Format
from bihuan.loop.models import Matter
from bihuan.org.models import Person
from bihuan.org.rules import Role
from bihuan.supervision import actions
from bihuan.supervision.actions import Empowerment, Order, Plan, Proposal
from bihuan.supervision.models import Circular, Conclusion, Finding, Look, Mandate, Notice, Round, Supervised, Talk
from bihuan.supervision.rules import MandateKind, Method

_numbers = count(1)
NO_FONTS = FontSet({}, (), {})


def prints(_paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
    """A printer that takes no time."""
    return {Format.DOCX: b"docx", Format.PDF: b"pdf"}


def second_leader(cast: Cast) -> Person:
    """Another leader of the office: who took part in a conclusion does not decide on the objection to it."""
    return member("李复核", cast.office, Role.LEADER, cast.prefecture, title="副局长")


def mandate(cast: Cast, **changes: object) -> Mandate:
    """A mandate of the office, by the committee's own documents, for all of 2023."""
    given: dict[str, object] = {
        "title": "2023年“安全生产月”重点工作督办",
        "kind": MandateKind.ROUTINE,
        "basis": "committee",
        "scope": "“安全生产月”方案所列各项任务",
        "valid_from": dt.date(2023, 1, 1),
        "valid_to": dt.date(2023, 12, 31),
        "empowered_by": "临夏州安全生产委员会",
        "paper_number": "临州安委〔2023〕3号",
        "methods": [Method.REPORT, Method.VISIT],
    }
    said = Empowerment(**(given | changes))  # type: ignore[arg-type]
    return actions.enter_mandate(body=cast.office, said=said, by=cast.operator.by, at=on(6, 1))


def proposed(cast: Cast, basis: Mandate, matter: Matter | None = None, **more: str) -> Supervised:
    """A matter of the Kangle bureau that the operator wants under supervision."""
    row = matter or task(cast)
    return actions.propose(matter=row, mandate=basis, reason="进展缓慢", by=cast.operator.by, at=on(6, 6), **more)


def supervised(cast: Cast, basis: Mandate | None = None, matter: Matter | None = None, **more: str) -> Supervised:
    """The same, approved by the leader."""
    row = proposed(cast, basis or mandate(cast), matter, **more)
    return actions.decide(supervised=row, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 6, 11))


def order(cast: Cast, **changes: object) -> Order:
    """What a notice to the Kangle bureau says."""
    given: dict[str, object] = {
        "title": "举办宣传咨询日活动",
        "unit": cast.kangle_bureau,
        "source": "州安委会第二次全体会议",
        "demand": "尽快落实场地，如期举办，并报送活动情况。",
        "due_on": dt.date(2023, 6, 30),
    }
    return Order(**(given | changes))  # type: ignore[arg-type]


def drafted(cast: Cast, about: Supervised | None = None, *, key: str = "", **changes: object) -> Notice:
    """A notice about a matter under supervision, drafted by the operator."""
    row = about or supervised(cast)
    return actions.draft_notice(
        key=key or f"test{next(_numbers)}",
        mandate=row.mandate,
        order=order(cast, **changes),
        about=row.matter,
        by=cast.operator.by,
        at=on(6, 12),
    )


def signed(cast: Cast, paper: Document | None, at: dt.datetime | None = None) -> Document:
    """A paper, checked by the second operator and signed off by the leader."""
    assert paper is not None
    when = at or on(6, 12, 11)
    checked = documents.check(document=paper, by=cast.checker.by, at=when)
    return documents.sign_off(
        document=checked, day=when.date(), fonts=NO_FONTS, by=cast.leader.by, at=when, printer=prints
    )


def issued(cast: Cast, about: Supervised | None = None, **changes: object) -> Notice:
    """A notice that went to its unit."""
    row = drafted(cast, about, **changes)
    signed(cast, row.paper)
    return actions.issue_notice(notice=row, expected_version=1, by=cast.operator.by, at=on(6, 12, 12))


def concluded(
    cast: Cast, about: Supervised | None = None, *, text: str = "活动未按方案时间举办，组织不力。"
) -> Conclusion:
    """A conclusion on the Kangle bureau, made by the operator on 15 June."""
    row = about or supervised(cast)
    return actions.conclude(
        mandate=row.mandate,
        unit=cast.kangle_bureau,
        title="关于宣传咨询日活动的督查结论",
        text=text,
        matter=row.matter,
        by=cast.operator.by,
        at=on(6, 15),
    )


def planned(cast: Cast, basis: Mandate, *, first: dt.date = dt.date(2023, 6, 14), **changes: object) -> Round:
    """A round to the Kangle bureau, planned by the operator."""
    given: dict[str, object] = {
        "title": "第一轮暗访督查",
        "leader": cast.leader,
        "members": [cast.inspector],
        "plan": "不打招呼，直奔现场，查看宣传咨询日准备情况。",
        "days": (first, first + dt.timedelta(2)),
        "looks": [(cast.kangle_bureau, "宣传咨询日准备情况", None)],
    }
    plan = Plan(**(given | changes))  # type: ignore[arg-type]
    return actions.plan_round(mandate=basis, plan=plan, by=cast.operator.by, at=on(6, 13))


def under_way(cast: Cast, basis: Mandate, *, first: dt.date = dt.date(2023, 6, 14), **changes: object) -> Round:
    """The same, approved by another leader and begun."""
    row = planned(cast, basis, first=first, **changes)
    approved = actions.approve_round(round=row, expected_version=1, by=cast.leader.by, at=on(6, 13, 11))
    when = dt.datetime.combine(first, dt.time(9), ZONE)
    return actions.begin_round(round=approved, expected_version=2, by=cast.inspector.by, at=when)


def found(cast: Cast, basis: Mandate) -> tuple[Look, Finding]:
    """A look of a round under way and what was found there."""
    row = under_way(cast, basis)
    look = Look.objects.filter(round=row).earliest("pk")
    look = actions.look(look=look, seen="场地未落实", by=cast.inspector.by, at=on(6, 14))
    return look, actions.find(look=look, text="没有活动方案", by=cast.inspector.by, at=on(6, 14))


def censured(cast: Cast, basis: Mandate) -> tuple[Talk, Circular]:
    """A talk and a circular about the Kangle bureau, proposed by the operator."""
    said = Proposal("关于宣传咨询日活动", cast.kangle_bureau, "多次催办未果。")
    talk = actions.propose_talk(mandate=basis, said=said, by=cast.operator.by, at=on(6, 16))
    circular = actions.propose_circular(mandate=basis, said=said, by=cast.operator.by, at=on(6, 16))
    return talk, circular


def overseen(cast: Cast) -> dict[str, Any]:
    """One thing of each kind: what is proposed waits, the notice and the conclusions went out, to one of which the
    Kangle bureau objects."""
    basis = mandate(cast, valid_to=None)
    about = supervised(cast, basis)
    notice = issued(cast, about)
    conclusion, other = concluded(cast, about), concluded(cast, about, text="未报总结。")
    actions.object_to(conclusion=other, grounds="已报", by=cast.kangle_liaison.by, at=on(6, 16))
    round_ = planned(cast, basis)
    look, finding = found(cast, basis)
    talk, circular = censured(cast, basis)
    free = task(cast)
    return {
        "mandate": basis,
        "supervised": about,
        "free": free,
        "notice": notice,
        "conclusion": conclusion,
        "objected": other,
        "round": round_,
        "look": look,
        "finding": finding,
        "talk": talk,
        "circular": circular,
    }
