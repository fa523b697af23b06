"""A ledger of very many matters, written by SQL: what a prefecture with eight counties would have after some years."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils import timezone

from bihuan.loop import actions as loop
from bihuan.org import actions as org
from bihuan.org import queries as places
from bihuan.org.rules import Role

if TYPE_CHECKING:
    from bihuan.org.models import Person, Region, Unit

BY = "system:bench"
TODAY = dt.date(2026, 6, 15)
AT = dt.datetime(2026, 6, 15, 2, tzinfo=dt.UTC)

_UNITS = """
    WITH made AS (
        INSERT INTO org_unit (region_id, name, short_name, book, version)
        SELECT r.id, r.name || k.kind || n, '', 'bench', 1
        FROM unnest(%(regions)s::bigint[]) AS w (id) JOIN org_region r ON r.id = w.id,
            unnest(ARRAY['局', '学校', '企业', '村']) AS k (kind), generate_series(1, %(each)s) AS n
        RETURNING 1
    )
    SELECT count(*) FROM made
"""
# Shares as in a ledger of some years: most are closed; what is open lies around today.
_MATTERS = """
    WITH units AS MATERIALIZED (
        SELECT id, region_id, row_number() OVER (ORDER BY id) - 1 AS n FROM org_unit WHERE book = 'bench'
    ), many AS MATERIALIZED (SELECT count(*) AS n FROM units), random AS (
        SELECT g, hashint8extended(g, 1) & 1048575 AS a, hashint8extended(g, 2) & 1048575 AS b,
            hashint8extended(g, 3) & 1048575 AS c, hashint8extended(g, 4) & 1048575 AS d
        FROM generate_series(%(first)s, %(last)s) AS g
    ), shaped AS (
        SELECT g, a, b, c, d, u.id AS unit, u.region_id AS place, CASE
            WHEN c %% 100 < 62 THEN 'closed' WHEN c %% 100 < 65 THEN 'withdrawn' WHEN c %% 100 < 80 THEN 'doing'
            WHEN c %% 100 < 87 THEN 'assigned' WHEN c %% 100 < 93 THEN 'answered' WHEN c %% 100 < 95 THEN 'accepted'
            WHEN c %% 100 < 98 THEN 'registered' ELSE 'suspended' END AS state
        FROM random r, many m JOIN units u ON true WHERE u.n = r.b %% m.n
    )
    INSERT INTO loop_matter (key, flow, flow_version, state, left_state, clock, "end", version, cycle, scope, book,
        title, demand, keeper_id, region_id, unit_id, place_id, due_on, original_due_on, calendar, provisional,
        answered_on, check_on, moments, rung, waiting_rung, waits, light, progress, evidence, doers, barred,
        accepted_by, registered_by, registered_at, ended_at)
    SELECT 'bench:' || g, 'task', 1, state, '', CASE WHEN state IN ('doing', 'assigned') THEN 'due'
            WHEN state IN ('answered', 'accepted') THEN 'waiting' ELSE 'none' END,
        CASE WHEN state IN ('closed', 'withdrawn') THEN state ELSE '' END, 2, 1,
        CASE WHEN d %% 5 = 0 THEN '' ELSE 'campaign:' || 1 + d %% 12 END, 'bench',
        (ARRAY['开展', '落实', '检查', '整改', '督促', '组织'])[1 + d / 600 %% 6]
            || (ARRAY['消防通道', '燃气管线', '宣传咨询日活动', '应急演练', '危化品存放', '建筑工地', '道路隐患',
                '校园安全', '地质灾害点', '森林防火'])[1 + d / 60 %% 10] || '第' || g || '号',
        '', k.id, k.region_id, CASE WHEN state = 'registered' THEN NULL ELSE unit END,
        CASE WHEN state = 'registered' THEN NULL ELSE place END, due, due, '', false,
        CASE WHEN state IN ('answered', 'accepted', 'closed') THEN due - 1 END,
        CASE WHEN state IN ('answered', 'accepted', 'closed') THEN due + 2 END,
        '{}', CASE WHEN light = 'red' THEN 2 WHEN light = 'yellow' THEN 1 ELSE 0 END, 0, 1, light, a %% 101,
        CASE WHEN state = 'closed' THEN 1 ELSE 0 END, '{}', '{}',
        CASE WHEN state IN ('accepted', 'closed') THEN 'person:0' ELSE '' END, %(by)s, %(at)s,
        CASE WHEN state IN ('closed', 'withdrawn') THEN %(at)s::timestamptz END
    FROM shaped s, LATERAL (SELECT CASE
            WHEN state = 'registered' THEN NULL
            WHEN state IN ('closed', 'withdrawn') THEN %(today)s::date - (a %% 700)::int
            ELSE %(today)s::date + 40 - (a %% 60)::int END AS due) x, LATERAL (SELECT CASE
            WHEN state = 'closed' THEN 'green' WHEN state IN ('withdrawn', 'registered') THEN ''
            WHEN due < %(today)s::date THEN 'red' WHEN due < %(today)s::date + 3 THEN 'yellow' ELSE 'green' END
            AS light) y
    JOIN LATERAL (SELECT u.id, u.region_id FROM org_unit u WHERE u.id = CASE
            WHEN d %% 5 = 1 THEN %(top)s
            ELSE coalesce((%(keepers)s::jsonb ->> s.place::text)::bigint, %(top)s) END) k ON true
"""


@dataclass(frozen=True)
class Ledger:
    """Who looks at it: an operator of the prefecture, one of a county; that county, and one of its units."""

    top: Person
    county: Person
    region: Region
    unit: Unit
    matters: int


def fill(count: int, *, progress: Callable[[str], None], each: int = 80) -> Ledger:
    """Write `count` matters over eight counties and their units, fold the counts, let the server look at it all.

    Args:
        each: units of each of four kinds in each county and in the prefecture.
    """
    prefecture = places.the_one_called("临夏回族自治州")
    counties = places.children(prefecture, places.current_edition())
    office = _unit(prefecture, "州安全生产委员会办公室")
    org.set_authority(unit=office, region=prefecture, by=BY, at=AT)
    bureaus = {county.pk: _unit(county, f"{county.name}应急管理局") for county in counties}
    top = _operator("州操作员", office, prefecture)
    county = _operator("县操作员", bureaus[counties[0].pk], counties[0])
    loop.load_ladders(by=BY, at=AT)
    with connections["owner"].cursor() as cursor:
        cursor.execute(_UNITS, {"regions": [prefecture.pk, *bureaus], "each": each})
        keepers = json.dumps({str(pk): unit.pk for pk, unit in bureaus.items()})
        piece = max(count // 20, 1)
        for first in range(1, count + 1, piece):
            last = min(first + piece - 1, count)
            values: dict[str, Any] = {
                "first": first,
                "last": last,
                "keepers": keepers,
                "top": office.pk,
                "today": TODAY,
            }
            cursor.execute(_MATTERS, {**values, "by": BY, "at": AT})
            progress(f"{last}/{count}")
    while loop.fold(limit=100_000):
        pass
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    unit = places.unit_called(f"{counties[0].name}学校1", region=counties[0])
    assert unit is not None
    return Ledger(top, county, counties[0], unit, count)


def _unit(region: Region, name: str) -> Unit:
    return org.open_unit(region=region, name=name, book="example", by=BY, at=AT)


def _operator(name: str, unit: Unit, region: Region) -> Person:
    person = org.add_person(name=name, book="example", by=BY, at=AT)
    org.appoint(
        person=person, unit=unit, on=dt.date(2023, 1, 1), title="", roles=[(Role.OPERATOR, region)], by=BY, at=AT
    )
    org.lend_account(person=person, name=name, password="Gansu-2026", by=BY, at=timezone.now())
    return person
