"""What the page server's workers can do that this process has done before them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_worker_can_typeset_after_the_demo_has() -> None:
    program = Path(__file__).with_name("typesets.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run([sys.executable, program], env=environment, capture_output=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
