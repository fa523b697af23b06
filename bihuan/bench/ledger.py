"""`bench ledger`: the page of the ledger at a million matters, against hand-written queries for its rows and counts.

Server time is that of a whole request through the WSGI application, on a connection that the process keeps. The ratio
is of times inside PostgreSQL, as it counts them itself: all statements of the page, those of the session and the reader
too, against those that somebody who knows the tables would write by hand for this one case.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bihuan.bench import many_matters
from bihuan.bench.desk import Desk, Meter
from bihuan.bench.scratch import scratch_database
from bihuan.lib.words import say

if TYPE_CHECKING:
    from bihuan.bench.many_matters import Ledger

MATTERS, RUNS = 1_000_000, 25
_ROW = re.compile(r'<th scope="row">\s*<a href="/matters/(\d+)/"')
_DUE = "coalesce(m.due_on, date '9999-12-31')"
_ORDERED = "SET enable_bitmapscan = off; SET enable_seqscan = off; SET enable_sort = off"  # as by hand, for these rows
_FREE = "RESET enable_bitmapscan; RESET enable_seqscan; RESET enable_sort"
_JOINED = """
    SELECT m.id, m.title, m.state, m.light, m.due_on, m.original_due_on, m.progress, m.book, m.flow, m.flow_version,
        u.name, p.name, k.name
    FROM ({keys}) t JOIN loop_matter m USING (id) LEFT JOIN org_unit u ON u.id = m.unit_id
    LEFT JOIN org_person p ON p.id = m.owner_id JOIN org_unit k ON k.id = m.keeper_id ORDER BY {order}
"""
_OPEN = ("registered", "assigned", "doing", "answered", "accepted", "suspended")


@dataclass(frozen=True)
class Case:
    """A page that somebody asks for, and the statements that give the same by hand."""

    name: str
    county: bool
    query: str
    by_hand: tuple[str, ...]
    times: list[float] = field(default_factory=list)  # of whole requests
    ours: list[float] = field(default_factory=list)  # in the database
    floor: list[float] = field(default_factory=list)


def run() -> dict[str, Any]:
    """The ratio, and the server times, over all cases."""
    with scratch_database():
        return measure(MATTERS, runs=RUNS)


def measure(matters: int, *, runs: int, each: int = 80) -> dict[str, Any]:
    """Fill the database that Django is on, and measure there, on a connection that is kept as in use.

    Raises AssertionError: a page shows other rows than the statements by hand find.
    """
    from django.db import connections

    from bihuan.installation import keep_connections

    told = time.monotonic()

    def progress(line: str) -> None:
        nonlocal told
        if time.monotonic() - told > 5:
            told = time.monotonic()
            print(say(f"写入事项 {line}", f"writing matters {line}"), file=sys.stderr, flush=True)

    made = many_matters.fill(matters, progress=progress, each=each)
    connections.close_all()
    keep_connections()
    cases = list(_cases(made))
    pages = {False: Desk(made.top), True: Desk(made.county)}
    meter = Meter()
    for case in cases:
        _same_rows(case, pages[case.county])
    for _ in range(runs):
        for case in cases:
            at = meter.read()
            case.times.append(pages[case.county].get("/matters/", case.query)[0])
            between = meter.read()
            _by_hand(case)
            case.ours.append(between - at)
            case.floor.append(meter.read() - between)
    return _figures(made, cases, runs)


def _figures(made: Ledger, cases: list[Case], runs: int) -> dict[str, Any]:
    times = sorted(one for case in cases for one in case.times)
    ours = sum(statistics.median(case.ours) for case in cases)
    floor = sum(statistics.median(case.floor) for case in cases)
    return {
        "ratio": round(ours / floor, 2),
        "worst_ratio": round(max(statistics.median(case.ours) / statistics.median(case.floor) for case in cases), 2),
        "p50": round(statistics.median(times) * 1000, 1),
        "p95": round(times[int(len(times) * 0.95)] * 1000, 1),
        "ours": round(ours / len(cases) * 1000, 2),
        "floor": round(floor / len(cases) * 1000, 2),
        "unit": "ms",
        "rows": made.matters,
        "runs": runs,
        "cases": {
            case.name: {
                "p50": round(statistics.median(case.times) * 1000, 1),
                "p95": round(sorted(case.times)[int(len(case.times) * 0.95)] * 1000, 1),
                "database": round(statistics.median(case.ours) * 1000, 2),
                "by_hand": round(statistics.median(case.floor) * 1000, 2),
            }
            for case in cases
        },
        "method": "time inside PostgreSQL of whole pages, against statements by hand for the same rows and counts",
    }


# -- ours ------------------------------------------------------------------------------------------------------------


def _same_rows(case: Case, desk: Desk) -> None:
    ours = [int(pk) for pk in _ROW.findall(desk.get("/matters/", case.query)[1])]
    assert ours == [row[0] for row in _by_hand(case)][:50], case.name
    assert ours, case.name


# -- by hand ---------------------------------------------------------------------------------------------------------


def _by_hand(case: Case) -> list[tuple[Any, ...]]:
    """The rows of the last statement."""
    from django.db import connection

    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(_ORDERED)
        for sql in case.by_hand:
            cursor.execute(sql)
            while cursor.description is None:  # a setting in front
                cursor.nextset()
            rows = cursor.fetchall()
        cursor.execute(_FREE)
    return rows


def _merge(stretch: str, marks: str, *, where: str = "true", down: bool = False) -> str:
    """Rows by due day out of stretches of an index, with the names that a page shows."""
    way = "DESC" if down else "ASC"
    keys = f"""
        SELECT x.id, x.due FROM ({marks}) c CROSS JOIN LATERAL (
            SELECT m.id, {_DUE} AS due FROM loop_matter m WHERE {stretch} AND {where}
            ORDER BY {_DUE} {way}, m.id {way} LIMIT 51
        ) x ORDER BY x.due {way}, x.id {way} LIMIT 51
    """
    return _JOINED.format(keys=keys, order=f"t.due {way}, t.id {way}")


def _cases(made: Ledger) -> Iterator[Case]:
    """What people ask for: with filters and without, at the beginning and deep inside, of all and of a county."""
    county, unit, day = made.region.pk, made.unit.pk, many_matters.TODAY + dt.timedelta(days=5)
    tally = "SELECT state, light, sum(count) FROM loop_widetally WHERE {} GROUP BY 1, 2"
    here = f"(region_id = {county} OR place_id = {county})"
    opened = "state IN ({})".format(", ".join(f"'{name}'" for name in _OPEN))
    marks = "SELECT DISTINCT state, light FROM loop_widetally WHERE {}"
    level = "m.state = c.state AND m.light = c.light"
    after = f"({_DUE}, m.id) > ('{day}', 500)"
    deep = f"after={day}.500"
    placed = f"coalesce(m.place_id, 0) = c.place AND {level} AND (m.region_id = {county} OR m.place_id = {county})"
    places = f"SELECT DISTINCT coalesce(place_id, 0) AS place, state, light FROM loop_widetally WHERE {here} AND {{}}"
    all_ = tally.format("true")
    yield Case("open", False, "", (all_, _merge(level, marks.format(opened))))
    yield Case("open, deep", False, deep, (all_, _merge(level, marks.format(opened), where=after)))
    red = "light=red&state=all"
    yield Case("red", False, red, (all_, _merge(level, marks.format("light = 'red'"))))
    campaign = f"m.scope = 'campaign:3' AND {level}"
    yield Case(
        "answered, of a campaign", False, "state=answered&scope=campaign%3A3",
        (tally.format("scope = 'campaign:3'"), _merge(campaign, marks.format("state = 'answered'"))),
    )  # fmt: skip
    back = f"({_DUE}, m.id) < ('{many_matters.TODAY - dt.timedelta(days=300)}', 500)"
    yield Case(
        "closed, deep", False, f"state=closed&after={many_matters.TODAY - dt.timedelta(days=300)}.500",
        (all_, _merge(level, marks.format("state = 'closed'"), where=back, down=True)),
    )  # fmt: skip
    in_county = f"coalesce(m.place_id, 0) = {county} AND {level}"
    yield Case(
        "under way, in a county", False, f"state=doing&region={county}",
        (tally.format(f"place_id = {county} OR (place_id IS NULL AND region_id = {county})"),
         _merge(in_county, marks.format(f"state = 'doing' AND place_id = {county}"))),
    )  # fmt: skip
    of_unit = f"m.unit_id = {unit} AND m.\"end\" = ''"
    yield Case(
        "of a unit", False, f"unit={quote(f'{made.unit.name} #{unit}')}",
        (f"SELECT state, light, sum(count) FROM loop_tally WHERE unit_id = {unit} GROUP BY 1, 2",
         _merge(of_unit, "SELECT 1")),
    )  # fmt: skip
    holds = "loop_pairs(m.title) @> loop_pairs('第777') AND m.title LIKE '%第777%'"
    found = f"SELECT m.id, {_DUE} AS due FROM loop_matter m WHERE {holds} ORDER BY due, id LIMIT 51"
    counted = f"SELECT state, light, count(*) FROM loop_matter m WHERE {holds} GROUP BY 1, 2"
    rare = (f"{_FREE}; {counted}", _JOINED.format(keys=found, order="t.due, t.id"))
    yield Case("rare words", False, f"state=all&words={quote('第777')}", rare)
    often = _merge(level, marks.format(opened), where="lower(m.title) LIKE '%消防%'")
    yield Case("frequent words", False, f"words={quote('消防')}", (often,))
    of_county = tally.format(here)
    yield Case("of a county's reader", True, "", (of_county, _merge(placed, places.format(opened))))
    yield Case(
        "of a county's reader, deep", True, deep, (of_county, _merge(placed, places.format(opened), where=after))
    )
    yield Case(
        "of a county's reader, red answers", True, "state=answered&light=red",
        (of_county, _merge(placed, places.format("state = 'answered' AND light = 'red'"))),
    )  # fmt: skip
    first, last = many_matters.TODAY, many_matters.TODAY + dt.timedelta(days=6)
    days = f"{_DUE} BETWEEN '{first}' AND '{last}'"
    capped = f"""SELECT c.state, c.light, count(*) FROM ({places.format("true")}) c CROSS JOIN LATERAL (
        SELECT 1 FROM loop_matter m WHERE {placed} AND {days} LIMIT 500) x GROUP BY 1, 2"""
    yield Case(
        "of a county's reader, this week", True, f"due_from={first}&due_to={last}",
        (capped, _merge(placed, places.format(opened), where=days)),
    )  # fmt: skip
