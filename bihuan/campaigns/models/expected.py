"""Expected lists (应报清单): what should come, from whom, by when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bihuan.campaigns.models.campaigns import Campaign
from bihuan.campaigns.models.plans import Plan
from bihuan.history.models import AppendOnly
from bihuan.org.models import Edition, Unit


class ExpectedList(models.Model):
    """应报清单: frozen when its plan is published. It pins the edition of the tree, so that no later tree changes
    a rate. `replaced`: a later version of the plan asks for it anew."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="expected_lists")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="expected_lists")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    due_on = models.DateField()
    digest = models.CharField(max_length=64)  # of its units
    replaced = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "form", "due_on"], name="expected_list_once_a_plan"),
            models.UniqueConstraint(
                fields=["campaign", "form", "due_on"], condition=Q(replaced=False), name="one_standing_expected_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_on}"


class Expected(AppendOnly):
    """One unit from which something should come; for ever."""

    expected_list = models.ForeignKey(ExpectedList, models.PROTECT, related_name="rows")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expected_list", "unit"], name="expected_once")]

    def __str__(self) -> str:
        return f"{self.expected_list_id} ← {self.unit_id}"


class Exemption(AppendOnly):
    """A unit need not hand it in after all, for a reason."""

    expected = models.OneToOneField(Expected, models.PROTECT, related_name="exemption")
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.expected_id}: {self.reason}"
