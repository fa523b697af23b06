"""Whom a step of a paper concerns next, and what they are told, in the transaction of the step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from bihuan.documents.access import CHECK_PAPER, DRAFT_PAPER, SIGN_PAPER, signers
from bihuan.documents.models import Delivery, Document
from bihuan.messages import actions as messages
from bihuan.org.access import Verb, holders


def tell_drafted(document: Document, *, by: str, at: dt.datetime) -> None:
    """The colleagues who may check it: a leader, who may too, is told when there is something to sign."""
    people = set(_holders(CHECK_PAPER, document, at)) & set(_holders(DRAFT_PAPER, document, at))
    words = (f"《{document.title}》已拟稿，待核稿", f"“{document.title}” was drafted and waits to be checked")
    _send(document, people, "drafted", words, by=by, at=at)


def tell_checked(document: Document, *, by: str, at: dt.datetime) -> None:
    """Those who may sign it off."""
    words = (f"《{document.title}》已核稿，等您签发", f"“{document.title}” was checked and waits for your signature")
    _send(document, _holders(SIGN_PAPER, document, at), "checked", words, by=by, at=at)


def tell_sent_back(document: Document, *, by: str, at: dt.datetime) -> None:
    """All who wrote in it."""
    reason = document.returned_reason
    words = (f"《{document.title}》被退回：{reason}", f"“{document.title}” was sent back: {reason}")
    _send(document, _people(document.writers), f"sent-back:{at.isoformat()}", words, by=by, at=at)


def tell_issued(document: Document, *, by: str, at: dt.datetime) -> None:
    """All who wrote or checked it."""
    words = (f"《{document.title}》已印发，{document.number}", f"“{document.title}” was issued as {document.number}")
    _send(document, _people([*document.writers, document.checked_by]), "issued", words, by=by, at=at)


def tell_delivered(delivery: Delivery, *, by: str, at: dt.datetime) -> None:
    """Those who sign for papers in the unit that it was delivered to."""
    document, unit = delivery.document, delivery.unit
    words = (f"《{document.title}》请签收", f"“{document.title}”: please sign for it")
    _send(document, signers(unit, day=_day(at)), f"delivered:{unit.pk}", words, by=by, at=at)


def _holders(verb: Verb, document: Document, at: dt.datetime) -> list[int]:
    return holders(verb, document, day=_day(at))


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)).date()


def _people(identities: Iterable[str]) -> list[int]:
    keys = [identity.removeprefix("person:") for identity in identities if identity.startswith("person:")]
    return [int(key) for key in keys if key.isdecimal()]


def _send(
    document: Document, to: Iterable[int], event: str, words: tuple[str, str], *, by: str, at: dt.datetime
) -> None:
    topic = f"document:{document.pk}"
    messages.send(
        to=to,
        topic=topic,
        key=f"{topic}:{event}:{document.version}",
        words=words,
        url=reverse("documents:paper", args=[document.pk]),
        by=by,
        at=at,
    )
