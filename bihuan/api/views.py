"""The description of the API, and what is at no address of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bihuan.api.answers import not_there
from bihuan.api.assembly import described
from bihuan.org.gate import open_to_all


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
