"""Light rules: which hold, what would change under others, choosing them, lighting up now."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.lib.refusals import Refusal
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, local_day, needs
from bihuan.supervision import access, actions, queries
from bihuan.supervision.forms.lights import LightsForm
from bihuan.supervision.light_rules import presets
from bihuan.supervision.pages.lights import lights_page, shown_preview


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.SEE_LIGHTS)
def lights(request: DeskRequest) -> HttpResponse:
    """The rules in force in a region; what would change under others; confirming them."""
    now = timezone.now()
    regions = access.regions_of_lights(request.reader)
    if not regions:
        raise NotThere
    posted = request.method == "POST"
    if posted and not may(request.reader, access.SET_LIGHTS):
        raise NotThere
    data = request.POST if posted else request.GET if "preset" in request.GET else None
    form = LightsForm(data, regions=regions, day=local_day(now))
    wanted = (data or request.GET).get("region", "")
    region = form.regions.get(wanted, regions[0])
    context: dict[str, Any] = {"form": form, "page": lights_page(region, at=now)}
    context["may_set"] = may(request.reader, access.SET_LIGHTS)
    if data is not None and form.is_valid():
        rules, valid_from = presets()[form.cleaned_data["preset"]], form.cleaned_data["valid_from"]
        try:
            if posted:
                said = {"rules": rules, "valid_from": valid_from, "by": request.reader.by, "at": now}
                actions.set_light_rules(region=region, **said)
                return HttpResponseRedirect(f"{reverse('supervision:lights')}?region={region.pk}")
            context["preview"] = shown_preview(queries.preview(region, rules, at=now))
        except Refusal as error:
            form.add_error(None, error.said())
    return render(request, "supervision/lights.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@needs(access.SET_LIGHTS)
def light_up(request: DeskRequest) -> HttpResponse:
    """Judge the open matters of a region now."""
    regions = {str(item.pk): item for item in access.regions_of_lights(request.reader)}
    region = regions.get(request.POST.get("region", ""))
    if region is None:
        raise NotThere
    done = actions.light_up(region=region, by=request.reader.by, at=timezone.now())
    address = reverse("supervision:lights")
    return HttpResponseRedirect(f"{address}?region={region.pk}&looked={done.looked}&lit={done.lit}")
