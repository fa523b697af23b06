"""The measures that can be counted: data/measures.csv, read once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that reports count.

    `combine` gives per classifier how values add up: sum, distinct, latest, ratio or none ("" is for every classifier);
    `numerator` and `denominator` name the measures of a ratio.
    """

    code: str
    zh: str
    synonyms: tuple[str, ...]
    classifiers: tuple[str, ...]
    combine: dict[str, str]
    numerator: str | None
    denominator: str | None
    note: str


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Measure]:
    """All measures by code, in the file's order."""
    source = files("bihuan.reading").joinpath("data/measures.csv").read_text(encoding="utf-8")
    return {row["code"]: _measure(row) for row in csv.DictReader(source.splitlines())}


def _measure(row: dict[str, str]) -> Measure:
    return Measure(
        code=row["code"],
        zh=row["zh"],
        synonyms=_split(row["synonyms"], "|"),
        classifiers=_split(row["classifiers"], "|"),
        combine=_combine(row["combine"]),
        numerator=row["numerator"] or None,
        denominator=row["denominator"] or None,
        note=row["note"],
    )


def _combine(cell: str) -> dict[str, str]:
    pairs = [part.partition(":") for part in _split(cell, ";")]
    return {(unit if mark else ""): (way if mark else unit) for unit, mark, way in pairs}


def _split(cell: str, mark: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(mark) if part)
