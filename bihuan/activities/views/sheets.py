"""Tables of people for a roster or a session, in two steps: uploaded and shown row by row, then written."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.activities import actions, queries, roster_workbook
from bihuan.activities.access import activity as the_activity
from bihuan.activities.actions.sheets import Plan, Planned, State
from bihuan.activities.material_access import KEEP_ROSTER, SEE_ROSTER, own_sheet, the_roster
from bihuan.activities.models import Activity, RosterSheet, TrainingRoster
from bihuan.components import uploads
from bihuan.components.downloads import download
from bihuan.components.previewing import preview as previewed
from bihuan.lib.filled import Fault
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs

PEOPLE: dict[State, tuple[str, str, str]] = {
    State.FAULT: ("有误", "at fault", "bad"),
    State.NEW: ("新列入", "new", "good"),
    State.SAME: ("已在名册", "on it already", "plain"),
}
SESSION: dict[State, tuple[str, str, str]] = {
    State.FAULT: ("有误", "at fault", "bad"),
    State.NEW: ("登记参训", "came", "good"),
    State.ABSENT: ("表上未签到", "absent in the table", "plain"),
    State.SAME: ("已登记过", "entered already", "plain"),
}


class SheetForm(forms.Form):
    file = forms.FileField(label=_("文件"), allow_empty_file=True, max_length=200)


def _session(request: DeskRequest) -> Activity | None:
    """The session that an address names, as far as the reader sees it. Raises NotThere."""
    said = request.GET.get("activity", "")
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 19):
        raise NotThere
    return the_activity(request.reader, int(said))


@never_cache
@require_http_methods(["GET", "POST"])
@needs(KEEP_ROSTER)
def upload(request: DeskRequest, pk: int) -> HttpResponse:
    """What a table does, and the upload; it leads to the preview, nothing is written yet."""
    roster, session = the_roster(request.reader, KEEP_ROSTER, pk), _session(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                sheet = actions.keep_sheet(
                    roster=roster,
                    activity=session,
                    content=file.read(LARGEST_FILE + 1),
                    file_name=file.name,
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return HttpResponseRedirect(reverse("materials:sheet", args=[sheet.pk]))
            except Refusal as refusal:
                form.add_error("file", refusal.said())
                status = refusal.status
    context = {"form": form, "roster": roster, "session": session}
    return render(request, "activities/sheet_upload.html", context, status=status)


@require_safe
@needs(SEE_ROSTER)
def table(request: DeskRequest, pk: int) -> HttpResponse:
    """A roster as a workbook: how far it was reached, or (sign=1) a sheet to sign on, which can be taken in again."""
    roster = the_roster(request.reader, SEE_ROSTER, pk)
    found = list(queries.with_sessions(queries.entries(roster)).order_by("order"))
    sign = request.GET.get("sign") == "1"
    rows = []
    for number, row in enumerate(found, 1):
        came = ["是" if row.came else "否", _sessions(row)]  # type: ignore[attr-defined]
        rows.append([number, row.name, row.unit_words, row.duty, *([] if sign else came)])
    more = roster_workbook.SIGN if sign else roster_workbook.REACHED
    content = roster_workbook.write_table((*roster_workbook.PEOPLE, *more), rows, sheet="签到表" if sign else "名册")
    return download(content, f"{roster.name}{say('签到表', ' sign-in sheet') if sign else ''}.xlsx")


def _sessions(row: object) -> str:
    held = row.sessions  # type: ignore[attr-defined]
    return "；".join(f"{item.activity.end_on:%Y-%m-%d} {item.activity.title}" for item in held)


@dataclass(frozen=True)
class Shown:
    """A row in words."""

    item: Planned
    words: str
    tone: str

    @property
    def key(self) -> str:
        return self.item.row.key

    @property
    def name(self) -> str:
        return self.item.row["name"]

    @property
    def about(self) -> str:
        """Unit and duty as the roster has them, or else as the table says."""
        entry, row = self.item.entry, self.item.row
        said = (entry.unit_words, entry.duty) if entry else (row["unit"], row["duty"])
        return " ".join(filter(None, said))

    @property
    def faults(self) -> list[Fault]:
        return self.item.row.faults


def _own(request: DeskRequest, pk: int) -> tuple[RosterSheet, TrainingRoster]:
    """One's own table, for a roster that one still keeps and a session that one still sees. Raises NotThere."""
    sheet = own_sheet(request.reader, pk)
    if sheet.activity_id is not None:
        sheet.activity = the_activity(request.reader, sheet.activity_id)
    sheet.roster = the_roster(request.reader, KEEP_ROSTER, sheet.roster_id)
    return sheet, sheet.roster


def _shown(
    request: DeskRequest, sheet: RosterSheet, roster: TrainingRoster, plan: Plan, refusal: Refusal | None = None
) -> HttpResponse:
    states = PEOPLE if sheet.activity is None else SESSION
    context = {
        "sheet": sheet,
        "roster": roster,
        "session": sheet.activity,
        "preview": previewed(request.GET, plan, states, Shown),
        "refused": refusal.said() if refusal else "",
    }
    return render(request, "activities/sheet_preview.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
@needs(KEEP_ROSTER)
def preview(request: DeskRequest, pk: int) -> HttpResponse:
    """What would come of each row."""
    sheet, roster = _own(request, pk)
    return _shown(request, sheet, roster, actions.sheet_plan(sheet))


@require_POST
@needs(KEEP_ROSTER)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Write what was shown."""
    sheet, roster = _own(request, pk)
    try:
        actions.take_sheet(
            sheet=sheet, shown=request.POST.get("shown", "")[:64], by=request.reader.by, at=timezone.now()
        )
    except Refusal as refusal:
        return _shown(request, sheet, roster, actions.sheet_plan(sheet), refusal)
    if sheet.activity_id is not None:
        return HttpResponseRedirect(f"{reverse('materials:materials', args=[sheet.activity_id])}?done=attend#attend")
    return HttpResponseRedirect(f"{reverse('materials:roster', args=[roster.pk])}?done=people")


@require_POST
@needs(KEEP_ROSTER)
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget a table."""
    sheet, roster = _own(request, pk)
    uploads.drop(sheet)
    return HttpResponseRedirect(reverse("materials:roster", args=[roster.pk]))
