"""Figures that follow from an activity's own lines: so many screens placed, so many works and their views.

A figure that a person typed is left as it is, whatever the lines add up to: the page shows both, and a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.db.models import Max

from bihuan.activities.models import Activity, ActivityFigure
from bihuan.activities.queries.reading import standing
from bihuan.activities.rules import Asked
from bihuan.figures import actions as figures
from bihuan.figures.models import Revision
from bihuan.figures.rules import Kind
from bihuan.reading.ranges import Range

LINES = "lines"  # in the origin of a figure: the lines that it follows


def follow(activity: Activity, lines: str, sums: Mapping[str, int], *, by: str, at: dt.datetime) -> None:
    """Let the figures that follow `lines` ("placements", "works") be `sums`. Call it in the transaction of the change,
    with the activity locked.

    Args:
        sums: "measure:classifier" → number.
    """
    known = {str(item.asked): item for item in standing(activity)}
    for name, item in known.items():
        row = item.revision
        if item.row.itself:  # the activity counts for as many as its lines, and for itself without any
            _say(row, name, max(sums.get(name, 0), 1), by, at)
        elif row.origin.get(LINES) != lines:
            continue
        elif name in sums:
            _say(row, name, sums[name], by, at)
        else:
            figures.withdraw(figure=row.figure, expected_version=row.version, by=by, at=at)
    order = activity.figures.aggregate(last=Max("order"))["last"] or 0
    for name in [name for name in sums if name not in known]:
        order += 1
        content = _content(activity, lines, name, sums[name])
        figure = figures.file(kind=Kind.RECORD, content=content, book=activity.book, by=by, at=at)
        ActivityFigure.objects.create(activity=activity, figure=figure, order=order)


def _say(row: Revision, name: str, number: int, by: str, at: dt.datetime) -> None:
    if row.value != Range.exact(number):
        content = replace(figures.content_of(row), value=Range.exact(number), printed=_printed(name, number))
        figures.correct(figure=row.figure, expected_version=row.version, content=content, by=by, at=at)


def _content(activity: Activity, lines: str, name: str, number: int) -> figures.Content:
    asked = Asked.of(name)
    return figures.Content(
        region=activity.region,
        measures=asked.measures,
        classifier=asked.classifier,
        value=Range.exact(Decimal(number)),
        printed=_printed(name, number),
        form="exact",
        period=activity.days,
        occasion=activity.occasion,
        stated_by=activity.unit.name,
        unit=activity.unit,
        origin={"activity": str(activity.key), LINES: lines},
    )


def _printed(name: str, number: int) -> str:
    return f"{number}{Asked.of(name).classifier}"
