"""What goes round every answer: the reader's language and clock, what a browser may load, refusals said in words."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from bihuan.components.arriving import too_large
from bihuan.components.refused import refused
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import speaking

Answer = Callable[[HttpRequest], HttpResponse]

# No script and no style within a page, nothing from elsewhere: what slips through escaping has nowhere to go.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def content_policy(get_response: Answer) -> Answer:
    """Send the Content-Security-Policy with every answer that brings none of its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return answer


def readers_language(get_response: Answer) -> Answer:
    """Speak the language that LocaleMiddleware chose, and tell times by the campaign's clock. Stands behind it."""

    def answer(request: HttpRequest) -> HttpResponse:
        with speaking(translation.get_language() or ""), timezone.override(settings.CAMPAIGN_ZONE):
            return get_response(request)

    return answer


class Refusals:
    """A refusal that no view caught becomes a page that says it, or a fragment where a page asked by itself. A form
    with files beyond all bounds does not come to its view at all."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_rest: object) -> HttpResponse | None:
        # What is open to programs reads its bodies by itself, and answers otherwise than a page.
        refusal = None if getattr(view, "csrf_exempt", False) else too_large(request)
        return refused(request, refusal) if refusal else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refusal) else None
