"""Two pieces of work timed against each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def side_by_side(ours: Callable[[], object], floor: Callable[[], object], *, runs: int) -> tuple[float, float, float]:
    """Run the two in turn, so that a machine that changes its pace changes it for both.

    Returns:
        Median seconds of ours, median seconds of the floor, median of the ratios pair by pair.
    """
    ours()
    floor()  # warm: what is compiled or read once is not part of either
    pairs = [(_seconds(ours), _seconds(floor)) for _ in range(runs)]
    return (
        statistics.median(one for one, _other in pairs),
        statistics.median(other for _one, other in pairs),
        statistics.median(one / other for one, other in pairs),
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
