"""Reads of totals: what is set side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bihuan.documents import queries as documents
from bihuan.documents.models import Document
from bihuan.figures.models import Fact, Measure
from bihuan.org.models import Region


@dataclass(frozen=True)
class Line:
    """What a paper set side by side for some measures at a place; a cell is None where there was no number."""

    name: str
    place: str
    cells: tuple[Fact | None, Fact | None, Fact | None]  # statement, total, remainder


def facts_of(papers: Iterable[Document]) -> list[Fact]:
    """The facts that papers print, in the order of print."""
    names = [bound.tag.partition(":")[2] for item in papers for bound in documents.paper(item).bounds()]
    found = {fact.public_id: fact for fact in Fact.objects.filter(public_id__in=names)}
    return [found[name] for name in names if name in found]


def lines(facts: Iterable[Fact]) -> Iterator[Line]:
    """Facts about the same measures of the same place, side by side."""
    rows: dict[tuple[str, ...], dict[str, Fact]] = {}
    for fact in facts:
        body = fact.definition
        key = (body["region"], *body["measures"], *body["classifiers"], *body["period"])
        rows.setdefault(key, {})[body["what"]] = fact
    places = {str(region.key): region.name for region in Region.objects.filter(key__in={key[0] for key in rows})}
    names = dict(Measure.objects.values_list("code", "name"))
    for row in rows.values():
        body = next(iter(row.values())).definition
        yield Line(
            "、".join(names[code] for code in body["measures"]),
            places[body["region"]],
            (row.get("statement"), row.get("total"), row.get("remainder")),
        )
