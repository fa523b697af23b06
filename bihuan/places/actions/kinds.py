"""The writers of the kinds of places: the shipped ones, and those that an office adds, changes, retires."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from bihuan.history import actions as history
from bihuan.places.models import Place, PlaceKind
from bihuan.places.refusals import PlaceError, StalePlaceError

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


def add_kind(*, code: str, zh: str, en: str, entry: str, source: str, by: str, at: dt.datetime) -> PlaceKind:
    """Add a kind behind the others.

    Args:
        code: its name for programs, for ever.
        entry: the destination of the five entries that its register is the denominator of; "" for none.

    Raises:
        PlaceError: the code or the name is taken.
    """
    with transaction.atomic():
        _check_name(zh, code)
        if PlaceKind.objects.filter(code=code).exists():
            raise PlaceError("place-kind-code", f"代码“{code}”已有类别使用，请换一个", f"the code {code} is taken")
        last = PlaceKind.objects.aggregate(last=Max("order"))["last"] or 0
        kind = PlaceKind.objects.create(code=code, zh=zh, en=en, entry=entry, source=source, order=last + 1)
        _record("places.kind_added", kind, {"kinds": [zh], "source": source}, by=by, at=at)
    return kind


def change_kind(
    *,
    kind: PlaceKind,
    expected_version: int,
    zh: str,
    en: str,
    entry: str,
    source: str,
    retired_on: dt.date | None,
    by: str,
    at: dt.datetime,
) -> PlaceKind:
    """Call a kind otherwise, or enter no new places as one from a day on. The places of it stay.

    Raises:
        StalePlaceError: somebody changed it meanwhile.
        PlaceError: another kind has the name; or the entry that it is the denominator of would change although places
            of it stand: that would change past coverage.
    """
    with transaction.atomic():
        # NO KEY: who enters a place of the kind meanwhile only needs its key.
        held = PlaceKind.objects.select_for_update(no_key=True).get(pk=kind.pk)
        if held.version != expected_version:
            raise StalePlaceError(held.zh)
        _check_name(zh, held.code)
        if entry != held.entry and Place.objects.filter(kind=held).exists():
            zh_, en_ = (
                "已登记了这类场所，“五进”的哪一进不能改：那会改变过去的覆盖率。请另加一类",
                "places of this kind are entered: its entry stays, or past coverage would change. Add another kind",
            )
            raise PlaceError("place-kind-entry", zh_, en_)
        new = {"zh": zh, "en": en, "entry": entry, "source": source, "retired_on": retired_on}
        told = {
            name: [_plain(getattr(held, name)), _plain(value)]
            for name, value in new.items()
            if getattr(held, name) != value
        }
        if told:
            for name, value in new.items():
                setattr(held, name, value)
            held.version += 1
            held.save()
            _record("places.kind_changed", held, {"kinds": [held.zh], "changed": told}, by=by, at=at)
    return held


def _check_name(zh: str, code: str) -> None:
    if PlaceKind.objects.filter(zh=zh).exclude(code=code).exists():
        raise PlaceError("place-kind-name", f"已有类别叫“{zh}”", f"there is a kind called {zh}")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _record(verb: str, kind: PlaceKind, values: dict[str, Any], *, by: str, at: dt.datetime) -> None:
    history.record(verb=verb, subject=("place_kind", kind.code), by=by, at=at, values=values)
