"""The API put together: its rooms, its own manners, its description (OpenAPI 3.1)."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.parser import Parser

from bihuan.api import (
    activities,
    activity_materials,
    bulletins,
    campaigns,
    campaigns_plan,
    censure,
    channels,
    check,
    closings,
    earlier,
    exchange,
    expected,
    forms,
    history,
    inbox,
    kinds,
    lights,
    matter_steps,
    me,
    notices,
    papers,
    papers_text,
    places,
    rosters,
    staffing,
    submissions,
    supervision,
    workdays,
    years,
)
from bihuan.api.answers import say_problems
from bihuan.api.doors import Throttle
from bihuan.api.refusals import UnsupportedMedia
from bihuan.components.arriving import too_large

PREFIX = "/api/v1/"
ROUTERS = (
    ("me", me.router),
    ("inbox", inbox.router),
    ("inbox", channels.router),
    ("campaigns", campaigns.router),
    ("matters", matter_steps.router),
    ("campaigns", campaigns_plan.router),
    ("campaigns", expected.router),
    ("campaigns", closings.router),
    ("activities", activity_materials.router),
    ("activities", rosters.router),
    ("campaigns", years.router),
    ("campaigns", earlier.router),
    ("activities", activities.router),
    ("activities", kinds.router),
    ("submissions", submissions.router),
    ("org", staffing.router),
    ("papers", papers.router),
    ("papers", papers_text.router),
    ("exchange", exchange.router),
    ("places", places.router),
    ("forms", forms.router),
    ("supervision", supervision.router),
    ("supervision", notices.router),
    ("supervision", censure.router),
    ("supervision", bulletins.router),
    ("supervision", lights.router),
    ("check", check.router),
    ("workdays", workdays.router),
    ("history", history.router),
)
TAGS = {
    "me": ("本人", "Yourself"),
    "inbox": ("收件箱", "Inbox"),
    "campaigns": ("活动与合计", "Campaigns and totals"),
    "activities": ("活动记录", "What was done"),
    "matters": ("事项与台账", "Matters and the ledger"),
    "submissions": ("报送", "Reports"),
    "papers": ("公文", "Papers"),
    "places": ("场所底册", "Registers of places"),
    "forms": ("统计表", "Statistical forms"),
    "exchange": ("上报", "Reporting upward"),
    "supervision": ("督查督办", "Supervision"),
    "check": ("公开核对", "Open to all"),
    "org": ("单位与人员", "Units and people"),
    "history": ("历史记录", "History"),
    "workdays": ("工作日历", "Working days"),
}
DESCRIPTION = """What the pages of Bihuan do, for programs.

Send a personal token: `Authorization: Bearer bh_…`. It acts with the rights of its person and no others; what they may
not see is answered with 404, like what is not there. Everything that goes wrong has one shape: a stable `code`, a
`message` in the language of Accept-Language, and for `invalid` the places that are wrong; 5xx too, and then nothing was
done. Lists come in stretches: `limit`, `cursor`, `next`. A change names the version that was seen (`expected_version`).
Times are ISO 8601 with a zone; values are ranges, their numbers decimal text."""


class BodyParser(Parser):
    """Reads bodies of the kind that the operation takes, and refuses others (415)."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise UnsupportedMedia("application/json")
        return super().parse_body(request)

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> Any:
        if data is not request.GET and request.content_type != "multipart/form-data":
            raise UnsupportedMedia("multipart/form-data")
        if refusal := too_large(request):
            raise refusal
        return super().parse_querydict(data, list_fields, request)


def assembled() -> NinjaAPI:
    """The whole API."""
    api = NinjaAPI(
        title="Bihuan 闭环",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,  # ours is at the same address, made once
        docs_url=None,  # the framework's would load scripts from elsewhere
        urls_namespace="api",
        throttle=[Throttle()],
        parser=BodyParser(),
        openapi_extra={"tags": [{"name": name, "description": en} for name, (_zh, en) in TAGS.items()]},
    )
    say_problems(api)
    for tag, router in ROUTERS:
        api.add_router("", router, tags=[tag])
    return api


API = assembled()


@cache
def described() -> dict[str, Any]:
    """The OpenAPI document."""
    return dict(API.get_openapi_schema(path_prefix=PREFIX))
