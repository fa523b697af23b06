"""Addresses of the API."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from bihuan.api import views
from bihuan.api.answers import not_allowed, too_large
from bihuan.api.assembly import API
from bihuan.api.rules import FILE_BYTES
from bihuan.org.gate import DeskRequest, open_to_all


def _ours(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """What the framework says by itself, said in our shape. Its door is inside: see `doors`."""

    @wraps(view)
    def answer(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > FILE_BYTES:
            return too_large(request)
        said = view(request, *args, **kwargs)
        return not_allowed(said) if said.status_code == 405 else said

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a session's write is checked by `doors.Session`
    return open_to_all(answer)


def _patterns() -> list[URLPattern]:
    found = [item for item in API.urls[0] if isinstance(item, URLPattern) and item.name != "api-root"]
    return [path(f"v1/{item.pattern}", _ours(item.callback), name=item.name) for item in found]


app_name = "api"
urlpatterns = [
    path("", views.index, name="index"),
    path("v1/openapi.json", views.description, name="description"),
    *_patterns(),
    re_path("", views.no_such_address),
]
