"""What is put up: the placements of all activities that a reader sees, those that end soon first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.activities import queries
from bihuan.activities.access import seen
from bihuan.activities.material_access import SEE_ACTIVITY
from bihuan.activities.material_page import placement_words
from bihuan.activities.publicity_rules import SOON_DAYS, carriers
from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_safe
@needs(SEE_ACTIVITY)
def placements(request: DeskRequest) -> HttpResponse:
    """Placements that end soon, are up, or are over."""
    day = local_day(timezone.now())
    whole = queries.standing_placements(seen(request.reader))
    of = queries.of_state(day)
    show = request.GET.get("show", "")
    show = show if show in of else "soon"
    order = ("-end_on", "-pk") if show == "over" else ("end_on", "pk")
    page = paged(request, whole.filter(of[show]), *order)
    counts, known = queries.placement_counts(whole, day), carriers()
    names = {"soon": ("即将到期", "Ending soon"), "up": ("展出中", "Up"), "over": ("已结束", "Over")}
    context = {
        "page": page,
        "rows": [(row, say(known[row.carrier].zh, known[row.carrier].en), *placement_words(row, day)) for row in page],
        "show": show,
        "tabs": [(name, say(*words), counts[name]) for name, words in names.items()],
        "days": SOON_DAYS,
    }
    return render(request, "activities/placements.html", context)
