"""The writer of the kinds of places: loads the shipped ones."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction

from bihuan.history import actions as history
from bihuan.places.models import PlaceKind

_DATA = Path(__file__).resolve().parents[1] / "data" / "kinds.csv"


def load_kinds(*, by: str, at: dt.datetime) -> bool:
    """Write the kinds that ship with the program and are not there yet; returns whether any was. What is there is left
    as it is."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with transaction.atomic():
        there = set(PlaceKind.objects.values_list("code", flat=True))
        new = [(order, row) for order, row in enumerate(rows, 1) if row["code"] not in there]
        for order, row in new:
            PlaceKind.objects.create(order=order, **row)
        if new:
            values = {"kinds": [row["code"] for _order, row in new]}
            history.record(verb="places.kinds_loaded", subject=("place_kinds", "all"), by=by, at=at, values=values)
    return bool(new)
