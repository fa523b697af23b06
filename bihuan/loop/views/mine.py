"""What is mine to do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.loop.access import matters
from bihuan.org.gate import DeskRequest, signed_in


@signed_in
def mine(request: DeskRequest) -> HttpResponse:
    """What is mine to do."""
    return render(request, "loop/ledger.html", {"rows": matters(request.reader)[:50]})
