"""Kinds of places (场所类别), places (场所), and what has become of each (场所变更)."""

from __future__ import annotations

from typing import Any

from django.db import models

from bihuan.components.uploads import Upload
from bihuan.history.append_only import AppendOnly
from bihuan.org.models import Region, Unit
from bihuan.places.rules import LONGEST_CODE, LONGEST_NAME, Became, Standing


def _book(**options: Any) -> models.CharField:
    """账本: "" for real places, else the name of a book of model data (docs/adr/0004)."""
    return models.CharField(max_length=20, blank=True, **options)


def _degrees() -> models.DecimalField:
    return models.DecimalField(max_digits=9, decimal_places=6, null=True)


def _one_of(name: str, kinds: Any) -> models.Q:
    return models.Q(**{f"{name}__in": [item.value for item in kinds]})


class PlaceKind(models.Model):
    """场所类别: village, school, enterprise … Shipped as data. `entry`: the destination of the five entries whose
    denominator its register is, as papers call it; "" for none."""

    code = models.CharField(max_length=30, unique=True)
    zh = models.CharField(max_length=30)
    en = models.CharField(max_length=60)
    entry = models.CharField(max_length=20, blank=True)
    order = models.PositiveSmallIntegerField()
    source = models.TextField()
    retired_on = models.DateField(null=True)  # from this day on no new place is entered as one
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.zh


class Place(models.Model):
    """场所: one village, school or enterprise, as it is by its newest change. How it was on a day, and as what it was
    known at a moment, stands in its changes; the registers are read from those."""

    book = _book()
    kind = models.ForeignKey(PlaceKind, models.PROTECT, related_name="places")
    region = models.ForeignKey(Region, models.PROTECT, related_name="places")
    name = models.CharField(max_length=LONGEST_NAME)
    pinyin = models.CharField(max_length=300)  # sort key: the embedded server has no collation for Chinese
    code = models.CharField(
        max_length=LONGEST_CODE, blank=True
    )  # of whoever keeps the list: division code, school code
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="places")  # that it is, or that runs it
    lon = _degrees()
    lat = _degrees()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)  # from this day on it is no more
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    version = models.PositiveIntegerField(default=1)  # of its newest change

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "kind", "region", "name"],
                condition=models.Q(closed_on=None),
                name="standing_place_once_a_region",
            ),
            models.UniqueConstraint(
                fields=["book", "kind", "code"],
                condition=~models.Q(code="") & models.Q(closed_on=None),
                name="code_of_place_once",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")), name="place_days"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(closed_on__isnull=False), name="merged_place_is_closed"
            ),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="place_not_into_itself"),
            models.CheckConstraint(
                condition=models.Q(lon=None, lat=None)
                | models.Q(
                    lon__isnull=False, lon__gte=-180, lon__lte=180, lat__isnull=False, lat__gte=-90, lat__lte=90
                ),
                name="place_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "pinyin", "id"], name="place_in_order"),
            models.Index(fields=["region", "kind"], name="place_of_region"),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceChange(AppendOnly):
    """场所变更: what a place is from a day on, whole. `version` counts a place's changes from 1; no change is of an
    earlier day than the one before it, so that the newest version up to a day says how the place was on it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    became = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Became])
    standing = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Standing])
    valid_from = models.DateField()
    book = _book()  # of the place, as is the kind: they never change, and registers are read from these rows alone
    kind = models.ForeignKey(PlaceKind, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    pinyin = models.CharField(max_length=300)
    code = models.CharField(max_length=LONGEST_CODE, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    lon = _degrees()
    lat = _degrees()
    merged_into = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "version"], name="place_change_once"),
            models.CheckConstraint(condition=_one_of("became", Became), name="place_became"),
            models.CheckConstraint(condition=_one_of("standing", Standing), name="place_standing"),
            models.CheckConstraint(
                condition=models.Q(standing=Standing.MERGED.value, merged_into__isnull=False)
                | (~models.Q(standing=Standing.MERGED.value) & models.Q(merged_into=None)),
                name="merged_change_names_successor",
            ),
        ]
        indexes = [models.Index(fields=["region", "kind", "valid_from"], name="change_of_region")]

    def __str__(self) -> str:
        return f"{self.place_id} v{self.version} {self.became}"


class PlaceDraft(Upload):
    """An uploaded register that its sender is looking at."""
