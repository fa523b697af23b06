"""What units handed in by a form: the list, one of them beside what the records say now, accepting and giving back."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import may
from bihuan.org.gate import DeskRequest, needs
from bihuan.statistics import access, actions, handing_page, queries
from bihuan.statistics.forms_handing import GiveBackForm
from bihuan.statistics.rules import Every, Handed, period_name

DONE = {
    "handed-in": (
        "已报送。新填的数成为记录，上级合计随之更新。",
        "Handed in. What was new is on record.",
    ),
    "accepted": ("已审核通过。", "Accepted."),
    "returned": ("已退回，所填的数不再计入合计。", "Given back; what it had said counts no more."),
}


@never_cache
@require_safe
@needs(access.SEE_FORM)
def returns(request: DeskRequest, code: str) -> HttpResponse:
    """All that was handed in by a form and that the reader sees, the newest periods first."""
    form = access.form_called(request.reader, code)
    page = paged(request, access.returns(request.reader, form), "-first", "pk")
    names = org.names({row.by for row in page})
    context = {
        "form": form,
        "page": page,
        "rows": [
            (
                row,
                period_name(Every(row.version.body["every"]), (row.first, row.last)),
                names[row.by],
                *handing_page.state_words(row.state),
            )
            for row in page
        ],
        "fills": may(request.reader, access.FILL_FORM),
    }
    return render(request, "statistics/hand_returns.html", context)


@never_cache
@require_safe
@needs(access.SEE_FORM)
def form_return(request: DeskRequest, pk: int) -> HttpResponse:
    """What was handed in, when, by whom, what the records said then and say now."""
    reader = request.reader
    row = access.form_return(reader, pk)
    sides = queries.sides(row, reader.edition)
    judges = may(reader, access.JUDGE_RETURN, row)
    names = org.names({row.by, row.judged_by} - {""})
    words = DONE.get(request.GET.get("done", ""))
    context = {
        "row": row,
        "form": row.version.form,
        "period": period_name(row.version.definition.every, (row.first, row.last)),
        "state": handing_page.state_words(row.state),
        "by": names.get(row.by, ""),
        "judged_by": names.get(row.judged_by, ""),
        "sides": [handing_page.Compared(side) for side in sides if side.said],
        "blank": sum(not side.said for side in sides),
        "changed": sum(side.differs for side in sides),
        "lines": queries.lines_answered(row),
        "accepts": judges and row.state == Handed.IN and reader.by not in row.hands,
        "gives_back": judges and row.state != Handed.RETURNED,
        "fills": may(reader, access.FILL_FORM, row.unit),
        "done": say(*words) if words else "",
    }
    return render(request, "statistics/hand_return.html", context)


def _step(request: DeskRequest) -> int:
    text = str(request.POST.get("step", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _to(pk: int, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('statistics:form_return', args=[pk])}?done={done}")


@require_POST
@needs(access.JUDGE_RETURN)
def accept(request: DeskRequest, pk: int) -> HttpResponse:
    """Take it as good."""
    row = access.form_return(request.reader, pk, access.JUDGE_RETURN)
    actions.accept(row=row, expected_step=_step(request), by=request.reader.by, at=timezone.now())
    return _to(pk, "accepted")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.JUDGE_RETURN)
def give_back(request: DeskRequest, pk: int) -> HttpResponse:
    """Give it back with the reason."""
    row = access.form_return(request.reader, pk, access.JUDGE_RETURN)
    form, status = GiveBackForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.return_(
                    row=row,
                    expected_step=_step(request),
                    reason=form.cleaned_data["reason"],
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return _to(pk, "returned")
            except Refusal as refusal:
                form.add_error(None, refusal.said())
                status = refusal.status
    period = period_name(row.version.definition.every, (row.first, row.last))
    return render(
        request, "statistics/hand_give_back.html", {"row": row, "form": form, "period": period}, status=status
    )
