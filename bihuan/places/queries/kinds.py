"""Reads of the kinds of places."""

from __future__ import annotations

from bihuan.places.models import PlaceKind


def kinds() -> list[PlaceKind]:
    """All kinds, in the order of the data."""
    return list(PlaceKind.objects.order_by("order", "pk"))


def kind(code: str) -> PlaceKind | None:
    """The kind of a code, None where there is none."""
    return PlaceKind.objects.filter(code=code).first()
