"""Having letters carried outside by a process of its own (`carrier`), which may be ended at any moment."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bihuan.messages.sending import Outcome, Parcel, Result

SECONDS = 20.0  # that a process may take, whatever happens
_told = logging.getLogger(__name__)


def carry(parcels: Sequence[Parcel], *, seconds: float = SECONDS) -> list[Result]:
    """Send parcels, all at once, each to its own server; how each attempt went, in any order.

    What has not answered after `seconds` is `UNCLEAR`. Takes a few seconds more at most. No transaction may be open.
    """
    if not parcels:
        return []
    given = json.dumps({"seconds": seconds, "parcels": [asdict(parcel) for parcel in parcels]})
    with subprocess.Popen(
        [sys.executable, "-m", "bihuan.messages.carrier"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is for us: what is on its way may end by itself
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            out, told = process.communicate(given, timeout=seconds + 5)
        except subprocess.TimeoutExpired:
            process.kill()
            out, told = process.communicate()
    if process.returncode:
        _told.error("the carrier ended with %s: %s", process.returncode, told.strip()[-2000:])
    answered = {result.outgoing: result for result in map(_result, out.splitlines())}
    return [answered.get(item.outgoing) or Result(item.outgoing, item.number, Outcome.UNCLEAR) for item in parcels]


def _environment() -> dict[str, str]:
    """What the carrier needs to know: no database, no key."""
    kept = ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return found | {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONIOENCODING": "utf-8"}


def _result(line: str) -> Result:
    outgoing, number, outcome, answer = json.loads(line)
    return Result(outgoing, number, Outcome(outcome), answer)
