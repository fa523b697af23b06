"""What waits for me, and handing all of it over to a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.loop import actions, queries
from bihuan.loop.desk import SHOWN, awaiting
from bihuan.loop.forms import HandOverForm
from bihuan.org.gate import DeskRequest, signed_in

if TYPE_CHECKING:
    from bihuan.org.models import Person


@never_cache
@require_safe
@signed_in
def mine(request: DeskRequest) -> HttpResponse:
    """My duties, as one who does and as one who keeps: the gravest first, then by date."""
    return _shown(request, HandOverForm(colleagues=_colleagues(request), day=request.reader.day))


@never_cache
@require_POST
@signed_in
def hand_over(request: DeskRequest) -> HttpResponse:
    """Hand over all that I answer for."""
    reader = request.reader
    form = HandOverForm(request.POST, colleagues=_colleagues(request), day=reader.day)
    if not form.is_valid() or reader.person is None:
        return _shown(request, form, status=422)
    try:
        over = actions.hand_over_all(
            person=reader.person, to=form.taker, on=form.cleaned_data["on"], by=reader.by, at=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(None, refusal.said())
        return _shown(request, form, status=refusal.status)
    return HttpResponseRedirect(f"{reverse('loop:mine')}?over={over.done}&left={over.left}")


def _colleagues(request: DeskRequest) -> list[Person]:
    reader = request.reader
    found = queries.colleagues([post.unit_id for post in reader.posts], reader.day)
    return [person for person in found if person != reader.person]


def _shown(request: DeskRequest, form: HandOverForm, *, status: int = 200) -> HttpResponse:
    duties = awaiting(request.reader, most=SHOWN)
    owned = queries.owned(request.reader.person.pk).count() if request.reader.person else 0
    context = {
        "duties": duties,
        "full": len(duties) >= SHOWN,
        "owned": owned,
        "form": form,
        "done": _done(request),
    }
    return render(request, "loop/mine.html", context, status=status)


def _done(request: DeskRequest) -> str:
    over, left = request.GET.get("over", ""), request.GET.get("left", "")
    if not (over.isdigit() and left.isdigit() and len(over + left) < 14):
        return ""
    zh, en = f"已移交 {int(over)} 项", f"{int(over)} matters are handed over"
    if int(left):
        zh += f"；{int(left)} 项正在审核或暂停，没有移交"
        en += f"; {int(left)} that are being checked or suspended are not"
    return say(f"{zh}。", f"{en}.")
