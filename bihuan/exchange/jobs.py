"""The periodic jobs of reporting upward: freeze what was closed, send what was signed."""

from __future__ import annotations

import datetime as dt
import http.client
import logging

from django.utils import timezone

from bihuan.exchange import actions, queries
from bihuan.exchange.carrying import call, carry, waiting_in
from bihuan.exchange.rules import Way
from bihuan.lib.refusals import Refusal

BY = "system:exchange"
_told = logging.getLogger(__name__)


def freeze(*, at: dt.datetime) -> bool:
    """Freeze the numbers of periods that were closed; returns whether more may wait."""
    found = queries.closing()
    if found is not None:
        actions.freeze_issue(issue=found, by=BY, at=at)
    return False


def outgoing(*, at: dt.datetime) -> bool:
    """Send bundles that are due; returns whether more may wait. While they are under way no transaction is open."""
    parcels = actions.begin(at=at)
    answers = carry(parcels)
    actions.finish(answers=answers, at=timezone.now() if parcels else at)
    for answer in answers:
        _take_along(answer.address, answer.waiting)
    return any(answer.receipt for answer in answers)


def knock(*, at: dt.datetime) -> bool:
    """Ask the installations above whether anything waits: they may not be able to reach us."""
    for address, text in actions.knocks(at=at):
        try:
            _status, content = call(address, text)
        except (OSError, http.client.HTTPException):
            continue  # it is asked again in some minutes
        _take_along(address, waiting_in(content))
    return False


def _take_along(address: str, waiting: tuple[str, ...]) -> None:
    """Take in what came with an answer, and sign for it. A receipt that gets lost is asked for again."""
    for text in waiting:
        try:
            taken = actions.take(content=text.encode(), way=Way.NETWORK, by=BY, at=timezone.now())
            call(address, actions.receipt_of(taken.intake).text())
        except Refusal as refusal:
            _told.warning(refusal.said())
            return  # those behind it are not in their turn
        except (OSError, http.client.HTTPException):
            return
