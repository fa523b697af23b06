"""Take a filled-in form in: what is known stays, what is new becomes records, what differs is decided by its unit."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from bihuan.campaigns.actions import mark
from bihuan.campaigns.models import Expected
from bihuan.campaigns.receiving import ReceiptState
from bihuan.components import uploads
from bihuan.figures.actions import Content, Filing, file_many
from bihuan.figures.rules import Kind
from bihuan.history import actions as history
from bihuan.org.models import Edition, Unit
from bihuan.reading.ranges import Range
from bihuan.statistics.models import FormVersion, HandedDraft, Return
from bihuan.statistics.queries.cells import form_page
from bihuan.statistics.queries.taking import Line, Plan, plan_of
from bihuan.statistics.refusals import FormError, StaleFormError
from bihuan.statistics.rules import Choice, Period

KEPT_DAYS = 7
_LOCK = 0x666F726D73  # with the unit: one return of a unit at a time


def keep_handed(
    *,
    version: FormVersion,
    unit: Unit,
    period: Period,
    edition: Edition,
    content: bytes = b"",
    file_name: str = "",
    typed: Mapping[str, str] | None = None,
    by: str,
    at: dt.datetime,
) -> HandedDraft:
    """Keep a filled-in form, a file or what was typed on the page, while its unit looks at it. What cannot be read at
    all is not kept.

    Raises:
        bihuan.lib.refusals.Refusal: the file is not this form.
    """
    body = content if typed is None else json.dumps(dict(typed), sort_keys=True).encode()
    belongs = {"version": version, "unit": unit, "first": period[0], "last": period[1]}
    trial = HandedDraft(**belongs, content=content, typed=None if typed is None else dict(typed))
    plan_of(trial, edition)
    kept = dict(typed) if typed is not None else None
    with transaction.atomic():
        draft = uploads.keep(HandedDraft, content=body, file_name=file_name, by=by, at=at, days=KEPT_DAYS, **belongs)
        draft.typed = kept
        draft.save(update_fields=["typed"])
    return draft


def drop(*, draft: HandedDraft) -> None:
    """Forget a filled-in form."""
    uploads.drop(draft)


@dataclass(frozen=True)
class Taken:
    """What was written."""

    handed: Return
    records: int
    statements: int


def take(
    *, draft: HandedDraft, edition: Edition, shown: str, chosen: Mapping[str, str], by: str, at: dt.datetime
) -> Taken:
    """Take in what was shown, in one transaction: all of it or nothing.

    Args:
        shown: the plan's digest, as it was looked at.
        chosen: for each cell that differs from the records, what is done about it.

    Raises:
        StaleFormError: records or the form changed since, or it was taken already.
        FormError: a cell is at fault, or nobody said what is done about one that differs.
        bihuan.figures.rules.FigureError: the period is closed, or a value cannot be kept.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK % 2**31, draft.unit_id % 2**31])
        held = HandedDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk)
        row = held.select_related("version__form", "unit__region").first()
        if row is None:
            raise StaleFormError
        plan = plan_of(row, edition)
        if plan.digest != shown:
            raise StaleFormError
        filings = _filings(row, plan, chosen, by=by)
        file_many(items=filings, by=by, at=at)
        handed = _hand_in(row, plan, edition, by=by, at=at)
        records = sum(item.kind is Kind.RECORD for item in filings)
        row.delete()
    return Taken(handed, records, len(filings) - records)


def _filings(draft: HandedDraft, plan: Plan, chosen: Mapping[str, str], *, by: str) -> list[Filing]:
    if plan.faults:
        at = "、".join(line.at for line in plan.faults[:5])
        zh = f"{at} 有误，改好之前整张表都不写入"
        raise FormError("handed-faults", zh, f"{at} at fault: nothing of the form is written until that is put right")
    found = [_filing(draft, line, Kind.RECORD, line.given.value, by=by) for line in plan.fresh]
    for line in plan.conflicts:
        choice = chosen.get(line.at, "")
        if choice not in line.choices:
            zh = f"{line.at}（{line.given.cell.row}）表中的数与记录不同，请选择以哪个为准"
            raise FormError("handed-undecided", zh, f"{line.at} differs from the records: say which of the two holds")
        if choice == Choice.ADD:
            found.append(_filing(draft, line, Kind.RECORD, line.beyond, by=by))
        elif choice == Choice.STATE:
            found.append(_filing(draft, line, Kind.STATEMENT, line.given.value, by=by))
    return found


def _filing(draft: HandedDraft, line: Line, kind: Kind, value: Decimal | None, *, by: str) -> Filing:
    cell, number = line.given.cell, value or Decimal(0)
    content = Content(
        region=draft.unit.region,
        measures=cell.measures,
        classifier=cell.classifiers[0],
        value=Range(number, number, False, False),
        printed=f"{format(number.normalize(), 'f')}{cell.classifiers[0]}",
        form="exact",
        period=(draft.first, draft.last),
        stated_by=draft.unit.name if kind is Kind.STATEMENT else "",
        unit=draft.unit,
        origin={
            "form": draft.version.form.code,
            "version": draft.version.number,
            "cell": f"{draft.version.form_id}:{cell.at}",
            "typed_by": by,
        },
    )
    return Filing(kind=kind, content=content, book=draft.unit.book)


def _hand_in(draft: HandedDraft, plan: Plan, edition: Edition, *, by: str, at: dt.datetime) -> Return:
    now = form_page(
        draft.version, region=draft.unit.region, edition=edition, period=(draft.first, draft.last), book=draft.unit.book
    )
    shown = {at: known.printed for at, known in now.cells.items()}
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
    held = {"version": draft.version, "unit": draft.unit, "first": draft.first}
    row = Return.objects.select_for_update().filter(**held).first()
    if row is None:
        row = Return(**held, last=draft.last, region=draft.unit.region, book=draft.unit.book)
    else:
        row.times += 1
    row.digest, row.shown, row.by, row.at = digest, shown, by, at
    row.save()
    form = draft.version.form
    period = f"{draft.first.isoformat()}/{draft.last.isoformat()}"
    values = {"name": form.name, "unit": draft.unit.name, "period": period, "version": draft.version.number,
              "digest": plan.digest, "times": row.times, "values": shown}  # fmt: skip
    history.record(verb="statistics.handed_in", subject=("form", str(form.pk)), by=by, at=at, values=values)
    _mark(row, by=by, at=at)
    return row


def _mark(row: Return, *, by: str, at: dt.datetime) -> None:
    """The lines of expected lists that this answers: of the form, the unit, and a period that it lies in."""
    lines = Expected.objects.filter(
        unit=row.unit_id,
        expected_list__form=row.version.form.code,
        expected_list__replaced=False,
        expected_list__campaign__book=row.book,
        expected_list__period_start__lte=row.last,
        expected_list__period_end__gte=row.first,
    )
    for line in lines.select_related("expected_list").order_by("pk"):
        mark(expected=line, state=ReceiptState.SUBMITTED, subject=("form_return", str(row.pk)), by=by, at=at)
