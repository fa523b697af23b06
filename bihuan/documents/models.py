"""Official papers (公文): their life, numbers, printed files and receipts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.documents.rules import Format, Relation, State
from bihuan.history.models import AppendOnly
from bihuan.org.models import Region, Unit


class Series(models.Model):
    """One run of numbers: a prefix and a year, counted without a gap from 1."""

    prefix = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕"


class Document(models.Model):
    """One paper. `paper` holds its content (see `paper.Paper.to_dict`); from SIGNED on it never changes."""

    key = models.CharField(
        max_length=64, unique=True
    )  # made by the caller: drafting the same thing twice gives one paper
    state = models.CharField(
        max_length=10, choices=[(state.value, state.name) for state in State], default=State.DRAFT.value
    )
    version = models.PositiveIntegerField(default=1)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # of the authority whose paper it is
    book = models.CharField(max_length=20, blank=True)  # "" for the real one, else a book of model data
    title = models.CharField(max_length=200)
    paper = models.JSONField()
    prefix = models.CharField(max_length=30)
    number = models.CharField(max_length=60, blank=True)
    check_code = models.CharField(max_length=9, unique=True)
    drafted_by = models.CharField(max_length=100)
    drafted_at = models.DateTimeField()
    writers = ArrayField(models.CharField(max_length=100), default=list)  # all who wrote in it, the drafter first
    offered = models.JSONField(default=list)  # every bound number it ever had, in order; see `editing.numbers_of`
    last_edit = models.CharField(max_length=64, blank=True)  # digest of the last edit, so that its repeat is harmless
    returned_by = models.CharField(max_length=100, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    checked_by = models.CharField(max_length=100, blank=True)
    checked_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)
    refers_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="referred_by")
    relation = models.CharField(max_length=10, blank=True, choices=[(item.value, item.name) for item in Relation])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="document_state"),
            models.CheckConstraint(condition=~(Q(checked_by="") ^ Q(checked_at=None)), name="checked_by_and_at"),
            models.CheckConstraint(condition=~(Q(signed_by="") ^ Q(signed_at=None)), name="signed_by_and_at"),
            # Nobody closes their own loop: the three of 拟稿、核稿、签发 are three people.
            models.CheckConstraint(
                condition=~Q(checked_by=F("drafted_by")) & (Q(signed_by="") | ~Q(signed_by=F("checked_by"))),
                name="three_people",
            ),
            models.CheckConstraint(condition=~Q(signed_by=F("drafted_by")), name="drafter_does_not_sign"),
            models.CheckConstraint(
                condition=~Q(writers__contains=[F("checked_by")]) & ~Q(writers__contains=[F("signed_by")]),
                name="no_writer_checks_or_signs",
            ),
            models.CheckConstraint(condition=~(Q(returned_by="") ^ Q(returned_at=None)), name="returned_by_and_at"),
            models.CheckConstraint(condition=~(Q(refers_to=None) ^ Q(relation="")), name="refers_with_relation"),
        ]
        indexes = [models.Index(fields=["state", "-id"]), models.Index(fields=["region", "-id"])]

    def __str__(self) -> str:
        return self.number or self.title


class Number(AppendOnly):
    """发文字号: a number that was taken, for ever."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="numbers")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="numbers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="number_once")]

    def __str__(self) -> str:
        return f"{self.series}{self.number}号"


class VoidNumber(AppendOnly):
    """A taken number whose paper could not be printed; it is not given again."""

    number = models.OneToOneField(Number, models.PROTECT, related_name="void")
    reason = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} 作废"


class Printing(AppendOnly):
    """One printed file of a document, kept by its SHA-256."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="printings")
    format = models.CharField(max_length=4, choices=[(item.value, item.name) for item in Format])
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "format"], name="printed_once")]

    def __str__(self) -> str:
        return f"{self.document} {self.format}"


class Receipt(AppendOnly):
    """签收: a unit has the paper."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="receipts")
    unit = models.CharField(max_length=100)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "unit"], name="one_receipt_a_unit")]

    def __str__(self) -> str:
        return f"{self.document} {self.unit}"


class Delivery(models.Model):
    """分发: an issued paper goes to a unit, which signs for it."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="deliveries")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, related_name="delivery")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["document", "unit"], name="delivered_once_a_unit")]
        indexes = [models.Index(fields=["unit"], condition=Q(receipt=None), name="delivery_unsigned")]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.unit_id}"
