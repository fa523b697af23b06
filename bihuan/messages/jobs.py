"""The periodic job of what goes out (对外发送)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from bihuan.messages import actions
from bihuan.messages.carrying import carry
from bihuan.messages.sending import AT_ONCE


def outgoing(*, at: dt.datetime) -> bool:
    """Send what is due, a piece of it; returns whether more may wait. While letters are under way no transaction is
    open, and how they went is written when the last one has answered, or half a minute later at most."""
    actions.recover(at=at)
    parcels = actions.begin(at=at, limit=AT_ONCE)
    well, outcomes = actions.sendable(parcels)
    outcomes += carry(well)
    actions.finish(results=outcomes, at=timezone.now() if well else at)
    return bool(parcels)
