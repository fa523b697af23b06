"""A process that must not outlive the one that started it (Linux)."""

from __future__ import annotations

import ctypes
import signal

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process `number` when its parent ends, however it ends.

    Safe between fork and exec: the call was resolved before.
    """
    _prctl(_PR_SET_PDEATHSIG, number)
