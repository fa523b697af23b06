"""Light rules in force."""

from __future__ import annotations

from django.db import models

from bihuan.history.models import AppendOnly
from bihuan.org.models import Region


class LightRules(AppendOnly):
    """亮灯规则 of a region and all below it, from a day on, until others follow. `rules`: as `light_rules.rule_set`
    reads them, kept whole, so that what was lit by them can be read for ever."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)  # of the preset, or what a place calls its own
    rules = models.JSONField()
    valid_from = models.DateField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "light rules"
        indexes = [models.Index(fields=["region", "-valid_from", "-id"], name="light_rules_in_force")]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"
