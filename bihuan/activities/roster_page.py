"""One roster as its page shows it, and what can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bihuan.activities import actions, queries
from bihuan.activities.material_access import KEEP_ROSTER, the_certificate, the_entry
from bihuan.activities.material_forms import CertificateForm, CloseForm, MaterialForm, PeopleForm, ReasonForm
from bihuan.activities.material_page import Refused
from bihuan.activities.models import Certificate, RosterEntry, TrainingRoster
from bihuan.activities.rules import audiences
from bihuan.activities.training_rules import Coverage, Reached, ends_soon, holds, missing_text
from bihuan.components.paging import Page, paged
from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org.access import may
from bihuan.org.gate import DeskRequest

MISSING, THERE, ALL = "missing", "there", "all"
GROUPS = 30  # units shown, the ones with most people missing first


def certificate_state(paper: Certificate, day: dt.date) -> tuple[str, str]:
    """How a certificate stands on a day: in words, and their tone."""
    if paper.issued_on > day:
        return say("尚未生效", "does not hold yet"), "plain"
    if not holds(paper.issued_on, paper.valid_until, day):
        return say("已过期", "expired"), "bad"
    if ends_soon(paper.valid_until, day):
        return say("即将到期", "ends soon"), "warn"
    return say("有效", "holds"), "good"


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be done with a roster."""

    zh: str
    en: str
    form: type[MaterialForm]
    run: Callable[[TrainingRoster, Any, str, dt.datetime], object]


@dataclass
class RosterPage:
    """See the module. `tried`: a verb and its form that was refused."""

    roster: TrainingRoster
    request: DeskRequest
    at: dt.datetime
    tried: tuple[str, MaterialForm] | None = None

    @property
    def day(self) -> dt.date:
        return local_day(self.at)

    @cached_property
    def keeps(self) -> bool:
        return may(self.request.reader, KEEP_ROSTER, self.roster)

    @property
    def open(self) -> bool:
        return self.keeps and self.roster.closed_on is None

    @property
    def target(self) -> str:
        found = audiences().get(self.roster.target)
        return say(found.zh, found.en) if found else self.roster.target

    @cached_property
    def reach(self) -> Reached[str]:
        return queries.reach(self.roster)

    @property
    def groups(self) -> list[tuple[str, Coverage]]:
        """Units and how far each was reached, the ones with most people missing first."""
        found = sorted(self.reach.groups.items(), key=lambda item: (-item[1].missing, item[0]))
        return found[:GROUPS]

    @property
    def show(self) -> str:
        said = self.request.GET.get("show", "")
        return said if said in (MISSING, THERE, ALL) else MISSING

    @property
    def tabs(self) -> list[tuple[str, str, int]]:
        whole = self.reach.whole
        return [
            (MISSING, say("未参训", "Not reached"), whole.missing),
            (THERE, say("已参训", "Reached"), whole.reached),
            (ALL, say("全部", "All"), whole.of),
        ]

    @cached_property
    def page(self) -> Page[RosterEntry]:
        found = queries.entries(self.roster)
        if self.show == MISSING:
            found = queries.missing(self.roster)
        elif self.show == THERE:
            found = queries.there(self.roster)
        return paged(self.request, queries.with_sessions(found), "order", "pk")

    @property
    def rows(self) -> list[tuple[RosterEntry, list[tuple[Any, str, str]]]]:
        """Those on this page, each with their certificates: state in words, and its tone."""
        return [(row, [(paper, *self._state(paper)) for paper in row.papers]) for row in self.page]  # type: ignore[attr-defined]

    def _state(self, paper: Any) -> tuple[str, str]:
        return certificate_state(paper, self.day)

    @cached_property
    def text(self) -> str:
        """Who is missing, ready to be pasted; "" where nobody is."""
        if not self.reach.whole.missing:
            return ""
        names = queries.names_missing(self.roster)
        return missing_text(self.roster.name, self.reach.whole, names, self.day)

    @cached_property
    def people(self) -> MaterialForm:
        return self._form("people")

    @cached_property
    def lines(self) -> dict[str, MaterialForm]:
        """The forms about one person: whom, the page's own script or the refused form says."""
        return {verb: self._form(verb) for verb in ("off", "certify")}

    def _form(self, verb: str) -> MaterialForm:
        if self.tried and self.tried[0] == verb:
            return self.tried[1]
        return WAYS[verb].form(verb=verb, day=self.day)

    @property
    def orphan(self) -> Refused | None:
        """A refused form that is about one person: it stands above, with what was typed, wherever they are listed."""
        if self.tried is None or self.tried[0] == "people":
            return None
        verb, form = self.tried
        pk = form.data.get("line", "")
        entry = queries.entry(int(pk)) if pk.isdecimal() and verb in ("off", "certify") else None
        about = entry.name if entry is not None and entry.roster_id == self.roster.pk else ""
        return Refused(verb, say(WAYS[verb].zh, WAYS[verb].en), form, about)


def _list(roster: TrainingRoster, form: Any, by: str, at: dt.datetime) -> None:
    actions.list_people(roster=roster, people=form.said, by=by, at=at)


def _off(roster: TrainingRoster, form: Any, by: str, at: dt.datetime) -> None:
    entry = the_entry(roster, form.cleaned_data["line"] or 0)
    actions.take_off(entry=entry, reason=form.cleaned_data["reason"], by=by, at=at)


def _certify(roster: TrainingRoster, form: Any, by: str, at: dt.datetime) -> None:
    actions.certify(entry=the_entry(roster, form.cleaned_data["line"] or 0), said=form.said, by=by, at=at)


def _uncertify(roster: TrainingRoster, form: Any, by: str, at: dt.datetime) -> None:
    paper = the_certificate(roster, form.cleaned_data["line"] or 0)
    actions.remove_certificate(certificate=paper, by=by, at=at)


def _close(roster: TrainingRoster, form: Any, by: str, at: dt.datetime) -> None:
    version = form.cleaned_data["version"]
    actions.close_roster(roster=roster, expected_version=version, day=local_day(at), by=by, at=at)


WAYS: dict[str, Way] = {
    "people": Way("列入名册", "Put people on the roster", PeopleForm, _list),
    "off": Way("移出名册", "Take off the roster", ReasonForm, _off),
    "certify": Way("登记证书", "Enter a certificate", CertificateForm, _certify),
    "uncertify": Way("移除证书", "Take a certificate out", MaterialForm, _uncertify),
    "close": Way("封存名册", "Close the roster", CloseForm, _close),
}
