"""Pages that show forms: which there are, one of them filled from the records of a region in a period, what is behind
a number of it, and the same as files."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.components.downloads import download
from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.org.access import NotThere, may, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.reports.access import SEE_SUBMISSION, SUBMISSIONS
from bihuan.statistics import access, actions, pages, queries

DONE: dict[str, tuple[str, str]] = {
    "defined": ("统计表已定义。", "The form is defined."),
    "redefined": ("新版本已生效；已填报的仍按原版本。", "The new version holds; what was handed in keeps its own."),
    "retired": ("已停止使用；已填报的仍可查看。", "It is retired; what was handed in is still there."),
    "restored": ("已恢复使用。", "It is in use again."),
}


@never_cache
@require_safe
@needs(access.SEE_FORM)
def forms(request: DeskRequest) -> HttpResponse:
    """The forms that concern the reader: those in use, the own ones first."""
    page = paged(request, access.forms(request.reader), "retired", "example", "pk")
    context = {"page": page, "defines": may(request.reader, access.DEFINE_FORM)}
    return render(request, "statistics/forms.html", context)


def _wish(request: DeskRequest, pk: int) -> pages.Wish:
    return pages.asked(request.reader, access.form(request.reader, pk), request.GET.dict())


@never_cache
@require_safe
@needs(access.SEE_FORM)
def form(request: DeskRequest, pk: int) -> HttpResponse:
    """A form filled from the records of a region in a period, in the layout of its workbook."""
    wish = _wish(request, pk)
    page = pages.page_of(request.reader, wish)
    lengths, before, after = pages.periods(wish)
    above, below = pages.regions(request.reader, wish)
    words = DONE.get(request.GET.get("done", ""))
    context = {
        "form": wish.form,
        "wish": wish,
        "definition": wish.version.definition,
        "grid": pages.grid_of(wish.version),
        "rows": list(pages.rows_of(wish, page)),
        "blank": not any(known.printed for known in page.cells.values()),
        "remarks": list(dict.fromkeys(known.remark for known in page.cells.values() if known.remark and known.printed)),
        "lengths": lengths,
        "before": before,
        "after": after,
        "above": above,
        "below": below,
        "every": say(*pages.EVERY[wish.version.definition.every]),
        "composes": wish.own and access.composes(request.reader, wish.region),
        "keeps": access.keeps(request.reader, wish.form),
        "fills": bool(request.reader.of(access.FILL_FORM)) and not wish.form.retired,
        "done": say(*words) if words else "",
    }
    return render(request, "statistics/form.html", context)


@never_cache
@require_safe
@needs(access.SEE_FORM)
def cell(request: DeskRequest, pk: int, at: str) -> HttpResponse:
    """What one number of a form counts, and the records behind it."""
    wish = _wish(request, pk)
    after = request.GET.get("after", "")
    found = queries.cell_page(
        request.reader,
        pages.page_of(request.reader, wish),
        at,
        among=within(request.reader, SEE_SUBMISSION, SUBMISSIONS),
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else 0,
    )
    if found is None:
        raise NotThere
    context = {"page": found, "wish": wish, "form": wish.form, "query": wish.query()}
    return render(request, "statistics/cell.html", context)


@never_cache
@require_safe
@needs(access.SEE_FORM)
def workbook(request: DeskRequest, pk: int) -> HttpResponse:
    """The form filled in, in the workbook that it was made from."""
    return pages.file_of(request.reader, _wish(request, pk), "xlsx")


@never_cache
@require_safe
@needs(access.SEE_FORM)
def table(request: DeskRequest, pk: int) -> HttpResponse:
    """The same table as a CSV."""
    return pages.file_of(request.reader, _wish(request, pk), "csv")


@never_cache
@require_safe
@needs(access.SEE_FORM)
def empty(request: DeskRequest, pk: int) -> HttpResponse:
    """The empty form, as it was made."""
    found = access.form(request.reader, pk)
    return download(bytes(queries.version_of(found).workbook), f"{found.name}.xlsx")


@require_POST
@needs(access.COMPOSE_FORM)
def compose(request: DeskRequest, pk: int) -> HttpResponse:
    """成文: a draft paper with the filled form as its annex; its own page takes over."""
    wish = pages.asked(request.reader, access.form(request.reader, pk), request.POST.dict())
    if not access.composes(request.reader, wish.region):
        raise NotThere
    document = actions.compose(
        version=wish.version,
        region=wish.region,
        edition=request.reader.edition,
        period=wish.period,
        book=wish.book,
        by=request.reader.by,
        at=timezone.now(),
    )
    return HttpResponseRedirect(reverse("documents:paper", args=[document.pk]))
