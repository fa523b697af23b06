"""Talks (约谈) and circulars (通报表扬、批评): none without a leader's approval (条例第二十一条)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.documents.models import Document
from bihuan.loop.models import Matter
from bihuan.org.models import Region, Unit
from bihuan.supervision.models.mandates import Mandate
from bihuan.supervision.rules import ProposalState


class _Proposed(models.Model):
    """What one person proposes and another, a leader, approves."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=10, default=ProposalState.PROPOSED.value, choices=[(item.value, item.name) for item in ProposalState]
    )
    title = models.CharField(max_length=200)
    grounds = models.TextField()  # 事由
    although = models.TextField(blank=True)
    proposed_by = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.TextField(blank=True)
    done_by = models.CharField(max_length=100, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="%(class)s_by_two_people"),
            models.CheckConstraint(
                condition=~(Q(decided_by="") ^ Q(decided_at=None)), name="%(class)s_decided_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | ~Q(decided_by=""), name="%(class)s_after_a_decision"
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "-id"], name="%(class)s_of_a_region")]

    def __str__(self) -> str:
        return self.title


class Talk(_Proposed):
    """约谈 of those in charge of a unit."""

    held_on = models.DateField(null=True)
    place = models.CharField(max_length=100, blank=True)
    attended = models.CharField(max_length=200, blank=True)  # 约谈人、被约谈人
    record = models.TextField(blank=True)  # 约谈纪要


class Circular(_Proposed):
    """通报: praise or criticism, and its paper."""

    praise = models.BooleanField()
    correct_by = models.DateField(null=True)  # 限期整改
    paper = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
