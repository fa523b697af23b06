"""The ledger (台账): every matter that the reader sees, by due day, narrowed down and counted."""

from __future__ import annotations

import tempfile
from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.components.downloads import download
from bihuan.lib.words import say
from bihuan.loop import ledger_page, queries, scopes
from bihuan.loop.access import DO_MATTER, KEEP_MATTER, SEE_MATTER, reach
from bihuan.loop.forms import LedgerFilter
from bihuan.loop.ledger_workbook import MOST_ROWS, write_ledger
from bihuan.loop.queries.ledger import Reach, Wish
from bihuan.loop.refusals import TooManyRowsError
from bihuan.org import queries as org
from bihuan.org.access import REGIONS, SEE_DIRECTORY, UNITS, Reader, may, within
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_safe
@needs(SEE_MATTER, DO_MATTER)
def ledger(request: DeskRequest) -> HttpResponse:
    """A page of the ledger. What is open comes first; what an address says wrongly is said, and left out."""
    reader, query = request.reader, request.GET
    seen = reach(reader)
    form = ledger_form(request, seen)
    wish = wish_of(form, query.get("state", ""))
    backwards = "before" in query
    start = ledger_page.read_key(query.get("before" if backwards else "after", ""))
    found = queries.ledger(seen, wish, start=start, backwards=backwards and start is not None)
    context = {
        "form": form,
        "narrowed": form.narrowed,
        "rows": ledger_page.rows(found.rows, reader.day),
        "tabs": ledger_page.tabs(query, found, state=wish.state, light=wish.light),
        "lamps": ledger_page.lamps(query, found, state=wish.state, light=wish.light),
        "page": ledger_page.pages(query, found),
        "uncounted": found.counts is None,
        "state": query.get("state", ""),
        "light": wish.light,
        "query": query.urlencode(),
        "keeps": may(reader, KEEP_MATTER),
    }
    return render(request, "loop/ledger.html", context)


@require_safe
@needs(SEE_MATTER, DO_MATTER)
def export(request: DeskRequest) -> HttpResponse:
    """What the filter leaves of the ledger, as a workbook."""
    seen = reach(request.reader)
    wish = wish_of(ledger_form(request, seen), request.GET.get("state", ""))
    return workbook(seen, wish, name=say("台账", "ledger") + f" {request.reader.day.isoformat()}")


def workbook(seen: Reach | None, wish: Wish, *, name: str) -> HttpResponse:
    """The answer that carries it.

    Raises:
        TooManyRowsError: there is more than one workbook takes.
    """
    counted = queries.ledger(seen, wish, size=1).of(state=wish.state, light=wish.light)
    if counted is not None and counted[0] > MOST_ROWS:
        raise TooManyRowsError(MOST_ROWS)
    with tempfile.TemporaryFile() as file:
        written = write_ledger(ledger_page.lines(islice(queries.whole(seen, wish), MOST_ROWS + 1)), file)
        if written > MOST_ROWS:
            raise TooManyRowsError(MOST_ROWS)
        file.seek(0)
        return download(file.read(), f"{name}.xlsx")


def ledger_form(request: DeskRequest, seen: Reach | None) -> LedgerFilter:
    """The filter of the ledger, with what this reader can choose from."""
    reader = request.reader
    return LedgerFilter(request.GET, **_choices(reader, seen))


def _choices(reader: Reader, seen: Reach | None) -> dict[str, Any]:
    keys = [str(item.key[0]) for item in queries.tallied(seen, Wish(), ["scope"]) if item.key[0]]
    names = scopes.named(keys)
    places: tuple[tuple[int, str, int], ...] = ()
    if seen is None or seen.regions:
        places = tuple(ledger_page.regions_within(org.region_choices(within(reader, SEE_MATTER, REGIONS))))
    units = within(reader, SEE_DIRECTORY, UNITS) if may(reader, SEE_DIRECTORY) else None
    return {"scopes": sorted(names.values(), key=lambda item: item.key), "regions": places, "units": units}


def wish_of(form: LedgerFilter, state: str) -> Wish:
    """The wish that a filter says; what it says wrongly is left out."""
    given = form.given
    if state not in (ledger_page.ALL, *ledger_page.states(), queries.ENDED):
        state = queries.OPEN
    regions = queries.below(int(given["region"])) if given.get("region") else ()
    unit = given.get("unit")
    return Wish(
        scope=given.get("scope") or "",
        flow=given.get("flow") or "",
        state="" if state == ledger_page.ALL else state,
        light=given.get("light") or "",
        unit=unit.pk if unit else None,
        regions=regions,
        due_from=given.get("due_from"),
        due_to=given.get("due_to"),
        words=(given.get("words") or "").replace("\0", ""),
    )
