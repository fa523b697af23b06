"""Kinds of activities as their page shows them, and the words in which a person writes measures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from bihuan.activities.models import Activity, ActivityKind
from bihuan.activities.rules import Asked
from bihuan.figures.queries import measure_codes, measure_names
from bihuan.places import queries as places

_WRITTEN = re.compile(r"^(?P<names>[^（(:：]+)(?:[（(:：](?P<unit>.*?)[）)]?)?$")


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind, what it counts and asks for in words, and how many activities are of it."""

    kind: ActivityKind
    counts: str
    suggests: Sequence[str]
    place_kinds: Sequence[str]
    count: int

    @property
    def asked(self) -> str:
        """All that is asked for, in one line."""
        return "，".join(self.suggests)


def kind_lines(kinds: Iterable[ActivityKind]) -> list[KindLine]:
    """Kinds in words; three queries, however many there are."""
    kinds = list(kinds)
    asked = [Asked.of(text) for kind in kinds for text in (kind.counts, *kind.suggests) if text]
    names = measure_names({code for item in asked for code in item.measures})
    called = {item.code: item.zh for item in places.kinds()}
    counted = dict(Activity.objects.values_list("kind").annotate(Count("pk")))
    return [
        KindLine(
            kind,
            written(kind.counts, names) if kind.counts else "",
            [written(text, names) for text in kind.suggests],
            [called.get(code, code) for code in kind.place_kinds],
            counted.get(kind.pk, 0),
        )
        for kind in kinds
    ]


def written(text: str, names: dict[str, str]) -> str:
    """A measure as people write it: 横幅、展板（条(块)）."""
    codes, _, classifier = text.partition(":")
    called = "、".join(names.get(code, code) for code in codes.split("+"))
    return f"{called}（{classifier}）" if classifier else called


def understood(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """The measures that lines name, as `Asked` writes them, and the lines that name none."""
    found: list[str] = []
    unknown: list[str] = []
    codes = measure_codes()
    for line in filter(None, (line.strip() for line in lines)):
        match = _WRITTEN.match(line)
        names = [part.strip() for part in re.split(r"[、+]", match["names"]) if part.strip()] if match else []
        measures = [codes.get(name, "") for name in names]
        if match and measures and all(measures):
            found.append(f"{'+'.join(dict.fromkeys(measures))}:{(match['unit'] or '').strip()}")
        else:
            unknown.append(line)
    return list(dict.fromkeys(found)), unknown
