"""Pages that show forms: which there are, and one of them filled from the records of a region in a period."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.components.paging import paged
from bihuan.org.access import may
from bihuan.org.gate import DeskRequest, needs
from bihuan.statistics import access


@never_cache
@require_safe
@needs(access.SEE_FORM)
def forms(request: DeskRequest) -> HttpResponse:
    """The forms that concern the reader: those in use, the own ones first."""
    page = paged(request, access.forms(request.reader), "retired", "example", "pk")
    context = {"page": page, "defines": may(request.reader, access.DEFINE_FORM)}
    return render(request, "statistics/forms.html", context)


@never_cache
@require_safe
@needs(access.SEE_FORM)
def form(request: DeskRequest, pk: int) -> HttpResponse:
    """A form filled from the records."""
    context = {"form": access.form(request.reader, pk)}
    return render(request, "statistics/form.html", context)
