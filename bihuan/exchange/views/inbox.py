"""Where other installations hand in their bundles: a door for programs, opened by a signature alone."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bihuan.exchange import actions
from bihuan.exchange.refusals import BundleError, TooLargeError
from bihuan.exchange.rules import LARGEST
from bihuan.lib.refusals import Refusal
from bihuan.org.gate import DeskRequest, open_to_all

BY = "system:exchange"


@csrf_exempt
@never_cache
@require_POST
@open_to_all
def inbox(request: DeskRequest) -> JsonResponse:
    """Take a bundle in and answer with our receipt, and with what waits for its sender. A refusal says why, and leaves
    nothing behind.

    The receipt is made after the bundle is on disk. Whoever does not get it sends again and gets it then.
    """
    try:
        reply = actions.come_in(content=_content(request), by=BY, at=timezone.now())
        return JsonResponse({"receipt": reply.receipt, "again": reply.again, "waiting": reply.waiting})
    except Refusal as error:
        body = {"code": error.code, "zh": error.zh, "en": error.en, "expected": getattr(error, "expected", None)}
        return JsonResponse(body, status=error.status)


def _content(request: HttpRequest) -> bytes:
    """What was sent; no more of it is read than a bundle can have."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        raise TooLargeError
    try:
        content: bytes = request.read(LARGEST + 1)
    except UnreadablePostError as error:
        zh, en = "传输中断，没有写入任何数据，请再送一次", "cut off on the way; nothing was written: send it again"
        raise BundleError("cut-off", zh, en) from error
    return content
