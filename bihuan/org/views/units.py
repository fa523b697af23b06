"""Pages of units: the list, one unit, and what is done to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.org import actions, queries
from bihuan.org.access import MANAGE_PEOPLE, REGIONS, SEE_DIRECTORY, UNITS, may, the, within
from bihuan.org.fields import unit_option
from bihuan.org.forms.entries import CloseUnitForm, MergeForm, RenameForm, SectionForm, UnitFilter, UnitForm, today
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.models import Unit
from bihuan.org.views.answers import answered, done, told


@require_safe
@needs(SEE_DIRECTORY)
def units(request: DeskRequest) -> HttpResponse:
    """The units that the reader sees, to search and to narrow down."""
    reader = request.reader
    regions = queries.region_choices(within(reader, SEE_DIRECTORY, REGIONS))
    form = UnitFilter(request.GET, regions=regions)
    wish = form.wish()
    found = queries.units_found(within(reader, SEE_DIRECTORY, UNITS), day=reader.day, **wish)
    context = {
        "form": form,
        "page": paged(request, found, "region", "pk"),
        "searched": any(wish.values()),
        "manages": may(reader, MANAGE_PEOPLE),
        "notice": done(request),
    }
    return render(request, "org/units.html", context)


@require_safe
@needs(SEE_DIRECTORY)
def unit(request: DeskRequest, pk: int) -> HttpResponse:
    """One unit: its people by section, former names, what was merged into it."""
    reader = request.reader
    found = _seen(request, pk)
    page = queries.unit_page(found, day=reader.day)
    manages = may(reader, MANAGE_PEOPLE, found)
    context = {"page": page, "manages": manages, "told": told("unit", found.pk), "notice": done(request)}
    return render(request, "org/unit.html", context)


def _seen(request: DeskRequest, pk: int) -> Unit:
    rows = UNITS.all().select_related("region", "merged_into")
    return the(request.reader, SEE_DIRECTORY, UNITS, rows, pk=pk)


def _managed(request: DeskRequest, pk: int) -> Unit:
    return the(request.reader, MANAGE_PEOPLE, UNITS, UNITS.all().select_related("region"), pk=pk)


def _to(unit: Unit, word: str) -> str:
    return reverse("org:unit", args=[unit.pk]) + f"?done={word}"


def _about(unit: Unit, title: tuple[str, str], button: tuple[str, str], lead: tuple[str, str]) -> dict[str, Any]:
    return {
        "title": say(*title),
        "lead": say(*lead),
        "button_text": say(*button),
        "back_url": reverse("org:unit", args=[unit.pk]),
        "back_text": say("单位", "The unit"),
        "subject": unit.name,
    }


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE)
def new_unit(request: DeskRequest) -> HttpResponse:
    """Open a unit in one of the regions that the reader manages."""
    regions = within(request.reader, MANAGE_PEOPLE, REGIONS)
    form = UnitForm(request.POST or None, regions=queries.region_choices(regions))

    def act(wish: dict[str, Any]) -> str:
        region = the(request.reader, MANAGE_PEOPLE, REGIONS, pk=wish["region"])
        made = actions.open_unit(
            region=region, name=wish["name"], short_name=wish["short_name"], by=request.reader.by, at=timezone.now()
        )
        return _to(made, "opened")

    return answered(
        request,
        form,
        act,
        title=say("新建单位", "Open a unit"),
        lead=say(
            "同一地区已有同名单位时，会打开已有的那一个。", "Where the region has a unit of that name, it is shown."
        ),
        button_text=say("新建", "Open"),
        back_url=reverse("org:units"),
        back_text=say("单位名录", "Units"),
    )


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE)
def rename_unit(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a unit another name from a day on."""
    unit = _managed(request, pk)
    start = {"name": unit.name, "short_name": unit.short_name, "version": unit.version} | today(request.reader.day)
    form = RenameForm(request.POST or None, initial=start)

    def act(wish: dict[str, Any]) -> str:
        actions.rename_unit(
            unit=unit,
            name=wish["name"],
            short_name=wish["short_name"],
            expected_version=wish["version"],
            on=wish["on"],
            by=request.reader.by,
            at=timezone.now(),
        )
        return _to(unit, "renamed")

    lead = (
        "原名会保留：旧公文、旧名册里的名字仍能认出它。",
        "The old name is kept, so that old papers still lead here.",
    )
    return answered(request, form, act, **_about(unit, ("更名", "Give another name"), ("更名", "Give the name"), lead))


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE)
def merge_unit(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a unit part of another from a day on."""
    unit = _managed(request, pk)
    others = within(request.reader, MANAGE_PEOPLE, UNITS).filter(closed_on=None).exclude(pk=unit.pk)
    start = {"version": unit.version} | today(request.reader.day)
    form = MergeForm(request.POST or None, initial=start, units=others)

    def act(wish: dict[str, Any]) -> str:
        actions.merge_unit(
            unit=unit,
            into=wish["into"],
            expected_version=wish["version"],
            on=wish["on"],
            by=request.reader.by,
            at=timezone.now(),
        )
        return _to(unit, "merged")

    lead = (
        "已有的报送、公文留在原处，由承接单位查看；原单位的人请随后交接到承接单位。撤并后不能恢复。",
        "What it sent stays where it is and is the successor's to see; hand its posts over next. This is for good.",
    )
    about = _about(unit, ("并入另一单位", "Merge into another unit"), ("并入", "Merge"), lead)
    return answered(request, form, act, **about, danger=True)


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE)
def close_unit(request: DeskRequest, pk: int) -> HttpResponse:
    """Close a unit without a successor."""
    unit = _managed(request, pk)
    form = CloseUnitForm(request.POST or None, initial={"version": unit.version} | today(request.reader.day))

    def act(wish: dict[str, Any]) -> str:
        actions.close_unit(
            unit=unit, expected_version=wish["version"], on=wish["on"], by=request.reader.by, at=timezone.now()
        )
        return _to(unit, "closed")

    lead = (
        "没有承接单位时用。单位里还有人任职的，须先免去或交接。撤销后不能恢复。",
        "For a unit without a successor. Posts must be ended or handed over first. This is for good.",
    )
    about = _about(unit, ("撤销单位", "Close the unit"), ("撤销", "Close"), lead)
    return answered(request, form, act, **about, danger=True)


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE)
def new_section(request: DeskRequest, pk: int) -> HttpResponse:
    """Open a section in a unit."""
    unit = _managed(request, pk)
    form = SectionForm(request.POST or None)

    def act(wish: dict[str, Any]) -> str:
        actions.open_section(unit=unit, name=wish["name"], by=request.reader.by, at=timezone.now())
        return _to(unit, "section")

    return answered(request, form, act, **_about(unit, ("新建科室", "Open a section"), ("新建", "Open"), ("", "")))


@require_safe
@needs(SEE_DIRECTORY)
def unit_options(request: DeskRequest) -> HttpResponse:
    """What a field for a unit offers while one types."""
    text = request.GET.get(request.GET.get("field", ""), "").replace("\0", "").strip()[:60]
    seen = within(request.reader, SEE_DIRECTORY, UNITS)
    options = [unit_option(item) for item in queries.units_like(seen, text)] if text else []
    return render(request, "org/options.html", {"options": options})
