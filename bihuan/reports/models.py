"""Reports that units hand in (报送), and what was read from each (读数)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.campaigns.models import Campaign
from bihuan.components.uploads import Upload
from bihuan.figures.models import Figure
from bihuan.figures.rules import DIGITS, PLACES, normal
from bihuan.org.models import Region, Unit
from bihuan.reading.ranges import Range
from bihuan.reports.rules import Mark, Standing, State


class Submission(models.Model):
    """One report as it was handed in. Its text never changes; a later one of the same unit and period replaces it."""

    book = models.CharField(max_length=20, blank=True)  # "": real; else model data, see docs/adr/0004
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # whose report it is
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # who handed it in, where one did
    period_start = models.DateField()
    period_end = models.DateField()
    name = models.CharField(max_length=200)  # of the file
    text = models.TextField()
    sha256 = models.CharField(max_length=64)  # of the text in UTF-8
    text_end = models.PositiveIntegerField()  # characters: what stands behind is not part of the report
    lints = models.JSONField(default=list)  # [{code, severity, start, end, zh, en}, …] as they were found on arrival
    state = models.CharField(
        max_length=10, choices=[(state.value, state.name) for state in State], default=State.HANDED_IN.value
    )
    version = models.PositiveIntegerField(default=1)  # counts the changes of its state
    hands = ArrayField(models.CharField(max_length=100), default=list)  # all who handed in, decided or confirmed
    received_by = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=100, blank=True)
    accepted_at = models.DateTimeField(null=True)
    returned_by = models.CharField(max_length=100, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "sha256", "region", "unit"],
                condition=Q(replaced_by=None) & ~Q(state=State.RETURNED.value),
                nulls_distinct=False,
                name="submission_stands_once",
            ),
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="submission_period"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="submission_state"),
            models.CheckConstraint(
                condition=~(Q(confirmed_by="") ^ Q(confirmed_at=None)), name="submission_confirmed_by_and_at"
            ),
            models.CheckConstraint(
                condition=~(Q(accepted_by="") ^ Q(accepted_at=None))
                & ~(Q(state=State.ACCEPTED.value) ^ Q(accepted_at__isnull=False)),
                name="submission_accepted_by_and_at",
            ),
            models.CheckConstraint(
                condition=~(Q(returned_by="") ^ Q(returned_at=None))
                & ~(Q(returned_reason="") ^ Q(returned_at=None))
                & ~(Q(state=State.RETURNED.value) ^ Q(returned_at__isnull=False)),
                name="submission_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CONFIRMED.value, State.ACCEPTED.value]) | Q(confirmed_at__isnull=False),
                name="submission_confirmed_first",
            ),
            # Nobody closes their own loop: who had a hand in it does not accept it.
            models.CheckConstraint(condition=~Q(hands__contains=[F("accepted_by")]), name="submission_own_loop"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["region", "-id"]),
            models.Index(fields=["unit", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name


def _bound() -> models.DecimalField:
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


@dataclass(frozen=True)
class Said:
    """What one figure says: as it was read, or as it was meant."""

    value: Range
    printed: str
    form: str
    measures: tuple[str, ...]
    classifier: str
    region: Region
    period: tuple[dt.date, dt.date]
    kind: Standing | None

    def as_json(self) -> dict[str, Any]:
        """The same for a row and for the history; the region is kept beside it."""
        low, high = (None if bound is None else format(bound, "f") for bound in (self.value.low, self.value.high))
        return {
            "low": low,
            "high": high,
            "low_open": self.value.low_open,
            "high_open": self.value.high_open,
            "printed": self.printed,
            "form": self.form,
            "measures": list(self.measures),
            "classifier": self.classifier,
            "region": self.region.name,
            "period": [day.isoformat() for day in self.period],
            "kind": str(self.kind) if self.kind else None,
        }

    @classmethod
    def from_json(cls, body: dict[str, Any], region: Region) -> Said:
        low, high = (None if body[name] is None else Decimal(body[name]) for name in ("low", "high"))
        first, last = (dt.date.fromisoformat(day) for day in body["period"])
        return cls(
            normal(Range(low, high, body["low_open"], body["high_open"])),
            body["printed"],
            body["form"],
            tuple(body["measures"]),
            body["classifier"],
            region,
            (first, last),
            Standing(body["kind"]) if body["kind"] else None,
        )


class Proposal(models.Model):
    """读数: what the reading proposes to take from one place of a report, and what a person decided about it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()  # in the order of the text, from 1
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    printed = models.TextField()
    form = models.CharField(max_length=20)
    low, high = _bound(), _bound()
    low_open = models.BooleanField(default=False)
    high_open = models.BooleanField(default=False)
    measures = ArrayField(models.CharField(max_length=60), default=list)
    classifier = models.CharField(max_length=20, blank=True)
    role = models.CharField(max_length=12)  # result, target, comparison, rule, rank
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    actor = models.CharField(max_length=200, blank=True)
    occasion = models.CharField(max_length=200)  # the sentence it stands in
    asked = models.BooleanField()  # the text does not decide whether it is a record or a statement
    likely = models.CharField(max_length=10)  # what it most likely is
    kind = models.CharField(max_length=10, blank=True)  # record or statement, as read or as chosen; "": undecided
    state = models.CharField(max_length=12, choices=[(mark.value, mark.name) for mark in Mark])
    version = models.PositiveIntegerField(default=1)
    meant = models.JSONField(null=True)  # of a corrected one: see `Said.as_json`
    meant_region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    figure = models.ForeignKey(Figure, models.PROTECT, null=True, related_name="+")  # what was filed from it
    known = models.ForeignKey(Figure, models.PROTECT, null=True, related_name="+")  # the record that says it already

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "start"], name="proposal_once_a_place"),
            models.CheckConstraint(condition=Q(state__in=[mark.value for mark in Mark]), name="proposal_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["", *(item.value for item in Standing)]), name="proposal_kind"
            ),
            models.CheckConstraint(
                condition=~(Q(decided_by="") ^ Q(decided_at=None))
                & ~(Q(state__in=[Mark.PENDING.value, Mark.NOT_COUNTED.value]) ^ Q(decided_at=None)),
                name="proposal_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=~(Q(state=Mark.CORRECTED.value) ^ Q(meant__isnull=False))
                & ~(Q(meant__isnull=True) ^ Q(meant_region=None)),
                name="proposal_corrected_with_meaning",
            ),
            models.CheckConstraint(
                condition=~Q(state=Mark.CONFIRMED.value) | ~Q(kind=""), name="proposal_confirmed_with_kind"
            ),
            models.CheckConstraint(
                condition=Q(figure=None) | Q(state__in=[Mark.CONFIRMED.value, Mark.CORRECTED.value]),
                name="proposal_filed_when_decided",
            ),
            models.CheckConstraint(
                condition=~(Q(state=Mark.KNOWN.value) ^ Q(known__isnull=False)), name="proposal_known_by_its_record"
            ),
        ]
        indexes = [models.Index(fields=["figure"], condition=Q(figure__isnull=False), name="proposal_filed")]

    def __str__(self) -> str:
        return self.printed

    @property
    def read(self) -> Said:
        """As it was read. `kind`: as read or as chosen."""
        return Said(
            normal(Range(self.low, self.high, self.low_open, self.high_open)),
            self.printed,
            self.form,
            tuple(self.measures),
            self.classifier,
            self.region,
            (self.period_start, self.period_end),
            Standing(self.kind) if self.kind else None,
        )

    @property
    def said(self) -> Said:
        """As it was meant where it was corrected, else as it was read."""
        if self.meant is None or self.meant_region is None:
            return self.read
        return Said.from_json(self.meant, self.meant_region)


class PastDraft(Upload):
    """A table of earlier years' values (往年值) that its sender is looking at."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    taken_over = models.JSONField(default=list)  # keys of the rows whose value is to replace the one in store
