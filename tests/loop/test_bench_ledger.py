"""A small run of the measurement, so that it cannot rot: every page shows the rows that statements by hand find."""

from __future__ import annotations

import pytest

from bihuan.bench import ledger


@pytest.mark.slow
def test_a_small_ledger_is_measured(fresh_database: dict[str, str]) -> None:
    found = ledger.measure(10_000, runs=1, each=5)
    assert found["rows"] == 10_000
    assert len(found["cases"]) == 13
    assert found["ratio"] > 0
