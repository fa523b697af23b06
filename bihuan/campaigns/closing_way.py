"""Where to go with a record of a closed period."""

from __future__ import annotations

from django.urls import reverse

from bihuan.components.refused import Way
from bihuan.figures.actions import ClosedPeriodError
from bihuan.lib.words import say


def closing_way_out(refusal: ClosedPeriodError) -> Way:
    """The page of the closing: its office corrects there under an erratum, others read whom to ask. Stands in
    `wiring.WAYS_OUT`."""
    return Way(
        say("时段已关账", "The period is closed"),
        reverse("closings:closing", args=[refusal.closed.closing]),
        say("关账与勘误", "The closed period and its errata"),
    )
