"""Reads of forms themselves, of returns, and of what may be chosen for a cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.activities.models import ActivityKind
from bihuan.figures.models import Measure
from bihuan.figures.queries.measures import definitions
from bihuan.figures.rules import Way
from bihuan.org.models import Unit
from bihuan.places.models import PlaceKind
from bihuan.reading.catalogue import catalogue
from bihuan.statistics.models import Form, FormVersion, HandedDraft, Return


def form_called(code: str) -> Form | None:
    """The form of a code."""
    return Form.objects.filter(code=code).first()


def version_of(form: Form, number: int | None = None) -> FormVersion:
    """A version of a form; the one that holds where none is named."""
    return FormVersion.objects.select_related("form").get(form=form, number=number or form.version)


def measure_choices() -> list[tuple[str, str]]:
    """Code and name of every measure, in the order of the catalogue."""
    return list(Measure.objects.order_by("pk").values_list("code", "name"))


@dataclass(frozen=True, slots=True)
class Countable:
    """A measure in one of its classifiers. `counts`: measure:classifier; `label`: for people, no two the same."""

    counts: str
    label: str


_MARKS = {Way.RATIO: "·比率", Way.LATEST: "·存量", Way.NONE: "·不合计"}


def countables() -> list[Countable]:
    """All that a cell may count, in the order of the catalogue; ratios and stocks say that they are. Two queries."""
    names = measure_choices()
    known = definitions(code for code, _name in names)
    found: dict[str, Countable] = {}
    for code, name in names:
        for unit in known[code].body["classifiers"]:
            label = f"{name}（{unit}）{_MARKS.get(known[code].way(unit), '')}"
            label = label if label not in found else f"{label}·{code}"
            found[label] = Countable(f"{code}:{unit}", label)
    return list(found.values())


def classifier_choices(measure: str) -> tuple[str, ...]:
    """The classifiers of a shipped measure."""
    found = catalogue().get(measure)
    return found.classifiers if found else ()


def kind_codes() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Kinds of activities and of places, as code and name."""
    kinds = ActivityKind.objects.filter(retired_on=None).order_by("order", "pk").values_list("code", "zh")
    return list(kinds), list(PlaceKind.objects.order_by("order").values_list("code", "zh"))


def handed(form: Form, units: Iterable[Unit], first: dt.date) -> dict[int, Return]:
    """What units handed in by a form for the period that begins on a day, by unit."""
    rows = Return.objects.filter(version__form=form, unit__in=list(units), first=first).select_related("version")
    return {row.unit_id: row for row in rows.order_by("version__number")}


def draft(pk: int, *, by: str) -> HandedDraft | None:
    """One's own filled-in form that waits to be confirmed."""
    named = ("version__form", "unit__region")
    return HandedDraft.objects.filter(pk=pk, by=by).select_related(*named).first()
