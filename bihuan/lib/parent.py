"""A process that must not outlive the one that started it (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 1.0
_NAMED = "BIHUAN_SERVER"
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process `number` when its parent ends, however it ends.

    Safe between fork and exec: the call was resolved before.
    """
    _prctl(_PR_SET_PDEATHSIG, number)


def lead() -> None:
    """Name this process to those it starts from here on, so that they can `follow` it."""
    os.environ[_NAMED] = str(os.getpid())


def follow() -> None:
    """End at the latest a second after the process that leads has ended; nothing where none leads.

    The kernel's signal alone is not enough: it does not come to a process whose parent ended before it was asked for,
    and Python loses it where it happens to come within a callback whose exceptions are ignored, as in an import.
    """
    named = os.environ.get(_NAMED, "")
    if named.isdecimal():
        threading.Thread(target=_watch, args=[int(named)], daemon=True).start()


def _watch(leader: int) -> None:
    while os.getppid() == leader:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)  # a piece of work under way is rolled back by the database
