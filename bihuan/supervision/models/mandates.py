"""By what authority something is supervised, and what is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.history.models import AppendOnly
from bihuan.loop.models import Matter
from bihuan.org.models import Region, Unit
from bihuan.supervision.rules import MandateKind, SupervisedState, What


class Mandate(models.Model):
    """授权依据: who empowered whom to supervise what, by which paper, for how long (条例第七条)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # the body's
    body = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # 督查机构: who is empowered
    version = models.PositiveIntegerField(default=1)
    book = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(item.value, item.name) for item in MandateKind])
    basis = models.CharField(max_length=30)  # a code of `rules.bases`
    empowered_by = models.CharField(max_length=100, blank=True)  # 授权机关
    paper_number = models.CharField(max_length=100, blank=True)  # 授权文号
    scope = models.TextField()  # 督查事项和范围
    methods = ArrayField(models.CharField(max_length=20), default=list)  # of `rules.Method`
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    entered_by = models.CharField(max_length=100)
    entered_at = models.DateTimeField()
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="mandate_period"
            ),
            models.CheckConstraint(condition=~(Q(ended_by="") ^ Q(ended_at=None)), name="mandate_ended_by_and_at"),
        ]
        indexes = [models.Index(fields=["region", "-id"], name="mandate_of_a_region")]

    def __str__(self) -> str:
        return self.title


class Supervised(models.Model):
    """列入督办: a matter comes under supervision by a mandate, once another person approved it."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="supervised")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # the mandate's
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # the responsible one when it was proposed
    book = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=10,
        default=SupervisedState.PROPOSED.value,
        choices=[(item.value, item.name) for item in SupervisedState],
    )
    title = models.CharField(max_length=200)  # the matter's
    reason = models.TextField()  # 立项理由
    source = models.CharField(max_length=200, blank=True)  # 任务来源: 会议、批示、文件
    similar = ArrayField(models.BigIntegerField(), default=list)  # matters that may be the same thing, when proposed
    over = ArrayField(models.CharField(max_length=100), default=list)  # limits that were full, when proposed
    although = models.TextField(blank=True)  # why all the same
    proposed_by = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.TextField(blank=True)
    since = models.DateField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "supervised"
        constraints = [
            # 条例第十五条: no unit is supervised twice for one thing.
            models.UniqueConstraint(
                fields=["matter"], condition=Q(state__in=["proposed", "open"]), name="one_open_supervision_a_matter"
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="supervision_by_two_people"),
            models.CheckConstraint(
                condition=~(Q(decided_by="") ^ Q(decided_at=None)), name="supervision_decided_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | ~Q(decided_by=""), name="supervised_after_a_decision"
            ),
            models.CheckConstraint(condition=~Q(state="open") | Q(since__isnull=False), name="supervised_since_a_day"),
            models.CheckConstraint(
                condition=(Q(similar=[]) & Q(over=[])) | ~Q(although=""), name="twice_only_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state", "-id"], name="supervised_of_a_region"),
            models.Index(fields=["unit", "proposed_at"], name="supervised_of_a_unit"),
        ]

    def __str__(self) -> str:
        return self.title


class Limit(AppendOnly):
    """频次上限: how often a unit may be supervised, in a region or everywhere, from a day on. Never changed: another
    row follows it."""

    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=12, choices=[(item.value, item.name) for item in What])
    days = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1) & Q(most__gte=1), name="limit_of_something"),
        ]
        indexes = [models.Index(fields=["what", "-valid_from"], name="limit_in_force")]

    def __str__(self) -> str:
        return f"{self.what} {self.most}/{self.days}"
