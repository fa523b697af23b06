"""Expected lists (应报清单): what should come, from whom, by when; and what came of it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from bihuan.campaigns.models.campaigns import Campaign
from bihuan.campaigns.models.plans import Plan
from bihuan.campaigns.receiving import Kept, ReceiptState
from bihuan.history.models import AppendOnly
from bihuan.org.models import Edition, Region, Unit


class ExpectedList(models.Model):
    """应报清单: frozen when it is issued, with its plan or on its own. It pins the edition of the tree, so that no
    later tree changes a rate. `replaced`: a later version of the plan asks for it anew, or it was withdrawn."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="expected_lists")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="expected_lists")  # None: on its own
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    form = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    period_start = models.DateField()  # of what is reported
    period_end = models.DateField()
    due_on = models.DateField()
    due_at = models.DateTimeField()  # the moment on that day, close of business unless another hour is asked for
    digest = models.CharField(max_length=64)  # of its units
    replaced = models.BooleanField(default=False)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    reminds = models.BooleanField(default=False)  # by itself, once the issuing office has turned it on
    issued_by = models.CharField(max_length=100)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "form", "due_on"], name="expected_list_once_a_plan"),
            models.UniqueConstraint(
                fields=["campaign", "form", "due_on"], condition=Q(replaced=False), name="one_standing_expected_list"
            ),
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="expected_list_period"),
            models.CheckConstraint(condition=Q(withdrawn_reason="") | Q(replaced=True), name="expected_list_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_on}"

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """First and last day of what is reported."""
        return self.period_start, self.period_end


class Expected(AppendOnly):
    """One unit from which something should come; for ever. `region`: where it was when the list was issued, in the
    list's edition; a unit that moves afterwards changes no rate."""

    expected_list = models.ForeignKey(ExpectedList, models.PROTECT, related_name="rows")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expected_list", "unit"], name="expected_once")]

    def __str__(self) -> str:
        return f"{self.expected_list_id} ← {self.unit_id}"


class Receipt(models.Model):
    """What became of one line: nothing yet where there is none. `subject`: what came, in the room that keeps it."""

    expected = models.OneToOneField(Expected, models.PROTECT, related_name="receipt")
    state = models.CharField(max_length=10, choices=[(state.value, state.name) for state in ReceiptState])
    reason = models.CharField(max_length=500, blank=True)  # of a return
    arrived_at = models.DateTimeField(null=True)  # the moment that counts: see `receiving`
    first_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ReceiptState]), name="receipt_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"]) | Q(arrived_at__isnull=False),
                name="receipt_received_at",
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="receipt_returned_with_reason"),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="receipt_subject")]

    def __str__(self) -> str:
        return f"{self.expected_id}: {self.state}"

    @property
    def kept(self) -> Kept:
        """The same, for the rules."""
        return Kept(ReceiptState(self.state), self.reason, self.arrived_at, self.first_at, self.returned_at)


class Exemption(AppendOnly):
    """A unit need not hand it in after all, for a reason."""

    expected = models.OneToOneField(Expected, models.PROTECT, related_name="exemption")
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.expected_id}: {self.reason}"


class Reminder(AppendOnly):
    """催报: one unit was reminded of one line. Once a day for all that it owes, whoever reminds: the database sees to
    it."""

    expected = models.ForeignKey(Expected, models.PROTECT, related_name="reminders")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    people = models.PositiveIntegerField()  # to how many it went
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="one_reminder_a_unit_and_day")]

    def __str__(self) -> str:
        return f"{self.expected_id} {self.day}"
