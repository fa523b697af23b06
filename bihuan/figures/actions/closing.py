"""Close a period: its records stand, and change by an erratum alone.

Whoever files, corrects or withdraws shares a lock, and looks at the closings after it has got it; who closes takes the
lock alone. So nothing that was under way slips into a period behind its closing, and no writer waits for another. A
closing is a short transaction of its own: everybody who files waits for its end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction

from bihuan.figures.models import Closing, Erratum, Revision
from bihuan.figures.queries.closings import Closed, closings_at, positions
from bihuan.figures.queries.standing import Period
from bihuan.figures.rules import FigureError
from bihuan.history import actions as history
from bihuan.history.prepared import prepared
from bihuan.lib.refusals import Refusal
from bihuan.org.models import Edition, Region

WRITERS = 0x6269_6875_616E_0011  # shared by who files, exclusive for who changes what all of them look at
_SHARE = "SELECT pg_advisory_xact_lock_shared(%(lock)s)"
_ALONE = "SELECT pg_advisory_xact_lock(%(lock)s)"


class ClosedPeriodError(Refusal):
    """A record of a closed period was to be filed, corrected or withdrawn."""

    status = 409

    def __init__(self, closed: Closed) -> None:
        self.closed = closed
        days = f"{closed.first.isoformat()}至{closed.last.isoformat()}"
        super().__init__(
            "period-closed",
            f"{closed.name}{days}的数据已关账，未作任何改动。确需更正的，请关账地区的安委会办公室写明理由，凭勘误更正",
            f"the figures of {closed.name} from {closed.first} to {closed.last} are closed; nothing was changed. "
            "If one is wrong, the safety office of that region corrects it under an erratum, with its reason",
        )

    def __reduce__(self) -> tuple[type[ClosedPeriodError], tuple[Closed]]:  # type: ignore[override]
        return type(self), (self.closed,)


class ErratumError(Refusal):
    """An erratum without a reason, or one that is spent or of another closing."""


def share_writing() -> None:
    """Go on beside all other writers, until the transaction ends; waits for whoever closes, or begins to keep."""
    prepared(_SHARE, {"lock": WRITERS})


def write_alone() -> None:
    """Wait for the writers under way and keep new ones out until the transaction ends."""
    prepared(_ALONE, {"lock": WRITERS})


def close_period(
    *, region: Region, edition: Edition, period: Period, book: str = "", by: str, at: dt.datetime
) -> Closing:
    """Close the records of a region and all below it, in an edition, for some days; again gives the closing there is.

    Raises:
        FigureError: a period that ends before it starts, or a region that the edition lacks.
    """
    first, last = period
    if first > last:
        raise FigureError("起始日期晚于截止日期 / the period ends before it starts")
    if not edition.nodes.filter(region=region).exists():
        raise FigureError(f"区划版本{edition.name}中没有{region.name} / {region.name} is not in edition {edition.name}")
    with transaction.atomic():
        write_alone()
        columns = {"book": book, "region": region, "edition": edition, "first": first, "last": last}
        if known := Closing.objects.filter(**columns).first():
            return known
        entry = history.record(
            verb="figures.closed",
            subject=("closing", Closing(**columns).key),
            by=by,
            at=at,
            values={
                "region": region.pk,
                "edition": edition.name,
                "period": [first.isoformat(), last.isoformat()],
                "book": book,
            },
        )
        return Closing.objects.create(**columns, entry=entry)


def open_erratum(*, closing: Closing, reason: str, by: str, at: dt.datetime) -> Erratum:
    """Let the changes of this very transaction through a closing: pass it on to `file`, `correct` or `withdraw`.

    Raises:
        ErratumError: no reason.
    """
    if not reason.strip():
        raise ErratumError("no-reason", "请写明勘误的理由", "say why the closed figures change")
    with transaction.atomic():
        entry = history.record(
            verb="figures.erratum_opened",
            subject=("closing", closing.key),
            by=by,
            at=at,
            values={
                "region": closing.region_id,
                "period": [closing.first.isoformat(), closing.last.isoformat()],
                "reason": reason.strip(),
            },
        )
        return Erratum.objects.create(closing=closing, reason=reason.strip(), entry=entry)


def check_open(items: Iterable[Revision], *, book: str, erratum: Erratum | None) -> Erratum | None:
    """Refuse records where they are closed. Call it when the writers' lock is held.

    Returns:
        The erratum, where it was needed.

    Raises:
        ClosedPeriodError: closed, and no erratum or one of a closing that does not cover all of it.
        ErratumError: the erratum is another transaction's.
    """
    covering = closings_at(set().union(*positions(items)), book=book)
    if not covering:
        return None
    for some in covering.values():
        if erratum is None or erratum.closing_id not in {one.closing for one in some}:
            raise ClosedPeriodError(some[0])
    assert erratum is not None
    check_fresh(erratum)
    return erratum


def check_fresh(erratum: Erratum) -> None:
    """Raises ErratumError where an erratum was not opened in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid = pg_current_xact_id() FROM history_entry WHERE id = %s", [erratum.entry_id])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise ErratumError(
            "erratum-spent",
            "该勘误已用过，请另行出具勘误",
            "this erratum has been used: open another one",
        )
