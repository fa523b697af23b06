"""The check of a plan: all that it looks at, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from bihuan.campaigns import rules
from bihuan.campaigns.checking import DutySeen, Found, ParagraphSeen, PersonSeen, PlanSeen, UnitSeen, checked
from bihuan.campaigns.models import Duty, Plan, Task
from bihuan.campaigns.queries.plans import asked, changed, duties, listed
from bihuan.org.models import Person, Post, Unit
from bihuan.org.queries.people import holds_on


def check(plan: Plan, *, day: dt.date) -> list[Found]:
    """All that is wrong with a plan on a day, errors first. Ten queries at most, however long it is."""
    rows = list(duties(plan))
    posts: dict[int, set[int]] = defaultdict(set)
    people = {key for row in rows for key in (row.leader_id, row.owner_id) if key}
    held = Post.objects.filter(holds_on(day), person__in=people)
    for person, unit in held.values_list("person", "unit"):
        posts[person].add(unit)
    campaign = plan.campaign
    issuer = Unit.objects.select_related("merged_into").filter(pk=campaign.issuer_id or 0).first()
    paragraphs = list(plan.paragraphs.order_by("order"))
    marks = rules.marks(row.level for row in paragraphs)
    settled = _settled(plan, rows)
    seen = PlanSeen(
        period=campaign.period,
        today=day,
        issuer=_unit(issuer, day) if issuer else None,
        paragraphs=[
            ParagraphSeen(row.pk, row.level, mark, row.heading, row.text, row.tasked)
            for row, mark in zip(paragraphs, marks, strict=True)
        ],
        duties=[_duty(row, posts, day, settled=row.key in settled) for row in rows],
        listed=[_unit(unit, day) for units in listed(campaign).values() for unit in units],
        asked=[row.due_on for row in asked(plan)],
    )
    return checked(seen)


def _settled(plan: Plan, rows: list[Duty]) -> set[str]:
    """The keys of the duties whose matters carry just these words already."""
    if not plan.copied_from_id or plan.number == 1:
        return set()
    standing = Task.objects.filter(campaign=plan.campaign_id, current=True).select_related("duty")
    before = {task.key: task.duty for task in standing.prefetch_related("duty__assisting")}
    return {row.key for row in rows if row.key in before and not changed(before[row.key], row)}


def _unit(unit: Unit, day: dt.date) -> UnitSeen:
    gone = unit.closed_on is not None and unit.closed_on <= day
    return UnitSeen(unit.pk, unit.name, gone, unit.merged_into.name if gone and unit.merged_into else "")


def _duty(row: Duty, posts: dict[int, set[int]], day: dt.date, *, settled: bool) -> DutySeen:
    def person(who: Person | None) -> PersonSeen | None:
        return PersonSeen(who.name, frozenset(posts.get(who.pk, ()))) if who else None

    strangers = (row.leader_words, row.owner_words, row.section_words, row.assisting_words)
    return DutySeen(
        pk=row.pk,
        title=row.title,
        paragraph=row.paragraph_id,
        unit=_unit(row.unit, day) if row.unit else None,
        unit_words=row.unit_words,
        due_on=row.due_on,
        assisting=tuple(_unit(unit, day) for unit in row.assisting.all()),
        leader=person(row.leader),
        owner=person(row.owner),
        strangers=tuple(name for name in strangers if name),
        settled=settled,
    )


def places(plan: Plan) -> dict[str, dict[int, str]]:
    """The keys of paragraphs and duties by their numbers, for links to what the check found."""
    return {
        "paragraph": dict(plan.paragraphs.values_list("pk", "key")),
        "duty": dict(plan.duties.values_list("pk", "key")),
    }
