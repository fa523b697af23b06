"""Whether the figures are what the history says was filed. The chain vouches for the history, and so for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.figures.models import Figure, Revision
from bihuan.figures.rules import range_json

CHUNK = 1000  # rows in memory at a time


def content_json(revision: Revision) -> dict[str, Any]:
    """What a revision says, as its history row keeps it: exact values, keys of other rows."""
    return {
        "measures": list(revision.measures),
        "classifier": revision.classifier,
        "value": range_json(revision.value),
        "printed": revision.printed,
        "form": revision.form,
        "region": revision.region_id,
        "period": [revision.period_start.isoformat(), revision.period_end.isoformat()],
        "occasion": revision.occasion_id,
        "stated_by": revision.stated_by,
        "unit": revision.unit_id,
        "origin": revision.origin,
    }


@dataclass(frozen=True, slots=True)
class Departure:
    """A figure that is not what the history says, and how."""

    figure: int
    version: int
    zh: str
    en: str


def departure() -> Departure | None:
    """The first figure that was changed past the history, or None. Says something only where the chain is whole."""
    return next(_departures(), None)


def _departures() -> Iterator[Departure]:
    last = 0
    rows = Revision.objects.select_related("entry", "figure").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:CHUNK]):
        for item in batch:
            if not _as_recorded(item):
                yield Departure(
                    item.figure_id,
                    item.version,
                    f"第{item.figure_id}号数第{item.version}版与历史记录不符",
                    f"version {item.version} of figure {item.figure_id} is not what the history says",
                )
        last = batch[-1].pk
    yield from _wrong_heads()


def _as_recorded(item: Revision) -> bool:
    entry = item.entry
    if (entry.subject_kind, entry.subject_id) != ("figure", str(item.figure_id)):
        return False
    values = entry.values
    if item.version == 1:
        wanted = {"kind": item.figure.kind, "key": item.figure.key, "book": item.figure.book, "new": content_json(item)}
        return entry.verb == "figures.filed" and not item.withdrawn and bool(values == wanted)
    if values.get("version") != item.version:
        return False
    verb, said = ("figures.withdrawn", "old") if item.withdrawn else ("figures.corrected", "new")
    return entry.verb == verb and bool(values.get(said) == content_json(item))


def _wrong_heads() -> Iterator[Departure]:
    """Figures whose version is not that of their newest revision, whose versions have gaps, or that have none."""
    last = 0
    while batch := list(Figure.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        versions: dict[int, list[tuple[int, bool]]] = {figure.pk: [] for figure in batch}
        held = Revision.objects.filter(figure__in=versions).order_by("version")
        for key, version, withdrawn in held.values_list("figure_id", "version", "withdrawn"):
            versions[key].append((version, withdrawn))
        for figure in batch:
            found = versions[figure.pk]
            numbers = [version for version, _withdrawn in found]
            if numbers != list(range(1, figure.version + 1)) or found[-1][1] != figure.withdrawn:
                yield Departure(
                    figure.pk,
                    figure.version,
                    f"第{figure.pk}号数的现行版本与其各版不符",
                    f"the version of figure {figure.pk} is not that of its revisions",
                )
        last = batch[-1].pk
