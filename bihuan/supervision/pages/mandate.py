"""One mandate: what it says, what is supervised under it, its rounds, notices and conclusions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org import queries as org
from bihuan.org.access import Reader, may
from bihuan.supervision import actions, queries
from bihuan.supervision.access import APPROVE, PROPOSE
from bihuan.supervision.doing import Offered, Verb, made
from bihuan.supervision.forms.verbs import ReasonForm, RemarkForm
from bihuan.supervision.models import Mandate, Supervised
from bihuan.supervision.rules import KINDS, METHODS, STANDINGS, WHATS, MandateKind, Method, SupervisedState, What, bases


@dataclass
class SupervisedRow:
    """A matter under a mandate: the row and what the reader can do with it."""

    row: Supervised
    reader: Reader
    at: dt.datetime
    tried: tuple[str, Any] | None = None

    @property
    def version(self) -> int:
        return self.row.version

    @property
    def url(self) -> str:
        return reverse("supervision:supervised", args=[self.row.pk])

    @property
    def state(self) -> tuple[str, str]:
        zh, en, tone = STANDINGS[SupervisedState(self.row.state)]
        return say(zh, en), tone

    @property
    def over(self) -> str:
        """The limits that were full when it was proposed."""
        return say("、", ", ").join(say(*WHATS[What(item)]) for item in self.row.over)

    @cached_property
    def offers(self) -> list[Offered]:
        found = []
        for name, verb in SUPERVISED_VERBS.items():
            if verb.may(self) and verb.now(self):
                same = self.tried is not None and self.tried[0] == name
                form = self.tried[1] if self.tried is not None and same else made(verb, f"{name}{self.row.pk}", self)
                found.append(Offered(name, verb, form, f"{self.url}{name}/", verb.because(self), same))
        return found


def _own(page: SupervisedRow) -> str:
    if page.row.proposed_by == page.reader.by:
        return say("您提出的立项，须由另一位领导审批", "you proposed it: another leader must decide")
    return ""


def _run(action: Any, page: SupervisedRow, form: Any, **more: Any) -> object:
    version = form.cleaned_data["version"]
    return action(supervised=page.row, expected_version=version, by=page.reader.by, at=page.at, **more)


SUPERVISED_VERBS: dict[str, Verb] = {
    "approve": Verb(
        "同意列入督办", "Approve", RemarkForm, lambda p: may(p.reader, APPROVE, p.row),
        lambda p: p.row.state == SupervisedState.PROPOSED,
        lambda p, f: _run(actions.decide, p, f, agreed=True, reason=f.cleaned_data["text"]), because=_own, icon="check",
    ),
    "refuse": Verb(
        "不同意", "Refuse", ReasonForm, lambda p: may(p.reader, APPROVE, p.row),
        lambda p: p.row.state == SupervisedState.PROPOSED and not _own(p),
        lambda p, f: _run(actions.decide, p, f, agreed=False, reason=f.cleaned_data["text"]), kind="plain",
    ),
    "end": Verb(
        "解除督办", "End supervision", ReasonForm, lambda p: may(p.reader, PROPOSE, p.row),
        lambda p: p.row.state == SupervisedState.OPEN,
        lambda p, f: _run(actions.end_supervision, p, f, reason=f.cleaned_data["text"]), kind="plain",
    ),
}  # fmt: skip


@dataclass
class MandatePage:
    """See the module."""

    mandate: Mandate
    reader: Reader
    at: dt.datetime
    tried: tuple[int, str, Any] | None = None  # supervised, verb, form

    @property
    def version(self) -> int:
        return self.mandate.version

    @property
    def url(self) -> str:
        return reverse("supervision:mandate", args=[self.mandate.pk])

    @cached_property
    def proposes(self) -> bool:
        return may(self.reader, PROPOSE, self.mandate)

    @property
    def running(self) -> bool:
        day, row = local_day(self.at), self.mandate
        return not row.ended_by and row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)

    @property
    def kind(self) -> str:
        return say(*KINDS[MandateKind(self.mandate.kind)])

    @property
    def basis(self) -> str:
        found = bases()[self.mandate.basis]
        return say(found.zh, found.en)

    @property
    def methods(self) -> str:
        return say("、", "; ").join(say(*METHODS[Method(item)]) for item in self.mandate.methods)

    @cached_property
    def supervised(self) -> Sequence[SupervisedRow]:
        rows = queries.supervised_under(self.mandate)
        tried = self.tried
        return [
            SupervisedRow(row, self.reader, self.at, (tried[1], tried[2]) if tried and tried[0] == row.pk else None)
            for row in rows
        ]

    @cached_property
    def names(self) -> dict[str, str]:
        people = {row.row.proposed_by for row in self.supervised} | {row.row.decided_by for row in self.supervised}
        return org.names((people | {self.mandate.entered_by, self.mandate.ended_by}) - {""})

    @property
    def entered_by(self) -> str:
        return self.names.get(self.mandate.entered_by, "")

    @cached_property
    def rounds(self) -> Any:
        return queries.rounds_under(self.mandate)

    @cached_property
    def notices(self) -> Any:
        return queries.notices_under(self.mandate)

    @cached_property
    def conclusions(self) -> Any:
        return queries.conclusions_under(self.mandate)


MANDATE_VERBS: dict[str, Verb] = {
    "end": Verb(
        "终止授权", "End the mandate", ReasonForm, lambda p: p.proposes, lambda p: not p.mandate.ended_by,
        lambda p, f: actions.end_mandate(
            mandate=p.mandate, reason=f.cleaned_data["text"], expected_version=f.cleaned_data["version"],
            by=p.reader.by, at=p.at,
        ),
        kind="danger", confirm=("终止后不能再据此督办；已经开始的照常办理。", "Nothing new is begun under it."),
    )
}  # fmt: skip
