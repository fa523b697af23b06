"""One conclusion and the objection to it: its clocks, its review, what can be done now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse

from bihuan.components.steps import Step as Stop
from bihuan.lib.words import say
from bihuan.loop.access import hands
from bihuan.loop.days import local_day
from bihuan.loop.flows import Hand
from bihuan.loop.matter_page import MatterPage
from bihuan.org import queries as org
from bihuan.org.access import Reader, may
from bihuan.supervision import actions, queries
from bihuan.supervision.access import APPROVE, concerned
from bihuan.supervision.doing import Verb
from bihuan.supervision.forms.verbs import ObjectionForm, ReasonForm, RemarkForm, ReviewerForm, ReviewForm, SeenForm
from bihuan.supervision.models import Conclusion, Objection
from bihuan.supervision.rules import OUTCOMES, ReviewOutcome, objection_until


@dataclass
class ConclusionPage:
    """See the module."""

    conclusion: Conclusion
    reader: Reader
    at: dt.datetime

    @cached_property
    def objection(self) -> Objection | None:
        return queries.objection_to(self.conclusion)

    @property
    def version(self) -> int:
        return self.objection.matter.version if self.objection else 0

    @property
    def url(self) -> str:
        return reverse("supervision:conclusion", args=[self.conclusion.pk])

    @cached_property
    def own(self) -> bool:
        """Whether it is about a unit of the reader's."""
        return self.conclusion.unit_id in concerned(self.reader)

    @cached_property
    def hands(self) -> frozenset[Hand]:
        return hands(self.reader, self.objection.matter) if self.objection else frozenset()

    @property
    def state(self) -> str:
        return self.objection.matter.state if self.objection else ""

    @cached_property
    def approves(self) -> bool:
        return may(self.reader, APPROVE, self.conclusion)

    @property
    def barred(self) -> bool:
        return self.reader.by in self.conclusion.makers

    @cached_property
    def loop(self) -> MatterPage | None:
        return MatterPage(self.objection.matter, self.reader, self.at) if self.objection else None

    @property
    def stops(self) -> list[Stop]:
        """The way of the review, from the objection on."""
        if self.loop is None:
            return []
        first, *rest = self.loop.stops
        return [replace(first, label=say("提出异议", "Objected")), *rest]

    @cached_property
    def names(self) -> dict[str, str]:
        row = self.conclusion
        people = {row.made_by, row.received_by, *row.makers}
        if self.objection:
            people |= {self.objection.lodged_by, self.objection.reviewed_by}
        return org.names(people - {""})

    @property
    def made_by(self) -> str:
        return self.names.get(self.conclusion.made_by, "")

    @property
    def received_by(self) -> str:
        return self.names.get(self.conclusion.received_by, "")

    @property
    def makers(self) -> str:
        return "、".join(self.names.get(item, item) for item in self.conclusion.makers)

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it can be objected to; None before it was received."""
        at = self.conclusion.received_at
        return objection_until(local_day(at)) if at else None

    @property
    def outcome(self) -> str:
        found = self.objection.outcome if self.objection else ""
        return say(*OUTCOMES[ReviewOutcome(found)]) if found else ""

    @cached_property
    def replaced_by(self) -> Conclusion | None:
        return self.conclusion.replaced_by.first()

    @cached_property
    def reviewers(self) -> Sequence[Any]:
        """Whom one can name: people of the supervising body who took no part."""
        found = queries.reviewers(self.conclusion, self.reader.day)
        return [person for person in found if person.by not in self.conclusion.makers]


def _barred(page: ConclusionPage) -> str:
    if page.barred:
        zh, en = "您参与过作出这一结论，复核中须回避", "you took part in the conclusion and are barred from its review"
        return say(zh, en)
    return ""


def _approving(page: ConclusionPage) -> str:
    if page.objection and page.reader.by in page.objection.matter.doers:
        return say("您参与了复核，须由另一位领导批准", "you reviewed it: another leader must approve it")
    return _barred(page)


def _run(action: Any, page: ConclusionPage, form: Any, **more: Any) -> object:
    version = form.cleaned_data["version"]
    return action(objection=page.objection, expected_version=version, by=page.reader.by, at=page.at, **more)


def _said(action: Any, page: ConclusionPage, **more: Any) -> object:
    return action(conclusion=page.conclusion, by=page.reader.by, at=page.at, **more)


def _may_object(page: ConclusionPage) -> bool:
    if page.objection or page.replaced_by:
        return False
    return page.last_day is None or local_day(page.at) <= page.last_day


VERBS: dict[str, Verb] = {
    "receive": Verb(
        "签收", "Sign for", SeenForm, lambda p: p.own, lambda p: not p.conclusion.received_by,
        lambda p, f: _said(actions.receive_conclusion, p), icon="stamp",
    ),
    "object": Verb(
        "提出异议，申请复核", "Object", ObjectionForm, lambda p: p.own, _may_object,
        lambda p, f: _said(actions.object_to, p, grounds=f.cleaned_data["text"]), kind="plain",
    ),
    "reviewer": Verb(
        "指定复核人", "Name the reviewer", ReviewerForm,
        lambda p: Hand.KEEPER in p.hands, lambda p: p.state == "lodged",
        lambda p, f: _run(actions.name_reviewer, p, f, reviewer=f.people[f.cleaned_data["reviewer"]]),
        because=_barred, more=lambda p: {"people": p.reviewers},
    ),
    "review": Verb(
        "提交复核意见", "Submit the review", ReviewForm,
        lambda p: Hand.DOER in p.hands, lambda p: p.state == "reviewing",
        lambda p, f: _run(
            actions.review, p, f, outcome=ReviewOutcome(f.cleaned_data["outcome"]), text=f.cleaned_data["text"]
        ),
        because=_barred,
    ),
    "approve": Verb(
        "批准复核意见", "Approve the review", RemarkForm, lambda p: p.approves, lambda p: p.state == "reviewed",
        lambda p, f: _run(actions.decide_review, p, f, agreed=True, reason=f.cleaned_data["text"]),
        because=_approving, icon="check",
    ),
    "return": Verb(
        "退回再核", "Send back", ReasonForm, lambda p: p.approves,
        lambda p: p.state == "reviewed" and not _approving(p),
        lambda p, f: _run(actions.decide_review, p, f, agreed=False, reason=f.cleaned_data["text"]), kind="plain",
    ),
    "reply": Verb(
        "答复异议单位", "Reply to the unit", SeenForm,
        lambda p: Hand.KEEPER in p.hands, lambda p: p.state == "approved",
        lambda p, f: _run(actions.reply, p, f), because=_barred, icon="send",
    ),
    "withdraw": Verb(
        "撤回异议", "Withdraw", ReasonForm, lambda p: p.own and p.objection is not None,
        lambda p: p.state in ("lodged", "reviewing", "reviewed"),
        lambda p, f: _run(actions.withdraw_objection, p, f, reason=f.cleaned_data["text"]), kind="plain",
    ),
}  # fmt: skip
