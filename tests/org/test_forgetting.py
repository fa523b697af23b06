"""Rosters that nobody took in and sessions that are over do not stay."""

from __future__ import annotations

import datetime as dt

from cast import Cast, signed_in
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from bihuan.org import actions
from bihuan.org.models import RosterDraft


def test_what_is_over_goes_and_what_is_not_stays(cast: Cast) -> None:
    now = timezone.now()
    for hours in (25, 23):
        at = now - dt.timedelta(hours=hours)
        RosterDraft.objects.create(by=cast.system_admin.by, at=at, file_name=f"{hours}", content=b"", digest="")
    over, alive = signed_in(cast.operator), signed_in(cast.leader)
    Session.objects.filter(pk=over.cookies["desk"].value).update(expire_date=now - dt.timedelta(seconds=1))
    assert actions.forget_expired(at=now) == 2
    assert list(RosterDraft.objects.values_list("file_name", flat=True)) == ["23"]
    assert list(Session.objects.values_list("pk", flat=True)) == [alive.cookies["desk"].value]
    assert alive.get(reverse("org:me")).status_code == 200
    assert actions.forget_expired(at=now) == 0
