"""The monthly bulletins of the demonstration: May's and June's, frozen at their cut-offs and issued as papers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bihuan.demonstration.committee import Committee
from bihuan.demonstration.office import Office
from bihuan.demonstration.papers import issued
from bihuan.demonstration.story import Story, moment
from bihuan.documents import actions as documents
from bihuan.supervision import actions, queries
from bihuan.supervision.bulletin_rules import Month, Openness

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.documents.models import Document

WAITS = "康乐县政府"
MONTHS = {  # month → (cut-off, when it is frozen and written)
    Month(dt.date(2023, 5, 1)): ((5, 31), (6, 1)),
    Month(dt.date(2023, 6, 1)): ((6, 30), (7, 3)),
}


@dataclass
class Bulletins:
    """Puts the bulletins into a story; `papers`: what came of them, by month."""

    office: Office
    committee: Committee
    campaign: Campaign
    papers: dict[Month, Document] = field(default_factory=dict)

    def put(self, story: Story) -> None:
        for month, ((_m, _d), (on_month, on_day)) in MONTHS.items():
            story.put(moment(on_month, on_day, 9), partial(self._issue, month), alone=True)

    def _issue(self, month: Month, at: dt.datetime) -> None:
        region, drafter = self.campaign.region, self.office.drafter.by
        bulletin = queries.first_of(self.campaign, region, month)
        if bulletin is None:
            (closing_month, closing_day), _ = MONTHS[month]
            bulletin = actions.freeze(
                campaign=self.campaign,
                region=region,
                month=month,
                cut_off=moment(closing_month, closing_day, 18),
                by=drafter,
                at=at,
            )
        draft = actions.write_paper(bulletin=bulletin, openness=Openness.CLOSED, by=drafter, at=at)
        paper = issued(draft, self.office, at=at + dt.timedelta(hours=5))
        self._send(paper, at=at + dt.timedelta(hours=6))
        self.papers[month] = paper

    def _send(self, paper: Document, *, at: dt.datetime) -> None:
        """To the counties; in Kangle it still waits to be signed for."""
        counties = {member.unit.pk: member for member in self.committee.counties.values()}
        units = [member.unit for member in counties.values()]
        for delivery in documents.deliver(document=paper, units=units, by=self.office.drafter.by, at=at):
            member = counties[delivery.unit_id]
            if member.short != WAITS:
                documents.receive(delivery=delivery, by=member.doer.by, at=at + dt.timedelta(minutes=20))
