"""What others report to us: the list, one report with where each number came from, what came bundle by bundle."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.exchange import access, actions, pages, queries
from bihuan.exchange.forms import AskForm, BundleForm, HeldForm
from bihuan.exchange.refusals import TooLargeError
from bihuan.exchange.rules import LARGEST
from bihuan.exchange.views.reporting import as_file
from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_safe
@needs(access.SEE)
def received_list(request: DeskRequest) -> HttpResponse:
    """The reports of others, the newest first, and what is held."""
    access.over_all(request.reader, access.SEE)
    page = paged(request, queries.received(), "-pk")
    held = list(queries.held()[:20])
    context = {
        "page": page,
        "rows": list(page),
        "held": [(row, pages.kind_words(row.kind), pages.why(row)) for row in held],
        "reports": request.reader.at_top(access.REPORT),
        "tab": "received",
    }
    return render(request, "exchange/received_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.SEE)
def received(request: DeskRequest, pk: int) -> HttpResponse:
    """One report as it stands here; a question about it (POST)."""
    access.over_all(request.reader, access.REPORT if request.method == "POST" else access.SEE)
    row = queries.the_received(pk)
    if row is None:
        raise NotThere
    lines = queries.received_lines(row)
    options = [(str(item.pk), f"{item.name} {item.printed}") for item in lines]
    form = AskForm(request.POST if request.method == "POST" else None, lines=options)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["line"]
        line = queries.received_line(row, int(chosen)) if chosen else None
        actions.ask(
            received=row, line=line, words=dict(options).get(chosen, ""), text=form.cleaned_data["text"],
            name=request.reader.name, by=request.reader.by, at=timezone.now(),
        )  # fmt: skip
        return HttpResponseRedirect(reverse("exchange:received", args=[pk]) + "#talks")
    intakes = list(row.intakes.order_by("sequence"))
    context = {
        "row": row,
        "lines": lines,
        "intakes": [(item, pages.kind_words(item.kind), pages.way_words(item.way)) for item in intakes],
        "expected": row.expected,
        "open": [(unit, form, pages.receipt_words(state)) for unit, form, state in row.expected.get("open", [])],
        "talks": queries.talks(row.key, peer=row.peer),
        "form": form,
        "reports": request.reader.at_top(access.REPORT),
        "tab": "received",
    }
    return render(request, "exchange/received.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@needs(access.SEE)
def intakes(request: DeskRequest) -> HttpResponse:
    """All bundles that came, the newest first."""
    access.over_all(request.reader, access.SEE)
    page = paged(request, queries.intakes(), "-pk")
    rows = [
        (row, pages.kind_words(row.kind), pages.intake_state(row), pages.way_words(row.way), pages.why(row))
        for row in page
    ]
    return render(request, "exchange/intakes.html", {"page": page, "rows": rows, "tab": "intakes"})


@never_cache
@require_safe
@needs(access.SEE)
def intake(request: DeskRequest, pk: int) -> HttpResponse:
    """One bundle that came: what it says, what became of it, what to do."""
    access.over_all(request.reader, access.SEE)
    row = queries.intake(pk)
    if row is None:
        raise NotThere
    names = org.names([row.by, row.decided_by])
    context = {
        "row": row,
        "kind": pages.kind_words(row.kind),
        "way": pages.way_words(row.way),
        "state": pages.intake_state(row),
        "why": pages.why(row),
        "who": names.get(row.by, ""),
        "decider": names.get(row.decided_by, "") if row.decided_by else "",
        "lines": queries.shown(queries.lines_of(row.payload)),
        "words": queries.words_of(row.payload),
        "reporting": queries.reporting_about(row.payload),
        "form": HeldForm(),
        "reports": request.reader.at_top(access.REPORT),
        "tab": "intakes",
    }
    return render(request, "exchange/intake.html", context)


@require_POST
@needs(access.REPORT)
def intake_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Take in what is held, give it back, or have our receipt as a file."""
    access.over_all(request.reader, access.REPORT)
    row = queries.intake(pk)
    if row is None or verb not in ("take", "return", "receipt"):
        raise NotThere
    if verb == "receipt":
        return as_file(actions.receipt_of(row).text(), f"回执-{row.peer.name}-{row.sequence}.json")
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    decide = actions.take_held if verb == "take" else actions.return_
    reason = request.POST.get("reason", "")
    decide(intake=row, version=version, reason=reason, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(reverse("exchange:intake", args=[pk]))


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.REPORT)
def take(request: DeskRequest) -> HttpResponse:
    """Take in a file that was carried here by hand: a bundle, or a receipt of one of ours."""
    access.over_all(request.reader, access.REPORT)
    form = BundleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            if file.size > LARGEST:
                raise TooLargeError
            found = actions.take_file(content=file.read(), by=request.reader.by, at=timezone.now())
            name = "exchange:intake" if hasattr(found, "way") else "exchange:bundle"
            return HttpResponseRedirect(reverse(name, args=[found.pk]))
        except Refusal as refusal:
            form.add_error("file", refusal.said())
    status = 422 if form.errors else 200
    return render(request, "exchange/take.html", {"form": form, "tab": "intakes"}, status=status)
