"""Who did what, when; and whether the chain still holds."""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.figures import queries as figures
from bihuan.history import queries
from bihuan.history.rules import GENESIS
from bihuan.org import queries as directory
from bihuan.org.gate import DeskRequest, needs
from bihuan.web.access import SEE_HISTORY, history_without
from bihuan.web.forms import HistoryFilter
from bihuan.web.telling import told

STEP = 5_000  # seals of one part of the walk: well under a second
_SALT = "history.walk"


@never_cache
@require_safe
@needs(SEE_HISTORY)
def history(request: DeskRequest) -> HttpResponse:
    """The log in words, the newest first."""
    without = history_without(request.reader)
    form = HistoryFilter(request.GET or None)
    wanted = {}
    if form.is_bound and form.is_valid():
        wanted = form.wanted()
        if who := form.cleaned_data["who"]:
            wanted["by"] = directory.identities_of(who)
    page = paged(request, queries.feed(**wanted, without=without), "-id")
    context = {"form": form, "page": page, "rows": told(page, request.reader), "sealed": queries.head()[0]}
    return render(request, "web/history.html", context)


@never_cache
@require_POST
@needs(SEE_HISTORY)
def verify(request: DeskRequest) -> HttpResponse:
    """One part of the walk along the chain; the answer goes on by itself until the end. Where it stands travels with
    it, signed: nothing is kept, and nobody can tell it to begin in the middle."""
    history_without(request.reader)
    length, digest = _stand(request.POST.get("stand", ""))
    part = queries.verify_part(length=length, digest=digest, limit=STEP, anchors=figures.anchors())
    changed = figures.departure() if part.ended and part.broken is None else None
    context = {
        "part": part,
        "changed": changed,
        "total": max(queries.head()[0], part.length),
        "stand": "" if part.ended else signing.dumps([part.length, part.digest], salt=_SALT),
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "web/walk_page.html" if whole else "web/walk.html", context)


def _stand(text: str) -> tuple[int, str]:
    try:
        length, digest = signing.loads(text, salt=_SALT, max_age=3600)
    except signing.BadSignature:
        return 0, GENESIS.hex()
    return int(length), str(digest)
