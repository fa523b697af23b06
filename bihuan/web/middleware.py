"""What goes round every answer: the reader's language and clock, and what a browser may load."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from bihuan.lib.words import speaking

Answer = Callable[[HttpRequest], HttpResponse]

# No script at all, no inline style, nothing from elsewhere: what slips through escaping has nowhere to go.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
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


def reader(get_response: Answer) -> Answer:
    """Speak the language that LocaleMiddleware chose, and tell times by the campaign's clock. Stands behind it."""

    def answer(request: HttpRequest) -> HttpResponse:
        with speaking(translation.get_language() or ""), timezone.override(settings.CAMPAIGN_ZONE):
            return get_response(request)

    return answer
