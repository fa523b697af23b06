"""A field for one of many places: one types part of a name and chooses, or types the whole name."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.org.fields import PickField
from bihuan.places.models import Place


class PlaceField(PickField):
    """Gives the place; `rows` are those that may be chosen."""

    options = "places:options"

    def named(self, rows: QuerySet[Place], text: str) -> QuerySet[Place]:
        return rows.filter(Q(name=text) | (Q(code=text) & ~Q(code="")))


def place_option(place: Place) -> str:
    """What a list to choose from says of a place (with its region)."""
    return f"{place.name}（{place.region.name}） #{place.pk}"
