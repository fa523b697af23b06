"""`bench sweep`: 20,000 of 1,000,000 open matters fall due at once; ours against one hand-written statement.

Both write the same rows: the matter's next moment, a step, a history entry, a reminder a person, the messages. Groups
of 20,000 fall due day after day; ours takes one day, the statement the next, so that neither needs anything taken back.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

from bihuan.bench.scratch import scratch_database
from bihuan.loop import actions as loop
from bihuan.loop.queries.ladders import ladder_for
from bihuan.org import actions as org
from bihuan.org import queries as places
from bihuan.org.rules import Role

if TYPE_CHECKING:
    from bihuan.org.models import Region, Unit

MATTERS, DUE, RUNS, UNITS = 1_000_000, 20_000, 3, 400
BY = "system:bench"
AT = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)

_PEOPLE = """
    WITH units AS (
        INSERT INTO org_unit (region_id, name, short_name, book, version)
        SELECT r.id, r.name || '单位' || n, '', 'bench', 1
        FROM generate_series(1, %(units)s) n
        JOIN org_region r ON r.id = (%(regions)s::bigint[])[1 + n %% cardinality(%(regions)s::bigint[])]
        RETURNING id
    ), sections AS (
        INSERT INTO org_section (unit_id, name) SELECT id, '科室' FROM units RETURNING id, unit_id
    ), people AS (
        INSERT INTO org_person (name, pinyin, phone, book, version)
        SELECT 'bench ' || n, '', '', 'bench', 1 FROM generate_series(1, %(units)s * 4) n RETURNING id
    ), seats AS (
        SELECT p.id, s.unit_id, s.id AS section_id, p.n %% 4 AS kind
        FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people) p
        JOIN (SELECT id, unit_id, row_number() OVER (ORDER BY id) - 1 AS n FROM sections) s ON s.n = p.n / 4
    ), posts AS (
        INSERT INTO org_post (person_id, unit_id, section_id, title, valid_from)
        SELECT id, unit_id, CASE WHEN kind = 1 THEN section_id END, kind::text, '2020-01-01' FROM seats
        RETURNING id, unit_id, title
    )
    INSERT INTO org_holding (post_id, role)
    SELECT id, CASE WHEN title = '3' THEN 'principal' ELSE 'liaison' END FROM posts WHERE title IN ('0', '3')
"""

# Every matter is open and under way. The g-th group of 20,000 falls due on the g-th day: a sixth of it on each rung.
_MATTERS = """
    WITH seats AS MATERIALIZED (
        SELECT unit_id, max(p.id) FILTER (WHERE title = '0') AS owner, max(p.id) FILTER (WHERE title = '2') AS leader,
            max(section_id) AS section, row_number() OVER (ORDER BY unit_id) - 1 AS n
        FROM (SELECT person_id AS id, unit_id, section_id, title FROM org_post WHERE title IN ('0', '1', '2')) p
        WHERE unit_id IN (SELECT id FROM org_unit WHERE book = 'bench') GROUP BY unit_id
    ), shaped AS (
        SELECT g, g %% 6 AS reached, %(at)s::timestamptz + (1 + g / %(due)s) * interval '1 day' AS moment
        FROM generate_series(%(first)s, %(last)s) AS g
    )
    INSERT INTO loop_matter (key, flow, flow_version, state, left_state, clock, "end", version, cycle, scope, book,
        title, demand, keeper_id, region_id, unit_id, place_id, section_id, owner_id, leader_id, due_on,
        original_due_on, calendar, provisional, ladder_id, moments, rung, waiting_rung, waits, next_check_at, light,
        progress, evidence, doers, barred, accepted_by, registered_by, registered_at)
    SELECT 'bench:' || g, 'task', 1, 'doing', '', 'due', '', 3, 1, 'campaign:' || 1 + g %% 5, 'bench',
        '第' || g || '项重点工作', '', %(keeper)s, %(region)s, s.unit_id, u.region_id, s.section, s.owner, s.leader,
        m.moment::date, m.moment::date, 'bench', false, %(ladder)s,
        ARRAY(SELECT m.moment + (n - 1 - m.reached) * interval '100 days' FROM generate_series(1, 6) AS n),
        m.reached, 0, 0, m.moment, CASE WHEN m.reached > 1 THEN 'red' WHEN m.reached = 1 THEN 'yellow' ELSE 'green' END,
        0, 0, '{}', '{}', '', %(by)s, %(at)s
    FROM shaped m JOIN seats s ON s.n = (hashint8extended(m.g, 1) & 1048575) %% %(units)s
    JOIN org_unit u ON u.id = s.unit_id
"""

# What somebody would write by hand who knows that each matter has reached one rung, that nobody is missing, and that no
# other worker is at it.
_BY_HAND = """
    WITH moved AS (
        UPDATE loop_matter m SET version = m.version + 1, rung = m.rung + 1, next_check_at = m.moments[m.rung + 2],
            light = CASE WHEN m.rung = 0 THEN 'yellow' ELSE 'red' END
        WHERE next_check_at <= %(at)s
        RETURNING m.id, m.version, m.cycle, m.state, m.flow, m.flow_version, m.title, m.rung, m.light, m.owner_id,
            m.leader_id, m.section_id, m.unit_id, m.keeper_id, m.calendar, m.due_on, m.ladder_id, m.moments
    ), reached AS MATERIALIZED (
        SELECT m.*, r.audience, r.zh, r.en, r.urgent, jsonb_build_object('rule', r.ladder_id, 'after', r.after,
            'moment', m.moments[m.rung], 'calendar', m.calendar, 'due_on', m.due_on) AS noted
        FROM moved m JOIN loop_rungrow r ON r.ladder_id = m.ladder_id AND r.clock = 'due' AND r.number = m.rung
    ), steps AS (
        INSERT INTO loop_step (matter_id, version, cycle, verb, source, target, flow_version, by, at, clock, rung,
            occurrence, light, text, "values")
        SELECT id, version, cycle, 'reach', state, state, flow_version, %(by)s, %(at)s, 'due', rung, 0, light, '', noted
        FROM reached RETURNING id, matter_id
    ), entries AS (
        INSERT INTO history_entry (at, by, verb, subject_kind, subject_id, "values", commitments)
        SELECT %(at)s, %(by)s, 'loop.reached', 'matter', id::text, noted || jsonb_build_object('flow', flow,
            'flow_version', flow_version, 'title', title, 'verb', 'reach', 'version', version, 'cycle', cycle,
            'clock', 'due', 'rung', rung, 'light', light, 'zh', zh, 'en', en), '{}' FROM reached
    ), told AS MATERIALIZED (
        SELECT s.id AS step, r.title, r.urgent, r.zh, r.en, p.person
        FROM reached r JOIN steps s ON s.matter_id = r.id CROSS JOIN LATERAL (
            SELECT r.owner_id AS person WHERE r.audience = 'owner'
            UNION ALL SELECT person_id FROM org_post WHERE r.audience = 'section' AND section_id = r.section_id
            UNION ALL SELECT r.leader_id WHERE r.audience = 'leader'
            UNION ALL SELECT p.person_id FROM org_post p JOIN org_holding h ON h.post_id = p.id
                WHERE r.audience = 'principal' AND p.unit_id = r.unit_id AND h.role = 'principal'
            UNION ALL SELECT p.person_id FROM org_post p JOIN org_holding h ON h.post_id = p.id
                WHERE r.audience = 'keeper' AND p.unit_id = r.keeper_id AND h.role = 'operator') p
    ), reminders AS (
        INSERT INTO loop_reminder (step_id, person_id, stands_in) SELECT step, person, false FROM told
    ), news AS MATERIALIZED (
        SELECT person, count(*) AS n, max(step) AS step, bool_or(urgent) AS urgent, max(title) AS title, max(zh) AS zh,
            max(en) AS en FROM told GROUP BY person
    ), arrivals AS (
        INSERT INTO messages_arrival (recipient_id, key, at) SELECT person, 'sweep:' || step, %(at)s FROM news
    )
    INSERT INTO messages_message (recipient_id, topic, zh, en, url, urgent, count, born_at, newest_at, show_from, txid)
    SELECT person, 'matters:due', n || ' 项工作到了提醒时间，其中“' || title || '”' || zh,
        n || ' matters need a look; among them: ' || title || ' ' || en, '/matters/mine/', urgent, n, %(at)s, %(at)s,
        %(at)s, pg_current_xact_id() FROM news
    ON CONFLICT (recipient_id, topic) WHERE read_at IS NULL DO UPDATE SET
        count = messages_message.count + EXCLUDED.count, zh = EXCLUDED.zh, en = EXCLUDED.en,
        newest_at = EXCLUDED.newest_at, txid = EXCLUDED.txid
"""


def run(*, matters: int = MATTERS, due: int = DUE, runs: int = RUNS, units: int = UNITS) -> dict[str, Any]:
    """The ratio of the sweep to one statement by hand, and how long a sweep takes with nothing due."""
    with scratch_database():
        _furnish(matters, due, units)
        idle = statistics.median(_timed(lambda: loop.sweep(at=AT)) for _ in range(50))
        pairs = []
        _sweep(1)  # warm
        _by_hand(2)
        for number in range(runs):
            first = 3 + 2 * number
            pairs.append((_timed(lambda day=first: _sweep(day)), _timed(lambda day=first + 1: _by_hand(day))))  # type: ignore[misc]
        _compare(due * (runs + 1))
    ours, floor = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "ratio": round(statistics.median(one / other for one, other in pairs), 2),
        "ours": round(ours * 1000, 1),
        "floor": round(floor * 1000, 1),
        "nothing_due": round(idle * 1000, 2),
        "unit": "ms",
        "rows": due,
        "of": matters,
        "runs": runs,
        "method": "sweep in pieces until nothing is due, against one hand-written statement that writes the same rows",
    }


def _furnish(matters: int, due: int, units: int) -> None:
    prefecture = places.the_one_called("临夏回族自治州")
    counties = places.children(prefecture, places.edition_on(AT.date()))
    office = org.open_unit(region=prefecture, name="州安全生产委员会办公室", book="example", by=BY, at=AT)
    _operator(prefecture, office)
    loop.load_ladders(by=BY, at=AT)
    ladder = ladder_for("task", None, AT.date())
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PEOPLE, {"units": units, "regions": [region.pk for region in counties]})
        values: dict[str, Any] = {
            "units": units,
            "at": AT,
            "by": BY,
            "due": due,
            "keeper": office.pk,
            "region": prefecture.pk,
            "ladder": ladder,
        }
        piece = max(matters // 10, 1)
        for first in range(0, matters, piece):
            cursor.execute(
                _MATTERS, {**values, "units": units, "first": first, "last": min(first + piece, matters) - 1}
            )
    while loop.fold(limit=100_000):
        pass
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _operator(region: Region, office: Unit) -> None:
    person = org.add_person(name="督办员", book="example", by=BY, at=AT)
    roles = [(Role.OPERATOR, region)]
    org.appoint(person=person, unit=office, on=dt.date(2020, 1, 1), title="科员", roles=roles, by=BY, at=AT)


def _sweep(day: int) -> None:
    while loop.sweep(at=AT + dt.timedelta(days=day)).matters:
        pass


def _by_hand(day: int) -> None:
    at = AT + dt.timedelta(days=day)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(_BY_HAND, {"at": at, "by": BY})


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _compare(each: int) -> None:
    """Both must have written the same rows, or the figure says nothing."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM loop_matter WHERE version = 4), (SELECT count(*) FROM loop_step),"
            " (SELECT count(*) FROM loop_reminder), (SELECT count(*) FROM history_entry WHERE verb = 'loop.reached')"
        )
        found = cursor.fetchone()
    if set(found) != {2 * each}:
        raise AssertionError(f"the two wrote different rows: {found}, {each} each were due")
