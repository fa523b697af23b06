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


def passing(erratum: int | None) -> dict[str, int]:
    """What a history row says of the erratum that let its change through a closing; nothing where there was none."""
    return {} if erratum is None else {"erratum": erratum}


@dataclass(frozen=True, slots=True)
class Departure:
    """A figure that is not what the history says, and how."""

    figure: int
    version: int
    zh: str
    en: str


def departure() -> Departure | None:
    """The first figure that was changed past the history, or None. Says something only where the chain is whole."""
    found, place = departure_part(BEGINNING)
    while found is None and place is not None:
        found, place = departure_part(place)
    return found


Place = tuple[bool, int]  # whether all revisions are done and the heads' turn has come; the key of the last row seen
BEGINNING: Place = (False, 0)


def departure_part(place: Place, *, limit: int = CHUNK) -> tuple[Departure | None, Place | None]:
    """Look at the next `limit` rows behind `place`: what departs first among them, and where to go on (None: that was
    the end)."""
    heads, last = place
    if not heads:
        revisions = list(Revision.objects.select_related("entry", "figure").filter(pk__gt=last).order_by("pk")[:limit])
        found = next((_departed(item) for item in revisions if not _as_recorded(item)), None)
        return found, (False, revisions[-1].pk) if len(revisions) == limit else (True, 0)
    figures = list(Figure.objects.filter(pk__gt=last).order_by("pk")[:limit])
    return next(_wrong_heads(figures), None), (True, figures[-1].pk) if len(figures) == limit else None


def _departed(item: Revision) -> Departure:
    return Departure(
        item.figure_id,
        item.version,
        f"第{item.figure_id}号数第{item.version}版与历史记录不符",
        f"version {item.version} of figure {item.figure_id} is not what the history says",
    )


def _as_recorded(item: Revision) -> bool:
    entry = item.entry
    if (entry.subject_kind, entry.subject_id) != ("figure", str(item.figure_id)):
        return False
    values = entry.values
    if values.get("erratum") != item.erratum_id:
        return False
    if item.version == 1:
        wanted = {"kind": item.figure.kind, "key": item.figure.key, "book": item.figure.book, "new": content_json(item)}
        wanted |= passing(item.erratum_id)
        return entry.verb == "figures.filed" and not item.withdrawn and bool(values == wanted)
    if values.get("version") != item.version:
        return False
    verb, said = ("figures.withdrawn", "old") if item.withdrawn else ("figures.corrected", "new")
    return entry.verb == verb and bool(values.get(said) == content_json(item))


def _wrong_heads(figures: list[Figure]) -> Iterator[Departure]:
    """Those whose version is not that of their newest revision, whose versions have gaps, or that have none."""
    versions: dict[int, list[tuple[int, bool]]] = {figure.pk: [] for figure in figures}
    held = Revision.objects.filter(figure__in=versions).order_by("version")
    for key, version, withdrawn in held.values_list("figure_id", "version", "withdrawn"):
        versions[key].append((version, withdrawn))
    for figure in figures:
        found = versions[figure.pk]
        numbers = [version for version, _withdrawn in found]
        if numbers != list(range(1, figure.version + 1)) or found[-1][1] != figure.withdrawn:
            yield Departure(
                figure.pk,
                figure.version,
                f"第{figure.pk}号数的现行版本与其各版不符",
                f"the version of figure {figure.pk} is not that of its revisions",
            )
