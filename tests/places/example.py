"""A place of the model, for tests that ask who gets at it."""

from __future__ import annotations

from cast import AT, BY, Cast

from bihuan.places import actions
from bihuan.places.models import Place, PlaceKind


def village(cast: Cast) -> Place:
    """One in Kangle."""
    kind = PlaceKind.objects.get(code="village")
    return actions.add_place(
        kind=kind, region=cast.kangle, name="示范村", on=AT.date(), book="example", by=BY, at=AT
    )  # fmt: skip
