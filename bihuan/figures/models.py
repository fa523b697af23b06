"""Measures, occasions, figures, their totals, and facts."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Cast

from bihuan.figures.rules import DIGITS, PLACES, SUM_FIELDS, Kind, Sum, normal
from bihuan.history.append_only import AppendOnly
from bihuan.history.models import Entry
from bihuan.org.models import Edition, Region, Unit
from bihuan.reading.ranges import Range


def _book() -> models.CharField:
    """账本: what is counted together. "" is the real one, any other name model data or a rehearsal (docs/adr/0004)."""
    return models.CharField(max_length=20, blank=True)


def _bound(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, **options)


WHOLE_BITS = 35
# A value that is one whole number of less than 35 bits, both bounds included: nearly all are. So a recount of millions
# need not ask this of each one's exact bounds.
_ONE_NUMBER = (
    models.Q(low=models.F("high"), low_open=False, high_open=False, low__gte=0, low__lt=2**WHOLE_BITS)
) & models.Q(low=models.Func(models.F("low"), function="trunc"))


class Measure(models.Model):
    """指标: what is counted. Its definition stands in its versions."""

    code = models.CharField(max_length=60, unique=True)
    owner = models.CharField(max_length=60)  # "national": the shipped catalogue
    year = models.PositiveSmallIntegerField(null=True)
    name = models.CharField(max_length=60)
    synonyms = ArrayField(models.TextField(), default=list)
    stock = models.BooleanField(default=False)  # its newest definition combines by the newest value: see `Stock`

    def __str__(self) -> str:
        return self.name


class MeasureVersion(AppendOnly):
    """A definition of a measure: facts name the version and the hash that they were made under."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "version"], name="measure_version_once")]

    def __str__(self) -> str:
        return f"{self.measure_id} v{self.version}"


class Occasion(AppendOnly):
    """场合: where, when and by whom something was done, on which figures stand.

    It never changes, nor do its regions: what a figure on a joint occasion is booked as depends on them. A wrong one is
    left, and the figures are corrected onto a right one.
    """

    book = _book()
    key = models.CharField(max_length=200, null=True, unique=True)
    name = models.TextField()
    start = models.DateField()
    end = models.DateField()
    host = models.TextField(blank=True)
    source = models.TextField(blank=True)
    joint = models.BooleanField()  # of several regions
    regions = models.ManyToManyField(Region, through="OccasionRegion", related_name="+")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(end__gte=models.F("start")), name="occasion_days")]

    def __str__(self) -> str:
        return self.name


class OccasionRegion(AppendOnly):
    """A region that took part in an occasion."""

    occasion = models.ForeignKey(Occasion, models.PROTECT, related_name="places")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occasion", "region"], name="region_once_an_occasion")]

    def __str__(self) -> str:
        return f"{self.occasion_id}: {self.region_id}"


class Figure(models.Model):
    """数: the identity of a value. What it says stands in its revisions; `version` names the one that holds."""

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.name) for kind in Kind])
    book = _book()  # never changes
    key = models.CharField(max_length=200, null=True, unique=True)  # the same key is filed once
    version = models.PositiveIntegerField(default=1)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in Kind]), name="figure_kind")
        ]
        indexes = [
            models.Index(
                fields=["id"],
                include=["version", "withdrawn", "kind", "book"],
                condition=models.Q(version__gt=1)
                | models.Q(withdrawn=True)
                | ~models.Q(kind="record")
                | ~models.Q(book=""),
                name="figure_odd",  # all but the plain records of the real book: a recount asks for them
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} v{self.version}"


class Closing(AppendOnly):
    """关账: the records of a book that count in a region, or below it, on some days, stand as they are.

    Nothing takes a closing back; an `Erratum` lets single changes through.
    """

    book = _book()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")  # what "below" means, and meant
    first = models.DateField()
    last = models.DateField()  # included
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "region", "edition", "first", "last"], name="closed_once"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="closing_days"),
        ]
        indexes = [models.Index(fields=["book", "last"], name="closings_by_day")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.first}–{self.last}"

    @property
    def key(self) -> str:
        """Its name in the history."""
        return f"{self.region_id}:{self.first.isoformat()}:{self.last.isoformat()}:{self.book}"


class Erratum(AppendOnly):
    """勘误: lets the changes of the one transaction that opens it through a closing, and says why."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="errata")
    reason = models.TextField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "errata"

    def __str__(self) -> str:
        return self.reason


class Revision(AppendOnly):
    """What a figure says since its version: a range, as printed, for a place and a time."""

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    measures = ArrayField(models.CharField(max_length=60))  # sorted codes: the basket; empty where the noun is unknown
    classifier = models.CharField(max_length=20, blank=True)
    low = _bound()
    high = _bound()
    low_open = models.BooleanField(default=False)  # the bound itself is excluded
    high_open = models.BooleanField(default=False)
    whole = models.GeneratedField(
        expression=models.Case(models.When(_ONE_NUMBER, then=Cast("low", models.BigIntegerField()))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    printed = models.TextField()
    form = models.CharField(max_length=20)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")  # a record's leaf, a statement's scope
    period_start = models.DateField()
    period_end = models.DateField()  # the day on which the value counts
    occasion = models.ForeignKey(Occasion, models.PROTECT, null=True, related_name="revisions")
    stated_by = models.TextField(blank=True)  # as printed
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    origin = models.JSONField(default=dict)  # submission, span, digest of the source; or the person who typed it
    withdrawn = models.BooleanField(default=False)
    erratum = models.ForeignKey(  # that let it through a closing
        Erratum, models.PROTECT, null=True, related_name="revisions", db_index=False
    )
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["figure", "version"], name="revision_once_a_version"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="revision_period"
            ),
            models.CheckConstraint(
                condition=models.Q(low=None) | models.Q(high=None) | models.Q(low__lte=models.F("high")),
                name="revision_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "period_end"]),
            models.Index(fields=["erratum"], condition=models.Q(erratum__isnull=False), name="revisions_by_erratum"),
            BrinIndex(fields=["period_end"], name="revision_by_day"),  # a day's rows lie close together
        ]

    def __str__(self) -> str:
        return self.printed

    @cached_property
    def value(self) -> Range:
        return normal(Range(self.low, self.high, self.low_open, self.high_open))


class Summed(models.Model):
    """The columns of a `rules.Sum`."""

    low = models.DecimalField(max_digits=DIGITS + 10, decimal_places=PLACES)
    high = models.DecimalField(max_digits=DIGITS + 10, decimal_places=PLACES)
    low_unbounded = models.BigIntegerField()
    high_unbounded = models.BigIntegerField()
    low_excluded = models.BigIntegerField()
    high_excluded = models.BigIntegerField()
    count = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def sum(self) -> Sum:
        return Sum(*(getattr(self, name) for name in SUM_FIELDS))


class Keeping(models.Model):
    """An edition of the tree for which totals are kept. See `actions.folding`."""

    edition = models.OneToOneField(Edition, models.PROTECT, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.edition_id)


class Delta(Summed):
    """A change at one node that the totals above it do not hold yet."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    book = _book()
    path = models.CharField(max_length=32, db_collation="C")  # of the node
    day = models.DateField()
    basket = ArrayField(models.CharField(max_length=60))
    classifier = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["edition", "path", "day"])]

    def __str__(self) -> str:
        return f"{self.path} {self.day}: {self.count}"


class Total(Summed):
    """The sum of all folded deltas at and below a node, for one day, basket and classifier."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    book = _book()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    day = models.DateField()
    basket = ArrayField(models.CharField(max_length=60))
    classifier = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "book", "region", "day", "basket", "classifier"], name="total_once_a_node_and_day"
            )
        ]
        indexes = [BrinIndex(fields=["day"], name="total_by_day")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}: {self.count}"


class Stock(Summed):
    """存量: newest values of a measure that is a stock, which begin to hold on a day and are followed by others on
    another.

    Over a span of days those count that begin within it and last beyond its end. "own" are of the place itself, one a
    day; "below" the sums of those of all places below it. "joint" is no value: it says that something of a joint
    occasion was filed for that day at or below the place, where only the figures themselves tell what is newest.
    """

    PARTS = ("own", "below", "joint")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    book = _book()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False)
    basket = ArrayField(models.CharField(max_length=60))
    classifier = models.CharField(max_length=20, blank=True)
    day = models.DateField()
    until = models.DateField()  # not included; `rules.NEVER` where nothing newer is there
    part = models.CharField(max_length=5, choices=[(part, part) for part in PARTS])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "book", "region", "basket", "classifier", "day", "until", "part"], name="stock_once"
            )
        ]
        indexes = [
            models.Index(fields=["edition", "region", "until"], name="stock_that_holds"),
            models.Index(fields=["id"], condition=models.Q(count=0) & ~models.Q(part="joint"), name="stock_of_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}–{self.until}: {self.count}"


class Fact(AppendOnly):
    """事实: a number as a paper used it, with all that is needed to compute it again.

    `digest` is over everything else here but `entry`; the history row repeats it, so that the chain vouches for it.
    """

    public_id = models.CharField(max_length=16, unique=True)
    definition = models.JSONField()  # what it is: see `queries.facts`
    measures = models.JSONField()  # [[code, version, sha256], …]
    as_of = models.BigIntegerField()  # position of the seal
    as_of_digest = models.CharField(max_length=64)
    low = _bound()
    high = _bound()
    low_open = models.BooleanField()
    high_open = models.BooleanField()
    unit = models.CharField(max_length=20, blank=True)
    printed = models.TextField()
    form = models.CharField(max_length=20, blank=True)
    rule = models.TextField(blank=True)
    sources = models.JSONField()  # [[figure, version], …]
    rows_digest = models.CharField(max_length=80)  # "sha256:…" over the revisions named in sources
    digest = models.CharField(max_length=80)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.public_id}: {self.printed}"

    @property
    def value(self) -> Range:
        return normal(Range(self.low, self.high, self.low_open, self.high_open))


class PlausibilityAnswer(AppendOnly):
    """What was answered when a rule asked about a number; the newest one counts, for the numbers it was given for."""

    book = _book()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    rule = models.CharField(max_length=60)
    row = models.TextField()  # measures and classifiers: see `queries.plausibility.row_text`
    seen = models.TextField()
    text = models.TextField()
    by = models.TextField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["region", "period_start", "period_end"], name="answers_to_doubts")]

    def __str__(self) -> str:
        return f"{self.rule} {self.row}: {self.text}"
