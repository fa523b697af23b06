"""Totals that are right at the next read, without writers that queue for the nation.

A writer books a few deltas at the nodes where its figure stands and locks nothing above them. `fold` carries deltas up
into the totals of all their ancestors, behind the writers; a read adds what is not folded yet. All of it is addition,
so the order does not matter.

Totals belong to an edition of the tree: a joint figure's place in the sums depends on who is whose parent, and a
campaign that pinned an edition must go on seeing its tree. The simplest sound way is to keep totals per edition, for
the editions that are used: `keep` starts one by booking every record that stands. It excludes writers for that moment
with a lock that they share among themselves, or a record filed meanwhile would be in none of the two. A read in an
edition that is not kept recounts the figures: right too, but slower.

Deltas are booked whatever the measure's way of combining: the catalogue may change that, the sums need not know.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction

from bihuan.figures.actions.closing import write_alone
from bihuan.figures.actions.stocking import mark_joint, stocks
from bihuan.figures.models import Delta, Keeping, OccasionRegion, Revision
from bihuan.figures.queries.standing import revisions
from bihuan.figures.queries.stocks import ALONE, NEWEST, STANDS, VALUE
from bihuan.figures.rules import NEVER, NOTHING, SUM_FIELDS, Kind, Sum, credits
from bihuan.history import actions as history
from bihuan.org.models import Edition, Node
from bihuan.org.rules import SEGMENT

CHUNK = 500

Posting = tuple[int, str, str, dt.date, tuple[str, ...], str]  # edition, book, path, day, basket, classifier


def post(items: Iterable[tuple[Revision, Sum]]) -> None:
    """Write the deltas of changes to records, at their own nodes, in every edition kept. Inside the writer's change,
    which shares the writers' lock already."""
    wanted = [(revision, change) for revision, change in items if revision.measures]
    if not wanted:
        return
    _post(list(Keeping.objects.values_list("edition_id", flat=True)), wanted)


def _post(editions: list[int], items: list[tuple[Revision, Sum]]) -> None:
    sums: dict[Posting, Sum] = defaultdict(lambda: NOTHING)
    places = _paths(editions, [revision for revision, _change in items])
    for revision, change in items:
        what = (revision.period_end, tuple(revision.measures), revision.classifier)
        for edition, paths in places[revision.pk].items():
            for path, times in credits(paths).items():
                sums[(edition, revision.figure.book, path, *what)] += change.times(times)
    joint = [revision for revision, _change in items if revision.occasion and revision.occasion.joint]
    kept = stocks() if joint or NOTHING in sums.values() else frozenset()
    mark_joint(revision for revision in joint if kept & {*revision.measures})
    Delta.objects.bulk_create(
        Delta(
            edition_id=edition,
            book=book,
            path=path,
            day=day,
            basket=list(basket),
            classifier=classifier,
            **{name: getattr(change, name) for name in SUM_FIELDS},
        )
        for (edition, book, path, day, basket, classifier), change in sums.items()
        if change != NOTHING or kept & {*basket}
    )


def _paths(editions: list[int], items: list[Revision]) -> dict[int, dict[int, list[str]]]:
    """Where each revision stands, by edition: its region, or those of a joint occasion, as far as they are there."""
    joint = {item.occasion_id for item in items if item.occasion and item.occasion.joint}
    parts: dict[int, list[int]] = defaultdict(list)
    if joint:
        took_part = OccasionRegion.objects.filter(occasion__in=joint)
        for occasion, region in took_part.values_list("occasion_id", "region_id"):
            parts[occasion].append(region)
    regions = {
        item.pk: parts[item.occasion.pk] if item.occasion and item.occasion.joint else [item.region_id]
        for item in items
    }
    nodes: dict[int, list[tuple[int, str]]] = defaultdict(list)
    wanted = {region for some in regions.values() for region in some}
    found = Node.objects.filter(edition__in=editions, region__in=wanted).values_list("region_id", "edition_id", "path")
    for region, edition, path in found:
        nodes[region].append((edition, path))
    places: dict[int, dict[int, list[str]]] = {item.pk: defaultdict(list) for item in items}
    for key, some in regions.items():
        for edition, path in (node for region in some for node in nodes[region]):
            places[key][edition].append(path)
    return places


def keep(*, edition: Edition, by: str, at: dt.datetime) -> bool:
    """Keep totals for an edition from now on; returns whether that is new. Waits for the writers under way."""
    with transaction.atomic():
        write_alone()
        if Keeping.objects.filter(edition=edition).exists():
            return False
        Keeping.objects.create(edition=edition)
        standing = revisions(as_of=None).filter(figure__kind=Kind.RECORD).exclude(measures=[])
        last = 0
        while batch := list(standing.filter(pk__gt=last).select_related("figure", "occasion").order_by("pk")[:CHUNK]):
            _post([edition.pk], [(item, Sum.of(item.value)) for item in batch])
            last = batch[-1].pk
        history.record(
            verb="figures.edition_kept", subject=("edition", edition.name), by=by, at=at, values={"name": edition.name}
        )
    return True


def keep_all(*, by: str, at: dt.datetime) -> bool:
    """Keep totals for every edition that is loaded; returns whether any is new."""
    new = [keep(edition=edition, by=by, at=at) for edition in Edition.objects.order_by("as_of")]
    return any(new)


# Deltas are claimed without waiting for anybody who looks at them.
# Of stocks, the days that deltas tell of are asked for their newest values; those around them stay, but for the day on
# which the next one follows. The differences are carried up like anything else.
_SERIES = "edition_id, book, region_id, path, basket, classifier"
_TAKEN_STOCKS = f"""
    touched AS MATERIALIZED (
        SELECT t.edition_id, t.book, n.region_id, t.path, t.basket, t.classifier, array_agg(DISTINCT t.day) AS days,
            min(t.day) AS first, max(t.day) AS last
        FROM taken t JOIN org_node n ON n.edition_id = t.edition_id AND n.path = t.path
        WHERE t.basket && ARRAY(SELECT code FROM figures_measure WHERE stock) GROUP BY 1, 2, 3, 4, 5, 6
    ), bounded AS MATERIALIZED (
        SELECT x.*,
            coalesce((SELECT max(s.day) FROM figures_stock s WHERE {{own}} AND s.day < x.first), x.first) AS since,
            coalesce((SELECT min(s.day) FROM figures_stock s WHERE {{own}} AND s.day > x.last), %(never)s::date) AS next
        FROM touched x
    ), before AS MATERIALIZED (
        SELECT x.edition_id, x.book, x.region_id, x.path, x.basket, x.classifier, x.days, x.next, s.day, s.until,
            {", ".join(f"s.{name}" for name in SUM_FIELDS)}
        FROM bounded x JOIN figures_stock s ON {{own}} AND s.day BETWEEN x.since AND x.last
    ), newest AS (
        SELECT {_SERIES}, next, day, {", ".join(SUM_FIELDS)} FROM before WHERE day <> ALL (days)
        UNION ALL
        SELECT {", ".join(f"x.{name}" for name in _SERIES.split(", "))}, x.next, d.day, v.*
        FROM bounded x CROSS JOIN LATERAL unnest(x.days) AS d (day) CROSS JOIN LATERAL (
            SELECT {VALUE} FROM {ALONE}
            WHERE r.region_id = x.region_id AND r.period_end = d.day AND r.measures = x.basket
                AND r.classifier = x.classifier AND f.book = x.book AND {STANDS}
            ORDER BY {NEWEST} LIMIT 1
        ) AS v
    ), moved AS MATERIALIZED (
        SELECT {_SERIES}, day, until, {", ".join(f"sum({name}) AS {name}" for name in SUM_FIELDS)}
        FROM (
            SELECT {_SERIES}, day, lead(day, 1, next) OVER (PARTITION BY {_SERIES} ORDER BY day) AS until,
                {", ".join(SUM_FIELDS)}
            FROM newest
            UNION ALL
            SELECT {_SERIES}, day, until, {", ".join(f"-{name}" for name in SUM_FIELDS)} FROM before
        ) AS both_sides
        GROUP BY {_SERIES}, day, until HAVING {" OR ".join(f"sum({name}) <> 0" for name in SUM_FIELDS)}
    ), stocked AS (
        INSERT INTO figures_stock AS f (edition_id, book, region_id, basket, classifier, day, until, part,
            {", ".join(SUM_FIELDS)})
        SELECT edition_id, book, region_id, basket, classifier, day, until, 'own' AS part, {", ".join(SUM_FIELDS)}
        FROM moved
        UNION ALL
        SELECT n.edition_id, m.book, n.region_id, m.basket, m.classifier, m.day, m.until, 'below',
            {", ".join(f"sum(m.{name})" for name in SUM_FIELDS)}
        FROM moved m CROSS JOIN LATERAL generate_series({SEGMENT}, length(m.path) - {SEGMENT}, {SEGMENT}) AS size
        JOIN org_node n ON n.edition_id = m.edition_id AND n.path = left(m.path, size)
        GROUP BY n.edition_id, m.book, n.region_id, m.basket, m.classifier, m.day, m.until
        ON CONFLICT (edition_id, book, region_id, basket, classifier, day, until, part)
        DO UPDATE SET {", ".join(f"{name} = f.{name} + excluded.{name}" for name in SUM_FIELDS)}
    )
""".format(
    own="s.edition_id = x.edition_id AND s.book = x.book AND s.region_id = x.region_id AND s.basket = x.basket"
    " AND s.classifier = x.classifier AND s.part = 'own'"
)
FOLDERS = 0x6269_6875_616E_0013  # one at a time: of stocks each must see what the one before left
_FOLD = f"""
    WITH claimed AS MATERIALIZED (
        SELECT id FROM figures_delta ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM figures_delta d USING claimed WHERE d.id = claimed.id RETURNING d.*
    ), carried AS (
        SELECT n.edition_id, t.book, n.region_id, t.day, t.basket, t.classifier,
               {", ".join(f"sum(t.{name}) AS {name}" for name in SUM_FIELDS)}
        FROM taken t
        CROSS JOIN LATERAL generate_series({SEGMENT}, length(t.path), {SEGMENT}) AS size
        JOIN org_node n ON n.edition_id = t.edition_id AND n.path = left(t.path, size)
        GROUP BY n.edition_id, t.book, n.region_id, t.day, t.basket, t.classifier
    ), added AS (
        INSERT INTO figures_total AS f (edition_id, book, region_id, day, basket, classifier, {", ".join(SUM_FIELDS)})
        SELECT * FROM carried ORDER BY edition_id, book, region_id, day, basket, classifier
        ON CONFLICT (edition_id, book, region_id, day, basket, classifier)
        DO UPDATE SET {", ".join(f"{name} = f.{name} + excluded.{name}" for name in SUM_FIELDS)}
    ), {_TAKEN_STOCKS}
    SELECT count(*), (SELECT count(*) FROM moved) FROM taken
"""
_FORGET = "DELETE FROM figures_stock WHERE count = 0 AND part <> 'joint'"


def fold(*, limit: int = 1000) -> int:
    """Carry up to `limit` deltas into the totals of all nodes above, in one transaction; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDERS])  # before the statement, which then sees what is
        cursor.execute(_FOLD, {"limit": limit, "never": NEVER})
        folded, moved = cursor.fetchone()
        if moved:
            cursor.execute(_FORGET)
    return int(folded)
