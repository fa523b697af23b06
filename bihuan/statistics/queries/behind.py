"""What is behind one number of a form: what it counts, and the records, as far as the reader sees their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from bihuan.activities.models import ActivityFigure, ActivityKind
from bihuan.figures.models import Measure
from bihuan.figures.rules import Way
from bihuan.lib.words import say
from bihuan.org.access import Reader
from bihuan.places.models import PlaceKind
from bihuan.reports.models import Submission
from bihuan.reports.queries.facts import Behind, behind, of_places
from bihuan.statistics.queries.cells import FormPage, Known, cell_records
from bihuan.statistics.rules import Period, days_of

RECORDS = 50  # on a page
WAYS: dict[Way, tuple[str, str]] = {
    Way.SUM: ("累加", "added up"),
    Way.DISTINCT: ("各场到场人数之和", "attendance, added up"),
    Way.LATEST: ("存量：取各地最新的数", "a stock: the newest of each region"),
    Way.RATIO: ("比率：分子之和 ÷ 分母之和", "a ratio of two sums"),
    Way.NONE: ("不合计", "no total"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A record with the activity on which it stands, if there is one."""

    record: Behind
    activity: int | None


@dataclass(frozen=True)
class CellPage:
    """`elsewhere`: records of other places, which count and are not shown."""

    known: Known
    days: Period
    traits: list[tuple[str, str, bool]]  # name, words, whether they are Chinese data
    sources: list[Source]
    count: int
    elsewhere: int
    next_after: int | None


def cell_page(
    reader: Reader, page: FormPage, at: str, *, among: QuerySet[Submission], after: int = 0
) -> CellPage | None:
    """What is behind the number at an address; None where the form counts nothing there.

    Args:
        among: the reports that the reader may see: words of others are not shown.
        after: the figure behind which the page of records begins.
    """
    known = page.cells.get(at)
    if known is None:
        return None
    records = cell_records(page, known.cell, reader.edition)
    shown = of_places(reader, records)
    rest = [item for item in shown if item.figure_id > after]
    listed = rest[:RECORDS]
    at_activity = dict(
        ActivityFigure.objects.filter(figure__in=[item.figure_id for item in listed]).values_list(
            "figure_id", "activity_id"
        )
    )
    told = behind(listed, among=among)
    return CellPage(
        known,
        days_of(known.cell.span, page.period),
        traits(known),
        [Source(said, at_activity.get(item.figure_id)) for said, item in zip(told, listed, strict=True)],
        len(records),
        len(records) - len(shown),
        listed[-1].figure_id if len(rest) > RECORDS else None,
    )


def traits(known: Known) -> list[tuple[str, str, bool]]:
    """What a cell counts, in words."""
    cell = known.cell
    found = [(say("指标", "Measures"), names_of(Measure, cell.measures), True)]
    found.append((say("量词", "Classifiers"), "、".join(cell.classifiers), True))
    if known.view:
        found.append((say("算法", "How"), say(*WAYS[known.view.way]), False))
    if cell.kinds:
        found.append((say("只计活动类别", "Only activities"), _kinds(ActivityKind, cell.kinds), False))
    if cell.places:
        found.append((say("只计场所类别", "Only at places"), _kinds(PlaceKind, cell.places), False))
    return found


def names_of(model: type[Measure], codes: Iterable[str]) -> str:
    names = dict(model.objects.filter(code__in=list(codes)).values_list("code", "name"))
    return "、".join(names.get(code, code) for code in codes)


def _kinds(model: type[ActivityKind | PlaceKind], codes: Iterable[str]) -> str:
    held = {code: say(zh, en) for code, zh, en in model._default_manager.values_list("code", "zh", "en")}
    return "、".join(held.get(code, code) for code in codes)
