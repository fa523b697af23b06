"""Pages of registers: how many places of each kind each region has on a day; the places themselves; as a workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.components.downloads import download
from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import REGIONS, NotThere, may, the, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.places import queries
from bihuan.places.access import KEEP_PLACE, SEE_PLACE
from bihuan.places.forms import ListFilter, RegisterFilter
from bihuan.places.refusals import PlaceError
from bihuan.places.register_workbook import write_register

if TYPE_CHECKING:
    from bihuan.org.models import Region

MOST_ROWS = 50_000  # of one export


def own_book(request: DeskRequest) -> str:
    """The book whose registers this installation keeps: its authority's."""
    authority = request.reader.authority
    return authority.book if authority else ""


def _region(request: DeskRequest, pk: int | None, choices: list[tuple[int, str, int]]) -> Region:
    """The region that is asked for, or the topmost that the reader sees. Raises NotThere."""
    if pk is None and not choices:
        raise NotThere
    return the(request.reader, SEE_PLACE, REGIONS, pk=choices[0][0] if pk is None else pk)


@require_safe
@needs(SEE_PLACE)
def overview(request: DeskRequest) -> HttpResponse:
    """The registers of a region and of each part of it."""
    reader = request.reader
    choices = org.region_choices(within(reader, SEE_PLACE, REGIONS))
    form = RegisterFilter(request.GET, regions=choices)
    wish = form.wish(reader.day)
    region = _region(request, _asked(request), choices)
    book = own_book(request)
    found = queries.overview(region, reader.edition, book=book, on=wish["on"])
    up = found.above if found.above and may(reader, SEE_PLACE, found.above) else None
    context = {
        "form": form,
        "page": found,
        "region": region,
        "up": up,
        "on": wish["on"],
        "model": book,
        "keeps": may(reader, KEEP_PLACE),
        "none": not any(count for _kind, count in found.whole.counts),
    }
    return render(request, "places/registers.html", context)


def _listed(request: DeskRequest) -> tuple[ListFilter, dict[str, Any], Any]:
    reader = request.reader
    choices = org.region_choices(within(reader, SEE_PLACE, REGIONS))
    kinds = queries.kinds()
    form = ListFilter(request.GET, regions=choices, kinds=kinds)
    wish = form.wish(reader.day)
    region = _region(request, _asked(request), choices)
    kind = next((item for item in kinds if item.code == wish["kind"]), None)
    found = queries.listed(
        region=region,
        edition=reader.edition,
        book=own_book(request),
        on=wish["on"],
        kind=kind,
        words=wish["words"],
        gone=wish["gone"],
    )
    return form, wish | {"region": region, "kind": kind}, found


def _asked(request: DeskRequest) -> int | None:
    """The region that the address names, also one below the county, which the form does not offer."""
    text = request.GET.get("region", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


@require_safe
@needs(SEE_PLACE)
def listing(request: DeskRequest) -> HttpResponse:
    """The places of a register, to search and to narrow down."""
    form, wish, found = _listed(request)
    context = {
        "form": form,
        "wish": wish,
        "page": paged(request, found, "pinyin", "pk"),
        "keeps": may(request.reader, KEEP_PLACE),
        "query": request.GET.urlencode(),
    }
    return render(request, "places/list.html", context)


@require_safe
@needs(SEE_PLACE)
def export(request: DeskRequest) -> HttpResponse:
    """The same as a workbook, which can be changed and taken in again."""
    _form, _wish, found = _listed(request)
    if found.count() > MOST_ROWS:
        zh = f"超过 {MOST_ROWS} 个场所，请先按地区或类别筛选再导出"
        raise PlaceError("export-too-long", zh, f"more than {MOST_ROWS} places: narrow them down first")
    out = io.BytesIO()
    write_register(queries.lines(found, request.reader.edition), out, kinds=[kind.zh for kind in queries.kinds()])
    return download(out.getvalue(), say("场所底册", "places") + ".xlsx")
