"""The answer to a refusal: what happened, what to do, that nothing was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string

from bihuan.lib.refusals import Refusal

_PAGES = {404: "404.html"}


@dataclass(frozen=True, slots=True)
class Way:
    """The way out of a refusal: what is wrong in two words, and the page on which it is put right."""

    title: str
    url: str
    text: str


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says a refusal, with its status; for htmx a notice that goes to the top of the page at hand."""
    context = {
        "refusal": refusal,
        "status": refusal.status,
        "came_from": came_from(request),
        "way": way_out(refusal),
    }
    if request.headers.get("HX-Request"):
        answer = render(request, "components/refusal_notice.html", context, status=refusal.status)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#notices", "innerHTML"
        return answer
    template = _PAGES.get(refusal.status, "components/refusal.html")
    return render(request, template, context, status=refusal.status)


def way_out(refusal: Refusal) -> Way | None:
    """The way out that a room offers for refusals of this code; `settings.WAYS_OUT` names the table."""
    table: Mapping[str, Callable[[Any], Way]] = import_string(settings.WAYS_OUT)
    return table[refusal.code](refusal) if refusal.code in table else None


def came_from(request: HttpRequest) -> str:
    """The page of this site that the reader came from; "" where the browser does not say."""
    address = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own else ""
