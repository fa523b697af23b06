"""Tell the expected lists (应报清单) what became of a form, in the transaction that changes it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from bihuan.campaigns.actions import mark
from bihuan.campaigns.models import Expected
from bihuan.campaigns.receiving import ReceiptState
from bihuan.org.models import Unit
from bihuan.statistics.models import Form, Return
from bihuan.statistics.rules import LISTED, Every, Handed, Period, period_for

SUBJECT = "form_return"
_STATES = {
    Handed.IN: ReceiptState.SUBMITTED,
    Handed.RETURNED: ReceiptState.RETURNED,
    Handed.ACCEPTED: ReceiptState.ACCEPTED,
}


def tell_lists(row: Return, *, by: str, at: dt.datetime) -> None:
    """Mark the lines that a return answers. Of those that another one answers, none."""
    own, state = (SUBJECT, str(row.pk)), _STATES[Handed(row.state)]
    for line in lines_of(row.version.form, row.version.definition.every, row.unit, (row.first, row.last)):
        receipt = getattr(line, "receipt", None)
        if state is ReceiptState.RETURNED and (receipt is None or _subject(line) != own):
            continue  # nothing of this stands there
        mark(expected=line, state=state, subject=own, reason=row.reason, by=by, at=at)


def tell_begun(form: Form, every: Every, unit: Unit, period: Period, *, by: str, at: dt.datetime) -> None:
    """Say that somebody looks at a filled-in form before handing it in."""
    for line in lines_of(form, every, unit, period):
        if not hasattr(line, "receipt") or line.receipt.state == ReceiptState.MISSING:
            mark(expected=line, state=ReceiptState.DRAFT, by=by, at=at)


def tell_left(form: Form, every: Every, unit: Unit, period: Period, *, by: str, at: dt.datetime) -> None:
    """Say that what was begun was given up."""
    for line in lines_of(form, every, unit, period):
        if hasattr(line, "receipt") and line.receipt.state == ReceiptState.DRAFT:
            mark(expected=line, state=ReceiptState.MISSING, by=by, at=at)


def _subject(line: Expected) -> tuple[str, str]:
    return line.receipt.subject_kind, line.receipt.subject_id


def lines_of(form: Form, every: Every, unit: Unit, period: Period) -> list[Expected]:
    """The lines of standing lists that ask a unit, or one merged into it, for a form in one of its periods."""
    lines = Expected.objects.filter(
        Q(unit=unit) | Q(unit__merged_into=unit),
        expected_list__form=f"{LISTED}{form.code}",
        expected_list__replaced=False,
        expected_list__campaign__book=unit.book,
        expected_list__period_start__lte=period[1],
        expected_list__period_end__gte=period[0],
    )
    rows = lines.select_related("expected_list__campaign", "unit", "receipt", "exemption").order_by("pk")
    return [line for line in rows if period_for(every, line.expected_list.period) == period]
