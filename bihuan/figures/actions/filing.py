"""File, correct and withdraw figures; open the occasions they stand on.

Each verb is one transaction: the figure, its revision, the history row and the deltas of its totals. A correction
compares and sets the version, so that of two people who correct the same figure the second is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from bihuan.figures.actions.closing import check_open, share_writing
from bihuan.figures.actions.folding import post
from bihuan.figures.models import Erratum, Figure, Occasion, Revision
from bihuan.figures.queries.auditing import content_json, passing
from bihuan.figures.queries.measures import check_codes
from bihuan.figures.queries.standing import Period
from bihuan.figures.rules import FigureError, Kind, Sum, check_value, normal, range_json
from bihuan.history import actions as history
from bihuan.history.models import Entry
from bihuan.history.prepared import prepared, together
from bihuan.history.rules import canonical
from bihuan.lib.refusals import Refusal
from bihuan.org.models import Region, Unit
from bihuan.reading.ranges import Range

# The rows are written from what the history says of them.
_OPEN = f"""
    WITH said AS MATERIALIZED (
        SELECT w.*, %(said)s::jsonb AS told FROM jsonb_to_record(%(said)s::jsonb) AS w (book varchar, key varchar,
            name text, start date, "end" date, host text, source text, regions bigint[])
    ), entry AS (
        {history.INSERT_ENTRIES}
        SELECT %(at)s, %(by)s, 'figures.occasion_opened', 'occasion', %(subject)s, told, '{{}}' FROM said s
        WHERE s.key IS NULL OR NOT EXISTS (SELECT 1 FROM figures_occasion o WHERE o.key = s.key)
        RETURNING id
    ), made AS (
        INSERT INTO figures_occasion (book, key, name, start, "end", host, source, joint, entry_id)
        SELECT s.book, s.key, s.name, s.start, s."end", s.host, s.source, cardinality(s.regions) > 1, e.id
        FROM said s, entry e RETURNING id, entry_id
    ), placed AS (
        INSERT INTO figures_occasionregion (occasion_id, region_id) SELECT m.id, unnest(s.regions) FROM made m, said s
    )
    SELECT id, entry_id FROM made
"""


class StaleError(Refusal):
    """The figure was corrected or withdrawn by someone else meanwhile."""

    status = 409

    def __init__(self, figure: Figure, expected: int) -> None:
        self.figure, self.expected = figure, expected
        super().__init__(
            "stale",
            f"该数已被他人改动(您看到的是第{expected}版),请刷新后再改",
            f"figure {figure.pk} has changed since version {expected}: look again, then correct it",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a figure says.

    `region` is a record's leaf or a statement's scope. On an occasion of several regions a record counts once in each
    of them and once above; its own region is then the common one and adds nothing. `period`: first and last day; the
    value counts on the last. `origin`: where it was read, or who typed it.
    """

    region: Region
    measures: tuple[str, ...]
    classifier: str
    value: Range
    printed: str
    form: str
    period: Period
    occasion: Occasion | None = None
    stated_by: str = ""
    unit: Unit | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """The content as columns of a revision.

        Raises:
            FigureError: a value that cannot be kept, or a period that ends before it starts.
        """
        self._check()
        value = normal(self.value)
        return {
            "region": self.region,
            "measures": sorted(set(self.measures)),
            "classifier": self.classifier,
            "low": value.low,
            "high": value.high,
            "low_open": value.low_open,
            "high_open": value.high_open,
            "printed": self.printed,
            "form": self.form,
            "period_start": self.period[0],
            "period_end": self.period[1],
            "occasion": self.occasion,
            "stated_by": self.stated_by,
            "unit": self.unit,
            "origin": dict(self.origin),
        }

    def said(self) -> dict[str, Any]:
        """The content as a history row says it: `content_json` of a revision with these columns.

        Raises:
            FigureError: as `columns` does.
        """
        self._check()
        return {
            "measures": sorted(set(self.measures)),
            "classifier": self.classifier,
            "value": range_json(self.value),
            "printed": self.printed,
            "form": self.form,
            "region": self.region.pk,
            "period": [self.period[0].isoformat(), self.period[1].isoformat()],
            "occasion": self.occasion.pk if self.occasion else None,
            "stated_by": self.stated_by,
            "unit": self.unit.pk if self.unit else None,
            "origin": dict(self.origin),
        }

    def _check(self) -> None:
        check_value(self.value)
        if self.period[0] > self.period[1]:
            raise FigureError("起始日期晚于截止日期 / the period ends before it starts")


def content_of(revision: Revision) -> Content:
    """What a revision says: to be corrected with `dataclasses.replace`."""
    return Content(
        region=revision.region,
        measures=tuple(revision.measures),
        classifier=revision.classifier,
        value=revision.value,
        printed=revision.printed,
        form=revision.form,
        period=(revision.period_start, revision.period_end),
        occasion=revision.occasion,
        stated_by=revision.stated_by,
        unit=revision.unit,
        origin=revision.origin,
    )


def open_occasion(
    *,
    name: str,
    period: Period,
    regions: Iterable[Region],
    host: str = "",
    source: str = "",
    key: str | None = None,
    book: str = "",
    by: str,
    at: dt.datetime,
) -> Occasion:
    """A new occasion, or the one that was opened under the same `key`.

    Raises:
        FigureError: no region, or it ends before it starts.
    """
    places = sorted({region.pk for region in regions})
    if not places:
        raise FigureError("场合至少要有一个地区 / an occasion takes place in some region")
    if period[0] > period[1]:
        raise FigureError("起始日期晚于截止日期 / the period ends before it starts")
    history.check_telling(by=by, at=at)
    columns = {"name": name, "start": period[0], "end": period[1], "host": host, "source": source}
    said = {
        **columns,
        "start": period[0].isoformat(),
        "end": period[1].isoformat(),
        "key": key,
        "book": book,
        "regions": places,
    }
    values = {"said": canonical(said).decode(), "by": by, "at": at, "subject": key or name}
    with together():
        made = prepared(_OPEN, values)
        if not made:
            return Occasion.objects.get(key=key)
    occasion = Occasion(pk=made[0][0], key=key, book=book, joint=len(places) > 1, entry_id=made[0][1], **columns)
    occasion._state.adding, occasion._state.db = False, connection.alias
    return occasion


def file(
    *,
    kind: Kind,
    content: Content,
    key: str | None = None,
    book: str = "",
    by: str,
    at: dt.datetime,
    erratum: Erratum | None = None,
) -> Figure:
    """File a record or a statement. The same `key` again gives the figure that is there already, unchanged.

    Args:
        book: what it is counted with: "" is the real book, another name one of model data. Books never mix.
        erratum: lets a record into a closed period; opened in the same transaction.

    Raises:
        FigureError: what cannot be kept, a code that is no measure, or an occasion of another book.
        ClosedPeriodError: a record of a closed period.
    """
    columns = content.columns()
    check_codes(content.measures)
    check_book(book, content)
    with transaction.atomic():
        share_writing()
        if key is None:
            figure, made = Figure.objects.create(kind=kind, book=book), True
        else:
            figure, made = Figure.objects.get_or_create(key=key, defaults={"kind": kind, "book": book})
        if not made:
            return figure
        new = Revision(**columns)
        passed = _check_open(figure, [new], erratum)
        said = {"kind": str(kind), "key": key, "book": book, "new": content_json(new)}
        entry = history.record(
            verb="figures.filed",
            subject=("figure", str(figure.pk)),
            by=by,
            at=at,
            values=said | passing(passed.pk if passed else None),
        )
        _revise(figure, None, columns | {"erratum": passed}, entry, withdrawn=False)
    return figure


def correct(
    *,
    figure: Figure,
    expected_version: int,
    content: Content,
    by: str,
    at: dt.datetime,
    reason: str = "",
    erratum: Erratum | None = None,
) -> Figure:
    """Say something else from now on. `expected_version` is the one that the corrector saw.

    Args:
        erratum: lets the correction of a record through a closing; opened in the same transaction.

    Raises:
        StaleError: another version holds by now, or the figure is withdrawn.
        FigureError: what cannot be kept, or a code that is no measure.
        ClosedPeriodError: a record that counts in a closed period, or would.
    """
    columns = content.columns()
    check_codes(content.measures)
    check_book(figure.book, content)
    return _change(figure, expected_version, columns, by=by, at=at, reason=reason, erratum=erratum)


def withdraw(
    *,
    figure: Figure,
    expected_version: int,
    by: str,
    at: dt.datetime,
    reason: str = "",
    erratum: Erratum | None = None,
) -> Figure:
    """Take a figure out of all totals. Its revisions stay.

    Raises:
        StaleError: another version holds by now, or the figure is withdrawn already.
        ClosedPeriodError: a record that counts in a closed period.
    """
    return _change(figure, expected_version, None, by=by, at=at, reason=reason, erratum=erratum)


def _change(
    figure: Figure,
    expected: int,
    columns: dict[str, Any] | None,
    *,
    by: str,
    at: dt.datetime,
    reason: str,
    erratum: Erratum | None,
) -> Figure:
    """Without `columns` the figure is withdrawn."""
    withdrawn = columns is None
    with transaction.atomic():
        share_writing()  # before a row is locked: who waits for a closing holds up nobody else
        # Compare and set. A second corrector waits here for the first and then finds another version.
        held = Figure.objects.filter(pk=figure.pk, version=expected, withdrawn=False)
        if not held.update(version=expected + 1, withdrawn=withdrawn):
            raise StaleError(figure, expected)
        figure = Figure.objects.get(pk=figure.pk)
        old = Revision.objects.select_related("region", "occasion", "unit").get(figure=figure, version=expected)
        now = content_of(old).columns() if columns is None else columns
        new = Revision(**now)
        passed = _check_open(figure, [old, new], erratum)
        said = {
            "version": expected + 1,
            "old": content_json(old),
            "new": None if withdrawn else content_json(new),
            "reason": reason,
        }
        entry = history.record(
            verb="figures.withdrawn" if withdrawn else "figures.corrected",
            subject=("figure", str(figure.pk)),
            by=by,
            at=at,
            values=said | passing(passed.pk if passed else None),
        )
        _revise(figure, old, now | {"erratum": passed}, entry, withdrawn=withdrawn)
    return figure


def _revise(figure: Figure, old: Revision | None, columns: dict[str, Any], entry: Entry, *, withdrawn: bool) -> None:
    """Write a figure's next revision, and book the difference it makes."""
    new = Revision.objects.create(figure=figure, version=figure.version, entry=entry, withdrawn=withdrawn, **columns)
    if figure.kind != Kind.RECORD:
        return
    booked = [(old, Sum.of(old.value).times(-1))] if old else []
    if not withdrawn:
        booked.append((new, Sum.of(new.value)))
    post(booked)


def _check_open(figure: Figure, items: list[Revision], erratum: Erratum | None) -> Erratum | None:
    """The erratum where it was needed. Statements count nowhere: they may be said at any time."""
    if figure.kind != Kind.RECORD:
        return None
    return check_open(items, book=figure.book, erratum=erratum)


def check_book(book: str, content: Content) -> None:
    """Raises FigureError where an occasion is of another book."""
    if content.occasion is not None and content.occasion.book != book:
        raise FigureError("场合属于另一账本 / the occasion is of another book")
