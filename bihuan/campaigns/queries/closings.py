"""Closed periods as their pages show them: who closed what, and every correction under an erratum, before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.figures import queries as figures
from bihuan.figures.models import Closing, Erratum, Revision
from bihuan.lib.words import say
from bihuan.org import queries as org

ERRATA = 200  # on one page, the newest


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record of a closed period in words."""

    revision: Revision
    name: str  # of its measures
    where: str
    source: str  # what it was done on, and who filed it

    @property
    def printed(self) -> str:
        return self.revision.printed


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One figure that an erratum changed. `before` "": it came in; `after` "": it was withdrawn."""

    record: RecordLine
    before: str
    after: str
    moved: str  # from where and when, where that changed too


@dataclass(frozen=True, slots=True)
class ErratumLine:
    """Who opened it, when and why, and what it changed of what the reader may see."""

    erratum: Erratum
    who: str
    at: dt.datetime
    changes: Sequence[ChangeLine]
    hidden: int  # changes elsewhere, which are not the reader's


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A row of the list."""

    closing: Closing
    who: str
    at: dt.datetime
    errata: int
    last: dt.datetime | None  # erratum


def closing_lines(rows: Sequence[Closing]) -> list[ClosingLine]:
    """Closings with who closed them and how many errata they have; two queries."""
    found = Erratum.objects.filter(closing__in=rows).values_list("closing").annotate(Count("pk"), Max("entry__at"))
    errata = {key: (count, last) for key, count, last in found}
    names = org.names(row.entry.by for row in rows)
    return [ClosingLine(row, names[row.entry.by], row.entry.at, *errata.get(row.pk, (0, None))) for row in rows]


def closings_of(campaign: Campaign) -> list[Closing]:
    """The closings of a campaign's region that cover days of it, the oldest first."""
    found = Closing.objects.filter(
        region=campaign.region, book=campaign.book, first__lte=campaign.period_end, last__gte=campaign.period_start
    )
    return list(found.select_related("region", "entry").order_by("first", "pk"))


def closings_named(keys: Iterable[int]) -> list[Closing]:
    """Closings by their keys."""
    return list(Closing.objects.filter(pk__in=set(keys)).select_related("region", "entry").order_by("pk"))


def errata_of(closing: Closing, visible: Callable[[Iterable[int]], Collection[int]]) -> list[ErratumLine]:
    """What went through a closing since, the newest first; of other people's regions only that there is something.

    Args:
        visible: of regions, those whose numbers the reader may see.
    """
    by_erratum: dict[int, list[figures.Corrected]] = {}
    for item in figures.corrections(closing):
        by_erratum.setdefault(item.after.erratum_id or 0, []).append(item)
    found = Erratum.objects.filter(Q(pk__in=by_erratum) | Q(closing=closing)).select_related("entry")
    errata = list(found.order_by("-entry")[:ERRATA])
    names = org.names(item.entry.by for item in errata)
    changes = [item for some in by_erratum.values() for item in some]
    seen = visible(item.after.region_id for item in changes)
    measures = figures.measure_names({code for item in changes for code in item.after.measures})
    lines = []
    for erratum in errata:
        some = by_erratum.get(erratum.pk, [])
        own = [item for item in some if item.after.region_id in seen]
        lines.append(
            ErratumLine(
                erratum,
                names[erratum.entry.by],
                erratum.entry.at,
                [_change(item, measures) for item in own],
                len(some) - len(own),
            )
        )
    return lines


def _change(item: figures.Corrected, measures: dict[str, str]) -> ChangeLine:
    before, after = item.before, item.after
    record = _line(after, measures)
    moved = ""
    if before and (before.region_id, before.period_end) != (after.region_id, after.period_end):
        moved = f"{before.region.name} {before.period_end.isoformat()}"
    return ChangeLine(
        record,
        before.printed if before and not before.withdrawn else "",
        "" if after.withdrawn else after.printed,
        moved,
    )


def records_of(closing: Closing, words: str = "") -> QuerySet[Revision]:
    """The records that stand in a closing, those that words find."""
    found = figures.records_in(closing)
    for word in words.split()[:4]:
        codes = figures.measures_called(word)
        found = found.filter(
            Q(region__name__contains=word)
            | Q(unit__name__contains=word)
            | Q(occasion__name__contains=word)
            | Q(printed__contains=word)
            | Q(measures__overlap=codes)
        )
    return found


def record_lines(rows: Sequence[Revision]) -> list[RecordLine]:
    """Records in words; one query."""
    measures = figures.measure_names({code for row in rows for code in row.measures})
    return [_line(row, measures) for row in rows]


def record_of(closing: Closing, figure: int) -> RecordLine | None:
    """A record that stands in a closing, in words; None where there is none."""
    try:
        found = figures.records_in(closing).filter(figure=figure).first()
    except OverflowError:  # a key that no row can have
        found = None
    return record_lines([found])[0] if found else None


def _line(row: Revision, measures: dict[str, str]) -> RecordLine:
    days = row.period_end.isoformat()
    if row.period_start != row.period_end:
        days = say(f"{row.period_start}至{row.period_end}", f"{row.period_start} – {row.period_end}")
    source = " · ".join(
        part for part in (row.occasion.name if row.occasion else "", row.unit.name if row.unit else "") if part
    )
    name = "、".join(measures.get(code, code) for code in row.measures)
    return RecordLine(row, name, f"{row.region.name} {days}", source)
