"""File many figures in one transaction, by one statement that writes the same rows as filing each alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bihuan.figures.actions.closing import WRITERS, ClosedPeriodError
from bihuan.figures.actions.filing import Content, check_book, file
from bihuan.figures.actions.folding import post
from bihuan.figures.models import Erratum, Figure, Revision
from bihuan.figures.queries.closings import COVERED, Closed
from bihuan.figures.queries.measures import no_such_measure
from bihuan.figures.rules import Kind, Sum
from bihuan.history import actions as history
from bihuan.history.prepared import prepared, together
from bihuan.history.rules import canonical

# The lock comes before the statement that looks at closings and keepings: that one sees what was done before it.
_ENTER = """
    SELECT pg_advisory_xact_lock_shared(%(lock)s), ARRAY(
        SELECT asked.code FROM unnest(%(codes)s::text[]) AS asked (code)
        WHERE NOT EXISTS (SELECT 1 FROM figures_measure m WHERE m.code = asked.code) ORDER BY asked.code
    )
"""
# A row is written from what its history entry says, so that the two cannot differ. Keys are inserted in their own
# order: two that file the same ones wait for each other, and never in a circle.
_WRITE = f"""
    WITH given AS MATERIALIZED (
        SELECT x.n, nextval('figures_figure_id_seq') AS id, x.joint, x.said, x.said ->> 'kind' AS kind,
            x.said ->> 'key' AS key, x.said ->> 'book' AS book, w.*, (w.value ->> 'low')::numeric AS low,
            (w.value ->> 'high')::numeric AS high, (w.value ->> 'low_open')::boolean AS low_open,
            (w.value ->> 'high_open')::boolean AS high_open, (w.period ->> 1)::date AS day,
            (SELECT f.id FROM figures_figure f WHERE f.key = x.said ->> 'key') AS known
        FROM ROWS FROM (json_to_recordset(%(items)s::json) AS (joint boolean, said jsonb))
            WITH ORDINALITY AS x (joint, said, n),
            LATERAL jsonb_to_record(x.said -> 'new') AS w (measures varchar[], classifier varchar, value jsonb,
                printed text, form varchar, region bigint, period jsonb, occasion bigint, stated_by text, unit bigint,
                origin jsonb)
    ), asked AS (
        SELECT coalesce(o.region_id, g.region) AS region, g.day, g.book
        FROM given g LEFT JOIN figures_occasionregion o ON g.joint AND o.occasion_id = g.occasion
        WHERE g.kind = '{Kind.RECORD.value}' AND g.known IS NULL
    ), closed AS MATERIALIZED (
        SELECT c.id, top.name, c.first, c.last {COVERED} ORDER BY c.id LIMIT 1
    ), made AS (
        INSERT INTO figures_figure (id, kind, book, key, version, withdrawn)
        SELECT id, kind, book, key, 1, false FROM given
        WHERE known IS NULL AND NOT EXISTS (SELECT 1 FROM closed) ORDER BY key NULLS FIRST, n
        ON CONFLICT (key) DO NOTHING RETURNING id
    ), filed AS MATERIALIZED (
        SELECT g.* FROM given g JOIN made USING (id)
    ), entries AS (
        {history.INSERT_ENTRIES}
        SELECT %(at)s, %(by)s, 'figures.filed', 'figure', id::text, said, '{{}}' FROM filed ORDER BY n
        RETURNING id, subject_id
    ), revisions AS (
        INSERT INTO figures_revision (figure_id, version, measures, classifier, low, high, low_open, high_open, printed,
            form, region_id, period_start, period_end, occasion_id, stated_by, unit_id, origin, withdrawn, entry_id)
        SELECT f.id, 1, f.measures, f.classifier, f.low, f.high, f.low_open, f.high_open, f.printed, f.form, f.region,
            (f.period ->> 0)::date, f.day, f.occasion, f.stated_by, f.unit, f.origin, false, e.id
        FROM filed f JOIN entries e ON e.subject_id = f.id::text ORDER BY f.n
    ), deltas AS (
        INSERT INTO figures_delta (edition_id, book, path, day, basket, classifier, low, high, low_unbounded,
            high_unbounded, low_excluded, high_excluded, count)
        SELECT x.edition_id, f.book, x.path, f.day, f.measures, f.classifier, coalesce(f.low, 0), coalesce(f.high, 0),
            (f.low IS NULL)::int, (f.high IS NULL)::int, f.low_open::int, f.high_open::int, 1
        FROM filed f JOIN org_node x ON x.region_id = f.region JOIN figures_keeping k ON k.edition_id = x.edition_id
        WHERE f.kind = '{Kind.RECORD.value}' AND NOT f.joint AND f.measures <> '{{}}' ORDER BY f.n, x.edition_id
    )
    SELECT g.n, g.id, g.known, m.id IS NOT NULL, c.* FROM given g LEFT JOIN made m USING (id) LEFT JOIN closed c ON true
    ORDER BY g.n
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One of many figures that are filed together; the fields are those of `file`."""

    kind: Kind
    content: Content
    key: str | None = None
    book: str = ""


def file_many(items: Sequence[Filing], *, by: str, at: dt.datetime, erratum: Erratum | None = None) -> list[Figure]:
    """File records and statements, all or none; the figures come in the order of `items`.

    A key that is known gives the figure that is there already, unchanged; so does a key's second item.

    Raises:
        FigureError, ClosedPeriodError: as `file` does; then nothing is written.
    """
    if erratum is not None:  # seldom, and few
        with transaction.atomic():
            return [
                file(kind=one.kind, content=one.content, key=one.key, book=one.book, by=by, at=at, erratum=erratum)
                for one in items
            ]
    history.check_telling(by=by, at=at)
    said = [_said(item) for item in items]
    rows = canonical([{"joint": _is_joint(item), "said": one} for item, one in zip(items, said, strict=True)]).decode()
    codes = sorted({code for item in items for code in item.content.measures})
    with together():
        ((_lock, missing),) = prepared(_ENTER, {"lock": WRITERS, "codes": codes})
        if missing:
            raise no_such_measure(missing)
        found = prepared(_WRITE, {"items": rows, "by": by, "at": at})
        if found and found[0][4] is not None:
            raise ClosedPeriodError(Closed(*found[0][4:]))
        _post_joint(items, [n - 1 for n, _key, _known, made, *_closed in found if made])
        return _figures(items, found)


def _said(item: Filing) -> dict[str, Any]:
    """What the history says of a filing; the same as of one that is filed alone."""
    check_book(item.book, item.content)
    return {"kind": str(item.kind), "key": item.key, "book": item.book, "new": item.content.said()}


def _is_joint(item: Filing) -> bool:
    return item.content.occasion is not None and item.content.occasion.joint


def _post_joint(items: Sequence[Filing], made: list[int]) -> None:
    """Book the joint ones among those that are new: where they count takes more than a statement."""
    for number in made:
        item = items[number]
        if item.kind == Kind.RECORD and _is_joint(item):
            figure = Figure(kind=item.kind, book=item.book)
            revision = Revision(pk=number, figure=figure, **item.content.columns())
            post([(revision, Sum.of(revision.value))])


def _figures(items: Sequence[Filing], found: list[tuple[Any, ...]]) -> list[Figure]:
    """The figures, those that were there already looked up."""
    names = ("id", "kind", "book", "key", "version", "withdrawn")
    figures = {
        key: Figure.from_db("default", names, (key, str(item.kind), item.book, item.key, 1, False))
        for item, (_n, key, _known, made, *_closed) in zip(items, found, strict=True)
        if made
    }
    if len(figures) == len(items):
        return list(figures.values())
    keyed: dict[str | None, Figure] = {figure.key: figure for figure in figures.values() if figure.key}
    left = {item.key for item in items if item.key} - keyed.keys()
    keyed |= {figure.key: figure for figure in Figure.objects.filter(key__in=left)}
    return [figures.get(row[1]) or keyed[item.key] for item, row in zip(items, found, strict=True)]
