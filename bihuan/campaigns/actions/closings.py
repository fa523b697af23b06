"""Close a period of a campaign; correct one record of a closed period, under an erratum of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from bihuan.campaigns.models import Campaign
from bihuan.campaigns.refusals import ClosedRecordError, NotOverError
from bihuan.figures import actions as figures
from bihuan.figures.models import Closing, Figure, Revision
from bihuan.loop.days import local_day
from bihuan.reading.quantities import read_quantity

LONGEST_REASON = 200


def close_campaign_period(*, campaign: Campaign, period: tuple[dt.date, dt.date], by: str, at: dt.datetime) -> Closing:
    """Close the records of a campaign's region, and of all below it, for some days of the campaign. The same again
    gives the closing that there is.

    Raises:
        ClosedRecordError: days outside of the campaign, or in the wrong order.
        NotOverError: the period is not over.
    """
    first, last = period
    if first > last or first < campaign.period_start or last > campaign.period_end:
        zh = f"关账时段须在活动时段内（{campaign.period_start}至{campaign.period_end}）"
        en = f"the days lie within the campaign's, {campaign.period_start} to {campaign.period_end}"
        raise ClosedRecordError("closing-period", zh, en)
    if last > local_day(at):
        raise NotOverError(last)
    return figures.close_period(
        region=campaign.region, edition=campaign.edition, period=period, book=campaign.book, by=by, at=at
    )


def correct_closed(
    *, closing: Closing, figure: Figure, expected_version: int, value: str, reason: str, by: str, at: dt.datetime
) -> Figure:
    """Correct a record of a closed period, whatever it came from. The erratum and the correction are one transaction.

    Args:
        value: as a person writes it: 4862份, 约3000人次; "" withdraws the record.

    Raises:
        bihuan.figures.actions.StaleError: it was corrected meanwhile.
        ClosedRecordError: no reason, no number, or nothing would change.
        bihuan.figures.actions.ClosedPeriodError: the record lies in another closing.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ClosedRecordError("reason-missing", "请写明更正的原因", "say why it is corrected")
    held = Revision.objects.select_related("region", "occasion", "unit").filter(figure=figure, version=expected_version)
    old = held.first()
    if old is None:
        raise figures.StaleError(figure, expected_version)
    with transaction.atomic():
        erratum = figures.open_erratum(closing=closing, reason=reason, by=by, at=at)
        if not value.strip():
            return figures.withdraw(
                figure=figure, expected_version=expected_version, erratum=erratum, reason=reason, by=by, at=at
            )
        return figures.correct(
            figure=figure, expected_version=expected_version, content=_said(figures.content_of(old), value.strip()),
            erratum=erratum, reason=reason, by=by, at=at,
        )  # fmt: skip


def _said(held: figures.Content, value: str) -> figures.Content:
    """What the record says with another value."""
    found = read_quantity(value)
    if found is None or found.unit_norm not in ("", held.classifier):
        zh = f"没有读出数来：请写成“4862{held.classifier}”的样子，量词与原来相同"
        raise ClosedRecordError("no-number", zh, f"no number there: write it like 4862{held.classifier}")
    said = replace(held, value=found.range, printed=value[:200], form=found.form)
    if (said.value, said.printed) == (held.value, held.printed):
        zh, en = "数没有变，不用更正", "the number is the same: nothing to correct"
        raise ClosedRecordError("same-number", zh, en)
    return said
