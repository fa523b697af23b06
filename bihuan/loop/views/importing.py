"""A filled-in ledger taken in, in two steps: uploaded and shown row by row, then written."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components import uploads
from bihuan.components.downloads import download
from bihuan.components.previewing import Preview, choose_rows
from bihuan.components.previewing import preview as previewed
from bihuan.lib.filled import Fault
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.loop import actions
from bihuan.loop.access import DO_MATTER, KEEP_MATTER, SEE_MATTER
from bihuan.loop.actions import Plan, Planned
from bihuan.loop.forms import LedgerUpload
from bihuan.loop.ledger_rows import State
from bihuan.loop.ledger_workbook import READ, write_ledger
from bihuan.loop.models import LedgerDraft
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs

if TYPE_CHECKING:
    from bihuan.org.models import Unit

STATES: dict[State, tuple[str, str, str]] = {
    State.FAULT: ("有误", "at fault", "bad"),
    State.NEW: ("新增", "new", "good"),
    State.REPORT: ("填报进展", "progress", "info"),
    State.SAME: ("不变", "as it is", "plain"),
    State.LEFT: ("不导入", "left out", "plain"),
}


def _keeper(request: DeskRequest) -> Unit | None:
    """The unit whose matters new ones become: that of the main post of somebody who keeps matters."""
    return request.reader.home_unit if request.reader.of(KEEP_MATTER) else None


def _own(request: DeskRequest, pk: int) -> LedgerDraft:
    draft = uploads.own(LedgerDraft, pk, by=request.reader.by)
    if draft is None:
        raise NotThere
    return draft


def _plan(request: DeskRequest, draft: LedgerDraft) -> Plan:
    return actions.ledger_plan(draft, reader=request.reader, keeper=_keeper(request), at=timezone.now())


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE_MATTER, DO_MATTER)
def upload(request: DeskRequest) -> HttpResponse:
    """What an import does and does not, and the upload; it leads to the preview, nothing is written yet."""
    form = LedgerUpload(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                content = file.read(LARGEST_FILE + 1)
                draft = actions.keep_ledger(
                    content=content, file_name=file.name, by=request.reader.by, at=timezone.now()
                )
                return HttpResponseRedirect(reverse("loop:import_preview", args=[draft.pk]))
            except Refusal as refusal:
                form.add_error("file", refusal.said())
    context = {"form": form, "keeper": _keeper(request), "done": _done(request)}
    return render(request, "loop/import.html", context, status=status)


def _done(request: DeskRequest) -> str:
    new, told = request.GET.get("new", ""), request.GET.get("told", "")
    if not (new.isdigit() and told.isdigit() and len(new + told) < 12):
        return ""
    return say(
        f"已写入：新增 {int(new)} 项，填报进展 {int(told)} 项。",
        f"Written: {int(new)} new matters, progress of {int(told)}.",
    )


@require_safe
@needs(SEE_MATTER, DO_MATTER)
def template(request: DeskRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    out = io.BytesIO()
    write_ledger((), out, columns=READ)
    return download(out.getvalue(), say("台账模板", "ledger-template") + ".xlsx")


@dataclass(frozen=True)
class Shown:
    """A row in words. (A template would take `row.key` for the cell of that column.)"""

    item: Planned
    words: str
    tone: str

    @property
    def key(self) -> str:
        return self.item.row.key

    @property
    def due_on(self) -> dt.date | None:
        return self.item.row.due_on

    @property
    def faults(self) -> list[Fault]:
        return self.item.row.faults

    @property
    def acts(self) -> bool:
        return self.item.state in (State.NEW, State.REPORT)

    @property
    def left(self) -> bool:
        return self.item.state is State.LEFT

    @property
    def notes(self) -> list[str]:
        return [say(*note) for note in self.item.notes]


def _preview(request: DeskRequest, draft: LedgerDraft) -> Preview[Shown]:
    return previewed(request.GET, _plan(request, draft), STATES, Shown)


@never_cache
@require_safe
@needs(SEE_MATTER, DO_MATTER)
def preview(request: DeskRequest, pk: int) -> HttpResponse:
    """What would come of each row."""
    draft = _own(request, pk)
    context = {"draft": draft, "preview": _preview(request, draft)}
    return render(request, "loop/import_preview.html", context)


@require_POST
@needs(SEE_MATTER, DO_MATTER)
def rows(request: DeskRequest, pk: int) -> HttpResponse:
    """Leave a row out, or take it back in; then the same page of the preview again."""
    return choose_rows(request, _own(request, pk), reverse("loop:import_preview", args=[pk]))


@require_POST
@needs(SEE_MATTER, DO_MATTER)
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget an uploaded ledger."""
    uploads.drop(_own(request, pk))
    return HttpResponseRedirect(reverse("loop:import"))


@never_cache
@require_POST
@needs(SEE_MATTER, DO_MATTER)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Write what was shown: all of it, or nothing."""
    draft = _own(request, pk)
    try:
        counts = actions.take_ledger(
            draft=draft,
            shown=request.POST.get("shown", "")[:64],
            reader=request.reader,
            keeper=_keeper(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        context = {"draft": draft, "preview": _preview(request, draft), "refused": refusal.said()}
        return render(request, "loop/import_preview.html", context, status=refusal.status)
    return HttpResponseRedirect(f"{reverse('loop:import')}?new={counts['new']}&told={counts['report']}")
