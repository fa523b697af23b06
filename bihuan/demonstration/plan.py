"""The division of work of the demonstration: read from its Word table, and made into matters of the campaign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.demonstration.committee import Committee, Member
from bihuan.demonstration.courses import PUBLISHED, Duty
from bihuan.demonstration.division_table import NAME, word_table
from bihuan.demonstration.office import BOOK, Office
from bihuan.loop import actions as loop
from bihuan.loop.actions import Said, Wanted
from bihuan.reading.division.duty import DutyRead, Named, NamedKind
from bihuan.reading.division.read import read_division

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.loop.models import Matter

FLOW = "task"


@dataclass(frozen=True)
class Given:
    """A duty, the member that got it, and its matter."""

    duty: Duty
    member: Member
    matter: Matter


def divide(*, office: Office, committee: Committee, campaign: Campaign, at: dt.datetime) -> list[Given]:
    """The matters of the division, one for each duty and each leading unit; those that are there stay as they are."""
    read = read_division(word_table(), NAME, year=PUBLISHED.year)
    given = [(row, duty, committee[duty.short]) for row in read.duties for duty in _duties(row, committee)]
    wanted = [_wanted(row, duty, member, office, committee, campaign) for row, duty, member in given]
    matters = loop.register_many(wanted=wanted, by=office.drafter.by, at=at)
    return [Given(duty, member, matter) for (_row, duty, member), matter in zip(given, matters, strict=True)]


def _duties(row: DutyRead, committee: Committee) -> list[Duty]:
    assert row.due.last is not None
    shorts = [short for named in row.leads for short in _shorts(named, committee)]
    return [Duty(row.number, short, index, row.due.last) for index, short in enumerate(shorts)]


def _shorts(named: Named, committee: Committee) -> list[str]:
    if named.kind is not NamedKind.GROUP:
        return [named.name]
    return list(committee.counties if named.group == "counties" else committee.members)


def _wanted(
    row: DutyRead, duty: Duty, member: Member, office: Office, committee: Committee, campaign: Campaign
) -> Wanted:
    helpers = [short for named in row.assisting for short in _shorts(named, committee)]
    said = Said(
        unit=member.unit,
        section=member.section,
        owner=member.doer,
        leader=office.signer if row.leader == office.signer.name else member.leader,
        assisting=tuple(committee[short].unit for short in helpers if short != duty.short),
        due_on=duty.due,
    )
    return Wanted(
        key=f"demo:{campaign.pk}:{duty.number}:{member.unit.pk}",
        flow=FLOW,
        title=row.task,
        keeper=office.unit,
        demand=row.measures,
        scope=f"campaign:{campaign.pk}",
        book=BOOK,
        said=said,
    )
