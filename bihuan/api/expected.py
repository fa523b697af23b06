"""Expected lists: what should come, from whom, by when, and what came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.api.fields import Day, Flag, In, Key, Line, Listing, NamedOut, Stretch, listed, named
from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.receiving import Light
from bihuan.campaigns.refusals import PlanError
from bihuan.org.access import SEE_DIRECTORY, UNITS, NotThere, within
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bihuan.campaigns.models import Expected, ExpectedList
    from bihuan.campaigns.receiving import Five

router = Router()
_SEES, _ISSUES = (access.SEE_CAMPAIGN,), (access.ISSUE_LISTS,)


class FiveOut(BaseModel):
    """The five numbers. Rates are percent with one decimal; null where nothing is expected."""

    expected: int = Field(description="Without the units that are exempt")
    received: int
    on_time: int
    rate: float | None
    rate_on_time: float | None


class ExpectedListOut(BaseModel):
    """A list as it was issued, and what came."""

    id: int
    form: str
    name: str
    first: dt.date = Field(description="First day of what is reported")
    last: dt.date
    due_at: dt.datetime
    standing: bool = Field(description="False: withdrawn, or replaced by a later version of the plan")
    with_plan: bool
    five: FiveOut
    exempt: int


class ExpectedListing(Listing[ExpectedListOut]):
    pass


class BranchOut(BaseModel):
    """A place in the list's own edition of the tree, with all below it."""

    region: NamedOut
    depth: int = Field(description="How far below the campaign's own place")
    five: FiveOut


class ExpectedTreeOut(ExpectedListOut):
    tree: list[BranchOut] = Field(description="The places that you see, the campaign's own first")


class ExpectedLineOut(BaseModel):
    """One unit from which something should come."""

    id: int
    unit: NamedOut
    region: NamedOut = Field(description="Where it was when the list was issued")
    state: Light
    arrived_at: dt.datetime | None
    reason: str
    reminders: int


class LineListing(Listing[ExpectedLineOut]):
    pass


class IssueListIn(In):
    """Asked of all these units, frozen once it is issued."""

    form: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.:-]{1,40}$")]
    name: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    first: Day
    last: Day
    due_on: Day
    due_time: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "18:00"
    units: Annotated[list[Key], Field(min_length=1, max_length=5000)]


class LineReasonIn(In):
    reason: Line


class PaperIn(In):
    number: Annotated[Line, StringConstraints(max_length=60)] = Field(description="Number or name of the paper")


class RemindedOut(BaseModel):
    units: int
    people: int
    spared: int = Field(description="Behind, and reminded today already or often enough")


class LinesQuery(Stretch):
    behind: Flag = False


def _said(name: str, zh: str, en: str, gives: type, *, writes: bool = False) -> dict[str, Any]:
    needs = _ISSUES if writes else _SEES
    return operation(f"campaigns.{name}", zh, en, gives=gives, needs=needs, writes=writes)


@router.get("/campaigns/{pk}/lists", **_said("lists", "应报清单", "Expected lists", ExpectedListing))
def lists(request: DeskRequest, pk: Key, stretch: Query[Stretch]) -> dict[str, Any]:
    """Those that stand, by the moment at which they are due."""
    campaign = access.campaign(request.reader, pk)

    def out(rows: list[ExpectedList]) -> Iterator[ExpectedListOut]:
        numbers = queries.fives(rows)
        for row in rows:
            five, exempt = numbers[row.pk]
            yield ExpectedListOut(**_list(row, five, exempt))

    return listed(queries.standing_lists(campaign), "due_at", "pk", stretch=stretch, out=out)


def _list(row: ExpectedList, five: Five, exempt: int) -> dict[str, Any]:
    return {
        "id": row.pk,
        "form": row.form,
        "name": row.name,
        "first": row.period_start,
        "last": row.period_end,
        "due_at": row.due_at,
        "standing": not row.replaced,
        "with_plan": row.plan_id is not None,
        "five": _five(five),
        "exempt": exempt,
    }


def _five(five: Five) -> FiveOut:
    rates = (None if rate is None else float(rate) for rate in (five.rate, five.rate_on_time))
    return FiveOut(
        expected=five.expected, received=five.received, on_time=five.on_time, rate=next(rates), rate_on_time=next(rates)
    )


@router.post("/campaigns/{pk}/lists", **_said("issue_list", "下发清单", "Issue a list", ExpectedTreeOut, writes=True))
def issue(request: DeskRequest, pk: Key, wish: IssueListIn) -> ExpectedTreeOut:
    """The one that stands, where it is the same."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    units = list(within(request.reader, SEE_DIRECTORY, UNITS).filter(pk__in=wish.units))
    if len(units) != len(set(wish.units)):
        raise PlanError("no-such-unit", "有的单位不在名录中", "some of the units are not in the directory")
    time = dt.time.fromisoformat(wish.due_time)
    wanted = ListWish(wish.form, wish.name, (wish.first, wish.last), wish.due_on, time)
    by, at = request.reader.by, timezone.now()
    (made,) = actions.issue_lists(campaign=campaign, wishes=[wanted], units=units, by=by, at=at)
    return _tree(request, access.expected_list(request.reader, campaign, made.pk))


def _tree(request: DeskRequest, row: ExpectedList) -> ExpectedTreeOut:
    now = queries.now_of(row, row.campaign.book, timezone.now())
    root = queries.tree(row)
    visible = _visible(request, row, (branch.region for branch in queries.regions_of(root)))
    shown = queries.shown(root, visible, due_at=row.due_at, now=now)
    branches = [
        BranchOut(region=named(item.branch.region), depth=item.depth, five=_five(item.branch.five)) for item in shown
    ]
    return ExpectedTreeOut(**_list(row, root.five, root.exempt), tree=branches)


def _visible(request: DeskRequest, row: ExpectedList, regions: Iterable[Any]) -> set[int]:
    return {region.pk for region in access.visible_parts(request.reader, row.campaign, list(regions))}


def _found(request: DeskRequest, pk: int, chosen: int) -> ExpectedList:
    return access.expected_list(request.reader, access.campaign(request.reader, pk), chosen)


def _to(request: DeskRequest, pk: int, chosen: int) -> ExpectedList:
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    return access.expected_list(request.reader, campaign, chosen)


@router.get(
    "/campaigns/{pk}/lists/{chosen}",
    **_said("expected_list", "一份应报清单", "An expected list", ExpectedTreeOut),
)
def expected_list(request: DeskRequest, pk: Key, chosen: Key) -> ExpectedTreeOut:
    """Its five numbers at every place that has units of it."""
    return _tree(request, _found(request, pk, chosen))


@router.get(
    "/campaigns/{pk}/lists/{chosen}/lines",
    **_said("expected_lines", "清单上的各单位", "The units of a list", LineListing),
)
def lines(request: DeskRequest, pk: Key, chosen: Key, wish: Query[LinesQuery]) -> dict[str, Any]:
    """Those in the places that you see, and your own."""
    row = _found(request, pk, chosen)
    now = queries.now_of(row, row.campaign.book, timezone.now())
    regions = [branch.region for branch in queries.regions_of(queries.tree(row))]
    own = access.own_units(request.reader)
    found = queries.lines(row, regions=_visible(request, row, regions), only_behind=wish.behind, units=own)

    def out(rows: list[Expected]) -> Iterator[ExpectedLineOut]:
        for line in queries.lines_told(row, rows, own=own, now=now):
            yield ExpectedLineOut(
                id=line.row.pk,
                unit=named(line.row.unit),
                region=named(line.row.region),
                state=line.light,
                arrived_at=line.arrived_at,
                reason=line.reason,
                reminders=line.reminders,
            )

    return listed(found, "pk", stretch=wish, out=out)


@router.post(
    "/campaigns/{pk}/lists/{chosen}/lines/{line}/exemption",
    **_said("exempt_line", "准予免报", "Exempt a unit", ExpectedTreeOut, writes=True),
)
def exempt(request: DeskRequest, pk: Key, chosen: Key, line: Key, wish: LineReasonIn) -> ExpectedTreeOut:
    """For a reason, which stays beside it."""
    row = _to(request, pk, chosen)
    by, at = request.reader.by, timezone.now()
    actions.exempt(expected=_line(row, line), reason=wish.reason, by=by, at=at)
    return _tree(request, row)


@router.post(
    "/campaigns/{pk}/lists/{chosen}/lines/{line}/paper",
    **_said("note_paper", "登记收到纸质材料", "Note what came on paper", ExpectedTreeOut, writes=True),
)
def paper(request: DeskRequest, pk: Key, chosen: Key, line: Key, wish: PaperIn) -> ExpectedTreeOut:
    """What came outside of the system."""
    row = _to(request, pk, chosen)
    by, at = request.reader.by, timezone.now()
    actions.mark_on_paper(expected=_line(row, line), number=wish.number, by=by, at=at)
    return _tree(request, row)


def _line(row: ExpectedList, pk: int) -> Expected:
    found = queries.expected(row.campaign, pk)
    if found is None or found.expected_list_id != row.pk:
        raise NotThere
    return found


@router.post(
    "/campaigns/{pk}/lists/{chosen}/reminders",
    **_said("remind", "催报", "Remind those that are behind", RemindedOut, writes=True),
)
def remind(request: DeskRequest, pk: Key, chosen: Key) -> RemindedOut:
    """A unit once a day at most, three times at most for one list."""
    found = actions.remind(expected_list=_to(request, pk, chosen), by=request.reader.by, at=timezone.now())
    return RemindedOut(units=found.units, people=found.people, spared=found.spared)


@router.post(
    "/campaigns/{pk}/lists/{chosen}/withdrawal",
    **_said("withdraw_list", "收回清单", "Withdraw a list", ExpectedTreeOut, writes=True),
)
def withdraw(request: DeskRequest, pk: Key, chosen: Key, wish: LineReasonIn) -> ExpectedTreeOut:
    """One that was issued on its own; a plan's changes with the plan."""
    row = _to(request, pk, chosen)
    actions.withdraw_list(expected_list=row, reason=wish.reason, by=request.reader.by, at=timezone.now())
    return _tree(request, _to(request, pk, chosen))
