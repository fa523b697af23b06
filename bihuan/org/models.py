"""Regions (行政区划) and units (单位)."""

from __future__ import annotations

from django.db import models

from bihuan.org.rules import Level, Scheme


class Region(models.Model):
    """A place that is administered. Its codes, other names and neighbours change; its key does not."""

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=[(level.value, level.name) for level in Level])
    pinyin = models.CharField(
        max_length=200, db_index=True
    )  # sort key: the embedded server has no collation for Chinese

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=[level.value for level in Level]), name="region_level")
        ]

    def __str__(self) -> str:
        return self.name


class RegionCode(models.Model):
    """A code of a region, valid from a day (included) to a day (excluded; none: still valid)."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=20, choices=[(scheme.value, scheme.name) for scheme in Scheme])
    code = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="code_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")), name="code_days"
            ),
        ]
        indexes = [models.Index(fields=["scheme", "code"])]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class RegionAlias(models.Model):
    """Another name that people use: 积石山县, 临夏州. Several regions may share one (临夏)."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "alias"], name="alias_once")]

    def __str__(self) -> str:
        return self.alias


class Edition(models.Model):
    """区划版本: the tree as it stood on a day. A campaign pins one, so that a later tree changes no past rate."""

    name = models.CharField(max_length=40, unique=True)
    as_of = models.DateField()
    source = models.TextField()

    def __str__(self) -> str:
        return self.name


class Node(models.Model):
    """A region's place in one edition. What lies below it has paths that start with its own."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="nodes")
    region = models.ForeignKey(Region, models.PROTECT, related_name="nodes")
    parent = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=32, db_collation="C")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "region"], name="region_once_an_edition"),
            models.UniqueConstraint(fields=["edition", "path"], name="path_once_an_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.region} ({self.edition})"


class Unit(models.Model):
    """单位: an organisation in a region. One office may have two names (安委办 and 应急局): those are two units."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="units")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="unit_once_a_region")]

    def __str__(self) -> str:
        return self.name
