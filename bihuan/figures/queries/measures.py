"""The definitions of measures, as they stand or as they stood."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.figures.models import Measure, MeasureVersion
from bihuan.figures.rules import Definition, FigureError
from bihuan.history.prepared import prepared


def definitions(codes: Iterable[str], *, as_of: int | None = None) -> dict[str, Definition]:
    """The newest definition of each measure, or the newest that was sealed at position `as_of`.

    Raises:
        FigureError: a code that is no measure, or was none then.
    """
    wanted = set(codes)
    versions = MeasureVersion.objects.filter(measure__code__in=wanted)
    if as_of is not None:
        versions = versions.filter(entry__seal__position__lte=as_of)
    found = {
        code: Definition(code, version, sha256, body)
        for code, version, sha256, body in versions.order_by("version").values_list(
            "measure__code", "version", "sha256", "definition"
        )
    }
    if missing := sorted(wanted - found.keys()):
        raise no_such_measure(missing)
    return found


def measure_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of measures by their codes, as they stand now; those that are none are left out. One query."""
    found = prepared(
        "SELECT code, name FROM figures_measure WHERE code = ANY(%(codes)s)", {"codes": sorted(set(codes))}
    )
    return {str(code): str(name) for code, name in found}


def measures_called(words: str) -> list[str]:
    """The codes of the measures whose names hold these words."""
    return list(Measure.objects.filter(name__contains=words).values_list("code", flat=True))


def measure_codes() -> dict[str, str]:
    """The codes of all measures by their names, and by themselves; a name that several bear stands for the first."""
    found: dict[str, str] = {}
    for code, name in Measure.objects.order_by("pk").values_list("code", "name"):
        found.setdefault(name, code)
        found[code] = code
    return found


def check_codes(codes: Iterable[str]) -> None:
    """Refuse codes that are no measures.

    Raises:
        FigureError: names them.
    """
    wanted = set(codes)
    known = set(Measure.objects.filter(code__in=wanted).values_list("code", flat=True))
    if missing := sorted(wanted - known):
        raise no_such_measure(missing)


def no_such_measure(codes: Iterable[str]) -> FigureError:
    """Names codes that are no measures."""
    return FigureError(f"没有这样的指标:{'、'.join(codes)} / no such measure: {', '.join(codes)}")
