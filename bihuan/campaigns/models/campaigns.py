"""Campaigns (活动), and the lists of units (单位名单) that their plans speak of."""

from __future__ import annotations

import datetime as dt

from django.db import models

from bihuan.org.models import Edition, Region, Unit


class Campaign(models.Model):
    """活动: a period with a theme, in a region and all below it. It pins the edition of the tree that it is counted in,
    so that a later tree changes none of its numbers.

    `issuer` signs its papers and keeps its matters (州安委办); `working_body` is the office that does the work
    (州应急局): the same people under two names, so two units.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    theme = models.CharField(max_length=60, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    book = models.CharField(max_length=20, blank=True)  # "": real; else model data, see docs/adr/0004
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    times = models.PositiveSmallIntegerField(null=True)  # 届次: 第22个
    basis_title = models.CharField(max_length=200, blank=True)  # 依据: the upper paper
    basis_number = models.CharField(max_length=60, blank=True)
    issuer = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    working_body = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")  # the one it was started from
    version = models.PositiveIntegerField(default=1)

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

    @property
    def basis(self) -> str:
        """The upper paper, as it is cited; "" where none is named."""
        number = f"（{self.basis_number}）" if self.basis_number else ""
        return f"《{self.basis_title}》{number}" if self.basis_title else ""

    @property
    def page(self) -> str:
        """The address of what it adds up to, a page of the rooms above."""
        return f"/campaigns/{self.pk}/"


class UnitList(models.Model):
    """单位名单: units that papers call by one word: 各县（市）, 各成员单位."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="unit_lists")
    name = models.CharField(max_length=40)
    group = models.CharField(max_length=20, blank=True)  # which word of a division of work means it: "counties"
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="unit_list_once_a_campaign")]

    def __str__(self) -> str:
        return self.name


class Listed(models.Model):
    """One unit of a list."""

    unit_list = models.ForeignKey(UnitList, models.CASCADE, related_name="listed")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit_list", "unit"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.unit_list_id}: {self.unit_id}"
