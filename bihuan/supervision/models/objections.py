"""Conclusions (督查结论), and objections to them (异议、复核)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.loop.models import Matter
from bihuan.org.models import Region, Unit
from bihuan.supervision.models.mandates import Mandate
from bihuan.supervision.models.rounds import Round
from bihuan.supervision.rules import ReviewOutcome


class Conclusion(models.Model):
    """督查结论: what supervision found of a unit, in writing, fed back to it (条例第十六条). It is never changed: a
    review that changes it makes another one."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="conclusions")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")  # what it is about
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="conclusions")
    book = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    makers = ArrayField(models.CharField(max_length=100), default=list)  # 参与作出结论的人: recuse in a review
    received_by = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(null=True)  # from this day on runs the time for an objection
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~(Q(received_by="") ^ Q(received_at=None)), name="conclusion_received_by_and_at"
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="conclusion_replaced_once"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "-id"], name="conclusion_of_a_region"),
            models.Index(fields=["unit", "-id"], name="conclusion_on_a_unit"),
        ]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """异议: a unit asks for a review of a conclusion; `matter` is the review's loop."""

    conclusion = models.OneToOneField(Conclusion, models.PROTECT, related_name="objection")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # who objects
    book = models.CharField(max_length=20, blank=True)
    grounds = models.TextField()
    lodged_by = models.CharField(max_length=100)
    lodged_at = models.DateTimeField()
    decide_by = models.DateField()  # 条例第十七条
    outcome = models.CharField(max_length=10, blank=True, choices=[(item.value, item.name) for item in ReviewOutcome])
    decision = models.TextField(blank=True)
    reviewed_by = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region", "-id"], name="objection_in_a_region")]

    def __str__(self) -> str:
        return f"{self.conclusion_id}: {self.unit_id}"
