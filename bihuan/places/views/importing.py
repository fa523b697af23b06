"""A filled-in register taken in, in two steps: uploaded and shown row by row, then written."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components import uploads
from bihuan.components.downloads import download
from bihuan.components.previewing import preview as previewed
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.access import REGIONS, SEE_DIRECTORY, UNITS, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.places import actions, queries
from bihuan.places.access import KEEP_PLACE, own_draft
from bihuan.places.actions import Plan, Planned, State
from bihuan.places.forms import TakeForm, UploadForm
from bihuan.places.models import PlaceDraft
from bihuan.places.register_workbook import write_register
from bihuan.places.views.registers import own_book

STATES: dict[State, tuple[str, str, str]] = {
    State.FAULT: ("有误", "at fault", "bad"),
    State.NEW: ("新增", "new", "good"),
    State.CHANGE: ("变更", "changed", "info"),
    State.SAME: ("不变", "as it is", "plain"),
}
_CHANGED: dict[str, tuple[str, str]] = {
    "name": ("名称", "name"),
    "region_id": ("地区", "region"),
    "code": ("编码", "code"),
    "unit_id": ("管理单位", "unit"),
    "lon": ("经度", "longitude"),
    "lat": ("纬度", "latitude"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def upload(request: DeskRequest) -> HttpResponse:
    """What an import does and does not, and the upload; it leads to the preview, nothing is written yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                content = file.read(LARGEST_FILE + 1)
                draft = actions.keep_register(
                    content=content, file_name=file.name, by=request.reader.by, at=timezone.now()
                )
                return HttpResponseRedirect(reverse("places:preview", args=[draft.pk]))
            except Refusal as refusal:
                form.add_error("file", refusal.said())
    context = {"form": form, "kinds": _kinds(), "done": _done(request)}
    return render(request, "places/import.html", context, status=status)


def _kinds() -> str:
    """What may stand under 类别: the Chinese words, in English with their meaning."""
    held = queries.kinds()
    zh, en = "、".join(kind.zh for kind in held), ", ".join(f"{kind.zh} ({kind.en.lower()})" for kind in held)
    return say(zh, en)


def _done(request: DeskRequest) -> str:
    new, changed = request.GET.get("new", ""), request.GET.get("changed", "")
    if not (f"{new}{changed}".isascii() and new.isdecimal() and changed.isdecimal() and len(new + changed) < 12):
        return ""
    return say(
        f"已写入：新增 {int(new)} 个场所，变更 {int(changed)} 个。",
        f"Written: {int(new)} new places, {int(changed)} changed.",
    )


@require_safe
@needs(KEEP_PLACE)
def template(request: DeskRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    out = io.BytesIO()
    write_register((), out, kinds=[kind.zh for kind in queries.kinds()], template=True)
    return download(out.getvalue(), say("场所底册模板", "places-template") + ".xlsx")


def _own(request: DeskRequest, pk: int) -> PlaceDraft:
    return own_draft(request.reader, pk)


def _reach(request: DeskRequest) -> dict[str, Any]:
    """What an import of this reader may touch."""
    reader = request.reader
    return {
        "regions": within(reader, KEEP_PLACE, REGIONS),
        "units": within(reader, SEE_DIRECTORY, UNITS) | within(reader, KEEP_PLACE, UNITS),
        "book": own_book(request),
    }


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
    def kind(self) -> str:
        kind = self.item.kind
        return say(kind.zh, kind.en) if kind else self.item.row["kind"]

    @property
    def name(self) -> str:
        return self.item.row["name"]

    @property
    def region(self) -> str:
        return self.item.area.name if self.item.area else f"{self.item.row['county']}{self.item.row['town']}"

    @property
    def faults(self) -> list[Any]:
        return self.item.row.faults

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What, from what, to what."""
        place = self.item.place
        if self.item.state is not State.CHANGE or place is None:
            return []
        return [(say(*_CHANGED[name]), *self._values(name, value)) for name, value in self.item.changes.items()]

    def _values(self, name: str, value: Any) -> tuple[str, str]:
        place = self.item.place
        assert place is not None
        if name == "region_id":
            return place.region.name, self.region
        if name == "unit_id":
            return (place.unit.name if place.unit else "—"), self.item.row["unit"]
        return str(getattr(place, name) or "—"), str(value)


def _shown(request: DeskRequest, draft: PlaceDraft, plan: Plan, form: TakeForm, *, status: int = 200) -> HttpResponse:
    page = previewed(request.GET, plan, STATES, Shown)
    return render(request, "places/preview.html", {"draft": draft, "preview": page, "form": form}, status=status)


@never_cache
@require_safe
@needs(KEEP_PLACE)
def preview(request: DeskRequest, pk: int) -> HttpResponse:
    """What would come of each row."""
    draft = _own(request, pk)
    plan = actions.register_plan(draft, **_reach(request))
    return _shown(request, draft, plan, TakeForm(initial={"on": request.reader.day.replace(month=1, day=1)}))


@require_POST
@needs(KEEP_PLACE)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Write what was shown."""
    draft = _own(request, pk)
    reach = _reach(request)
    form = TakeForm(request.POST)
    if form.is_valid():
        try:
            shown, on = request.POST.get("shown", "")[:64], form.cleaned_data["on"]
            counts = actions.take_register(
                draft=draft, shown=shown, on=on, **reach, by=request.reader.by, at=timezone.now()
            )
            address = f"{reverse('places:import')}?new={counts[State.NEW]}&changed={counts[State.CHANGE]}"
            return HttpResponseRedirect(address)
        except Refusal as refusal:
            form.add_error(None, refusal.said())
    return _shown(request, draft, actions.register_plan(draft, **reach), form, status=422)


@require_POST
@needs(KEEP_PLACE)
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget an uploaded register."""
    uploads.drop(_own(request, pk))
    return HttpResponseRedirect(reverse("places:import"))
