"""The plan (方案) of a campaign in versions, its paragraphs, and the division of work (分工): who does which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from bihuan.campaigns.models.campaigns import Campaign, UnitList
from bihuan.campaigns.rules import OPEN_STATES, PaperKind, PlanState
from bihuan.components.uploads import Upload
from bihuan.documents.models import Document
from bihuan.loop.models import Matter
from bihuan.org.models import Person, Section, Unit
from bihuan.workdays.rules import CLOSE_OF_BUSINESS

if TYPE_CHECKING:
    import datetime as dt


class Plan(models.Model):
    """方案: one version of a campaign's plan. Once published nothing in it changes, as the database itself sees to; a
    change is another version, copied from it."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=[(item.value, item.name) for item in PlanState], default=PlanState.DRAFT.value
    )
    version = models.PositiveIntegerField(default=1)  # grows with every change: compare-and-set
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=200, blank=True)  # of the template it was made from
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    written_by = models.CharField(max_length=100)  # last
    written_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=100, blank=True)
    prepared_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of all that it says, once published
    without_papers = models.CharField(max_length=200, blank=True)  # why it was published without papers of its own
    issued_as = models.CharField(max_length=100, blank=True)  # the number under which it went out on paper

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(state__in=sorted(OPEN_STATES)),
                name="one_open_plan_a_campaign",
            ),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(state=PlanState.PUBLISHED.value), name="one_published_plan_a_campaign"
            ),
            models.CheckConstraint(condition=~(Q(published_by="") ^ Q(published_at=None)), name="published_by_and_at"),
            models.CheckConstraint(condition=~(Q(prepared_by="") ^ Q(prepared_at=None)), name="prepared_by_and_at"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"

    @property
    def open(self) -> bool:
        """Whether it may still be written in."""
        return self.state == PlanState.DRAFT


class Paragraph(models.Model):
    """One paragraph of a plan: 一、, （一）, 1. by its level. `tasked`: it gives somebody something to do."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="paragraphs")
    key = models.CharField(max_length=32)  # the same through the versions
    order = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(default=1)
    heading = models.CharField(max_length=100)
    text = models.TextField(blank=True)
    workstream = models.CharField(max_length=40, blank=True)
    tasked = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    written_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="paragraph_once_a_plan"),
            models.CheckConstraint(condition=Q(level__gte=1) & Q(level__lte=3), name="paragraph_level"),
        ]
        indexes = [models.Index(fields=["plan", "order"])]

    def __str__(self) -> str:
        return self.heading


class Duty(models.Model):
    """One line of the division of work: what a unit has to do by when. What the directory does not know is kept as it
    was printed (`…_words`): no line is lost for a name."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="duties")
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="duties")
    key = models.CharField(max_length=32)  # the same through the versions
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    requirement = models.TextField(blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # 牵头单位
    unit_words = models.CharField(max_length=200, blank=True)
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+")  # 责任科室
    section_words = models.CharField(max_length=60, blank=True)
    leader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 分管领导
    leader_words = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # 责任人
    owner_words = models.CharField(max_length=60, blank=True)
    first_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    limit_words = models.CharField(max_length=60, blank=True)  # 每月5日前, 长期坚持, 活动期间
    evidence_asked = models.CharField(max_length=200, blank=True)
    assisting = models.ManyToManyField(Unit, related_name="+")  # 配合单位
    assisting_words = models.CharField(max_length=400, blank=True)
    remark = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)
    written_by = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="duty_once_a_plan"),
            models.CheckConstraint(
                condition=Q(first_on=None) | Q(due_on=None) | Q(due_on__gte=models.F("first_on")), name="duty_days"
            ),
        ]
        indexes = [models.Index(fields=["plan", "paragraph", "order"]), models.Index(fields=["plan", "unit"])]

    def __str__(self) -> str:
        return self.title

    @property
    def days(self) -> tuple[dt.date | None, dt.date | None]:
        return self.first_on, self.due_on


class Task(models.Model):
    """What became of a duty: its matter. `duty`: the line of the version whose words the matter carries. Where a duty
    went to another unit, the matter before it is not `current` any more."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=32)  # the duty's
    run = models.PositiveSmallIntegerField(default=1)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="+")
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key", "run"], name="task_once_a_run"),
            models.UniqueConstraint(fields=["campaign", "key"], condition=Q(current=True), name="one_current_task"),
        ]

    def __str__(self) -> str:
        return f"{self.key}:{self.run}"


class PlanPaper(models.Model):
    """A paper that issues a plan: 方案, 通知, 分工."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=14, choices=[(item.value, item.name) for item in PaperKind])
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "kind"], name="one_paper_a_kind")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.kind}"


class DivisionDraft(Upload):
    """A file with a division of work that somebody is looking at, to be taken into a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+")
    columns = models.JSONField(default=dict)  # "table:column" → field, as chosen
    names = models.JSONField(default=dict)  # a printed name → what it means: "unit:17", "list:3", "words"


class Asked(models.Model):
    """What a plan asks to be handed in: a form, from the units of a list (of all lists, without one), by an hour of a
    day, for some days (for the campaign's, without)."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="asked")
    form = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    unit_list = models.ForeignKey(UnitList, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    due_time = models.TimeField(default=CLOSE_OF_BUSINESS)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "form", "due_on"], name="asked_once_a_day"),
            models.CheckConstraint(
                condition=Q(period_start=None, period_end=None) | Q(period_end__gte=models.F("period_start")),
                name="asked_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_on}"
