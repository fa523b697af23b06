"""Who did what, when; and whether the chain still holds."""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.figures import queries as figures
from bihuan.figures.moments import check_words
from bihuan.history import queries
from bihuan.org import queries as directory
from bihuan.org.gate import DeskRequest, needs
from bihuan.web.access import SEE_HISTORY, history_without
from bihuan.web.forms import HistoryFilter
from bihuan.web.telling import told
from bihuan.web.walking import walk


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
    check = figures.last_check()
    context = {
        "form": form,
        "page": page,
        "rows": told(page, request.reader),
        "sealed": queries.head()[0],
        "check": check,
        "found": check_words(check) if check else "",
    }
    return render(request, "web/history.html", context)


@never_cache
@require_POST
@needs(SEE_HISTORY)
def verify(request: DeskRequest) -> HttpResponse:
    """One part of the walk along the chain; the answer goes on by itself until the end. A forged or old place to go on
    from begins it anew."""
    history_without(request.reader)
    try:
        part = walk(request.POST.get("stand", ""))
    except signing.BadSignature:
        part = walk()
    whole = not request.headers.get("HX-Request")
    return render(request, "web/walk_page.html" if whole else "web/walk.html", {"part": part})
