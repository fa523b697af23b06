"""The built-in template of a Work Safety Month: its workstreams as data, with source and year. Pure.

What stands in `data/safety-month.csv` is a beginning that an office rewrites on the page; a row with years is offered
for those alone, and the newest of them for later years too.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

SOURCE = "内置模板：安全生产月（按2023—2025年全国活动内容整理）"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a template. `years`: for which it was asked for; empty for all. `evidence`: what to ask for."""

    code: str
    level: int
    tasked: bool
    years: tuple[int, ...]
    workstream: str
    heading: str
    text: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Theme:
    """The national theme of a year; `times`: which month it is, counted from 2002."""

    year: int
    times: int
    theme: str


@lru_cache(maxsize=1)
def blocks() -> tuple[Block, ...]:
    """All rows of the template, in their order."""
    return tuple(
        Block(
            row["code"],
            int(row["level"]),
            row["tasked"] == "1",
            tuple(int(year) for year in row["years"].split("|") if year),
            row["workstream"],
            row["heading"],
            row["text"],
            row["evidence"],
            row["source"],
        )
        for row in _rows("safety-month.csv")
    )


@lru_cache(maxsize=1)
def themes() -> dict[int, Theme]:
    """The national themes by year, as far as they are known."""
    found = (Theme(int(row["year"]), int(row["times"]), row["theme"]) for row in _rows("themes.csv"))
    return {item.year: item for item in found}


def of_year(year: int) -> tuple[Block, ...]:
    """The paragraphs offered for a year: those of every year, and those of that one; where it is beyond the known
    years, those of the nearest."""
    known = sorted({item for block in blocks() for item in block.years})
    meant = min(max(year, known[0]), known[-1])
    return tuple(block for block in blocks() if not block.years or meant in block.years)


def filled(text: str, *, theme: str, period: tuple[dt.date, dt.date]) -> str:
    """A text of the template with the campaign's own theme and days in it."""
    first, last = (f"{day.year}年{day.month}月{day.day}日" for day in period)
    return text.replace("{theme}", theme or "（主题待定）").replace("{first}", first).replace("{last}", last)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("bihuan.campaigns").joinpath(f"data/{name}").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
