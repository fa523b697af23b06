"""Measurements: each gives one headline ratio of ours to a floor, taken in one run. See docs/benchmarks.md."""

from __future__ import annotations

from importlib import import_module
from typing import Any

BENCHMARKS = ("filing", "ledger", "paper", "read", "rollup", "sweep", "totals")


def run(name: str) -> dict[str, Any]:
    """Take one measurement, by its name in BENCHMARKS; the keys of the answer are told in docs/benchmarks.md.

    Raises:
        ModuleNotFoundError: a development dependency is missing.
    """
    from bihuan import installation

    installation.load()  # some of them name models
    found: dict[str, Any] = import_module(f"bihuan.bench.{name}").run()
    return found
