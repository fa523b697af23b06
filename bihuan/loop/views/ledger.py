"""The ledger (台账)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.loop.access import DO_MATTER, SEE_MATTER, matters
from bihuan.org.gate import DeskRequest, needs


@needs(SEE_MATTER, DO_MATTER)
def ledger(request: DeskRequest) -> HttpResponse:
    """The ledger (台账)."""
    return render(request, "loop/ledger.html", {"rows": matters(request.reader)[:50]})
