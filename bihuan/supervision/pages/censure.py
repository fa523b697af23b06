"""One proposed talk or circular: what it is for, who decided, what can be done now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from bihuan.components.steps import Step as Stop
from bihuan.lib.words import say
from bihuan.loop.explaining import explained
from bihuan.loop.queries.explained import account
from bihuan.org import queries as org
from bihuan.org.access import Reader, may
from bihuan.supervision import actions, queries
from bihuan.supervision.access import APPROVE, PROPOSE
from bihuan.supervision.doing import Verb
from bihuan.supervision.forms.verbs import ReasonForm, RemarkForm, SeenForm, TalkForm
from bihuan.supervision.models import Talk
from bihuan.supervision.rules import PROPOSAL_STATES, ProposalState


@dataclass
class CensurePage:
    """See the module."""

    item: Any  # Talk | Circular
    reader: Reader
    at: dt.datetime

    @property
    def talk(self) -> bool:
        return isinstance(self.item, Talk)

    @property
    def version(self) -> int:
        return int(self.item.version)

    @property
    def url(self) -> str:
        return reverse("supervision:talk" if self.talk else "supervision:circular", args=[self.item.pk])

    @property
    def kind(self) -> str:
        if self.talk:
            return say("约谈", "Talk")
        return say("通报表扬", "Praise") if self.item.praise else say("通报批评", "Criticism")

    @property
    def state(self) -> tuple[str, str]:
        zh, en, tone = PROPOSAL_STATES[ProposalState(self.item.state)]
        return say(zh, en), tone

    @cached_property
    def proposes(self) -> bool:
        return may(self.reader, PROPOSE, self.item)

    @cached_property
    def approves(self) -> bool:
        return may(self.reader, APPROVE, self.item)

    @property
    def office(self) -> bool:
        return self.proposes or self.approves

    @cached_property
    def names(self) -> dict[str, str]:
        item = self.item
        return org.names({item.proposed_by, item.decided_by, item.done_by} - {""})

    @cached_property
    def why(self) -> str:
        """The matter that gives rise to it explains itself."""
        about = self.item.about
        return say(*explained(account(about, at=self.item.proposed_at))) if about else ""

    @cached_property
    def counts(self) -> Any:
        """How often the unit was supervised lately: for the one who decides (条例第十五条)."""
        return queries.counted(self.item.unit, self.reader.day, region=self.item.region_id) if self.office else []

    @cached_property
    def stops(self) -> list[Stop]:
        item, names = self.item, self.names
        last = say("约谈", "Held") if self.talk else say("印发", "Issued")
        found = [Stop(say("提出", "Proposed"), "done", names.get(item.proposed_by, ""), item.proposed_at)]
        decided = say("未批准", "Refused") if item.state == ProposalState.REFUSED else say("领导批准", "Approved")
        if item.decided_at:
            found.append(Stop(decided, "done", names.get(item.decided_by, ""), item.decided_at))
        else:
            found.append(Stop(decided, "now"))
        if item.state == ProposalState.REFUSED:
            return found
        if item.done_at:
            return [*found, Stop(last, "done", names.get(item.done_by, ""), item.done_at)]
        return [*found, Stop(last, "now" if item.decided_at else "todo")]


def _own(page: CensurePage) -> str:
    if page.item.proposed_by == page.reader.by:
        return say("您提出的，须由另一位领导批准", "you proposed it: another leader must decide")
    return ""


def _unprinted(page: CensurePage) -> str:
    if page.item.paper.state == "issued":
        return ""
    return say("公文核稿、签发、印发之后才能下发", "it is issued once its paper was checked, signed off and printed")


def _run(action: Any, name: str, page: CensurePage, form: Any, **more: Any) -> object:
    version = form.cleaned_data["version"]
    return action(**{name: page.item}, expected_version=version, by=page.reader.by, at=page.at, **more)


_DECIDING: dict[str, Verb] = {
    "approve": Verb(
        "批准", "Approve", RemarkForm, lambda p: p.approves, lambda p: p.item.state == ProposalState.PROPOSED,
        lambda p, f: _run(actions.decide_proposal, "proposal", p, f, agreed=True, reason=f.cleaned_data["text"]),
        because=_own, icon="check",
    ),
    "refuse": Verb(
        "不批准", "Refuse", ReasonForm, lambda p: p.approves,
        lambda p: p.item.state == ProposalState.PROPOSED and not _own(p),
        lambda p, f: _run(actions.decide_proposal, "proposal", p, f, agreed=False, reason=f.cleaned_data["text"]),
        kind="plain",
    ),
}  # fmt: skip
TALK_VERBS = _DECIDING | {
    "hold": Verb(
        "记录约谈", "Record the talk", TalkForm, lambda p: p.office, lambda p: p.item.state == ProposalState.APPROVED,
        lambda p, f: _run(
            actions.hold_talk, "talk", p, f,
            **{name: f.cleaned_data[name] for name in ("held_on", "place", "attended", "record")},
        ),
    )
}  # fmt: skip
CIRCULAR_VERBS = _DECIDING | {
    "draft": Verb(
        "拟通报文稿", "Draft the paper", SeenForm, lambda p: p.proposes,
        lambda p: p.item.state == ProposalState.APPROVED and p.item.paper is None,
        lambda p, f: _run(actions.draft_circular, "circular", p, f), icon="file-text",
    ),
    "issue": Verb(
        "下发通报", "Issue", SeenForm, lambda p: p.proposes,
        lambda p: p.item.state == ProposalState.APPROVED and p.item.paper is not None,
        lambda p, f: _run(actions.issue_circular, "circular", p, f), because=_unprinted, icon="send",
    ),
}  # fmt: skip
