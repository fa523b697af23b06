"""One verb of one thing: found, checked, done by its one action; what was refused is said on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest
from bihuan.supervision.doing import Page, Verb, made, offers

Finder = Callable[[DeskRequest, int], Any]


def shown(
    request: DeskRequest,
    page: Page,
    verbs: Mapping[str, Verb],
    template: str,
    *,
    tried: tuple[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a thing with what can be done now. A refused form that has no place any more stands above."""
    found = offers(verbs, page, tried)
    lost = tried is not None and not any(item.tried for item in found)
    context = {"page": page, "offers": found, "orphan": tried[1] if tried and lost else None}
    return render(request, template, context | {"done": done(request, verbs)}, status=status)


def done(request: DeskRequest, verbs: Mapping[str, Verb]) -> str:
    """What the address says was just done."""
    verb = verbs.get(request.GET.get("done", ""))
    return say(f"已办：{verb.zh}。", f"Done: {verb.en.lower()}.") if verb else ""


def act(
    request: DeskRequest, find: Finder, verbs: Mapping[str, Verb], template: str, *, pk: int, verb: str
) -> HttpResponse:
    """Do one verb.

    Raises:
        NotThere: no such thing or verb for this reader.
    """
    page = find(request, pk)
    way = verbs.get(verb)
    if way is None or not way.may(page):
        raise NotThere
    if request.method != "POST":
        return HttpResponseRedirect(page.url)
    form = made(way, verb, page, request.POST, request.FILES)
    if not form.is_valid():
        return shown(request, page, verbs, template, tried=(verb, form), status=422)
    url = page.url
    try:
        way.run(page, form)
    except Refusal as refusal:
        form.add_error(None, refusal.said())
        fresh = find(request, pk)  # as it stands by now
        form.data = form.data.copy()
        form.data["version"] = fresh.version
        return shown(request, fresh, verbs, template, tried=(verb, form), status=refusal.status)
    return HttpResponseRedirect(f"{url}?done={verb}")
