"""The official lists, as they came."""

from __future__ import annotations

from django.db import models

from bihuan.history.append_only import AppendOnly


class YearList(AppendOnly):
    """The holidays and worked weekend days of one year, from one source. The newest of a year holds; older ones stay,
    for what was counted by them. Its key is the version of the calendar from then on."""

    year = models.PositiveSmallIntegerField(db_index=True)
    source = models.CharField(max_length=200)  # the notice's title and number, or the package
    digest = models.CharField(max_length=64)  # of its days
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.year}: {self.source}"


class SpecialDay(AppendOnly):
    """One day of a list: off, or worked."""

    year_list = models.ForeignKey(YearList, models.PROTECT, related_name="days")
    day = models.DateField()
    off = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year_list", "day"], name="special_day_once_a_list")]

    def __str__(self) -> str:
        return f"{self.day} {'off' if self.off else 'on'}"
