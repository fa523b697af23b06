"""Reads of plans: the one in force, its paragraphs with their duties, the versions and what differs between them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from bihuan.campaigns import rules
from bihuan.campaigns.models import Asked, Campaign, Duty, Paragraph, Plan, PlanPaper, Task, UnitList
from bihuan.org.models import Unit


def plans(campaign: Campaign) -> QuerySet[Plan]:
    """All versions, the newest first."""
    return Plan.objects.filter(campaign=campaign).select_related("campaign").order_by("-number")


def plan_before(campaign: Campaign) -> Plan | None:
    """The newest published plan of an earlier campaign in the same place and book."""
    earlier = Campaign.objects.filter(
        region=campaign.region_id, book=campaign.book, period_start__lt=campaign.period_start
    )
    found = Plan.objects.filter(campaign__in=earlier, state__in=rules.OUT_STATES).select_related("campaign")
    return found.order_by("-campaign__period_start", "-number").first()


def duties(plan: Plan) -> QuerySet[Duty]:
    """The division of work, in its order, with the names that a table shows. Two queries."""
    named = ("paragraph", "unit__merged_into", "section", "leader", "owner")
    found = Duty.objects.filter(plan=plan).select_related(*named).prefetch_related("assisting__merged_into")
    return found.order_by("paragraph__order", "order", "pk")


def unit_lists(campaign: Campaign) -> list[UnitList]:
    """The lists of units of a campaign with `size`."""
    found = UnitList.objects.filter(campaign=campaign).annotate(size=Count("listed"))
    return list(found.order_by("order", "pk"))


def listed(campaign: Campaign) -> dict[int, list[Unit]]:
    """The units of each list, in their order. One query."""
    from bihuan.campaigns.models import Listed

    found: dict[int, list[Unit]] = defaultdict(list)
    rows = Listed.objects.filter(unit_list__campaign=campaign).select_related("unit__region", "unit__merged_into")
    for row in rows.order_by("unit_list", "order"):
        found[row.unit_list_id].append(row.unit)
    return dict(found)


def papers(plan: Plan) -> list[PlanPaper]:
    """The papers of a version, in the order in which they are read."""
    order = list(rules.PaperKind)
    found = PlanPaper.objects.filter(plan=plan).select_related("document")
    return sorted(found, key=lambda paper: order.index(rules.PaperKind(paper.kind)))


def asked(plan: Plan) -> list[Asked]:
    """What a plan asks to be handed in, by day."""
    return list(plan.asked.select_related("unit_list").order_by("due_on", "pk"))


def tasks(campaign: Campaign) -> dict[str, Task]:
    """What became of each duty, by its key. One query."""
    found = Task.objects.filter(campaign=campaign, current=True).select_related("matter", "duty")
    return {task.key: task for task in found}


@dataclass(frozen=True)
class Part:
    """A paragraph with its mark and the duties below it."""

    mark: str
    paragraph: Paragraph
    duties: Sequence[Duty]


def parts(plan: Plan, *, with_duties: bool = True) -> list[Part]:
    """A plan in its order. Three queries, however long it is."""
    rows = list(Paragraph.objects.filter(plan=plan).order_by("order"))
    below: dict[int, list[Duty]] = defaultdict(list)
    if with_duties:
        for duty in duties(plan):
            below[duty.paragraph_id].append(duty)
    marked = zip(rules.marks(row.level for row in rows), rows, strict=True)
    return [Part(mark, row, below[row.pk]) for mark, row in marked]


# -- what a duty says ------------------------------------------------------------------------------------------------

COMPARED: dict[str, tuple[str, str]] = {
    "title": ("工作任务", "Task"),
    "requirement": ("工作措施", "Measures"),
    "unit": ("牵头单位", "Lead unit"),
    "section": ("责任科室", "Section in charge"),
    "leader": ("分管领导", "Leader in charge"),
    "owner": ("责任人", "Person in charge"),
    "due_on": ("完成时限", "Due"),
    "evidence_asked": ("佐证要求", "Evidence asked for"),
    "assisting": ("配合单位", "Assisting units"),
}


def said_of(duty: Duty) -> dict[str, object]:
    """What a duty tells its unit, by the names of `COMPARED`: two versions are the same where these are."""
    return {
        "title": duty.title,
        "requirement": duty.requirement,
        "unit": duty.unit_id,
        "section": duty.section_id,
        "leader": duty.leader_id,
        "owner": duty.owner_id,
        "due_on": duty.due_on,
        "evidence_asked": duty.evidence_asked,
        "assisting": tuple(sorted(unit.pk for unit in duty.assisting.all())),
    }


def changed(old: Duty, new: Duty) -> list[str]:
    """In what two versions of a duty differ."""
    before, after = said_of(old), said_of(new)
    return [name for name in COMPARED if before[name] != after[name]]


def digest(plan: Plan) -> str:
    """One word for all that a plan says: its paragraphs and its division of work."""
    paragraphs = [[row.key, row.level, row.heading, row.text] for row in plan.paragraphs.order_by("order")]
    rows = [[duty.key, duty.paragraph.key, *(str(value) for value in said_of(duty).values())] for duty in duties(plan)]
    text = json.dumps([paragraphs, rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
