"""What the forms of a record show and take where its period is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from bihuan.activities import actions
from bihuan.campaigns.access import CORRECT_CLOSED, closing_to_correct
from bihuan.campaigns.queries import closings_named
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.activities.models import Activity
    from bihuan.figures.models import Closing, Erratum


@dataclass(frozen=True)
class ClosedPart:
    """The closing in the way. `may`: the reader is its office, and may open an erratum."""

    closing: Closing
    may: bool
    reason: str = ""


def closed_part(request: DeskRequest, closings: Iterable[int]) -> ClosedPart | None:
    """What a form shows of closings in its way, best one that the reader may open; None where there is none."""
    rows = closings_named(closings)
    if not rows:
        return None
    mine = next((row for row in rows if may(request.reader, CORRECT_CLOSED, row)), None)
    return ClosedPart(mine or rows[0], mine is not None, str(request.POST.get("erratum", ""))[:200])


def written(request: DeskRequest, write: Callable[[Erratum | None], Activity], *, seen: int = 0) -> Activity:
    """Do it, under an erratum where the form names a closing. Raises what `write` raises, and NotThere."""
    key = str(request.POST.get("closing", ""))
    if not key:
        return write(None)
    if not (key.isascii() and key.isdecimal()):
        raise NotThere
    return actions.under_erratum(
        write,
        closing=closing_to_correct(request.reader, int(key)),
        reason=str(request.POST.get("erratum", "")),
        seen=seen,
        by=request.reader.by,
        at=timezone.now(),
    )
