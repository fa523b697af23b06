"""The year around a campaign (全年): nodes that an office added, and what follows up a campaign."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.campaigns.models.campaigns import Campaign
from bihuan.loop.models import Matter
from bihuan.org.models import Region, Unit


class YearNode(models.Model):
    """A node of the year that an office added to the shipped ones. `dropped`: not shown any more."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    first_on = models.DateField()
    last_on = models.DateField()
    source = models.CharField(max_length=200)
    dropped = models.BooleanField(default=False)
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "book", "code"], name="year_node_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="year_node_days"),
        ]

    def __str__(self) -> str:
        return self.name


class FollowUp(models.Model):
    """下一步: what a campaign leaves to be done at a node of the year, as a duty of a unit: its matter."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="follow_ups")
    key = models.CharField(max_length=32)  # made by whoever asks: asking again gives what is there
    node = models.CharField(max_length=40, blank=True)  # its code; "": at no node
    node_name = models.CharField(max_length=60, blank=True)  # as it was called
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    due_on = models.DateField()
    paragraph = models.CharField(max_length=32, blank=True)  # of the plan that it comes from
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="follow_up_once")]
        indexes = [models.Index(fields=["campaign", "due_on"], name="follow_up_due")]

    def __str__(self) -> str:
        return self.title
