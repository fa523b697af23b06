"""Take a filled-in form in: what is known stays, what is new becomes records, what differs is decided by its unit."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection, transaction

from bihuan.components import uploads
from bihuan.figures.actions import Content, Filing, content_of, correct, file_many, withdraw
from bihuan.figures.rules import Kind
from bihuan.history import actions as history
from bihuan.loop.days import local_day, today_in
from bihuan.org.models import Edition, Unit
from bihuan.reading.ranges import Range
from bihuan.statistics.actions.marking import tell_begun, tell_left, tell_lists
from bihuan.statistics.handed import from_page
from bihuan.statistics.models import FormVersion, HandedDraft, Return
from bihuan.statistics.queries.cells import form_page
from bihuan.statistics.queries.taking import Line, Plan, plan_of
from bihuan.statistics.refusals import FaultyCellsError, FormError, StaleFormError
from bihuan.statistics.rules import Choice, Handed, Outcome, Period

KEPT_DAYS = 7
_LOCK = 0x666F726D  # with the region: one return of a region at a time, since what is known is what the region has


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
        bihuan.lib.refusals.Refusal: the file is not this form; the period has not begun.
    """
    _check_begun(unit, period, at)
    body = content if typed is None else json.dumps(dict(typed), sort_keys=True).encode()
    kept = dict(typed) if typed is not None else None
    belongs = {"version": version, "unit": unit, "first": period[0], "last": period[1]}
    plan_of(HandedDraft(**belongs, content=content, typed=kept), edition)
    with transaction.atomic():
        draft = uploads.keep(HandedDraft, content=body, file_name=file_name, by=by, at=at, days=KEPT_DAYS, **belongs)
        draft.typed = kept
        draft.save(update_fields=["typed"])
        tell_begun(version.form, version.definition.every, unit, period, by=by, at=at)
    return draft


def _check_begun(unit: Unit, period: Period, at: dt.datetime) -> None:
    if period[0] > today_in(unit.book, local_day(at)):
        zh = f"{period[0].isoformat()} 起的这一期还没有开始，到时再报"
        raise FormError("period-ahead", zh, f"the period from {period[0].isoformat()} has not begun yet")


def drop(*, draft: HandedDraft, by: str, at: dt.datetime) -> None:
    """Forget a filled-in form."""
    with transaction.atomic():
        uploads.drop(draft)
        version = draft.version
        tell_left(version.form, version.definition.every, draft.unit, (draft.first, draft.last), by=by, at=at)


@dataclass(frozen=True)
class Taken:
    """What was written: how many records and statements are new, how many records say something else now."""

    handed: Return
    records: int
    statements: int
    corrected: int = 0


def hand_in(
    *,
    version: FormVersion,
    unit: Unit,
    period: Period,
    edition: Edition,
    typed: Mapping[str, str],
    by: str,
    at: dt.datetime,
) -> Taken | HandedDraft:
    """Take in what was typed on the page, or keep it to be decided upon where it differs from what the records say by
    now. The same again changes nothing.

    Raises:
        FaultyCellsError: what is no number; nothing is kept.
        FormError: the period has not begun.
        bihuan.figures.actions.ClosedPeriodError: the period is closed.
    """
    found = [item for item in from_page(typed, version.definition.cells) if item.fault]
    if found:
        raise FaultyCellsError({item.cell.at: item.fault for item in found if item.fault})
    with transaction.atomic():
        _one_at_a_time(unit)
        draft = keep_handed(version=version, unit=unit, period=period, edition=edition, typed=typed, by=by, at=at)
        plan = plan_of(draft, edition)
        return draft if plan.conflicts else _taken(draft, plan, {}, edition, by=by, at=at)


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
        bihuan.figures.rules.FigureError: a value that cannot be kept.
        bihuan.figures.actions.ClosedPeriodError: the period is closed.
    """
    with transaction.atomic():
        _one_at_a_time(draft.unit)
        held = HandedDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk)
        row = held.select_related("version__form", "unit__region").first()
        if row is None:
            raise StaleFormError
        plan = plan_of(row, edition)
        if plan.digest != shown:
            raise StaleFormError
        return _taken(row, plan, chosen, edition, by=by, at=at)


def _one_at_a_time(unit: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, unit.region_id % 2**31])


def _taken(
    row: HandedDraft, plan: Plan, chosen: Mapping[str, str], edition: Edition, *, by: str, at: dt.datetime
) -> Taken:
    filings = _filings(row, plan, chosen, by=by)
    file_many(items=filings, by=by, at=at)
    corrected = _correct(plan, chosen, by=by, at=at)
    handed = _hand_in(row, plan, edition, wrote=bool(filings or corrected), by=by, at=at)
    records = sum(item.kind is Kind.RECORD for item in filings)
    row.delete()
    return Taken(handed, records, len(filings) - records, corrected)


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


def _correct(plan: Plan, chosen: Mapping[str, str], *, by: str, at: dt.datetime) -> int:
    """Correct, or withdraw, what this very table had said before; returns how many records that are."""
    count = 0
    for line in plan.lines:
        deciding = line.state is Outcome.CONFLICT and chosen.get(line.at) == Choice.CORRECT
        if line.own is None or not (deciding or line.state in (Outcome.CORRECTED, Outcome.EMPTIED)):
            continue
        count += 1
        figure, held = line.own.figure, line.own.version
        if line.state is Outcome.EMPTIED:
            withdraw(figure=figure, expected_version=held, by=by, at=at, reason="form")
            continue
        number = (line.own.low or Decimal(0)) + line.beyond
        said = replace(
            content_of(line.own),
            value=Range(number, number, False, False),
            printed=f"{_plain(number)}{line.own.classifier}",
            origin={**line.own.origin, "typed_by": by},
        )
        correct(figure=figure, expected_version=held, content=said, by=by, at=at)
    return count


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _filing(draft: HandedDraft, line: Line, kind: Kind, value: Decimal | None, *, by: str) -> Filing:
    cell, number = line.given.cell, value or Decimal(0)
    content = Content(
        region=draft.unit.region,
        measures=cell.measures,
        classifier=cell.classifiers[0],
        value=Range(number, number, False, False),
        printed=f"{_plain(number)}{cell.classifiers[0]}",
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


def _hand_in(draft: HandedDraft, plan: Plan, edition: Edition, *, wrote: bool, by: str, at: dt.datetime) -> Return:
    now = form_page(
        draft.version, region=draft.unit.region, edition=edition, period=(draft.first, draft.last), book=draft.unit.book
    )
    shown = {at: known.printed for at, known in now.cells.items()}
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
    given = {line.at: _plain(line.given.value) for line in plan.lines if line.given.value is not None}
    held = {"unit": draft.unit, "first": draft.first}
    rows = Return.objects.select_for_update(of=("self",)).filter(**held, version__form=draft.version.form)
    row = rows.order_by("-pk").first()
    if row is None:
        row = Return(**held, version=draft.version, last=draft.last, region=draft.unit.region, book=draft.unit.book)
    elif not wrote and row.state != Handed.RETURNED and (row.digest, row.version_id) == (digest, draft.version_id):
        return row  # the same again
    else:
        row.times += 1
        row.step += 1
    row.version, row.state, row.reason, row.judged_by, row.judged_at = draft.version, Handed.IN, "", "", None
    row.hands = sorted({*row.hands, by})
    row.digest, row.shown, row.given, row.by, row.at = digest, shown, given, by, at
    row.save()
    form = draft.version.form
    period = f"{draft.first.isoformat()}/{draft.last.isoformat()}"
    values = {"name": form.name, "unit": draft.unit.name, "period": period, "version": draft.version.number,
              "digest": plan.digest, "times": row.times, "values": shown}  # fmt: skip
    history.record(verb="statistics.handed_in", subject=("form", str(form.pk)), by=by, at=at, values=values)
    tell_lists(row, by=by, at=at)
    return row
