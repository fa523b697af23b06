"""The measurement of the totals page, small: it runs, and the page shows what the statements by hand find."""

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
from bihuan.bench import totals
print(json.dumps(totals.run(villages=1, runs=1, days=3)))
"""


@pytest.mark.slow
def test_the_totals_page_of_a_prefecture(tmp_path: Path) -> None:
    environment = os.environ | {"BIHUAN_VAR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", SMALL], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["ratio"] > 0
