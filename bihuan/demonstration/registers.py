"""Registers of places of the eight counties, and events of the five entries that reached some of them (model data)."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import TYPE_CHECKING

from bihuan.activities import actions as activities
from bihuan.activities.actions import Said
from bihuan.activities.queries.five_entries import entry_kind
from bihuan.components import uploads
from bihuan.demonstration.lists import DATA
from bihuan.demonstration.office import BOOK, BY, SINCE
from bihuan.demonstration.story import Story, moment
from bihuan.org import queries as org
from bihuan.org.access import REGIONS, UNITS
from bihuan.places import actions, queries

if TYPE_CHECKING:
    from bihuan.demonstration.committee import Committee, Member
    from bihuan.places.models import Place

FILE = "places.csv"
_KEY = uuid.UUID("0c2ab4b4-6a1f-4f35-9d5e-7f3b1c5b8a11")  # namespace of the keys of these events
# The kind of event that reaches a kind of place, and on which days of June a county holds one.
_ENTRIES = {
    "village": ("entry_rural", "安全宣传进农村", 7),
    "community": ("entry_community", "安全宣传进社区", 9),
    "school": ("entry_school", "安全宣传进学校", 14),
    "household-group": ("entry_household", "安全宣传进家庭", 20),
    "crowded": ("entry_crowded", "安全宣传进人员密集场所", 27),
}
# How many places of each kind a county reached: none everywhere, so that there is somebody left to name.
_REACHED = {"临夏市政府": 2, "临夏县政府": 1, "康乐县政府": 9, "永靖县政府": 1, "广河县政府": 2, "和政县政府": 1}


def keep(*, at: dt.datetime) -> None:
    """Take the registers in, as an office would: one file. What is there already is left alone."""
    reach = {"regions": REGIONS.all(), "units": UNITS.all(), "book": BOOK}
    draft = actions.keep_register(content=(DATA / FILE).read_bytes(), file_name=FILE, by=BY, at=at)
    plan = actions.register_plan(draft, **reach)  # type: ignore[arg-type]
    if plan.acting:
        actions.take_register(draft=draft, shown=plan.digest, on=SINCE, **reach, by=BY, at=at)  # type: ignore[arg-type]
    else:
        uploads.drop(draft)


def put(story: Story, *, committee: Committee) -> None:
    """Events of the five entries: six counties reach some of their places, one all of them, two none."""
    kinds = queries.kinds()
    for short, most in _REACHED.items():
        member = committee.counties[short]
        found = queries.listed(
            region=member.unit.region, edition=org.current_edition(), book=BOOK, on=dt.date(2023, 6, 30)
        )
        for kind in kinds:
            if kind.code in _ENTRIES:
                day = _ENTRIES[kind.code][2]
                for number, change in enumerate(
                    found.filter(kind=kind).select_related("place").order_by("code")[:most]
                ):
                    story.put(moment(6, day + number, 18), partial(_hold, member, change.place, kind.code))


def _hold(member: Member, place: Place, kind: str, at: dt.datetime) -> None:
    code, title, _day = _ENTRIES[kind]
    day = at.date()
    said = Said(
        kind=entry_kind(code), unit=member.unit, region=place.region, start=day, end=day, title=title, place=place
    )
    activities.file_activity(said=said, key=uuid.uuid5(_KEY, f"{place.code} {day}"), by=member.doer.by, at=at)
