"""试卷与积分: written by the intake alone (but corrections), a batch a transaction. The points of anybody are the sum
of what their sheets and corrections count; nothing else keeps a participant's total.

No foreign keys to check while a batch is written: the intake is the only writer and made each key itself.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.contest.models.contests import Contest
from bihuan.contest.rules import MOST_SHEETS, Ended
from bihuan.history.append_only import AppendOnly


class Term(models.Model):
    """How often an intake has begun: one that finds another number than its own has been replaced, and ends."""

    number = models.PositiveBigIntegerField(default=0)


class Participant(models.Model):
    """参与者: a token on a device. `key`: made by the device, so that entering again at once gives one. `address`,
    `device`: marks by which clusters are found, emptied with the names when the prizes are given out."""

    pk = models.CompositePrimaryKey("contest", "number")
    contest = models.ForeignKey(Contest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    number = models.PositiveIntegerField()  # from 1, in the order of entering
    unit = models.PositiveIntegerField()  # ContestUnit.number
    key = models.UUIDField()
    day = models.DateField()
    at = models.DateTimeField()
    address = models.BigIntegerField(default=0)
    device = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["contest", "unit"], name="participant_by_unit")]


class Start(AppendOnly):
    """A sheet that was given out: its clock runs by the server's time."""

    pk = models.CompositePrimaryKey("contest", "participant", "day", "ordinal")
    contest = models.ForeignKey(Contest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    participant = models.PositiveIntegerField()
    day = models.DateField()
    ordinal = models.PositiveSmallIntegerField()
    pool = models.PositiveIntegerField()
    rules = models.PositiveIntegerField()
    at = models.DateTimeField()


class Sheet(AppendOnly):
    """答卷: one a participant, day and ordinal, which is the quota. `answers`: a byte a question in the order drawn,
    bit n for the option n. `points`: of the sheet; `counted`: what it adds to the total by the rules. `key`: made by
    the device."""

    pk = models.CompositePrimaryKey("contest", "participant", "day", "ordinal")
    contest = models.ForeignKey(Contest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    participant = models.PositiveIntegerField()
    day = models.DateField()
    ordinal = models.PositiveSmallIntegerField()
    unit = models.PositiveIntegerField()
    pool = models.PositiveIntegerField()
    rules = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ms = models.PositiveIntegerField()
    ended = models.PositiveSmallIntegerField(choices=[(each.value, each.name) for each in Ended])
    answers = models.BinaryField()
    right = models.PositiveSmallIntegerField()
    points = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    key = models.UUIDField()
    allowed = models.PositiveSmallIntegerField()  # sheets a day by its rules

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ordinal__gte=1, ordinal__lte=F("allowed"), allowed__lte=MOST_SHEETS), name="sheet_quota"
            ),
            models.CheckConstraint(condition=Q(counted__lte=F("points")), name="sheet_counts_its_points"),
        ]


class Correction(AppendOnly):
    """更正: a sheet struck out, a key put right. `points`: what it adds to the participant's and the unit's total."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="+")
    participant = models.PositiveIntegerField()
    day = models.DateField()
    ordinal = models.PositiveSmallIntegerField()
    unit = models.PositiveIntegerField()
    right = models.SmallIntegerField()
    points = models.IntegerField()
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["contest", "participant", "day", "ordinal"], name="correction_of_sheet"),
            models.Index(fields=["contest", "unit"], name="correction_by_unit"),
        ]


class UnitPoints(models.Model):
    """单位积分: people, sheets and points of a unit, kept in the transaction of each batch and each correction."""

    pk = models.CompositePrimaryKey("contest", "unit")
    contest = models.ForeignKey(Contest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    unit = models.PositiveIntegerField()
    people = models.PositiveIntegerField(default=0)  # who handed in at least one sheet
    sheets = models.PositiveBigIntegerField(default=0)
    right = models.BigIntegerField(default=0)
    points = models.BigIntegerField(default=0)
