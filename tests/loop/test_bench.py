"""The measurement of the sweep, small: it runs, and both sides write the same rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = """
import json, os
from bihuan import installation
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
installation.load()
from bihuan.bench import sweep
print(json.dumps(sweep.run(matters=800, due=120, runs=1, units=24)))
"""


@pytest.mark.slow
def test_sweep_and_statement_write_the_same(tmp_path: Path) -> None:
    environment = os.environ | {"BIHUAN_VAR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", SMALL], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["rows"] == 120
    assert found["ratio"] > 0


def test_every_measurement_can_be_called_by_name() -> None:
    """The command offers what there is, and nothing else."""
    from bihuan.bench import BENCHMARKS

    ended = subprocess.run(
        [sys.executable, "-m", "bihuan", "bench", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    said = " ".join(ended.stdout.split())  # however it is wrapped
    assert all(f"{name} " in said for name in BENCHMARKS)
