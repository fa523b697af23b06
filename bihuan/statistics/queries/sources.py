"""Where the numbers of cells come from: the records behind them, each with what it stands on and who filed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from bihuan.activities.models import Activity
from bihuan.figures.models import Revision
from bihuan.figures.queries import Asked, Scope, records
from bihuan.figures.rules import Share, share
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.org.models import Edition
from bihuan.org.queries import names
from bihuan.reports.models import Submission
from bihuan.statistics.models import Form
from bihuan.statistics.queries.cells import FormPage, asked_of
from bihuan.statistics.rules import Cell

MOST = 8  # told of one cell


@dataclass(frozen=True, slots=True)
class Backing:
    """One record: what it says, on what it stands, who filed it. `url`: where it is looked at, "" where nowhere."""

    printed: str
    words: str
    url: str
    day: dt.date
    by: str


def sources(
    page: FormPage, edition: Edition, cells: Collection[Cell], *, among: QuerySet[Submission]
) -> dict[str, Sequence[Backing]]:
    """The records behind some cells, by address; at most `MOST` of each. A fixed number of queries, none for none.

    Args:
        among: the reports that the reader may see: others are not named.
    """
    if not cells:
        return {}
    asked = asked_of(page, edition, cells)
    rows = records(_widest(page, edition, asked))
    behind = {at: [item for item in rows if _mine(item, one)][:MOST] for at, one in asked.items()}
    told = _Told([item for items in behind.values() for item in items], among)
    return {at: [told.of(item) for item in items] for at, items in behind.items()}


def _widest(page: FormPage, edition: Edition, asked: Mapping[str, Asked]) -> Scope:
    measures = frozenset(code for one in asked.values() for code in one.measures)
    units = frozenset(unit for one in asked.values() for unit in one.classifiers)
    days = min(one.period[0] for one in asked.values()), max(one.period[1] for one in asked.values())
    return Scope(page.region, edition, measures, units, days, page.book)


def _mine(item: Revision, one: Asked) -> bool:
    inside = one.period[0] <= item.period_end <= one.period[1]
    chosen = one.among is None or item.figure_id in one.among
    return inside and chosen and share(item.measures, item.classifier, one.measures, one.classifiers) is not Share.NONE


class _Told:
    """What records stand on, read at once."""

    def __init__(self, rows: Collection[Revision], among: QuerySet[Submission]) -> None:
        def named(name: str) -> set[str]:
            return {str(row.origin[name]) for row in rows if name in row.origin}

        found = Activity.objects.filter(key__in=named("activity")).values_list("key", "pk", "title")
        self.activities = {str(key): (pk, title) for key, pk, title in found}
        reports = among.filter(pk__in=[int(key) for key in named("id") if key.isdecimal()])
        self.reports = dict(reports.values_list("pk", "name"))
        self.forms = dict(Form.objects.filter(code__in=named("form")).values_list("code", "name"))
        self.by = dict(Entry.objects.filter(pk__in=[row.entry_id for row in rows]).values_list("pk", "by"))
        self.names = names(set(self.by.values()))

    def of(self, row: Revision) -> Backing:
        """Where one record comes from."""
        words, url = self._stands_on(row)
        by = self.by.get(row.entry_id, "")
        return Backing(row.printed, words, url, row.period_end, self.names.get(by, ""))

    def _stands_on(self, row: Revision) -> tuple[str, str]:
        origin = row.origin
        if (held := self.activities.get(str(origin.get("activity", "")))) is not None:
            return say(f"活动“{held[1]}”", f"the activity “{held[1]}”"), reverse("activities:activity", args=[held[0]])
        if "submission" in origin and (report := self.reports.get(origin.get("id", 0))) is not None:
            url = reverse("reports:submission", args=[origin["id"]])
            return say(f"报告“{report}”", f"the report “{report}”"), url
        if (form := self.forms.get(str(origin.get("form", "")))) is not None:
            return say(f"统计表“{form}”", f"the form “{form}”"), ""
        if "submission" in origin:
            return say("一份报告", "a report"), ""
        if "bundle" in origin:
            return say("下级上报的数据", "what was reported from below"), ""
        return say("录入的记录", "a record that was entered"), ""
