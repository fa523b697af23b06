"""One record of what was done (活动记录), its kind, its units, and the figures that stand on it."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.activities.rules import Mode, Part, State
from bihuan.campaigns.models import Campaign, Task
from bihuan.documents.models import Document
from bihuan.figures.models import Figure, Occasion
from bihuan.org.models import Region, Unit
from bihuan.places.models import Place

_MODES = [(item.value, item.name) for item in Mode]
_STATES = [(item.value, item.name) for item in State]


class ActivityKind(models.Model):
    """活动类别: data, with an owner and a year, since lists of one name differ from year to
    year and from place to place (五进 of the nation and of Linxia). `rules.Asked` reads its measures."""

    code = models.CharField(max_length=40, unique=True)
    owner = models.CharField(max_length=60)  # "national", or whose list it is
    year = models.PositiveSmallIntegerField(null=True)
    zh = models.CharField(max_length=40)
    en = models.CharField(max_length=60)
    group = models.CharField(max_length=20)
    counts = models.CharField(max_length=80, blank=True)  # what one event itself counts: consultation_events:场
    suggests = ArrayField(models.CharField(max_length=80), default=list)  # asked for, the usual ones first
    photo_reason = models.CharField(max_length=100, blank=True)  # why photos are asked for; "" where they are not
    place_kinds = ArrayField(models.CharField(max_length=40), default=list)  # of the registers it happens at
    needs = ArrayField(models.CharField(max_length=20), default=list)  # placement, media, study
    source = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True)  # from this day on it is not offered
    version = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=60, blank=True)  # "": as shipped, and brought up to date with the program

    class Meta:
        indexes = [models.Index(fields=["group", "order"])]

    def __str__(self) -> str:
        return self.zh


class Activity(models.Model):
    """活动记录: what was done, where, when, by whom. Its numbers are the figures that stand on its occasion. `key` is
    made by the sender, so that what is sent twice is there once."""

    book = models.CharField(max_length=20, blank=True)  # never changes
    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")  # of the plan
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    mode = models.CharField(max_length=10, choices=_MODES, default=Mode.ON_SITE.value)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    place_words = models.CharField(max_length=100, blank=True)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    start_on = models.DateField()
    end_on = models.DateField()
    starts_at = models.TimeField(null=True)
    expected_attendance = models.PositiveIntegerField(null=True)
    audiences = ArrayField(models.CharField(max_length=40), default=list)
    who = models.CharField(max_length=200, blank=True)  # who came, as it is written: 周边群众、媒体记者
    subjects = ArrayField(models.CharField(max_length=40), default=list)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # who files it
    occasion = models.ForeignKey(Occasion, models.PROTECT, related_name="+")
    not_applicable = ArrayField(models.CharField(max_length=80), default=list)  # said not to apply: not blank
    words = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=_STATES, default=State.FILED.value)
    version = models.PositiveIntegerField(default=1)
    filed_by = models.CharField(max_length=100)
    filed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="activity_days"),
            models.CheckConstraint(condition=~(Q(lon=None) ^ Q(lat=None)), name="activity_point"),
            models.CheckConstraint(condition=Q(state__in=[item.value for item in State]), name="activity_state"),
        ]
        indexes = [
            models.Index(fields=["unit", "-end_on"]),
            models.Index(fields=["region", "end_on"]),
            models.Index(fields=["campaign", "start_on"]),
            models.Index(fields=["kind", "region"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stands(self) -> bool:
        return self.state == State.FILED

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return self.start_on, self.end_on


class ActivityUnit(models.Model):
    """A unit that took part, in the order in which papers name them (署名顺序). What the directory does not know is
    kept as it was written."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=100, blank=True)
    part = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Part])
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "order"], name="activity_unit_order"),
            models.CheckConstraint(condition=Q(unit=None) ^ Q(words=""), name="activity_unit_named"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.unit_id or self.words}"


class ActivityFigure(models.Model):
    """A figure that stands on an activity. `itself`: the count of the event, 1 场, which follows from its kind."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="figures")
    figure = models.OneToOneField(Figure, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    itself = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["activity", "order"])]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.figure_id}"


class SafetyPlan(models.Model):
    """安全工作方案 of an event with a thousand people or more: its nine items or the paper that has them; or why no
    permit is needed (大型群众性活动安全管理条例 art. 2, 6, 12, 25)."""

    activity = models.OneToOneField(Activity, models.PROTECT, related_name="safety_plan")
    items = models.JSONField(default=dict)  # item of `rules.PLAN_ITEMS` → what is planned
    paper = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    permit = models.CharField(max_length=100, blank=True)  # number of the police's permit
    by_government = models.CharField(max_length=200, blank=True)  # why art. 25 applies: a people's government holds it
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.activity_id}"
