"""Values of earlier years (往年数据): those that were loaded, and a table taken in: uploaded, shown, written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns.access import SEE_CAMPAIGN
from bihuan.campaigns.access import campaign as access_campaign
from bihuan.components import uploads
from bihuan.components.downloads import download
from bihuan.components.paging import paged
from bihuan.components.previewing import ROWS
from bihuan.components.previewing import preview as previewed
from bihuan.lib.filled import Fault
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.access import REGIONS, NotThere, may, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.reports import actions
from bihuan.reports.access import LOAD_PAST
from bihuan.reports.actions.past import Plan, Planned, State
from bihuan.reports.models import PastDraft
from bihuan.reports.past_workbook import write_template
from bihuan.reports.queries.past import loaded, past_values, regions_of, units_of_measures
from bihuan.reports.queries.wording import range_words

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.org.models import Region

STATES: dict[State, tuple[str, str, str]] = {
    State.FAULT: ("有误", "at fault", "bad"),
    State.CONFLICT: ("与库里不同", "differs from what is in store", "warn"),
    State.NEW: ("新增", "new", "good"),
    State.REPLACE: ("改用新值", "replaces what is in store", "info"),
    State.SAME: ("不变", "as it is", "plain"),
}


class PastForm(forms.Form):
    """A table, as a file."""

    file = forms.FileField(label=_("往年数据表"), allow_empty_file=True)


def _mine(request: DeskRequest) -> QuerySet[Region]:
    """The regions for which the reader loads."""
    return within(request.reader, LOAD_PAST, REGIONS)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE_CAMPAIGN)
def past(request: DeskRequest, pk: int) -> HttpResponse:
    """What was loaded of earlier years; for those who may, the upload, which leads to the preview."""
    found = access_campaign(request.reader, pk)
    may_load = may(request.reader, LOAD_PAST)
    form = PastForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if not may_load:
            raise NotThere
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                draft = actions.keep_past(
                    campaign=found,
                    content=file.read(LARGEST_FILE + 1),
                    file_name=file.name,
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return HttpResponseRedirect(reverse("reports:past_preview", args=[found.pk, draft.pk]))
            except Refusal as refusal:
                form.add_error("file", refusal.said())
    page = paged(
        request, loaded(found, regions_of(found, within(request.reader, SEE_CAMPAIGN, REGIONS))), "-period_end", "-pk"
    )
    mine = frozenset(_mine(request).filter(pk__in=[item.region_id for item in page]).values_list("pk", flat=True))
    context = {
        "campaign": found,
        "form": form,
        "may_load": may_load,
        "page": page,
        "values": list(past_values(page, mine=mine)),
        "done": _done(request),
    }
    return render(request, "reports/past.html", context, status=status)


def _done(request: DeskRequest) -> str:
    new, changed = request.GET.get("new", ""), request.GET.get("changed", "")
    if not (f"{new}{changed}".isascii() and new.isdecimal() and changed.isdecimal() and len(new + changed) < 12):
        return ""
    return say(
        f"已载入：新增 {int(new)} 个数，改用新值 {int(changed)} 个。",
        f"Loaded: {int(new)} new values, {int(changed)} replaced.",
    )


@require_safe
@needs(LOAD_PAST)
def template(request: DeskRequest, pk: int) -> HttpResponse:
    """The empty workbook to fill in."""
    access_campaign(request.reader, pk)
    return download(write_template(units_of_measures()), say("往年数据模板", "earlier-years-template") + ".xlsx")


def _own(request: DeskRequest, pk: int, draft: int) -> PastDraft:
    found = uploads.own(PastDraft, draft, by=request.reader.by)
    if found is None or found.campaign_id != access_campaign(request.reader, pk).pk:
        raise NotThere
    return found


def _plan(request: DeskRequest, draft: PastDraft) -> Plan:
    return actions.past_plan(draft, regions=_mine(request), today=request.reader.day)


@dataclass(frozen=True)
class Shown:
    """A row in words."""

    item: Planned
    words: str
    tone: str

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def what(self) -> str:
        row = self.item.row
        return f"{self.item.region.name if self.item.region else row['region']} · {row['measure']}"

    @property
    def days(self) -> str:
        days = self.item.days
        return f"{days[0].isoformat()} – {days[1].isoformat()}" if days else self.item.row["year"]

    @property
    def value(self) -> str:
        read = self.item.row.read
        return read.printed if read else self.item.row["value"]

    @property
    def value_words(self) -> str:
        read = self.item.row.read
        return range_words(read.value) if read else ""

    @property
    def paper(self) -> str:
        return self.item.row["paper"]

    @property
    def faults(self) -> list[Fault]:
        return self.item.row.faults

    @property
    def asks(self) -> bool:
        return self.item.state is State.CONFLICT

    @property
    def replaces(self) -> bool:
        return self.item.state is State.REPLACE

    @property
    def there(self) -> str:
        """What is in store, and from where, where the table says something else."""
        held = self.item.there
        if held is None or not (self.asks or self.replaces):
            return ""
        cited = str(held.origin.get("paper") or held.stated_by or "")
        return f"{held.printed}（{cited}）" if cited else held.printed


def _shown(request: DeskRequest, draft: PastDraft, *, refused: str = "", status: int = 200) -> HttpResponse:
    page = previewed(request.GET, _plan(request, draft), STATES, Shown)
    context = {"draft": draft, "campaign": draft.campaign, "preview": page, "refused": refused}
    return render(request, "reports/past_preview.html", context, status=status)


@never_cache
@require_safe
@needs(LOAD_PAST)
def preview(request: DeskRequest, pk: int, draft: int) -> HttpResponse:
    """What would come of each row."""
    return _shown(request, _own(request, pk, draft))


@require_POST
@needs(LOAD_PAST)
def settle(request: DeskRequest, pk: int, draft: int) -> HttpResponse:
    """Say of rows in conflict which value is to hold."""
    found = _own(request, pk, draft)
    for name, chosen in (("take", True), ("keep", False)):
        if keys := [key[:100] for key in request.POST.getlist(name)[:ROWS]]:
            actions.settle(found, keys, take=chosen)
    back = request.POST.get("back", "")
    here = reverse("reports:past_preview", args=[pk, draft])
    return HttpResponseRedirect(here + (back if back.startswith("?state=") else ""))


@require_POST
@needs(LOAD_PAST)
def take(request: DeskRequest, pk: int, draft: int) -> HttpResponse:
    """Write what was shown."""
    found = _own(request, pk, draft)
    try:
        counts = actions.take_past(
            draft=found,
            shown=request.POST.get("shown", "")[:64],
            regions=_mine(request),
            today=request.reader.day,
            by=request.reader.by,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _shown(request, found, refused=refusal.said(), status=refusal.status)
    here = reverse("reports:past", args=[pk])
    return HttpResponseRedirect(f"{here}?new={counts[State.NEW]}&changed={counts[State.REPLACE]}")


@require_POST
@needs(LOAD_PAST)
def drop(request: DeskRequest, pk: int, draft: int) -> HttpResponse:
    """Forget an uploaded table."""
    uploads.drop(_own(request, pk, draft))
    return HttpResponseRedirect(reverse("reports:past", args=[pk]))


@require_POST
@needs(LOAD_PAST)
def withdraw(request: DeskRequest, pk: int, figure: int) -> HttpResponse:
    """Take a loaded value back."""
    found = access_campaign(request.reader, pk)
    item = loaded(found, _mine(request)).filter(figure=figure).select_related("figure").first()
    if item is None:
        raise NotThere
    version = request.POST.get("version", "")
    actions.withdraw_past(
        figure=item.figure,
        expected_version=int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else 0,
        reason=request.POST.get("reason", "")[:400],
        by=request.reader.by,
        at=timezone.now(),
    )
    return HttpResponseRedirect(reverse("reports:past", args=[pk]))
