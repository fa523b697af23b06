"""THE TABLE: what plugs into what, by name."""

from __future__ import annotations

from collections.abc import Callable

# What ships with the program, by name → its loader. A loader returns whether it changed anything.
SEEDS: dict[str, Callable[[], bool]] = {}
