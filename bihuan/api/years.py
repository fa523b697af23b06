"""The year around a campaign: its nodes, what follows up, next year's campaign."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import Day, In, Key, Line, NamedOut, Text, named
from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.actions import FollowAsk
from bihuan.campaigns.refusals import CampaignError
from bihuan.org.access import SEE_DIRECTORY, UNITS, within
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign

router = Router()
_SEES, _ISSUES = (access.SEE_CAMPAIGN,), (access.ISSUE_LISTS,)
Year = Annotated[int, Field(ge=1990, le=2100)]


class FollowUpOut(BaseModel):
    """Something to be done at a node, with its matter."""

    id: int
    title: str
    unit: NamedOut
    due_on: dt.date
    matter: int
    state: str = Field(description="Of the matter, in words")


class YearNodeOut(BaseModel):
    """A node of the year. `own`: added by the office; else shipped."""

    code: str
    name: str
    first: dt.date
    last: dt.date
    source: str
    own: bool
    following: list[FollowUpOut]


class CampaignYearOut(BaseModel):
    year: int
    nodes: list[YearNodeOut]
    elsewhere: list[FollowUpOut] = Field(description="At no node")


class FollowUpIn(In):
    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] = Field(description="Made by you: again is once")
    title: Line
    demand: Annotated[Text, StringConstraints(max_length=5000)] = ""
    units: Annotated[list[Key], Field(min_length=1, max_length=200)]
    due_on: Day
    node: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] | SkipJsonSchema[None] = None


class NextYearOut(BaseModel):
    campaign: int
    name: str
    first: dt.date
    last: dt.date


@router.get(
    "/campaigns/{pk}/years/{year}",
    **operation("campaigns.year", "全年节点", "The year around a campaign", gives=CampaignYearOut, needs=_SEES),
)
def year(request: DeskRequest, pk: Key, year: Year) -> CampaignYearOut:
    """Its nodes in their order, with what is to be done at each."""
    return _year(access.campaign(request.reader, pk), year)


def _year(campaign: Campaign, number: int) -> CampaignYearOut:
    page = queries.year_page(campaign, number)
    return CampaignYearOut(
        year=number,
        nodes=[
            YearNodeOut(
                code=row.node.code,
                name=row.node.zh,
                first=row.node.first,
                last=row.node.last,
                source=row.node.source,
                own=row.node.own,
                following=[_following(item) for item in row.following],
            )
            for month in page.months
            for row in month.rows
        ],
        elsewhere=[_following(item) for item in page.elsewhere],
    )


def _following(item: Any) -> FollowUpOut:
    row = item.row
    return FollowUpOut(
        id=row.pk, title=row.title, unit=named(row.unit), due_on=row.due_on, matter=row.matter_id, state=item.words
    )


@router.post(
    "/campaigns/{pk}/follow-ups",
    **operation(
        "campaigns.follow_up",
        "交办后续工作",
        "Assign what follows up",
        gives=CampaignYearOut,
        needs=_ISSUES,
        writes=True,
    ),
)
def follow_up(request: DeskRequest, pk: Key, wish: FollowUpIn) -> CampaignYearOut:
    """A matter for each unit, in the ledger of the campaign; gives the year in which it is due."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    units = list(within(request.reader, SEE_DIRECTORY, UNITS).filter(pk__in=wish.units))
    if len(units) != len(set(wish.units)):
        raise CampaignError("no-such-unit", "有的单位不在名录中", "some of the units are not in the directory")
    known = {node.code: node for node in queries.nodes(campaign, wish.due_on.year)}
    if wish.node is not None and wish.node not in known:
        raise CampaignError("no-such-node", "这一年没有这个节点", "there is no such node in that year")
    node = (wish.node, known[wish.node].zh) if wish.node is not None else ("", "")
    ask = FollowAsk(wish.key, wish.title, units, wish.due_on, wish.demand, node)
    actions.follow_up(campaign=campaign, ask=ask, by=request.reader.by, at=timezone.now())
    return _year(campaign, wish.due_on.year)


@router.post(
    "/campaigns/{pk}/next",
    **operation(
        "campaigns.start_from",
        "由此开展下一年活动",
        "Start next year's campaign from this one",
        gives=NextYearOut,
        needs=_ISSUES,
        writes=True,
    ),
)
def start_from(request: DeskRequest, pk: Key) -> NextYearOut:
    """With its lists, plan and what is to be handed in, a year on. Nothing of it is published."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    made = actions.start_from(previous=campaign, by=request.reader.by, at=timezone.now())
    return NextYearOut(campaign=made.pk, name=made.name, first=made.period_start, last=made.period_end)
