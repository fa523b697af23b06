"""Tables of earlier years' values, as an office fills them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cast import AT, BY, Cast, reader

from bihuan.campaigns.models import Campaign
from bihuan.org.access import REGIONS, within
from bihuan.org.models import Person
from bihuan.reports import actions
from bihuan.reports.access import LOAD_PAST
from bihuan.reports.actions.past import Plan
from bihuan.reports.models import PastDraft

HEADS = "地区,指标,年份,时段,数值,量词,来源"
TODAY = dt.date(2023, 7, 1)
Row = tuple[str, ...]


def table(rows: Iterable[Row]) -> bytes:
    return "\n".join([HEADS, *(",".join(row) for row in rows)]).encode()


def keep(campaign: Campaign, rows: Iterable[Row], by: str = BY) -> PastDraft:
    return actions.keep_past(campaign=campaign, content=table(rows), file_name="往年.csv", by=by, at=AT)


def plan_of(draft: PastDraft, person: Person) -> Plan:
    regions = within(reader(person), LOAD_PAST, REGIONS)
    return actions.past_plan(PastDraft.objects.get(pk=draft.pk), regions=regions, today=TODAY)


def take(campaign: Campaign, rows: Iterable[Row], person: Person) -> dict[str, int]:
    draft = keep(campaign, rows)
    return taken(draft, person)


def taken(draft: PastDraft, person: Person) -> dict[str, int]:
    regions = within(reader(person), LOAD_PAST, REGIONS)
    shown = plan_of(draft, person).digest
    return dict(actions.take_past(draft=draft, shown=shown, regions=regions, today=TODAY, by=BY, at=AT))


def states(campaign: Campaign, rows: Iterable[Row], cast: Cast, person: Person | None = None) -> list[str]:
    return [str(item.state) for item in plan_of(keep(campaign, rows), person or cast.operator).rows]
