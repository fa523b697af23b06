"""Forms in versions, what units handed in by them, and files that are looked at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.components.uploads import Upload
from bihuan.history.append_only import AppendOnly
from bihuan.org.models import Region, Unit
from bihuan.statistics.rules import Definition, Handed, definition


class Form(models.Model):
    """统计表: its identity. `region`: for which it was made, and all below; None: shipped with the program, for all.
    `example`: ours, made after what published totals prove, not an official form."""

    code = models.CharField(max_length=40, unique=True)  # expected lists name it
    name = models.CharField(max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    example = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # the one that holds
    retired = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class FormVersion(AppendOnly):
    """A definition of a form with the workbook whose layout it keeps; for ever, since returns name it."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()  # rules.Definition
    workbook = models.BinaryField()
    digest = models.CharField(max_length=64)  # of body and workbook
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form_id} v{self.number}"

    @property
    def definition(self) -> Definition:
        return definition(self.body)


class TemplateDraft(Upload):
    """An empty form that somebody uploaded, while its cells are being told what they count."""


class HandedDraft(Upload):
    """A filled-in form that its unit is looking at: as a file, or as it was typed on the page."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    typed = models.JSONField(null=True)  # by address, where there is no file


class Return(models.Model):
    """填报: a unit handed a form in for a period. Its numbers are the records; here stands that it was done."""

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="returns")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book = models.CharField(max_length=20, blank=True)
    first = models.DateField()
    last = models.DateField()
    times = models.PositiveIntegerField(default=1)  # handed in again: counted up
    state = models.CharField(max_length=10, choices=[(state.value, state.name) for state in Handed], default=Handed.IN)
    step = models.PositiveIntegerField(default=1)  # counted up by whatever is done with it
    hands = models.JSONField(default=list)  # who handed it in: they do not accept it
    judged_by = models.CharField(max_length=100, blank=True)
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # of a return
    given = models.JSONField(default=dict)  # address → what the unit wrote
    digest = models.CharField(max_length=64)  # of what was shown and confirmed
    shown = models.JSONField()  # address → what the records say now that it is handed in
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "unit", "first"], name="return_once_a_period"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="return_period"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="return_with_reason"),
        ]
        indexes = [models.Index(fields=["region", "-first"])]

    def __str__(self) -> str:
        return f"{self.version_id} ← {self.unit_id} {self.first}"
