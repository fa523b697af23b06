"""The kinds of places: which there are, added, changed, retired."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.views.answers import answered
from bihuan.places import actions, queries
from bihuan.places.access import KEEP_KINDS, SEE_PLACE, keeping_kinds
from bihuan.places.forms import KindForm, NewKindForm


@never_cache
@require_safe
@needs(SEE_PLACE)
def kinds(request: DeskRequest) -> HttpResponse:
    """All kinds, retired ones too, with how many places are of each."""
    context = {
        "rows": queries.kinds_counted(),
        "keeps": request.reader.at_top(KEEP_KINDS),
        "done": say("已保存。", "Saved.") if "done" in request.GET else "",
    }
    return render(request, "places/kinds.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(KEEP_KINDS)
def new(request: DeskRequest) -> HttpResponse:
    """Add a kind."""
    keeping_kinds(request.reader)

    def act(wish: dict[str, Any]) -> str:
        actions.add_kind(by=request.reader.by, at=timezone.now(), **wish)
        return _done()

    return answered(
        request,
        NewKindForm(request.POST or None),
        act,
        title=say("增加场所类别", "Add a kind of place"),
        button_text=say("增加", "Add"),
        **_back(),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@needs(KEEP_KINDS)
def kind(request: DeskRequest, code: str) -> HttpResponse:
    """Change a kind, or retire it."""
    keeping_kinds(request.reader)
    found = queries.kind(code)
    if found is None:
        raise NotThere
    initial = {name: getattr(found, name) for name in ("zh", "en", "entry", "source", "version")}
    initial["retired"] = found.retired_on is not None

    def act(wish: dict[str, Any]) -> str:
        retired = wish.pop("retired")
        on = (found.retired_on or request.reader.day) if retired else None
        version = wish.pop("version")
        actions.change_kind(
            kind=found, expected_version=version, retired_on=on, by=request.reader.by, at=timezone.now(), **wish
        )
        return _done()

    return answered(
        request,
        KindForm(request.POST or None, initial=initial),
        act,
        title=say(found.zh, found.en),
        button_text=say("保存", "Save"),
        **_back(),
    )


def _back() -> dict[str, str]:
    return {"back_url": reverse("places:kinds"), "back_text": say("场所类别", "Kinds of places")}


def _done() -> str:
    return f"{reverse('places:kinds')}?done"
