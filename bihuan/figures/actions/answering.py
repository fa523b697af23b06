"""Answers to doubts about numbers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bihuan.figures.models import PlausibilityAnswer
from bihuan.figures.queries.plausibility import row_text, rules
from bihuan.figures.queries.standing import Period
from bihuan.figures.queries.tabling import RowKey
from bihuan.figures.rules import FigureError
from bihuan.history import actions as history
from bihuan.org.models import Region

LONGEST = 200


def answer_doubt(
    *,
    region: Region,
    period: Period,
    book: str = "",
    rule: str,
    row: RowKey,
    seen: str,
    text: str,
    by: str,
    at: dt.datetime,
) -> PlausibilityAnswer:
    """Say why a number that a rule asks about is right, or what will be done. Nothing else changes.

    Args:
        seen: the numbers that the answer is for, as `Doubt.seen` gives them.

    Raises:
        FigureError: no such rule, or no sentence or too long a one.
    """
    said = " ".join(text.replace("\0", "").split())
    if rule not in rules():
        raise FigureError("没有这条核对规则 / there is no such rule")
    if not said or len(said) > LONGEST:
        raise FigureError(f"请用一句话说明（{LONGEST}字以内） / say it in a sentence, in {LONGEST} characters at most")
    with transaction.atomic():
        entry = history.record(
            verb="figures.doubt_answered",
            subject=("doubt", f"{rule} {row_text(row)}"[:200]),
            by=by,
            at=at,
            values={
                "rule": rule,
                "measures": list(row.measures),
                "region": region.pk,
                "period": [day.isoformat() for day in period],
                "book": book,
                "printed": seen,
                "reason": said,
            },
        )
        return PlausibilityAnswer.objects.create(
            book=book,
            region=region,
            period_start=period[0],
            period_end=period[1],
            rule=rule,
            row=row_text(row),
            seen=seen,
            text=said,
            by=by,
            entry=entry,
        )
