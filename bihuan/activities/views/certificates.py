"""Certificates of people on rosters: which end soon, which have ended; as a workbook."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.activities import queries, roster_workbook
from bihuan.activities.material_access import SEE_ROSTER, rosters, the_roster
from bihuan.activities.models import Certificate, TrainingRoster
from bihuan.activities.roster_page import certificate_state
from bihuan.activities.training_rules import SOON_DAYS
from bihuan.components.downloads import download
from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs

SOON, OVER, ALL = "soon", "over", "all"
MOST = 20_000  # rows of a workbook


def _asked(request: DeskRequest) -> tuple[TrainingRoster | None, QuerySet[Certificate], str, dt.date]:
    """The roster that the address names (None: all that the reader sees), certificates of it, which of them, today."""
    said, day = request.GET.get("roster", ""), local_day(timezone.now())
    roster = None
    if said:
        if not (said.isascii() and said.isdecimal() and len(said) < 19):
            raise NotThere
        roster = the_roster(request.reader, SEE_ROSTER, int(said))
    seen = TrainingRoster.objects.filter(pk=roster.pk) if roster else rosters(request.reader)
    show = request.GET.get("show", "")
    return roster, queries.certificates(seen), show if show in (SOON, OVER, ALL) else ALL if roster else SOON, day


def _of(found: QuerySet[Certificate], show: str, day: dt.date) -> QuerySet[Certificate]:
    return {SOON: queries.ending, OVER: queries.ended}.get(show, lambda rows, _day: rows)(found, day)


@never_cache
@require_safe
@needs(SEE_ROSTER)
def listing(request: DeskRequest) -> HttpResponse:
    """Certificates of all rosters that the reader sees, or of one: those that end soon, that have ended, all."""
    roster, found, show, day = _asked(request)
    order = ("-pk",) if show == ALL else ("valid_until", "pk")
    page = paged(request, _of(found, show, day), *order)
    soon, over, whole = queries.by_state(found, day)
    context = {
        "roster": roster,
        "page": page,
        "rows": [(row, *certificate_state(row, day)) for row in page],
        "show": show,
        "tabs": [
            (SOON, say("即将到期", "Ending soon"), soon),
            (OVER, say("已过期", "Expired"), over),
            (ALL, say("全部", "All"), whole),
        ],
        "days": SOON_DAYS,
    }
    return render(request, "activities/certificates.html", context)


@require_safe
@needs(SEE_ROSTER)
def table(request: DeskRequest) -> HttpResponse:
    """The same as a workbook."""
    roster, found, show, day = _asked(request)
    rows = []
    for row in _of(found, show, day).order_by("entry__roster", "entry__order", "pk")[:MOST]:
        entry = row.entry
        who = [entry.roster.name, entry.name, entry.unit_words, entry.duty]
        paper = [row.name, row.number, row.issuer, row.issued_on, row.valid_until]
        rows.append([*who, *paper, certificate_state(row, day)[0]])
    content = roster_workbook.write_table(roster_workbook.CERTIFICATES, rows, sheet="证书")
    return download(content, f"{roster.name if roster else ''}{say('证书', 'certificates')}.xlsx")
