"""How numbers, measures and places are said."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.figures.models import Measure
from bihuan.lib.words import say
from bihuan.org.queries import everyday
from bihuan.reading.phrase_range import phrase_range
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range

__all__ = ["everyday", "measure_names", "names_of_measures", "printed_range", "range_words", "read_back"]


def measure_names(codes: Iterable[str]) -> str:
    """The Chinese names of measures, in the order of the codes."""
    names = dict(Measure.objects.filter(code__in=list(codes)).values_list("code", "name"))
    return "、".join(names[code] for code in sorted(names))


def names_of_measures(codes: Iterable[str] | None = None) -> dict[str, str]:
    """The Chinese names of measures by their codes; of all, unless given."""
    found = Measure.objects.order_by("pk")
    if codes is not None:
        found = found.filter(code__in=list(codes))
    return dict(found.values_list("code", "name"))


def printed_range(value: Range | None, unit: str) -> str | None:
    """A total or a remainder as a paper prints it; None where there is nothing to print."""
    return None if value is None else phrase_range(value, unit)


def read_back(printed: str) -> Range | None:
    """What a printed number says by itself, or None where it says none."""
    found = read_quantity(printed)
    return found.range if found else None


def range_words(value: Range) -> str:
    """A range in words: 2,000; more than 11,000, less than 13,000; at least 100."""
    if value.is_exact:
        return f"{value.low:,f}"
    bounds = []
    if value.low is not None:
        bounds.append((say("多于", "more than") if value.low_open else say("不少于", "at least")) + f" {value.low:,f}")
    if value.high is not None:
        bounds.append((say("少于", "less than") if value.high_open else say("不多于", "at most")) + f" {value.high:,f}")
    return say("，", ", ").join(bounds) or say("不详", "unknown")
