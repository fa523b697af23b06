"""Kept totals beside a recount of the figures: what differs is told, and put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection, transaction

from bihuan.figures.actions import restocking
from bihuan.figures.actions.folding import FOLDERS
from bihuan.figures.actions.stocking import stocks
from bihuan.figures.models import Stock
from bihuan.figures.queries import recounting
from bihuan.figures.queries.recounting import COUNTS, LIMBS, Columns, Counted
from bihuan.figures.rules import SUM_FIELDS, Sum
from bihuan.history import actions as history
from bihuan.org.models import Edition, Region

if TYPE_CHECKING:
    from bihuan.figures.queries.recounting import Column, What

_LOCK = 0x6269_6875_616E_0012  # one at a time puts totals right
TOLD = 20  # differences that are named; of all others only their number is told

# What is missing is added, whatever was added meanwhile by others: all of it is addition.
_ADD = f"""
    INSERT INTO figures_total AS f (edition_id, book, region_id, day, basket, classifier, {", ".join(SUM_FIELDS)})
    SELECT %(edition)s, %(book)s, region, %(day)s, %(basket)s, %(classifier)s,
        low_9 * 1000000000::numeric + low_0 + low_6 / 1000000::numeric,
        high_9 * 1000000000::numeric + high_0 + high_6 / 1000000::numeric, {", ".join(COUNTS)}
    FROM unnest(%(region)s::bigint[], {", ".join(f"%({name})s::bigint[]" for name in (*LIMBS, *COUNTS))})
        AS lacking (region, {", ".join((*LIMBS, *COUNTS))})
    ORDER BY region
    ON CONFLICT (edition_id, book, region_id, day, basket, classifier)
    DO UPDATE SET {", ".join(f"{name} = f.{name} + excluded.{name}" for name in SUM_FIELDS)}
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A total, or the newest values that began to hold on a day, that is not what its figures come to. `kept` includes
    what is not folded yet."""

    region: int
    what: What
    kept: Sum
    counted: Sum


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found: how many nodes, how many totals that are something, how many of all are wrong."""

    nodes: int
    totals: int
    wrong: int
    differences: tuple[Difference, ...]  # the first TOLD
    repaired: bool


def recount(
    *,
    edition: Edition,
    region: Region,
    days: Sequence[dt.date],
    book: str = "",
    repair: bool = False,
    by: str,
    at: dt.datetime,
) -> Recount:
    """Count the figures of some days anew at a region and all nodes below it, and compare with the totals kept.

    Args:
        repair: put what is wrong right, with a row in the history. Writers go on meanwhile, folding waits.

    Raises:
        FigureError: no day or too many, or an edition whose totals are not kept.
    """
    nodes = totals = wrong = 0
    differences: list[Difference] = []
    measures: set[str] = set()
    with transaction.atomic():
        if repair:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s), pg_advisory_xact_lock(%s)", [_LOCK, FOLDERS])
        for counted in recounting.recount(edition=edition, region=region, days=days, book=book):
            assert counted.lacking is not None
            nodes = counted.tree.size
            measures |= {*counted.what.basket}
            totals += len(counted.totals.something())
            places = counted.lacking.something()
            wrong += len(places)
            for place in places[: TOLD - len(differences)].tolist():
                differences.append(_difference(counted, place))
            if repair and len(places):
                _add(counted, counted.lacking, places, edition, book)
        # Without any stock there is nothing to look for, and it takes as long as all the rest.
        if measures & stocks() or Stock.objects.filter(edition=edition, book=book, day__in=days).exists():
            room = TOLD - len(differences)
            more, first = restocking.compare(
                edition=edition, region=region, days=days, book=book, repair=repair, limit=max(room, 1)
            )
            wrong += more
            differences += [Difference(*found) for found in first][:room]
        if repair and wrong:
            history.record(
                verb="figures.recounted",
                subject=("edition", edition.name),
                by=by,
                at=at,
                values={
                    "name": edition.name,
                    "book": book,
                    "region": region.pk,
                    "period": [min(days).isoformat(), max(days).isoformat()],
                    "days": len(days),
                    "wrong": wrong,
                    "first": [told(item) for item in differences],
                },
            )
    return Recount(nodes, totals, wrong, tuple(differences), repair and wrong > 0)


def _difference(counted: Counted, place: int) -> Difference:
    assert counted.lacking is not None
    now = counted.totals.at(place)
    kept = now + counted.lacking.at(place).times(-1)
    return Difference(int(counted.tree.regions[place]), counted.what, kept, now)


def told(item: Difference) -> dict[str, object]:
    """A difference as the history tells it."""

    def said(found: Sum) -> list[str]:
        return [str(getattr(found, name)) for name in SUM_FIELDS]

    return {
        "region": item.region,
        "day": item.what.day.isoformat(),
        "measures": list(item.what.basket),
        "classifier": item.what.classifier,
        "old": said(item.kept),
        "new": said(item.counted),
    }


def _add(counted: Counted, lacking: Columns, places: Column, edition: Edition, book: str) -> None:
    nothing = np.zeros(len(places), np.int64)
    columns = {
        name: (lacking.held[name][places] if name in lacking.held else nothing).tolist() for name in (*LIMBS, *COUNTS)
    }
    values = {
        "edition": edition.pk,
        "book": book,
        "day": counted.what.day,
        "basket": list(counted.what.basket),
        "classifier": counted.what.classifier,
        "region": counted.tree.regions[places].tolist(),
        **columns,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
