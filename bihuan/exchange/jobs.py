"""The periodic jobs of reporting upward: freeze what was closed, send what was signed."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from bihuan.exchange import actions, queries
from bihuan.exchange.carrying import carry

BY = "system:exchange"


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
    return any(answer.receipt for answer in answers)
