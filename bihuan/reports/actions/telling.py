"""Tell the people whom a report concerns that it was passed on, in the transaction that does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from bihuan.messages import actions as messages
from bihuan.org.access import holders
from bihuan.org.gate import local_day
from bihuan.reports import access
from bihuan.reports.models import Submission


def tell_confirmed(submission: Submission, *, by: str, at: dt.datetime) -> None:
    """Those who may accept it, and had no hand in it, learn that it waits for them."""
    people = set(holders(access.ACCEPT, submission, day=local_day(at))) - set(_people(submission.hands))
    words = (f"“{submission.name}”已确认，等您采用", f"“{submission.name}” was confirmed and waits to be accepted")
    _send(submission, people, "confirmed", words, by=by, at=at)


def tell_returned(submission: Submission, *, by: str, at: dt.datetime) -> None:
    """All who had a hand in it learn why it came back."""
    reason = submission.returned_reason
    words = (f"“{submission.name}”被退回：{reason}", f"“{submission.name}” was returned: {reason}")
    _send(submission, _people(submission.hands), "returned", words, by=by, at=at)


def tell_accepted(submission: Submission, *, by: str, at: dt.datetime) -> None:
    """All who had a hand in it learn that it was accepted."""
    words = (f"“{submission.name}”已采用", f"“{submission.name}” was accepted")
    _send(submission, _people(submission.hands), "accepted", words, by=by, at=at)


def _people(identities: Iterable[str]) -> list[int]:
    keys = [identity.removeprefix("person:") for identity in identities if identity.startswith("person:")]
    return [int(key) for key in keys if key.isdecimal()]


def _send(
    submission: Submission, to: Iterable[int], event: str, words: tuple[str, str], *, by: str, at: dt.datetime
) -> None:
    topic = f"submission:{submission.pk}"
    messages.send(
        to=to,
        topic=topic,
        key=f"{topic}:{event}:{submission.version}",
        words=words,
        url=reverse("reports:submission", args=[submission.pk]),
        by=by,
        at=at,
    )
