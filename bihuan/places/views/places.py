"""Pages of one place: what it is, what has become of it, and what is done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.components.timeline import Moment
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import REGIONS, SEE_DIRECTORY, UNITS, may, the, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.views.answers import Said, answered
from bihuan.places import actions, queries
from bihuan.places.access import KEEP_PLACE, PLACES, SEE_PLACE, search
from bihuan.places.actions import About
from bihuan.places.fields import place_option
from bihuan.places.forms import AmendForm, MergeForm, MoveForm, PlaceForm, RenameForm, ReopenForm, Seen, about_of
from bihuan.places.moments import SAID
from bihuan.places.views.registers import own_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from bihuan.org.models import Unit
    from bihuan.places.models import Place, PlaceChange

DONE: dict[str, tuple[str, str]] = {
    "added": ("场所已登记。", "The place is entered."),
    "amended": ("已保存。", "Saved."),
    "renamed": ("已更名；此前各日的底册仍是原名。", "Renamed; registers of earlier days keep the old name."),
    "moved": ("已划转；此前各日仍算原地区的。", "Moved; on earlier days it counts where it was."),
    "merged": ("已并入；此前各日仍是两处。", "Merged; on earlier days they are two."),
    "closed": ("已注销；此前各日的底册里仍有它。", "Closed; registers of earlier days still have it."),
    "reopened": ("已恢复。", "It is open again."),
}


@require_safe
@needs(SEE_PLACE)
def place(request: DeskRequest, pk: int) -> HttpResponse:
    """One place and its own history."""
    rows = PLACES.all().select_related("kind", "region", "unit", "merged_into")
    found = the(request.reader, SEE_PLACE, PLACES, rows, pk=pk)
    changes = queries.changes_of(found)
    names = org.names(change.by for change in changes)
    words = DONE.get(request.GET.get("done", ""))
    context = {
        "place": found,
        "told": [_moment(change, names) for change in changes],
        "merged": queries.merged_into(found),
        "keeps": may(request.reader, KEEP_PLACE, found),
        "notice": Said("good", say(*words)) if words else None,
    }
    return render(request, "places/place.html", context)


def _moment(change: PlaceChange, names: dict[str, str]) -> Moment:
    zh, en, tone = SAID[f"places.{change.became}"]
    parts = [f"{say('自', 'from')} {change.valid_from.isoformat()}", f"{change.region.name} {change.name}"]
    if change.merged_into:
        parts.append(say(f"并入{change.merged_into.name}", f"into {change.merged_into.name}"))
    if change.reason:
        parts.append(change.reason)
    return Moment(change.at, say(zh, en), names.get(change.by, change.by), "；".join(parts), tone=tone)


@require_safe
@needs(SEE_PLACE)
def options(request: DeskRequest) -> HttpResponse:
    """What a field for a place offers while one types."""
    text = request.GET.get(request.GET.get("field", ""), "").replace("\0", "").strip()[:60]
    codes = request.GET.get("kinds", "").split("|")
    kinds = [kind for kind in queries.kinds() if kind.code in codes] if any(codes) else None
    found = search(request.reader, text, kinds=kinds) if text else []
    return render(request, "org/options.html", {"options": [place_option(item) for item in found]})


def _units(request: DeskRequest) -> QuerySet[Unit]:
    return within(request.reader, SEE_DIRECTORY, UNITS) | within(request.reader, KEEP_PLACE, UNITS)


def _kept(request: DeskRequest, pk: int) -> Place:
    rows = PLACES.all().select_related("kind", "region", "unit")
    return the(request.reader, KEEP_PLACE, PLACES, rows, pk=pk)


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def new(request: DeskRequest) -> HttpResponse:
    """Enter a place in a region whose registers the reader keeps."""
    kinds = queries.kinds(offered=True)
    regions = queries.areas(within(request.reader, KEEP_PLACE, REGIONS))
    start = {"on": request.reader.day.replace(month=1, day=1), "kind": request.GET.get("kind", "")}
    form = PlaceForm(request.POST or None, initial=start, kinds=kinds, regions=regions, units=_units(request))

    def act(wish: dict[str, Any]) -> str:
        made = actions.add_place(
            kind=next(kind for kind in kinds if kind.code == wish["kind"]),
            region=the(request.reader, KEEP_PLACE, REGIONS, pk=wish["region"]),
            name=wish["name"],
            on=wish["on"],
            about=_about(wish),
            book=own_book(request),
            by=request.reader.by,
            at=timezone.now(),
        )
        return _to(made, "added")

    return answered(
        request,
        form,
        act,
        title=say("登记场所", "Enter a place"),
        lead=say("成批登记请用导入。", "For many at once there is the import."),
        button_text=say("登记", "Enter"),
        back_url=reverse("places:registers"),
        back_text=say("场所底册", "Registers of places"),
    )


def _about(wish: dict[str, Any]) -> About:
    return About(wish["code"], wish["unit"], wish["point"])


def _to(place: Place, word: str) -> str:
    return reverse("places:place", args=[place.pk]) + f"?done={word}"


def _start(request: DeskRequest, place: Place) -> dict[str, Any]:
    return {"version": place.version, "on": request.reader.day}


def _done(
    request: DeskRequest,
    place: Place,
    form: Seen,
    act: Callable[..., Place],
    word: str,
    *,
    takes: Callable[[dict[str, Any]], dict[str, Any]] = lambda _wish: {},
    title: tuple[str, str],
    lead: tuple[str, str],
    danger: bool = False,
) -> HttpResponse:
    """The page of one change. `takes`: what the action gets beside what all get."""

    def changed(wish: dict[str, Any]) -> str:
        act(
            place=place,
            expected_version=wish["version"],
            on=wish["on"],
            reason=wish["reason"],
            by=request.reader.by,
            at=timezone.now(),
            **takes(wish),
        )
        return _to(place, word)

    return answered(
        request,
        form,
        changed,
        title=say(*title),
        lead=say(*lead),
        button_text=say(*title),
        back_url=reverse("places:place", args=[place.pk]),
        back_text=say("场所", "The place"),
        subject=f"{place.region.name} {place.name}",
        danger=danger,
    )


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def amend(request: DeskRequest, pk: int) -> HttpResponse:
    """Another code, unit or point."""
    found = _kept(request, pk)
    start = _start(request, found) | about_of(found)
    form = AmendForm(request.POST or None, initial=start, units=_units(request))
    lead = ("编码、管理单位、经纬度。名称和地区请用更名、划转。", "Its code, unit and point.")
    return _done(
        request, found, form, actions.amend_place, "amended",
        takes=lambda wish: {"about": _about(wish)}, title=("修改信息", "Amend"), lead=lead,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def rename(request: DeskRequest, pk: int) -> HttpResponse:
    """Another name from a day on."""
    found = _kept(request, pk)
    form = RenameForm(request.POST or None, initial=_start(request, found) | {"name": found.name})
    lead = (
        "此前各日的底册仍是原名。原来就写错了的，日期填上一次变更的那一天。",
        "Registers of earlier days keep the old name. Where it was wrong from the start, give the day of that change.",
    )
    return _done(
        request, found, form, actions.rename_place, "renamed",
        takes=lambda wish: {"name": wish["name"]}, title=("更名", "Give another name"), lead=lead,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def move(request: DeskRequest, pk: int) -> HttpResponse:
    """To another region from a day on."""
    found = _kept(request, pk)
    regions = queries.areas(within(request.reader, KEEP_PLACE, REGIONS))
    start = _start(request, found) | {"region": found.region_id}
    form = MoveForm(request.POST or None, initial=start, regions=regions)
    lead = ("此前各日仍算原地区的场所。", "On earlier days it counts where it was.")
    return _done(
        request, found, form, actions.move_place, "moved",
        takes=lambda wish: {"region": the(request.reader, KEEP_PLACE, REGIONS, pk=wish["region"])},
        title=("划转", "Move to another region"), lead=lead,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def merge(request: DeskRequest, pk: int) -> HttpResponse:
    """Into another place of its kind from a day on."""
    found = _kept(request, pk)
    others = within(request.reader, KEEP_PLACE, PLACES).filter(kind=found.kind_id, book=found.book, closed_on=None)
    form = MergeForm(request.POST or None, initial=_start(request, found), places=others.exclude(pk=found.pk))
    lead = (
        "自这一天起是一处；此前在这里办的活动，算作覆盖了并入的那一处。",
        "From that day on they are one; what reached this one earlier counts for the other.",
    )
    return _done(
        request, found, form, actions.merge_place, "merged",
        takes=lambda wish: {"into": wish["into"]}, title=("并入另一场所", "Merge into another place"), lead=lead,
        danger=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def close(request: DeskRequest, pk: int) -> HttpResponse:
    """It is no more from a day on."""
    found = _kept(request, pk)
    form = Seen(request.POST or None, initial=_start(request, found))
    lead = (
        "自这一天起不在底册里；此前各日不变。误操作可以恢复。",
        "From that day on it is in no register. It can be reopened.",
    )
    return _done(
        request, found, form, actions.close_place, "closed", title=("注销", "Close"), lead=lead, danger=True
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(KEEP_PLACE)
def reopen(request: DeskRequest, pk: int) -> HttpResponse:
    """It is there again from a day on."""
    found = _kept(request, pk)
    start = _start(request, found) | {"on": found.closed_on or request.reader.day}
    form = ReopenForm(request.POST or None, initial=start)
    lead = (
        "注销本来就错了的，日期不用改；后来又有了的，填重新启用的那一天。",
        "Where closing it was a mistake, leave the day as it is.",
    )
    return _done(request, found, form, actions.reopen_place, "reopened", title=("恢复", "Reopen"), lead=lead)
