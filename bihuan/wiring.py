"""THE TABLE: what plugs into what, by name."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from bihuan.figures import actions as figures
from bihuan.org import actions as org


class Seed(Protocol):
    """Loads what ships with the program where it is missing; returns whether it changed anything."""

    def __call__(self, *, by: str, at: dt.datetime) -> bool: ...


SEEDS: dict[str, Seed] = {
    "行政区划 / regions": org.load_divisions,
    "指标目录 / measures": figures.load_catalogue,
    "合计 / totals": figures.keep_all,
}
