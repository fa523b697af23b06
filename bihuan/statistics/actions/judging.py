"""Pass on a form that was handed in: accept it, or give it back with the reason. A second person's part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from bihuan.figures.actions import withdraw
from bihuan.history import actions as history
from bihuan.messages import actions as messages
from bihuan.statistics.actions.marking import tell_lists
from bihuan.statistics.models import Return
from bihuan.statistics.queries.taking import filed_by
from bihuan.statistics.refusals import FormError, OwnReturnError, StaleFormError
from bihuan.statistics.rules import LONGEST_REASON, Handed


def accept(*, row: Return, expected_step: int, by: str, at: dt.datetime) -> Return:
    """Take a form that was handed in as good. Who repeats it changes nothing.

    Raises:
        OwnReturnError: `by` handed it in.
        StaleFormError: it was handed in again, accepted or returned meanwhile.
    """
    with transaction.atomic():
        held = _held(row)
        if held.state == Handed.ACCEPTED and held.judged_by == by:
            return held
        if held.step != expected_step or held.state != Handed.IN:
            raise StaleFormError
        if by in held.hands:
            raise OwnReturnError
        return _judged(held, Handed.ACCEPTED, "", (), by=by, at=at)


def return_(*, row: Return, expected_step: int, reason: str, by: str, at: dt.datetime) -> Return:
    """Give a form back with the reason. What it had written is withdrawn: it stands again once it is handed in again.

    Raises:
        FormError: no reason, or one that is too long.
        StaleFormError: it was handed in again, or returned meanwhile.
        bihuan.figures.actions.ClosedPeriodError: what it wrote stands in a closed period.
    """
    plain = " ".join(reason.split())
    if not plain or len(plain) > LONGEST_REASON:
        zh = f"请写明退回的原因（{LONGEST_REASON}字以内）"
        raise FormError("no-reason", zh, f"say why it is returned, in {LONGEST_REASON} characters at most")
    with transaction.atomic():
        held = _held(row)
        if held.state == Handed.RETURNED and (held.judged_by, held.reason) == (by, plain):
            return held
        if held.step != expected_step or held.state == Handed.RETURNED:
            raise StaleFormError
        gone = []
        for said in filed_by(held.version.form, held.unit, (held.first, held.last)):
            withdraw(figure=said.figure, expected_version=said.version, by=by, at=at, reason=f"form return {held.pk}")
            gone.append(said.figure_id)
        return _judged(held, Handed.RETURNED, plain, gone, by=by, at=at)


def _held(row: Return) -> Return:
    named = Return.objects.select_related("version__form", "unit__region")
    return named.select_for_update(of=("self",)).get(pk=row.pk)


def _judged(row: Return, state: Handed, reason: str, gone: Iterable[int], *, by: str, at: dt.datetime) -> Return:
    row.state, row.reason, row.judged_by, row.judged_at = state, reason, by, at
    row.step += 1
    row.save(update_fields=["state", "reason", "judged_by", "judged_at", "step"])
    form = row.version.form
    values = {"name": form.name, "unit": row.unit.name, "period": f"{row.first.isoformat()}/{row.last.isoformat()}",
              "reason": reason, "withdrawn": list(gone)}  # fmt: skip
    verb = "statistics.accepted" if state is Handed.ACCEPTED else "statistics.returned"
    history.record(verb=verb, subject=("form", str(form.pk)), by=by, at=at, values=values)
    tell_lists(row, by=by, at=at)
    words = (f"“{form.name}”已审核", f"“{form.name}” was accepted")
    if state is Handed.RETURNED:
        words = (f"“{form.name}”被退回：{reason}", f"“{form.name}” was returned: {reason}")
    topic, people = f"form_return:{row.pk}", [key.removeprefix("person:") for key in row.hands]
    messages.send(
        to=[int(key) for key in people if key.isdecimal()],
        topic=topic,
        key=f"{topic}:{row.step}",
        words=words,
        url=reverse("statistics:form_return", args=[row.pk]),
        by=by,
        at=at,
    )
    return row
