"""Measurements: each gives one headline ratio of ours to a floor, taken in one run. See docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bihuan.bench import paper, read

BENCHMARKS: dict[str, Callable[[], dict[str, Any]]] = {
    "paper": paper.run,
    "read": read.run,
}
