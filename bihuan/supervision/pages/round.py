"""One round: its team and plan, what it looks at, what it and earlier ones found, what can be done now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader, may
from bihuan.supervision import actions, queries
from bihuan.supervision.access import APPROVE, LOOK, PROPOSE
from bihuan.supervision.doing import Verb
from bihuan.supervision.forms.verbs import (
    FoundForm,
    ReasonForm,
    RemarkForm,
    SeenForm,
    SeenThereForm,
    SettledForm,
    SummaryForm,
)
from bihuan.supervision.models import Finding, Look, Round
from bihuan.supervision.rules import ROUND_STATES, RoundState


@dataclass(frozen=True)
class LookRow:
    """A look, with the forms that can be filled in now (None where not), and the name of who looked."""

    look: Look
    who: str
    seen: Any
    found: Any
    findings: list[tuple[Finding, Any]]
    follow_up: Any  # the form by which the finding that it follows up is settled


@dataclass
class RoundPage:
    """See the module. `tried`: what was refused: (kind of form, key, the form)."""

    round: Round
    reader: Reader
    at: dt.datetime
    tried: tuple[str, int, Any] | None = None

    @property
    def version(self) -> int:
        return self.round.version

    @property
    def url(self) -> str:
        return reverse("supervision:round", args=[self.round.pk])

    @property
    def state(self) -> tuple[str, str]:
        zh, en, tone = ROUND_STATES[RoundState(self.round.state)]
        return say(zh, en), tone

    @cached_property
    def proposes(self) -> bool:
        return may(self.reader, PROPOSE, self.round)

    @cached_property
    def approves(self) -> bool:
        return may(self.reader, APPROVE, self.round)

    @cached_property
    def looks_at_it(self) -> bool:
        return may(self.reader, LOOK, self.round)

    @cached_property
    def shown(self) -> queries.RoundPage:
        return queries.round_page(self.round)

    @property
    def writable(self) -> bool:
        return self.looks_at_it and self.round.state == RoundState.UNDER_WAY

    @cached_property
    def names(self) -> dict[str, str]:
        looks = self.shown.looks
        people = {look.looked_by for look in looks} | {item.found_by for item in self.shown.found}
        people |= {item.settled_by for item in [*self.shown.earlier, *self.shown.found]}
        return org.names((people | {self.round.planned_by, self.round.approved_by, self.round.ended_by}) - {""})

    @property
    def planned_by(self) -> str:
        return self.names.get(self.round.planned_by, "")

    @property
    def approved_by(self) -> str:
        return self.names.get(self.round.approved_by, "")

    def _form(self, kind: str, cls: Any, pk: int) -> Any:
        if self.tried is not None and self.tried[:2] == (kind, pk):
            return self.tried[2]
        return cls(pk=pk)

    @cached_property
    def rows(self) -> list[LookRow]:
        return [self._row(look) for look in self.shown.looks]

    def _row(self, look: Look) -> LookRow:
        earlier = look.follow_up_of
        settles = self.writable and look.looked_by and earlier is not None and not earlier.settled_by
        findings = [
            (item, self._form("settle", SettledForm, item.pk) if self.looks_at_it and not item.settled_by else None)
            for item in look.findings.all()
        ]
        return LookRow(
            look,
            self.names.get(look.looked_by, ""),
            self._form("look", SeenThereForm, look.pk) if self.writable and not look.looked_by else None,
            self._form("find", FoundForm, look.pk) if self.writable and look.looked_by else None,
            findings,
            self._form("settle", SettledForm, earlier.pk) if settles and earlier is not None else None,
        )

    @property
    def earlier_open(self) -> list[Finding]:
        return [item for item in self.shown.earlier if not item.settled_by]

    @property
    def earlier_settled(self) -> list[Finding]:
        return [item for item in self.shown.earlier if item.settled_by]


def _own(page: RoundPage) -> str:
    if page.round.planned_by == page.reader.by:
        return say("您拟定的方案，须由另一位领导审批", "you planned it: another leader must approve it")
    return ""


def _run(action: Any, page: RoundPage, form: Any, **more: Any) -> object:
    version = form.cleaned_data["version"]
    return action(round=page.round, expected_version=version, by=page.reader.by, at=page.at, **more)


VERBS: dict[str, Verb] = {
    "approve": Verb(
        "批准方案", "Approve the plan", RemarkForm, lambda p: p.approves, lambda p: p.round.state == RoundState.PLANNED,
        lambda p, f: _run(actions.approve_round, p, f), because=_own, icon="check",
    ),
    "begin": Verb(
        "开始督查", "Begin", SeenForm, lambda p: p.looks_at_it, lambda p: p.round.state == RoundState.APPROVED,
        lambda p, f: _run(actions.begin_round, p, f), icon="flag",
    ),
    "end": Verb(
        "结束督查", "End the round", SummaryForm, lambda p: p.looks_at_it,
        lambda p: p.round.state == RoundState.UNDER_WAY,
        lambda p, f: _run(actions.end_round, p, f, summary=f.cleaned_data["text"]),
    ),
    "cancel": Verb(
        "取消", "Cancel", ReasonForm, lambda p: p.proposes or p.approves,
        lambda p: p.round.state in (RoundState.PLANNED, RoundState.APPROVED),
        lambda p, f: _run(actions.cancel_round, p, f, reason=f.cleaned_data["text"]), kind="plain",
    ),
}  # fmt: skip
