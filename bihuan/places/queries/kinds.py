"""Reads of the kinds of places."""

from __future__ import annotations

from django.db.models import Count, F, Q

from bihuan.places.models import PlaceKind


def kinds(*, offered: bool = False) -> list[PlaceKind]:
    """All kinds, in the order of the data; `offered`: without those that are retired."""
    found = PlaceKind.objects.filter(retired_on=None) if offered else PlaceKind.objects.all()
    return list(found.order_by("order", "pk"))


def kinds_counted() -> list[PlaceKind]:
    """All kinds with how many real places stand of each (`count`), retired ones last."""
    standing = Count("places", filter=Q(places__closed_on=None, places__book=""))
    return list(PlaceKind.objects.annotate(count=standing).order_by(F("retired_on").asc(nulls_first=True), "order"))


def kind(code: str) -> PlaceKind | None:
    """The kind of a code, None where there is none."""
    return PlaceKind.objects.filter(code=code).first()
