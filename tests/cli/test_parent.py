"""A process that follows another does not outlive it, even where the kernel's signal was lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time

LEADER = """
import subprocess, sys
from bihuan.lib.parent import lead
lead()
follower = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print(follower.pid, flush=True)
"""
FOLLOWER = """
import signal, time
from bihuan.lib.parent import follow
signal.signal(signal.SIGTERM, signal.SIG_IGN)
follow()
time.sleep(60)
"""


def test_a_follower_ends_with_its_leader() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run(
        [sys.executable, "-c", LEADER, FOLLOWER], env=environment, stdout=subprocess.PIPE, timeout=30, check=True
    )
    # The run itself returns only when the follower, which holds the pipe too, has ended.
    follower = int(ended.stdout)
    deadline = time.monotonic() + 5
    while os.path.exists(f"/proc/{follower}") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{follower}")
