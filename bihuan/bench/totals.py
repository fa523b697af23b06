"""`bench totals`: the page of a prefecture's campaign after a month, against hand-written queries for its numbers.

Every village of the prefecture has filed thirty measures for thirty days, one of them a stock; prefecture and counties
have stated each. Server time is that of a whole request through the WSGI application. The ratio is of times inside
PostgreSQL: all statements of the page, those of the session and the reader too, against those that somebody who knows
the tables would write for these numbers.
"""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bihuan.bench import national
from bihuan.bench.desk import Desk, Meter
from bihuan.bench.scratch import scratch_database

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Person, Region

PREFECTURE = "临夏回族自治州"
VILLAGES, RUNS, DAYS = 9, 40, 30  # a township
STOCK = "hazards_outstanding"
PAGES = {"three numbers": "", "by place": "number=total", "one row": f"row=leaflets%3A{quote('份')}"}

_SUMS = """
    SELECT t.region_id, t.basket, t.classifier, sum(t.low), sum(t.high), sum(t.low_unbounded), sum(t.high_unbounded),
        sum(t.low_excluded), sum(t.high_excluded), sum(t.count)
    FROM figures_total t
    WHERE t.edition_id = %(edition)s AND t.book = '' AND t.day BETWEEN %(first)s AND %(last)s
        AND t.region_id = ANY (%(regions)s)
    GROUP BY 1, 2, 3
"""
_WAITING = """
    SELECT path, basket, classifier, low, high FROM figures_delta
    WHERE edition_id = %(edition)s AND book = '' AND path >= %(path)s AND path < %(path)s || '~'
        AND day BETWEEN %(first)s AND %(last)s
"""
_STATED = """
    SELECT DISTINCT ON (r.region_id, r.measures, r.classifier) r.region_id, r.measures, r.classifier, r.low, r.high,
        r.low_open, r.high_open, r.printed
    FROM figures_revision r JOIN figures_figure f ON f.id = r.figure_id AND f.version = r.version
    WHERE f.kind = 'statement' AND f.book = '' AND NOT r.withdrawn AND r.region_id = ANY (%(regions)s)
        AND r.period_end BETWEEN %(first)s AND %(last)s
    ORDER BY r.region_id, r.measures, r.classifier, r.period_end DESC, r.figure_id DESC
"""
_STOCKS = """
    SELECT region_id, basket, classifier, sum(low), sum(high), sum(low_excluded), sum(high_excluded), sum(count)
    FROM figures_stock
    WHERE edition_id = %(edition)s AND book = '' AND region_id = ANY (%(regions)s) AND part <> 'joint'
        AND until > %(last)s AND day BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3
"""
# The same without what is kept: each village's newest value, asked of its figures. Not measured, but compared.
_NEWEST = """
    WITH newest AS (
        SELECT DISTINCT ON (r.region_id) n.path, r.low, r.high FROM org_node n
        JOIN figures_revision r ON r.region_id = n.region_id AND r.period_end BETWEEN %(first)s AND %(last)s
        JOIN figures_figure f ON f.id = r.figure_id AND f.version = r.version
        WHERE n.edition_id = %(edition)s AND n.path >= %(path)s AND n.path < %(path)s || '~' AND f.kind = 'record'
            AND f.book = '' AND NOT r.withdrawn AND r.measures = ARRAY[%(stock)s]::varchar[]
        ORDER BY r.region_id, r.period_end DESC, r.period_start DESC, r.figure_id DESC
    )
    SELECT sum(low), sum(high), count(*) FROM newest
"""
_NAMES = """
    SELECT r.id, r.name FROM org_node n JOIN org_region r ON r.id = n.region_id
    WHERE n.edition_id = %(edition)s AND (n.parent_id = %(top)s OR n.region_id = %(top)s) ORDER BY n.path
"""
_MEASURES = "SELECT code, name FROM figures_measure"
BY_HAND = (_SUMS, _WAITING, _STATED, _STOCKS, _NAMES, _MEASURES)


@dataclass
class Case:
    """A page, and what it took."""

    times: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)


def run(*, villages: int = VILLAGES, runs: int = RUNS, days: int = DAYS) -> dict[str, Any]:
    """The ratio, and the server times."""
    from django.db import connections

    from bihuan.installation import keep_connections

    with scratch_database():
        campaign, reader, filed = _furnish(villages, days)
        connections.close_all()
        keep_connections()
        desk, meter = Desk(reader), Meter()
        path, values = f"/campaigns/{campaign.pk}/", _values(campaign)
        _same_numbers(desk.get(path, "")[1], values)
        cases = {name: Case() for name in PAGES}
        for _ in range(runs):
            for name, case in cases.items():
                at = meter.read()
                case.times.append(desk.get(path, PAGES[name])[0])
                between = meter.read()
                _by_hand(values)
                case.ours.append(between - at)
                case.floor.append(meter.read() - between)
    times = sorted(one for case in cases.values() for one in case.times)
    ours, floor = (statistics.median(cases["three numbers"].ours), statistics.median(cases["three numbers"].floor))
    return {
        "ratio": round(ours / floor, 2),
        "p50": _ms(statistics.median(times)),
        "p95": _ms(times[int(len(times) * 0.95)]),
        "ours": _ms(ours),
        "floor": _ms(floor),
        "unit": "ms",
        "rows": filed,
        "runs": runs,
        "cases": {
            name: {
                "p50": _ms(statistics.median(case.times)),
                "p95": _ms(sorted(case.times)[int(len(case.times) * 0.95)]),
                "database": _ms(statistics.median(case.ours)),
                "by_hand": _ms(statistics.median(case.floor)),
            }
            for name, case in cases.items()
        },
        "method": "time inside PostgreSQL of whole pages, against statements by hand for the same numbers",
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _furnish(villages: int, days: int) -> tuple[Campaign, Person, int]:
    from django.db import connections, transaction
    from django.utils import timezone

    from bihuan.campaigns import actions as campaigns
    from bihuan.figures import actions as figures
    from bihuan.org import actions as org
    from bihuan.org import queries as places
    from bihuan.org.rules import Role
    from bihuan.reading.catalogue import catalogue

    nation = national.grow(villages=villages, below=PREFECTURE)
    figures.keep(edition=nation.edition, by=national.BY, at=national.AT)
    prefecture = places.the_one_called(PREFECTURE, edition=nation.edition)
    month = [national.DAY.replace(day=1) + dt.timedelta(days=number) for number in range(days)]
    codes = [*list(catalogue())[: national.MEASURES - 1], STOCK]
    filed = national.fill(nation, region=prefecture, days=month, measures=codes)
    with transaction.atomic():
        figures.recount(
            edition=nation.edition, region=prefecture, days=month, repair=True, by=national.BY, at=national.AT
        )
    for region in (prefecture, *places.children(prefecture, nation.edition)):
        for code in codes:
            _state(region, code, catalogue()[code].classifiers[0], (month[0], month[-1]))
    campaign = campaigns.open_campaign(
        region=prefecture,
        name="2026年“安全生产月”",
        period=(month[0], month[-1]),
        edition=nation.edition,
        by=national.BY,
        at=national.AT,
    )
    office = org.open_unit(
        region=prefecture, name="州安全生产委员会办公室", book="example", by=national.BY, at=national.AT
    )
    reader = org.add_person(name="州操作员", book="example", by=national.BY, at=national.AT)
    roles = [(Role.OPERATOR, prefecture)]
    org.appoint(
        person=reader, unit=office, on=dt.date(2023, 1, 1), title="", roles=roles, by=national.BY, at=national.AT
    )
    org.lend_account(person=reader, name="bench", password="Gansu-2026", by=national.BY, at=timezone.now())
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return campaign, reader, filed


def _state(region: Region, code: str, classifier: str, period: tuple[dt.date, dt.date]) -> None:
    from bihuan.figures import actions as figures
    from bihuan.figures.rules import Kind
    from bihuan.reading.ranges import Range

    content = figures.Content(
        region=region,
        measures=(code,),
        classifier=classifier,
        value=Range(Decimal(90000), None, True, False),
        printed=f"9万余{classifier}",
        form="over",
        period=period,
    )
    figures.file(kind=Kind.STATEMENT, content=content, by=national.BY, at=national.AT)


def _values(campaign: Campaign) -> dict[str, Any]:
    from bihuan.org import queries as places

    return {
        "edition": campaign.edition_id,
        "first": campaign.period_start,
        "last": campaign.period_end,
        "path": places.node(campaign.region, campaign.edition).path,
        "top": campaign.region_id,
        "regions": [campaign.region_id, *(region.pk for region in places.children(campaign.region, campaign.edition))],
        "stock": STOCK,
    }


def _by_hand(values: dict[str, Any]) -> list[list[tuple[Any, ...]]]:
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for sql in BY_HAND:
            cursor.execute(sql, values)
            found.append(cursor.fetchall())
    return found


def _same_numbers(html: str, values: dict[str, Any]) -> None:
    """The page shows what the statements find: of each measure the prefecture's total.

    Raises:
        AssertionError: it does not.
    """
    from django.db import connection

    from bihuan.figures.rules import tidy
    from bihuan.reading.ranges import Range
    from bihuan.reports.queries.wording import printed_range

    sums, _waiting, _stated, stocks, *_names = _by_hand(values)
    wanted = [
        (Range(tidy(low), tidy(high), low_open > 0, high_open > 0), unit)
        for region, basket, unit, low, high, _lows, _highs, low_open, high_open, _count in sums
        if region == values["top"] and basket != [STOCK]
    ]
    assert len(wanted) == national.MEASURES - 1
    ((unit, *kept),) = (row[2:] for row in stocks if row[0] == values["top"])
    low, high, low_open, high_open, count = kept
    wanted.append((Range(tidy(low), tidy(high), low_open > 0, high_open > 0), unit))
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, values)
        assert cursor.fetchone() == (low, high, count)
    missing = [printed for value, unit in wanted if (printed := printed_range(value, unit) or "?") not in html]
    assert not missing, missing
