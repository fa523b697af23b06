"""Rounds at irregular times, and what they find."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.loop.models import Matter
from bihuan.org.models import Person, Region, Unit
from bihuan.supervision.models.mandates import Mandate
from bihuan.supervision.rules import RoundState


class Round(models.Model):
    """督查轮次 (不定期、分时段): a team with its leader, a plan, days that the units are not told before."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="rounds")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # the mandate's
    number = models.PositiveSmallIntegerField()  # from 1, of the mandate
    book = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=10, default=RoundState.PLANNED.value, choices=[(item.value, item.name) for item in RoundState]
    )
    title = models.CharField(max_length=200)
    leader = models.ForeignKey(Person, models.PROTECT, related_name="+")  # 组长 (条例第八条)
    plan = models.TextField()  # 督查方案 (条例第十五条)
    first_day = models.DateField()
    last_day = models.DateField()
    summary = models.TextField(blank=True)
    planned_by = models.CharField(max_length=100)
    planned_at = models.DateTimeField()
    approved_by = models.CharField(max_length=100, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "number"], name="round_once_a_mandate"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="round_days"),
            models.CheckConstraint(condition=~Q(approved_by=F("planned_by")), name="round_by_two_people"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | ~Q(approved_by=""), name="round_after_an_approval"
            ),
            models.CheckConstraint(condition=~(Q(approved_by="") ^ Q(approved_at=None)), name="round_approved_by_at"),
        ]
        indexes = [models.Index(fields=["region", "state", "-id"], name="round_of_a_region")]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """督查组成员."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="member_once_a_round")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.person_id}"


class Look(models.Model):
    """查看: what a round looks at in a unit; `follow_up_of` what an earlier round found there (跟进督办)."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="looks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    follow_up_of = models.ForeignKey("Finding", models.PROTECT, null=True, related_name="follow_ups")
    seen = models.TextField(blank=True)  # 查看情况
    looked_by = models.CharField(max_length=100, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "follow_up_of"], condition=Q(follow_up_of__isnull=False), name="followed_up_once"
            ),
            models.UniqueConstraint(
                fields=["round", "matter"],
                condition=Q(matter__isnull=False) & Q(follow_up_of=None),
                name="looked_at_once_a_round",
            ),
            models.CheckConstraint(condition=~(Q(looked_by="") ^ Q(looked_at=None)), name="looked_by_and_at"),
        ]
        indexes = [models.Index(fields=["unit", "looked_at"], name="look_at_a_unit")]

    def __str__(self) -> str:
        return self.what


class Finding(models.Model):
    """发现的问题: open until a person says that it is settled; every round until then looks at it again."""

    look = models.ForeignKey(Look, models.PROTECT, related_name="findings")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    text = models.TextField()
    found_by = models.CharField(max_length=100)
    found_at = models.DateTimeField()
    settled_by = models.CharField(max_length=100, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~(Q(settled_by="") ^ Q(settled_at=None)), name="settled_by_and_at"),
            models.CheckConstraint(condition=Q(settled_by="") | ~Q(settled_text=""), name="settled_with_words"),
        ]
        indexes = [models.Index(fields=["region"], condition=Q(settled_at=None), name="finding_open")]

    def __str__(self) -> str:
        return self.text[:60]
