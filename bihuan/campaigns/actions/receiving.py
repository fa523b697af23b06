"""Mark what came of an expected line: called by the rooms that keep what comes, in the transaction that changes it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bihuan.campaigns.models import Expected, Receipt
from bihuan.campaigns.receiving import LONGEST_REASON, ReceiptState, after
from bihuan.campaigns.refusals import PlanError
from bihuan.campaigns.rules import ON_PAPER
from bihuan.history import actions as history

_VERBS = {
    ReceiptState.MISSING: "campaigns.line_missing",
    ReceiptState.DRAFT: "campaigns.line_draft",
    ReceiptState.SUBMITTED: "campaigns.line_submitted",
    ReceiptState.RETURNED: "campaigns.line_returned",
    ReceiptState.ACCEPTED: "campaigns.line_accepted",
}


def mark(
    *,
    expected: Expected,
    state: ReceiptState,
    subject: tuple[str, str] = ("", ""),
    reason: str = "",
    by: str,
    at: dt.datetime,
) -> Receipt:
    """Say how far one line of a list has come. The same again changes nothing; any state may follow any other, since
    the rooms that call this know the order of their own steps.

    Args:
        subject: what came, such as ("submission", "17").
        reason: of a return, which needs one.

    Raises:
        PlanError: a return without a reason.
    """
    plain = " ".join(reason.split())[:LONGEST_REASON]
    if state is ReceiptState.RETURNED and not plain:
        raise PlanError("no-reason", "请写明退回的原因", "say why it is returned")
    with transaction.atomic():
        line = Expected.objects.select_related("expected_list", "unit").get(pk=expected.pk)
        row = _held(line, by=by, at=at)
        was = row.kept
        now = after(was, state, reason=plain, due_at=line.expected_list.due_at, at=at)
        if now.state is was.state and (state is not now.state or _same(row, subject, plain)):
            return row
        row.state, row.reason = now.state.value, now.reason
        row.arrived_at, row.first_at, row.returned_at = now.arrived_at, now.first_at, now.returned_at
        row.subject_kind, row.subject_id = subject
        row.by, row.at = by, at
        row.version += 1
        row.save()
        values = {
            "list": str(line.expected_list), "unit": line.unit.name, "expected": line.pk, "state": now.state.value,
            "was": was.state.value, "reason": now.reason, "subject": list(subject),
            "arrived_at": now.arrived_at.isoformat() if now.arrived_at else None,
        }  # fmt: skip
        subject_of = ("campaign", str(line.expected_list.campaign_id))
        history.record(verb=_VERBS[now.state], subject=subject_of, by=by, at=at, values=values)
    return row


def _held(line: Expected, *, by: str, at: dt.datetime) -> Receipt:
    """The receipt of a line, made where there is none, locked: two who mark one line come one after the other."""
    empty = Receipt(expected=line, state=ReceiptState.MISSING.value, by=by, at=at, version=0)
    Receipt.objects.bulk_create([empty], ignore_conflicts=True)
    return Receipt.objects.select_for_update(of=("self",)).get(expected=line)


def _same(row: Receipt, subject: tuple[str, str], reason: str) -> bool:
    same_reason = row.state != ReceiptState.RETURNED or row.reason == reason
    return (row.subject_kind, row.subject_id) == subject and same_reason


def mark_on_paper(*, expected: Expected, number: str, by: str, at: dt.datetime) -> Receipt:
    """Note that a unit handed something in outside of the system, as `number` or words name it.

    Raises:
        PlanError: no words about it; or it came through the system already.
    """
    plain = " ".join(number.split())
    if not plain or len(plain) > 60:
        zh = "请写明纸质材料的文号或名称（60字以内）"
        raise PlanError("paper-name", zh, "name the paper, in 60 characters at most")
    with transaction.atomic():
        there = _held(expected, by=by, at=at)
        if there.kept.received and there.subject_kind != ON_PAPER:
            zh = "该单位已在系统内报送，不用再登记"
            raise PlanError("came-already", zh, "that unit has handed it in here already")
        return mark(expected=expected, state=ReceiptState.SUBMITTED, subject=(ON_PAPER, plain), by=by, at=at)
