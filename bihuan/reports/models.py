"""Reports that units hand in (报送)."""

from __future__ import annotations

from django.db import models

from bihuan.org.models import Region


class Submission(models.Model):
    """One report as it was handed in. Its text never changes; a later one of the same place and period replaces it."""

    book = models.CharField(max_length=20, blank=True)  # "": real; else model data, see docs/adr/0004
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    name = models.CharField(max_length=200)  # of the file
    text = models.TextField()
    sha256 = models.CharField(max_length=64)  # of the text in UTF-8
    received_by = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "sha256"], name="submission_once"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="submission_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name
