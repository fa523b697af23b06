"""The pages of matters."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.loop.access import DO_MATTER, SEE_MATTER, hands, matters, the_matter
from bihuan.org.gate import DeskRequest, needs, signed_in


@needs(SEE_MATTER, DO_MATTER)
def ledger(request: DeskRequest) -> HttpResponse:
    """The ledger (台账)."""
    return render(request, "loop/ledger.html", {"rows": matters(request.reader)[:50]})


@signed_in
def mine(request: DeskRequest) -> HttpResponse:
    """What is mine to do."""
    return render(request, "loop/ledger.html", {"rows": matters(request.reader)[:50]})


@needs(SEE_MATTER, DO_MATTER)
def matter(request: DeskRequest, pk: int) -> HttpResponse:
    """One matter."""
    item = the_matter(request.reader, pk)
    return render(request, "loop/matter.html", {"matter": item, "hands": hands(request.reader, item)})
