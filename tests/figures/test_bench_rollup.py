"""The measurement of recounts, small: it runs, and the totals that it builds are those of its figures."""

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
from bihuan.bench import rollup
print(json.dumps(rollup.run(townships=1, villages=1, runs=1, days=1)))
"""


@pytest.mark.slow
def test_a_recount_of_the_nation(tmp_path: Path) -> None:
    environment = os.environ | {"BIHUAN_VAR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", SMALL], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["nodes"] > 8_000
    assert found["ratio"] > 0
