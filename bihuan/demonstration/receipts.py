"""June's expected lists of the demonstration: the plan's two, and a weekly one of the counties; what came, and how."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bihuan.campaigns import actions, queries
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.receiving import ReceiptState
from bihuan.campaigns.rhythm import weekly
from bihuan.demonstration.committee import Committee
from bihuan.demonstration.office import Office
from bihuan.demonstration.story import Story, moment

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign, Expected, ExpectedList
    from bihuan.org.models import Unit

WEEKLY, NAME, PAPER = "table:safety-month-weekly", "活动进展周报表", "报表（示例）"
NOON, THURSDAY = dt.time(12), 3  # as the weekly table of 2023 was asked for (facts §2.3)
ISSUED = moment(6, 1, 9)
# How each county's week went, one letter a week: a accepted, s handed in, l late, r returned and handed in again,
# R returned, d begun, m missing, x exempt.
COUNTIES = ("aaal", "aaaa", "alaR", "aaas", "raam", "aaad", "larm", "aaax")
SUMMARIES = "aaalsRma"  # of each county
REASONS = {"R": "场次与参加人数对不上，请核实后重报", "r": "横幅和展板请分开填报"}


@dataclass
class Receipts:
    """Puts into a story what came of the lists."""

    office: Office
    committee: Committee
    campaign: Campaign
    _done: set[tuple[int, str, dt.datetime]] = field(default_factory=set)

    def put(self, story: Story) -> None:
        self._done = queries.marked(self.campaign)
        story.put(ISSUED, self._issue)
        terms = weekly(*self.campaign.period, THURSDAY)
        for week, term in enumerate(terms):
            due = moment(term.due_on.month, term.due_on.day, NOON.hour)
            for county, course in zip(self._counties, COUNTIES, strict=True):
                self._put(story, WEEKLY, county, course[week], due)
        for county, way in zip(self._counties, SUMMARIES, strict=True):
            self._put(story, "summary", county, way, moment(7, 3, 18))
        for number, member in enumerate(self.committee.members.values()):
            way = "l" if number % 11 == 5 else "m" if number % 17 == 9 else "a"
            self._put(story, "progress", member.unit, way, moment(6, 20, 18))
        for county in self._counties:
            self._put(story, "progress", county, "a", moment(6, 20, 18))
        story.put(moment(7, 4, 10), partial(self._remind, "summary"))
        story.put(moment(7, 6, 15), partial(self._remind, WEEKLY))

    @property
    def _counties(self) -> list[Unit]:
        return [member.unit for member in self.committee.counties.values()]

    def _issue(self, at: dt.datetime) -> None:
        wishes = [
            ListWish(WEEKLY, f"{NAME}（{_days(term.first, term.last)}）", (term.first, term.last), term.due_on, NOON)
            for term in weekly(*self.campaign.period, THURSDAY)
        ]
        by = self.office.drafter.by
        actions.issue_lists(campaign=self.campaign, wishes=wishes, units=self._counties, by=by, at=at)

    def _put(self, story: Story, form: str, unit: Unit, way: str, due: dt.datetime) -> None:
        """One line's course, by its letter; the unit's number makes the hours differ."""
        early, mark = due - dt.timedelta(hours=3 + unit.pk % 5), partial(self._mark, form, unit, due)
        later, checked = due + dt.timedelta(hours=3), due + dt.timedelta(hours=4)
        if way == "x":
            story.put(early, partial(self._exempt, form, unit, due))
        if way in "asrR":
            story.put(early, partial(mark, ReceiptState.SUBMITTED))
        if way == "l":
            story.put(later, partial(mark, ReceiptState.SUBMITTED))
        if way == "d":
            story.put(early, partial(mark, ReceiptState.DRAFT))
        if way in "rR":
            story.put(early + dt.timedelta(hours=1), partial(mark, ReceiptState.RETURNED, reason=REASONS[way]))
        if way == "r":
            story.put(early + dt.timedelta(hours=2), partial(mark, ReceiptState.SUBMITTED))
        if way in "arl":
            story.put(checked, partial(mark, ReceiptState.ACCEPTED))

    def _line(self, form: str, unit: Unit, due: dt.datetime) -> Expected | None:
        return queries.line_of(campaign=self.campaign, unit=unit, form=form, due_on=due.date())

    def _mark(
        self, form: str, unit: Unit, due: dt.datetime, state: ReceiptState, at: dt.datetime, *, reason: str = ""
    ) -> None:
        line = self._line(form, unit, due)
        if line is None or (line.pk, state.value, at) in self._done:
            return
        office = self.office.checker.by
        by = office if state in (ReceiptState.RETURNED, ReceiptState.ACCEPTED) else self._doer(unit)
        came = queries.subject_of(line)  # what came by the desk is not on paper
        subject = came if came[0] == "form_return" else ("paper", PAPER)
        actions.mark(expected=line, state=state, subject=subject, reason=reason, by=by, at=at)

    def _doer(self, unit: Unit) -> str:
        both = [*self.committee.members.values(), *self.committee.counties.values()]
        return next(member.doer.by for member in both if member.unit.pk == unit.pk)

    def _exempt(self, form: str, unit: Unit, due: dt.datetime, at: dt.datetime) -> None:
        line = self._line(form, unit, due)
        if line is not None and not hasattr(line, "exemption"):
            reason = "全力处置强降雨险情，本周免报"
            actions.exempt(expected=line, reason=reason, by=self.office.drafter.by, at=at)

    def _remind(self, form: str, at: dt.datetime) -> None:
        issued: ExpectedList | None = queries.standing_lists(self.campaign).filter(form=form).last()
        if issued is not None:
            actions.remind(expected_list=issued, by=self.office.drafter.by, at=at)


def _days(first: dt.date, last: dt.date) -> str:
    return f"{first.month}月{first.day}日—{last.day}日"
