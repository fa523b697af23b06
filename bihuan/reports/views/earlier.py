"""A campaign's numbers beside those of earlier years, and one of them over all years."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.campaigns.access import SEE_CAMPAIGN
from bihuan.campaigns.access import campaign as access_campaign
from bihuan.campaigns.access import part as access_part
from bihuan.org.access import NotThere, may, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.reports.access import LOAD_PAST, SEE_SUBMISSION, SUBMISSIONS
from bihuan.reports.queries.campaigns import row_of
from bihuan.reports.queries.earlier import earlier_page, earlier_row


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def earlier(request: DeskRequest, pk: int) -> HttpResponse:
    """Each row at one place: this year, the year before, the change, whether it is the highest there was."""
    found = access_campaign(request.reader, pk)
    asked = request.GET.get("region", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) < 18
    region = access_part(request.reader, found, int(asked)) if known else found.region
    page = earlier_page(request.reader, found, region, today=request.reader.day)
    return render(request, "reports/earlier.html", {"page": page, "may_load": may(request.reader, LOAD_PAST)})


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def row(request: DeskRequest, pk: int, region: int) -> HttpResponse:
    """One row at a place over the years, each down to its sources."""
    found = access_campaign(request.reader, pk)
    place = access_part(request.reader, found, region)
    asked = row_of(request.GET.get("row", ""))
    among = within(request.reader, SEE_SUBMISSION, SUBMISSIONS)
    page = asked and earlier_row(request.reader, found, place, asked, among=among, today=request.reader.day)
    if not page:
        raise NotThere
    return render(request, "reports/earlier_row.html", {"page": page})
