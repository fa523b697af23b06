"""The sweep: finds what is to be looked at, once, with any number of workers, and catches up after any outage.

One statement claims the matters whose moment has come (what another worker has claimed is passed over), writes a step
for every rung that was reached since, its history row and its reminders, and sets the next moment. The messages follow
in the same transaction, one a person. A worker that is killed leaves nothing behind; the next one does it all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from bihuan.history import actions as history
from bihuan.loop.actions.acting import stepped
from bihuan.loop.audience import PEOPLE, people
from bihuan.loop.days import days, local_day
from bihuan.loop.flows import Audience, Light
from bihuan.loop.models import Extension, Matter, Step
from bihuan.loop.rules import TAKE_OVER
from bihuan.messages import actions as messages
from bihuan.messages.actions import Telling

BY = "system:loop"
AT_ONCE = 2000  # matters claimed by one transaction
MOST_PRESSED = 5  # reminders of one wish for more time

_GRAVITY = "array_position(ARRAY[" + ", ".join(f"'{light.value}'" for light in Light) + "]::text[], {})"

# Asked without a transaction: most of the time there is nothing to do.
_WAITING = """
    SELECT EXISTS (SELECT FROM loop_matter WHERE next_check_at <= %(at)s AND book <> ALL(%(still)s)),
        EXISTS (SELECT FROM loop_matter
            WHERE next_owner_on <= %(day)s AND next_owner_id IS NOT NULL AND book <> ALL(%(still)s)),
        EXISTS (SELECT FROM loop_extension e JOIN loop_matter m ON m.id = e.matter_id
            WHERE e.next_check_at <= %(at)s AND m.book <> ALL(%(still)s))
"""

_SWEEP = f"""
    WITH due AS MATERIALIZED (
        SELECT id, version, cycle, clock, waits, state, flow, flow_version, light, title, due_on, check_on, calendar,
            ladder_id, moments, CASE WHEN clock = 'due' THEN rung ELSE waiting_rung END AS reached
        FROM loop_matter WHERE next_check_at <= %(at)s AND book <> ALL(%(still)s)
        ORDER BY next_check_at, id LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ), passed AS MATERIALIZED (
        SELECT m.id, m.cycle, m.clock, m.waits, m.state, m.flow, m.flow_version, m.title, r.number, r.audience,
            r.urgent, r.zh, r.en, m.version + r.number - m.reached AS version, r.light AS lit, m.light AS had,
            jsonb_build_object(
                'rule', r.ladder_id, 'after', r.after, 'moment', m.moments[r.number], 'calendar', m.calendar,
                'due_on', CASE WHEN m.clock = 'due' THEN m.due_on ELSE m.check_on END) AS noted
        FROM due m JOIN loop_rungrow r ON r.ladder_id = m.ladder_id AND r.clock = m.clock
            AND r.number > m.reached AND m.moments[r.number] <= %(at)s
    ), shining AS MATERIALIZED (
        SELECT p.*, (SELECT light FROM (
                SELECT p.had AS light
                UNION ALL SELECT q.lit FROM passed q WHERE q.id = p.id AND q.number <= p.number
            ) x ORDER BY {_GRAVITY.format("x.light")} DESC LIMIT 1) AS light
        FROM passed p
    ), last AS MATERIALIZED (
        SELECT DISTINCT ON (id) id, number, version, light FROM shining ORDER BY id, number DESC
    ), moved AS (
        UPDATE loop_matter m SET
            version = coalesce(l.version, m.version),
            rung = CASE WHEN m.clock = 'due' THEN coalesce(l.number, m.rung) ELSE m.rung END,
            waiting_rung = CASE WHEN m.clock = 'due' THEN m.waiting_rung ELSE coalesce(l.number, m.waiting_rung) END,
            light = coalesce(l.light, m.light),
            next_check_at = m.moments[coalesce(l.number, d.reached) + 1]
        FROM due d LEFT JOIN last l ON l.id = d.id WHERE m.id = d.id
        RETURNING m.id
    ), steps AS (
        INSERT INTO loop_step (matter_id, version, cycle, verb, source, target, flow_version, by, at, clock, rung,
            occurrence, light, text, "values")
        SELECT id, version, cycle, 'reach', state, state, flow_version, %(by)s, %(at)s, clock, number,
            CASE WHEN clock = 'due' THEN 0 ELSE waits END, light, '', noted
        FROM shining ORDER BY id, number
        RETURNING id, matter_id, rung
    ), entries AS (
        {history.INSERT_ENTRIES}
        SELECT %(at)s, %(by)s, 'loop.reached', 'matter', id::text, noted || jsonb_build_object(
            'flow', flow, 'flow_version', flow_version, 'title', title, 'verb', 'reach', 'version', version,
            'cycle', cycle, 'clock', clock, 'rung', number, 'light', light, 'zh', zh, 'en', en), '{{}}'
        FROM shining ORDER BY id, number
        RETURNING id
    ), told AS MATERIALIZED (
        SELECT s.id AS step, s.matter_id AS matter, p.audience, p.zh, p.en, p.urgent, p.title, p.number
        FROM steps s JOIN passed p ON p.id = s.matter_id AND p.number = s.rung
    ), {PEOPLE}, told_people AS MATERIALIZED (
        SELECT DISTINCT ON (step, person) step, person, stands_in FROM people ORDER BY step, person, stands_in
    ), reminders AS (
        INSERT INTO loop_reminder (step_id, person_id, stands_in) SELECT step, person, stands_in FROM told_people
        RETURNING id
    ), per_person AS (
        SELECT DISTINCT ON (p.person) p.person, t.matter, t.title, t.zh, t.en, t.step,
            count(*) OVER mine AS steps, bool_or(t.urgent) OVER mine AS urgent
        FROM told_people p JOIN told t ON t.step = p.step
        WINDOW mine AS (PARTITION BY p.person)
        ORDER BY p.person, t.urgent DESC, t.number DESC, t.step
    )
    SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM steps), NULL, NULL, NULL, NULL, NULL, NULL, NULL
    UNION ALL
    SELECT NULL, NULL, person, matter, title, zh, en, step, steps * CASE WHEN urgent THEN -1 ELSE 1 END
    FROM per_person
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one pass did: matters looked at, rungs reached, people told."""

    matters: int
    steps: int
    people: int


def sweep(*, at: dt.datetime, limit: int = AT_ONCE, still: Sequence[str] = (), by: str = BY) -> Swept:
    """Look at matters whose moment has come, at most `limit` of them, in one transaction. Call again while `matters`
    is `limit`. Any number of processes may sweep at once.

    Args:
        still: books in which time stands still: model data that tell of days long over.
    """
    day, left_out = local_day(at), list(still)
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"at": at, "day": day, "still": left_out})
        due, taken, wished = cursor.fetchone()
    if taken:
        take_over(at=at, limit=limit, still=still, by=by)
    if wished:
        press(at=at, limit=limit, still=still, by=by)
    if not due:
        return Swept(0, 0, 0)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SWEEP, {"at": at, "limit": limit, "by": by, "day": day, "still": left_out})
            (head, *rows) = cursor.fetchall()
        messages.send_many(list(_tellings(rows)), by=by, at=at)
    return Swept(int(head[0]), int(head[1]), len(rows))


def take_over(*, at: dt.datetime, limit: int = AT_ONCE, still: Sequence[str] = (), by: str = BY) -> int:
    """Give duties to those who take them over today or took them over since; returns how many. `still`: as `sweep`."""
    today = local_day(at)
    with transaction.atomic():
        rows = list(
            Matter.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(next_owner__isnull=False, next_owner_on__lte=today, end="")
            .exclude(book__in=still)
            .select_related("next_owner")
            .order_by("next_owner_on", "pk")[:limit]
        )
        steps = [_taken_over(row, by=by, at=at) for row in rows]
        Matter.objects.bulk_update(rows, ["owner", "next_owner", "next_owner_on", "doers", "version"], batch_size=500)
        Step.objects.bulk_create(steps)
        history.record_many(
            [
                history.Change("loop.handed_over", ("matter", str(row.pk)), stepped(row, step, step.values))
                for row, step in zip(rows, steps, strict=True)
            ],
            by=by,
            at=at,
        )
    return len(rows)


def _taken_over(row: Matter, *, by: str, at: dt.datetime) -> Step:
    assert row.next_owner is not None
    owner = row.next_owner
    row.owner, row.next_owner, row.next_owner_on = owner, None, None
    if owner.by not in row.doers:
        row.doers = [*row.doers, owner.by]
    row.version += 1
    return still_step(
        row, TAKE_OVER, {"owner_id": owner.pk, "next_owner_id": None, "next_owner_on": None}, by=by, at=at
    )


def still_step(row: Matter, verb: str, values: dict[str, Any], *, by: str, at: dt.datetime) -> Step:
    """A step that leaves the matter in its state; not written yet."""
    return Step(
        matter=row,
        version=row.version,
        cycle=row.cycle,
        verb=verb,
        source=row.state,
        target=row.state,
        flow_version=row.flow_version,
        by=by,
        at=at,
        light=row.light,
        values={"set": values},
    )


def press(*, at: dt.datetime, limit: int = AT_ONCE, still: Sequence[str] = (), by: str = BY) -> int:
    """Remind keepers of wishes for more time that nobody decided on within the set working days: once when the days
    are over, then every working day, five times at most. Returns how many. `still`: as `sweep`."""
    today, calendar = local_day(at), days()
    with transaction.atomic():
        rows = list(
            Extension.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(next_check_at__lte=at, decided_at=None)
            .exclude(matter__book__in=still)
            .select_related("matter")
            .order_by("next_check_at", "pk")[:limit]
        )
        for row in rows:
            row.reminded += 1
            again, _provisional = calendar.moment(today, 1)
            row.next_check_at = again if row.reminded < MOST_PRESSED else None
        Extension.objects.bulk_update(rows, ["reminded", "next_check_at"], batch_size=500)
        found = {row.matter_id: row for row in rows}
        tellings = []
        for told in people([(pk, Audience.KEEPER) for pk in found], day=today):
            row = found[told.matter]
            title = row.matter.title
            words = (
                f"“{title}”的延期申请应在 {row.decide_by.isoformat()} 前批复",
                f"more time was asked for, undecided: {title}",
            )
            url = reverse("loop:matter", args=[row.matter_id])
            key = f"extension:{row.pk}:{row.reminded}"
            tellings.append(Telling(told.person, f"matter:{row.matter_id}", key, words, url))
        messages.send_many(tellings, by=by, at=at)
    return len(rows)


def _tellings(rows: list[tuple[Any, ...]]) -> Iterator[Telling]:
    """One message a person, whatever they are told of."""
    for _, _, person, matter, title, zh, en, step, signed in rows:
        count, urgent = abs(signed), signed < 0
        if count == 1:
            url, words = reverse("loop:matter", args=[matter]), (f"“{title}”{zh}", f"{title} {en}")
            topic = f"matter:{matter}:due"
        else:
            url = reverse("loop:mine")
            words = (
                f"{count} 项工作到了提醒时间，其中“{title}”{zh}",
                f"{count} matters need a look; among them: {title} {en}",
            )
            topic = "matters:due"
        yield Telling(person, topic, f"sweep:{step}", words, url, urgent=urgent, count=count)
