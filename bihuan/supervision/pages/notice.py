"""One notice: its life as steps, its paper, what it rests on, what can be done now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from bihuan.components.steps import Step as Stop
from bihuan.lib.words import say
from bihuan.loop.access import KEEP_MATTER
from bihuan.loop.explaining import explained
from bihuan.loop.flows import Hand
from bihuan.loop.matter_page import MatterPage
from bihuan.loop.queries.explained import account
from bihuan.org import queries as org
from bihuan.org.access import Reader, may
from bihuan.supervision import actions, queries
from bihuan.supervision.access import PROPOSE, SEE
from bihuan.supervision.doing import Verb
from bihuan.supervision.forms.verbs import AnswerForm, ReasonForm, RemarkForm, ReturnForm, SeenForm, StrikeForm
from bihuan.supervision.models import Notice
from bihuan.supervision.queries.notices import cited
from bihuan.supervision.rules import URGENCIES, Urgency


@dataclass
class NoticePage:
    """See the module. `loop`: the page of its matter."""

    notice: Notice
    reader: Reader
    at: dt.datetime

    @cached_property
    def loop(self) -> MatterPage:
        return MatterPage(self.notice.matter, self.reader, self.at)

    @property
    def version(self) -> int:
        return self.notice.matter.version

    @property
    def url(self) -> str:
        return reverse("supervision:notice", args=[self.notice.pk])

    @property
    def state(self) -> str:
        return self.notice.matter.state

    @cached_property
    def keeps(self) -> bool:
        return Hand.KEEPER in self.loop.hands

    @cached_property
    def does(self) -> bool:
        return Hand.DOER in self.loop.hands

    @cached_property
    def proposes(self) -> bool:
        return may(self.reader, PROPOSE, self.notice)

    @property
    def office(self) -> bool:
        """Whether the reader works for the supervising side, and so sees the paper as a draft."""
        return bool(self.reader.of(KEEP_MATTER)) and self.keeps

    @cached_property
    def sees_mandate(self) -> bool:
        return may(self.reader, SEE, self.notice)

    @property
    def printed(self) -> bool:
        paper = self.notice.paper
        return paper is not None and paper.state == "issued"

    @property
    def urgency(self) -> str:
        return say(*URGENCIES[Urgency(self.notice.urgency)])

    @cached_property
    def basis(self) -> str:
        return cited(self.notice.mandate)

    @cached_property
    def why(self) -> str:
        """Why there is this notice: the matter that it is about explains itself, up to the day of the draft."""
        about = self.notice.about
        return say(*explained(account(about, at=self.notice.drafted_at))) if about else ""

    @cached_property
    def itself(self) -> str:
        """How the notice itself stands, in one paragraph."""
        return say(*explained(account(self.notice.matter, at=self.at)))

    @cached_property
    def delivery(self) -> Any:
        return queries.delivery_of(self.notice)

    @cached_property
    def names(self) -> Mapping[str, str]:
        paper, delivery = self.notice.paper, self.delivery
        people = {self.notice.drafted_by}
        if paper is not None:
            people |= {paper.checked_by, paper.signed_by}
        if delivery is not None and delivery.receipt is not None:
            people.add(delivery.receipt.by)
        return org.names(people - {""})

    @property
    def receipt(self) -> tuple[str, dt.datetime] | None:
        """Who signed for it, and when."""
        if self.delivery is None or self.delivery.receipt is None:
            return None
        return self.names.get(self.delivery.receipt.by, ""), self.delivery.receipt.at

    @cached_property
    def stops(self) -> list[Stop]:
        """From the draft to its end: the paper's own steps, then the loop's."""
        notice, paper = self.notice, self.notice.paper
        found = [Stop(say("拟稿", "Drafted"), "done", self.names.get(notice.drafted_by, ""), notice.drafted_at)]
        parts: list[tuple[str, str, dt.datetime | None]] = []
        if paper is not None:
            parts.append((say("核稿", "Checked"), paper.checked_by, paper.checked_at))
            parts.append((say("签发", "Signed off"), paper.signed_by, paper.signed_at))
        here = False
        for label, who, when in parts:
            state = "done" if when else "todo" if here else "now"
            here = here or not when
            found.append(Stop(label, state, self.names.get(who, ""), when))  # type: ignore[arg-type]
        rest = self.loop.stops[1:]
        if here and rest:
            rest[0] = Stop(rest[0].label, "todo")
        return [*found, *rest]


def _unissued(page: NoticePage) -> str:
    if page.printed:
        return ""
    return say("公文核稿、签发、印发之后才能下发", "it is issued once its paper was checked, signed off and printed")


def _own(page: NoticePage) -> str:
    if page.reader.by in page.notice.matter.doers:
        return say("您经办过这一通知，须由另一人审核", "you have acted on it: another person must check it")
    return ""


def _run(action: Any, page: NoticePage, form: Any, **more: Any) -> object:
    version = form.cleaned_data["version"]
    return action(notice=page.notice, expected_version=version, by=page.reader.by, at=page.at, **more)


VERBS: dict[str, Verb] = {
    "issue": Verb(
        "下发", "Issue", SeenForm, lambda p: p.proposes, lambda p: p.state == "registered",
        lambda p, f: _run(actions.issue_notice, p, f), because=_unissued, icon="send",
    ),
    "sign-for": Verb(
        "签收", "Sign for", SeenForm, lambda p: p.does, lambda p: p.state == "assigned",
        lambda p, f: _run(actions.sign_for_notice, p, f), icon="stamp",
    ),
    "answer": Verb(
        "反馈办理结果", "Answer", AnswerForm, lambda p: p.does, lambda p: p.state == "doing",
        lambda p, f: _run(actions.answer_notice, p, f, said=f.said()), files=True,
    ),
    "accept": Verb(
        "审核通过，同意审结", "Accept the answer", RemarkForm, lambda p: p.keeps, lambda p: p.state == "answered",
        lambda p, f: _run(actions.check_notice, p, f, agreed=True, text=f.cleaned_data["text"]), because=_own,
    ),
    "return": Verb(
        "退回重办", "Send back", ReturnForm, lambda p: p.keeps, lambda p: p.state in ("answered", "accepted"),
        lambda p, f: _run(
            actions.check_notice, p, f, agreed=False, text=f.cleaned_data["text"], due_on=f.cleaned_data["due_on"]
        ),
        kind="plain",
    ),
    "strike-off": Verb(
        "销号", "Strike off", StrikeForm, lambda p: p.keeps, lambda p: p.state == "accepted",
        lambda p, f: _run(
            actions.strike_off, p, f, verdict=f.cleaned_data["verdict"], archive_number=f.cleaned_data["archive_number"]
        ),
    ),
    "urge": Verb(
        "催办", "Urge", RemarkForm, lambda p: p.keeps, lambda p: p.state in ("assigned", "doing"),
        lambda p, f: _run(actions.urge_notice, p, f, text=f.cleaned_data["text"]), kind="plain", icon="bell",
    ),
    "withdraw": Verb(
        "撤销", "Withdraw", ReasonForm, lambda p: p.keeps, lambda p: not p.notice.matter.end,
        lambda p, f: _run(actions.withdraw_notice, p, f, reason=f.cleaned_data["text"]), kind="danger",
        confirm=("撤销后不再办理这份通知。", "It is not followed up any more."),
    ),
}  # fmt: skip
