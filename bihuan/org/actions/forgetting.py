"""What is kept for a while only, and then no longer: nothing here is evidence, and some of it is personal."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction

from bihuan.components.uploads import KEPT_DAYS
from bihuan.org.models import RosterDraft


def forget_expired(*, at: dt.datetime) -> int:
    """Delete rosters that were uploaded and not taken in within their day, and sessions that are over; returns how
    many rows went. No history row: neither ever was part of it."""
    with transaction.atomic():
        rosters, _each = RosterDraft.objects.filter(at__lt=at - dt.timedelta(days=KEPT_DAYS)).delete()
        sessions, _each = Session.objects.filter(expire_date__lt=at).delete()
    return rosters + sessions
