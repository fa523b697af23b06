"""Deadlines that wait to be counted anew, since another calendar holds."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.lib.words import say
from bihuan.loop import actions, queries
from bihuan.loop.access import KEEP_MATTER, kept
from bihuan.loop.days import local_day
from bihuan.org.gate import DeskRequest, needs

SHOWN = 200


@never_cache
@require_safe
@needs(KEEP_MATTER)
def retiming(request: DeskRequest) -> HttpResponse:
    """What the calendar of today sets otherwise, of the loops that the reader keeps."""
    rows = queries.outdated(kept(request.reader).select_related("unit", "keeper"), limit=SHOWN)
    context = {
        "items": queries.retimed(rows, today=local_day(timezone.now())),
        "full": len(rows) == SHOWN,
        "done": _done(request),
    }
    return render(request, "loop/retiming.html", context)


@require_POST
@needs(KEEP_MATTER)
def retime(request: DeskRequest) -> HttpResponse:
    """Count those anew that were chosen."""
    wanted = dict(pair for text in request.POST.getlist("row")[:SHOWN] if (pair := _pair(text)))
    own = kept(request.reader).filter(pk__in=wanted).values_list("pk", flat=True)
    seen = {pk: wanted[pk] for pk in own}
    counted = actions.retime(seen=seen, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(f"{reverse('loop:retiming')}?done={counted.done}&left={counted.left}")


def _pair(text: str) -> tuple[int, int] | None:
    """ "17:3" → matter 17 in version 3."""
    parts = text.split(":")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _done(request: DeskRequest) -> str:
    done, left = request.GET.get("done", ""), request.GET.get("left", "")
    if not ((done + left).isdecimal() and (done + left).isascii() and done and left and len(done + left) < 10):
        return ""
    zh, en = f"已按新日历核定 {int(done)} 项", f"{int(done)} matters were counted anew"
    if int(left):
        zh += f"；{int(left)} 项刚被别人办理过，没有改动，请重新核对"
        en += f"; {int(left)} were moved by somebody meanwhile and are left as they stand: look again"
    return say(f"{zh}。", f"{en}.")
