"""Hand a form in: on the page, where only what is not known is asked, or as a file that is shown before it is taken."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns.access import own_line
from bihuan.components.previewing import preview as previewed
from bihuan.components.refused import way_out
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.loop.days import local_day, today_in
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs
from bihuan.statistics import access, actions, handing_page, queries
from bihuan.statistics.forms_handing import HandedFileForm
from bihuan.statistics.models import FormVersion, HandedDraft
from bihuan.statistics.refusals import FaultyCellsError
from bihuan.statistics.rules import LISTED, Period, neighbours, period_for, period_name, period_of

if TYPE_CHECKING:
    from bihuan.campaigns.models import Expected
    from bihuan.org.models import Edition, Unit


@dataclass(frozen=True)
class _Wanted:
    """Which form, for whom, for which days."""

    version: FormVersion
    unit: Unit
    units: list[Unit]
    period: Period
    line: Expected | None
    edition: Edition

    @property
    def query(self) -> str:
        """The same as part of an address."""
        return urlencode({"unit": self.unit.pk, "on": self.period[0].isoformat()})


def _wanted(request: DeskRequest, code: str) -> _Wanted | None:
    """What an address names; None where the reader has no unit to hand in for. Raises NotThere."""
    reader = request.reader
    form = access.form_called(reader, code)
    if form.retired:
        raise NotThere
    version, units = queries.version_of(form), access.own_units(reader)
    every = version.definition.every
    line = _line(request, code)
    if line is not None:
        unit = access.own_unit(reader, line.unit.merged_into_id or line.unit_id)
    elif key := _number(request.GET.get("unit", "")):
        unit = access.own_unit(reader, key)
    elif units:
        unit = units[0]
    else:
        return None
    day = _day(request.GET.get("on", "")) or today_in(unit.book, local_day(timezone.now()))
    period = period_for(every, line.expected_list.period) if line is not None else period_of(every, day)
    edition = reader.edition
    return _Wanted(version, unit, units, period, line, edition)


def _line(request: DeskRequest, code: str) -> Expected | None:
    key = _number(request.GET.get("line", ""))
    if not key:
        return None
    found = own_line(request.reader, key)
    if found.expected_list.form != f"{LISTED}{code}":
        raise NotThere
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.FILL_FORM)
def hand_in(request: DeskRequest, code: str) -> HttpResponse:
    """The form in its layout: what is known stands in it, what is open is asked."""
    wanted = _wanted(request, code)
    if wanted is None:
        form = access.form_called(request.reader, code)
        return render(request, "statistics/hand_in.html", {"form": form, "wanted": None})
    if request.method != "POST":
        return _page(request, wanted)
    cells = {cell.at for cell in wanted.version.definition.cells if cell.asked}
    typed = {at: str(request.POST[at])[:60] for at in sorted(cells) if at in request.POST}
    try:
        found = actions.hand_in(
            version=wanted.version,
            unit=wanted.unit,
            period=wanted.period,
            edition=wanted.edition,
            typed=typed,
            by=request.reader.by,
            at=timezone.now(),
        )
    except FaultyCellsError as refusal:
        return _page(request, wanted, typed=typed, refusal=refusal, faults=refusal.faults)
    except Refusal as refusal:
        return _page(request, wanted, typed=typed, refusal=refusal)
    if isinstance(found, HandedDraft):
        return HttpResponseRedirect(reverse("statistics:handed_draft", args=[found.pk]) + "?asks=1")
    return _to_return(found)


def _page(
    request: DeskRequest,
    wanted: _Wanted,
    *,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    faults: Mapping[str, tuple[str, str]] | None = None,
    file_form: HandedFileForm | None = None,
) -> HttpResponse:
    """The page of handing in. `refusal`: why it was not taken."""
    found = queries.fill_page(wanted.version, unit=wanted.unit, period=wanted.period, edition=wanted.edition)
    every = found.page.definition.every
    today = today_in(wanted.unit.book, local_day(timezone.now()))
    earlier, later = neighbours(every, wanted.period)
    context: dict[str, Any] = {
        "form": wanted.version.form,
        "wanted": wanted,
        "found": found,
        "period": period_name(every, wanted.period),
        "earlier": earlier,
        "later": later if later and later <= today else None,
        "rows": handing_page.fields(found, typed, faults),
        "open": len(found.open_cells),
        "known": sum(known.bounds is not None for known in found.page.cells.values()),
        "state": handing_page.state_words(found.row.state) if found.row else None,
        "file_form": file_form or HandedFileForm(),
        "key": uuid.uuid4(),  # under which the browser keeps what it could not send
        "refusal": refusal,
        "way": way_out(refusal) if refusal else None,
    }
    return render(request, "statistics/hand_in.html", context, status=refusal.status if refusal else 200)


def _to_return(taken: actions.Taken) -> HttpResponse:
    return HttpResponseRedirect(reverse("statistics:form_return", args=[taken.handed.pk]) + "?done=handed-in")


@never_cache
@require_POST
@needs(access.FILL_FORM)
def hand_in_file(request: DeskRequest, code: str) -> HttpResponse:
    """A filled-in form as a file: kept, and shown before anything is written."""
    wanted = _wanted(request, code)
    if wanted is None:
        raise NotThere
    form = HandedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, wanted, file_form=form)
    file = form.cleaned_data["file"]
    try:
        draft = actions.keep_handed(
            version=wanted.version,
            unit=wanted.unit,
            period=wanted.period,
            edition=wanted.edition,
            content=file.read(LARGEST_FILE + 1),
            file_name=file.name,
            by=request.reader.by,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, wanted, refusal=refusal)
    return HttpResponseRedirect(reverse("statistics:handed_draft", args=[draft.pk]))


@never_cache
@require_safe
@needs(access.FILL_FORM)
def preview(request: DeskRequest, pk: int) -> HttpResponse:
    """What would come of each value; what differs from the records is asked."""
    return _preview(request, access.handed_draft(request.reader, pk))


def _preview(
    request: DeskRequest,
    draft: HandedDraft,
    *,
    chosen: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    edition = request.reader.edition
    plan = queries.plan_of(draft, edition)
    cells = [line.given.cell for line in plan.conflicts]
    behind = queries.sources(plan.page, edition, cells, among=access.reports(request.reader))
    context = {
        "draft": draft,
        "form": draft.version.form,
        "period": period_name(plan.page.definition.every, (draft.first, draft.last)),
        "query": urlencode({"unit": draft.unit_id, "on": draft.first.isoformat()}),
        "preview": previewed(request.GET, plan, handing_page.STATES, handing_page.Shown),
        "conflicts": handing_page.conflicts(plan.conflicts, behind, chosen or {}),
        "refusal": refusal,
        "way": way_out(refusal) if refusal else None,
    }
    return render(request, "statistics/hand_preview.html", context, status=refusal.status if refusal else 200)


@require_POST
@needs(access.FILL_FORM)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Take in what was shown."""
    draft = access.handed_draft(request.reader, pk)
    chosen = {
        name.removeprefix("choice-"): str(value)[:10]
        for name, value in request.POST.items()
        if name.startswith("choice-")
    }
    try:
        taken = actions.take(
            draft=draft,
            edition=request.reader.edition,
            shown=str(request.POST.get("shown", ""))[:64],
            chosen=chosen,
            by=request.reader.by,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _preview(request, draft, chosen=chosen, refusal=refusal)
    return _to_return(taken)


@require_POST
@needs(access.FILL_FORM)
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget a filled-in form."""
    draft = access.handed_draft(request.reader, pk)
    actions.drop(draft=draft, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(reverse("statistics:hand_in", args=[draft.version.form.code]))
