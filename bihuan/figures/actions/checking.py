"""核对汇总: all totals that are kept beside a recount of all figures, piece by piece, by night or on demand."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from bihuan.figures.actions.recounting import TOLD, Difference, recount, told
from bihuan.figures.models import Figure, Keeping
from bihuan.figures.queries.recounting import last_check
from bihuan.figures.queries.standing import Period
from bihuan.history import actions as history
from bihuan.org.models import Edition, Node, Region

VERB = "figures.totals_checked"
NIGHT = 2  # the hour, in the campaign's zone, from which on a day's check is due
_PIECE = 2_000_000  # figures, counted at once
_MOST_DAYS = 60
_DAYS = """
    SELECT day, sum(count)::bigint FROM (
        SELECT period_end AS day, count(*) FROM figures_revision
        WHERE period_end BETWEEN %(first)s AND %(last)s GROUP BY 1
        UNION ALL
        SELECT day, count(*) FROM figures_total WHERE day BETWEEN %(first)s AND %(last)s GROUP BY 1
        UNION ALL
        SELECT day, count(*) FROM figures_stock WHERE day BETWEEN %(first)s AND %(last)s GROUP BY 1
    ) AS days GROUP BY day ORDER BY day
"""
_EVER = (dt.date.min, dt.date.max)


@dataclass
class Check:
    """What a check looked at, and what it found."""

    editions: int = 0
    days: set[dt.date] = field(default_factory=set)
    totals: int = 0
    wrong: int = 0
    repaired: bool = False
    differences: list[tuple[str, Difference]] = field(default_factory=list)  # with the edition's name; the first TOLD
    seconds: float = 0


def check_totals(
    *, period: Period = _EVER, region: Region | None = None, repair: bool = False, by: str, at: dt.datetime
) -> Check:
    """Compare all that is kept, in every edition and book, with the figures; each piece in a transaction of its own.

    Args:
        region: this place and all below it, in the editions that know it; everywhere, unless given.
        repair: put what is wrong right. A row in the history tells what was found, be it nothing.
    """
    began = time.monotonic()
    done = Check(repaired=repair)
    pieces = list(_pieces(period))
    books = list(Figure.objects.order_by("book").values_list("book", flat=True).distinct())
    for edition, top in _tops(region):
        done.editions += 1
        for book in books:
            for days in pieces:
                found = recount(edition=edition, region=top, days=days, book=book, repair=repair, by=by, at=at)
                done.days |= set(days)
                done.totals += found.totals
                done.wrong += found.wrong
                room = TOLD - len(done.differences)
                done.differences += [(edition.name, item) for item in found.differences[:room]]
    done.seconds = round(time.monotonic() - began, 1)
    if repair:
        with transaction.atomic():
            whole = region is None and period == _EVER
            _record(done, "all" if whole else str(region.pk) if region else "some", by=by, at=at)
    return done


def check_tonight(*, at: dt.datetime) -> bool:
    """The day's check, where it is due: from two in the morning, once a day. Returns that nothing more waits."""
    now = at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE))
    last = last_check()
    checked = last is not None and last.at.astimezone(now.tzinfo).date() >= now.date()
    if now.hour >= NIGHT and not checked and Figure.objects.exists():
        check_totals(repair=True, by="system:recount", at=at)
    return False


def _tops(region: Region | None) -> Iterator[tuple[Edition, Region]]:
    for edition in Edition.objects.filter(pk__in=Keeping.objects.values("edition")).order_by("as_of", "pk"):
        nodes = Node.objects.filter(edition=edition).select_related("region")
        tops = nodes.filter(parent=None) if region is None else nodes.filter(region=region)
        for top in tops.order_by("path"):
            yield edition, top.region


def _pieces(period: Period) -> Iterator[list[dt.date]]:
    """The days on which there is anything, in pieces that fit into memory."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"first": period[0], "last": period[1]})
        rows: list[tuple[dt.date, int]] = cursor.fetchall()
    piece: list[dt.date] = []
    size = 0
    for day, count in rows:
        if piece and (size + count > _PIECE or len(piece) == _MOST_DAYS):
            yield piece
            piece, size = [], 0
        piece.append(day)
        size += count
    if piece:
        yield piece


def _record(done: Check, what: str, *, by: str, at: dt.datetime) -> None:
    """`what`: "all", which the next night goes by; the number of a region; "some" where only days were named."""
    history.record(
        verb=VERB,
        subject=("totals", what),
        by=by,
        at=at,
        values={
            "editions": done.editions,
            "days": len(done.days),
            "totals": done.totals,
            "wrong": done.wrong,
            "seconds": str(done.seconds),
            "first": [told(item) | {"edition": edition} for edition, item in done.differences],
        },
    )
