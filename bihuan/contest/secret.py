"""The secret of a contest at rest: tokens, marks of sheets and the seeds of its days are made with it."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.lib.sealing import Seal

BYTES = 32


def seal(keys: Sequence[str | bytes]) -> Seal:
    """Seals and opens the secrets of contests, given the installation's keys."""
    return Seal(b"bihuan.contest.secret", keys)
