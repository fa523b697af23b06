"""The page of the API, its description, and what is at no address of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bihuan.api.answers import not_there
from bihuan.api.assembly import TAGS, described
from bihuan.lib.words import say
from bihuan.org.gate import open_to_all


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation as the page lists it."""

    name: str
    words: str
    method: str
    path: str
    open: bool


@require_safe
@open_to_all
def index(request: HttpRequest) -> HttpResponse:
    """What there is to call, in words."""
    groups = [(say(*words), list(_operations(tag))) for tag, words in TAGS.items()]
    return render(request, "api/index.html", {"groups": [group for group in groups if group[1]]})


def _operations(tag: str) -> Iterator[Shown]:
    for path, methods in described()["paths"].items():
        for method, found in methods.items():
            if found["tags"] == [tag]:
                words = say(found["x-summary-zh"], found["summary"])
                yield Shown(found["operationId"], words, method.upper(), path, "security" not in found)


@require_safe
@open_to_all
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@open_to_all
def no_such_address(request: HttpRequest) -> HttpResponse:
    """404 in the API's own shape."""
    return not_there(request)
