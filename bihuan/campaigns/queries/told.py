"""A plan as its papers and tables tell it: names instead of keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bihuan.campaigns import rules
from bihuan.campaigns.composition import Asking, Passage, Told
from bihuan.campaigns.models import Duty, Plan
from bihuan.campaigns.queries.plans import asked, duties, listed, unit_lists
from bihuan.campaigns.task_division import Line, Row, limit_text, rows
from bihuan.org import queries as org
from bihuan.org.models import Unit

MARKING = "示例文稿·模型数据"


def short(unit: Unit) -> str:
    """What a table calls a unit."""
    return unit.short_name or unit.name


def line_of(duty: Duty) -> Line:
    """A duty with its names."""
    helping = tuple(short(unit) for unit in duty.assisting.all())
    return Line(
        section=duty.paragraph.heading,
        title=duty.title,
        requirement=duty.requirement,
        unit=short(duty.unit) if duty.unit else duty.unit_words,
        assisting=(*helping, *(part for part in duty.assisting_words.split("、") if part)),
        leader=duty.leader.name if duty.leader else duty.leader_words,
        office=duty.section.name if duty.section else duty.section_words,
        owner=duty.owner.name if duty.owner else duty.owner_words,
        limit=limit_text(duty.first_on, duty.due_on, duty.limit_words),
    )


def printed_rows(plan: Plan, found: Iterable[Duty] | None = None) -> list[Row]:
    """The division of work as it is printed."""
    names = {item.pk: item.name for item in unit_lists(plan.campaign)}
    lists = {names[key]: [short(unit) for unit in units] for key, units in listed(plan.campaign).items()}
    return rows((line_of(duty) for duty in (duties(plan) if found is None else found)), lists)


def told(plan: Plan, *, day: dt.date) -> Told:
    """All that the papers of a plan are composed from."""
    campaign = plan.campaign
    found = list(duties(plan))
    paragraphs = list(plan.paragraphs.order_by("order"))
    marks = rules.marks(row.level for row in paragraphs)
    issuer, body = campaign.issuer, campaign.working_body
    lists = [item.name for item in unit_lists(campaign) if item.group in ("counties", "members", "")]
    return Told(
        place=org.everyday(campaign.region),
        campaign=campaign.name,
        theme=campaign.theme,
        times=campaign.times,
        basis=(campaign.basis_title, campaign.basis_number),
        period=campaign.period,
        issuer=issuer.name if issuer else "",
        working_body=body.name if body else "",
        addressees=tuple(lists) or ("各有关单位",),
        passages=[
            Passage(row.level, mark, row.heading, row.text, row.tasked)
            for row, mark in zip(paragraphs, marks, strict=True)
        ],
        rows=printed_rows(plan, found),
        duties=len(found),
        asked=[
            Asking(row.name, row.unit_list.name if row.unit_list else "各有关单位", row.due_on) for row in asked(plan)
        ],
        day=day,
        version=plan.number,
        marking=MARKING if campaign.book else "",
    )
