"""Who was to be taught, and who was."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.activities.models.recording import Activity
from bihuan.campaigns.models import Campaign
from bihuan.components.uploads import Upload
from bihuan.org.models import Person, Region, Unit


class TrainingRoster(models.Model):
    """培训对象名册: those whom a unit is to reach, of one target role. It is what coverage is a part of."""

    book = models.CharField(max_length=20, blank=True)  # never changes
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # who keeps it
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # whose people it lists
    target = models.CharField(max_length=40)  # code of an audience
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)  # counts every change of its entries
    closed_on = models.DateField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "-id"], name="rosters_of_a_region")]

    def __str__(self) -> str:
        return self.name


class RosterEntry(models.Model):
    """One who is to be reached: a person of the directory, or as they were written down. Taken off, the row stays:
    they were taught or not, but are counted no more."""

    roster = models.ForeignKey(TrainingRoster, models.PROTECT, related_name="entries")
    order = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit_words = models.CharField(max_length=100, blank=True)
    duty = models.CharField(max_length=60, blank=True)  # 职务
    removed_by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "roster entries"
        constraints = [
            models.UniqueConstraint(fields=["roster", "order"], name="roster_order"),
            models.UniqueConstraint(
                fields=["roster", "name", "unit_words", "duty"],
                condition=Q(removed_at=None),
                name="roster_entry_once",
            ),
            models.UniqueConstraint(
                fields=["roster", "person"],
                condition=Q(removed_at=None, person__isnull=False),
                name="roster_person_once",
            ),
            models.CheckConstraint(condition=~(Q(removed_by="") ^ Q(removed_at=None)), name="roster_entry_removed"),
        ]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """One of a roster came to a session. An error is taken out: a history row says so."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="attended")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="attended")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "entry"], name="attended_once_a_session")]
        indexes = [models.Index(fields=["entry"])]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.entry_id}"


class Certificate(models.Model):
    """证书 that one of a roster holds."""

    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="certificates")
    name = models.CharField(max_length=100)
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    removed_by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "number"], condition=Q(removed_at=None), name="certificate_number_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")), name="certificate_days"
            ),
            models.CheckConstraint(condition=~(Q(removed_by="") ^ Q(removed_at=None)), name="certificate_removed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class RosterSheet(Upload):
    """A filled-in table that its sender is looking at: people for a roster, or who of it came to a session."""

    roster = models.ForeignKey(TrainingRoster, models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, models.CASCADE, null=True, related_name="+")  # the session
