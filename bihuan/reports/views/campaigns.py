"""What campaigns add up to: measures beside places, what makes each number, and facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.campaigns.access import SEE_CAMPAIGN
from bihuan.campaigns.access import campaign as access_campaign
from bihuan.campaigns.access import campaigns as access_campaigns
from bihuan.campaigns.access import part as access_part
from bihuan.campaigns.queries import closings_of
from bihuan.components.downloads import csv_download
from bihuan.components.paging import paged
from bihuan.figures import actions as figures
from bihuan.lib.words import say
from bihuan.org.access import REGIONS, NotThere, may, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.reports import queries
from bihuan.reports.access import ANSWER_DOUBT, SEE_SUBMISSION, SUBMISSIONS
from bihuan.reports.queries.campaigns import (
    NUMBERS,
    AsOf,
    CampaignPage,
    Line,
    Number,
    What,
    doubt_page,
    making_page,
    row_of,
)

LONGEST_SEARCH = 40
LONGEST_SEEN = 200


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def campaigns(request: DeskRequest) -> HttpResponse:
    """The campaigns that concern the reader, the newest first."""
    page = paged(request, access_campaigns(request.reader), "-period_start", "-pk")
    return render(request, "reports/campaigns.html", {"page": page})


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def campaign(request: DeskRequest, pk: int) -> HttpResponse:
    """All that a campaign counts: the three numbers of each row, or one number of each row by place, or one row by
    place."""
    wanted = request.GET.get("number", "")
    what: What | None = next((name for name in get_args(What) if name == wanted), None)
    page = _page(request, pk, doubts=what is None)
    one = page.lines[0] if request.GET.get("row") and len(page.lines) == 1 else None
    context = {
        "page": page,
        "one": one,
        "what": None if one else what,
        "closings": closings_of(page.campaign),
        "grid": _grid(page, what) if what and not one else [],
        "numbers": [(name, say(*words)) for name, words in NUMBERS.items()],
        "kept": _kept(request, "at", "q"),
    }
    return render(request, "reports/campaign.html", context)


def _grid(page: CampaignPage, what: What) -> Iterator[tuple[Line, list[tuple[str, Number]]]]:
    """One number at each place, and the address of what makes it."""
    bases = [reverse("reports:making", args=[page.campaign.pk, region.pk]) for region in page.regions]
    for line in page.lines:
        yield line, list(zip(bases, line.of(what), strict=True))


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def table(request: DeskRequest, pk: int) -> HttpResponse:
    """The same rows, every place and number, as a CSV for a spreadsheet."""
    page = _page(request, pk)
    return csv_download([*_head(), *_rows(page)], f"{page.campaign.name}.csv")


def _head() -> Iterator[list[str]]:
    names = [say(*words) for words in NUMBERS.values()]
    bounds = [say("不少于", "at least"), say("不多于", "at most")]
    first = [say("指标", "measure"), say("量词", "classifier"), say("地区", "place")]
    numbers = [word for name in names for word in (name, *(f"{name}·{bound}" for bound in bounds))]
    yield [*first, *numbers, say("记录条数", "records"), say("截至", "as of"), say("账本", "book")]


def _rows(page: CampaignPage) -> Iterator[list[str]]:
    moment = page.as_of.text or say("现在", "now")
    for line in page.lines:
        for cell in line.cells:
            row = [line.name, line.units, cell.region.name]
            for number in cell.numbers:
                row.append(number.printed if number.known else "")
                bounds = (number.value.low, number.value.high) if number.value else (None, None)
                row += ["" if bound is None else format(bound, "f") for bound in bounds]
            yield [*row, str(cell.records), moment, page.campaign.book]


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def making(request: DeskRequest, pk: int, region: int) -> HttpResponse:
    """What makes the numbers of one row at one place."""
    found = access_campaign(request.reader, pk)
    row = row_of(request.GET.get("row", ""))
    after = request.GET.get("after", "")
    page = row and making_page(
        request.reader,
        found,
        access_part(request.reader, found, region),
        row,
        as_of=AsOf.read(request.GET.get("at", "")),
        among=within(request.reader, SEE_SUBMISSION, SUBMISSIONS),
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else 0,
    )
    if not page:
        raise NotThere
    return render(request, "reports/making.html", {"page": page, "kept": _kept(request, "at")})


@never_cache
@require_safe
@needs(SEE_CAMPAIGN)
def doubts(request: DeskRequest, pk: int) -> HttpResponse:
    """All that the rules ask about a campaign, and what was answered."""
    found = access_campaign(request.reader, pk)
    page = doubt_page(request.reader, found, answering=within(request.reader, ANSWER_DOUBT, REGIONS))
    return render(request, "reports/doubts.html", {"page": page})


@never_cache
@require_POST
@needs(ANSWER_DOUBT)
def answer_doubt(request: DeskRequest, pk: int, region: int) -> HttpResponse:
    """Say why a number that a rule asks about is right, or what will be done about it."""
    found = access_campaign(request.reader, pk)
    place = access_part(request.reader, found, region)
    row = row_of(request.POST.get("row", ""))
    if row is None or not may(request.reader, ANSWER_DOUBT, place):
        raise NotThere
    figures.answer_doubt(
        region=place,
        period=found.period,
        book=found.book,
        rule=request.POST.get("rule", ""),
        row=row,
        seen=request.POST.get("seen", "").replace("\0", "")[:LONGEST_SEEN],
        text=request.POST.get("text", ""),
        by=request.reader.by,
        at=timezone.now(),
    )
    name = "reports:doubts" if request.POST.get("from") == "doubts" else "reports:campaign"
    return redirect(f"{reverse(name, args=[found.pk])}#doubts")


@never_cache
@require_safe
@needs(SEE_SUBMISSION)
def fact(request: DeskRequest, public_id: str) -> HttpResponse:
    """One number of a paper: value, definition, the records behind it, and whether it still holds."""
    page = queries.fact_page(
        public_id, reader=request.reader, among=within(request.reader, SEE_SUBMISSION, SUBMISSIONS)
    )
    if page is None:
        raise NotThere
    return render(request, "reports/fact.html", {"page": page})


def _page(request: DeskRequest, pk: int, *, doubts: bool = False) -> CampaignPage:
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH].replace("\0", "")
    return queries.campaign_page(
        request.reader,
        access_campaign(request.reader, pk),
        as_of=AsOf.read(request.GET.get("at", "")),
        answering=within(request.reader, ANSWER_DOUBT, REGIONS) if doubts else None,
        words=words,
        only=row_of(request.GET.get("row", "")),
    )


def _kept(request: DeskRequest, *names: str) -> str:
    """What links of a page keep of its address: "&at=…" or nothing."""
    query = request.GET.copy()
    for name in list(query):
        if name not in names or not query[name]:
            del query[name]
    return f"&{query.urlencode()}" if query else ""
