"""The weekly table of Kangle, filled in by its liaison against the expected list, and accepted: model data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.demonstration.story import Story, moment
from bihuan.org import queries as org
from bihuan.statistics import actions, queries
from bihuan.statistics.rules import Handed, period_of

if TYPE_CHECKING:
    from bihuan.demonstration.committee import Committee
    from bihuan.demonstration.office import Office
    from bihuan.org.models import Unit

FORM = "safety-month-weekly"
WEEK = dt.date(2023, 6, 14)  # a day of it
GIVEN = {"warning_education": "4", "exhibition_boards": "36"}  # what no record of the story holds: ours, as all of it


@dataclass(frozen=True)
class Tables:
    """What is filled in by hand in the story: once, where no record holds it."""

    office: Office
    committee: Committee

    @property
    def _unit(self) -> Unit:
        """The county of the office's own liaison, as the lists name it."""
        home = self.office.county_unit.region_id
        return next(item.unit for item in self.committee.counties.values() if item.unit.region_id == home)

    def put(self, story: Story) -> None:
        story.put(moment(6, 19, 9), self._kangle)
        story.put(moment(6, 19, 16), self._accept)

    def _kangle(self, at: dt.datetime) -> None:
        form = queries.form_called(FORM)
        if form is None:
            return
        version, unit = queries.version_of(form), self._unit
        period = period_of(version.definition.every, WEEK)
        if queries.returned_by(form, unit, period):
            return
        asked = {cell.measures[0]: cell.at for cell in version.definition.cells if cell.asked}
        actions.hand_in(
            version=version,
            unit=unit,
            period=period,
            edition=org.current_edition(),
            typed={asked[measure]: value for measure, value in GIVEN.items()},
            by=self.office.county_liaison.by,
            at=at,
        )

    def _accept(self, at: dt.datetime) -> None:
        form = queries.form_called(FORM)
        if form is None:
            return
        every = queries.version_of(form).definition.every
        row = queries.returned_by(form, self._unit, period_of(every, WEEK))
        if row is not None and row.state == Handed.IN:
            actions.accept(row=row, expected_step=row.step, by=self.office.checker.by, at=at)
