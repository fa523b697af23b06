"""Campaigns (活动)."""

from __future__ import annotations

import datetime as dt

from django.db import models

from bihuan.org.models import Edition, Region


class Campaign(models.Model):
    """活动: a period with a theme, in a region and all below it. It pins the edition of the tree that it is counted in,
    so that a later tree changes none of its numbers."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    theme = models.CharField(max_length=60, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    book = models.CharField(max_length=20, blank=True)  # "": real; else model data, see docs/adr/0004
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "period_start", "period_end", "book"], name="campaign_once"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="campaign_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return self.period_start, self.period_end
