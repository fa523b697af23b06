"""Ask back about a report, and answer."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from bihuan.exchange import bundle as bundles
from bihuan.exchange.actions.posting import post
from bihuan.exchange.models import Bundle, Intake, Received, ReceivedLine, Remark, Reporting
from bihuan.exchange.models import Peer as PeerRow
from bihuan.exchange.refusals import ExchangeError
from bihuan.exchange.rules import LONGEST_TEXT, BundleKind, Reception
from bihuan.figures import queries as figures
from bihuan.history import actions as history


def ask(
    *, received: Received, line: ReceivedLine | None, words: str, text: str, name: str, by: str, at: dt.datetime
) -> Remark:
    """Ask the other side about its report, or about one line of it.

    Args:
        words: the line as it is printed here, so that the question is understood after a correction too.
        name: who asks, as the other side reads it.

    Raises:
        ExchangeError: no text, or the peer is closed.
    """
    plain = _text(text)
    with transaction.atomic():
        key = line.key if line else ""
        remark = Remark.objects.create(
            key=uuid.uuid4(), peer=received.peer, ours=True, about=received.key, line=key, line_words=words[:300],
            text=plain, who=by, at=at,
        )  # fmt: skip
        content = {"key": str(remark.key), "about": str(received.key), "line": key, "text": plain, "answers": None}
        post(peer=received.peer, kind=BundleKind.QUESTION, content=content, name=name, by=by, at=at)
        _record("exchange.asked", remark, by=by, at=at)
    return remark


def answer(*, question: Remark, text: str, name: str, by: str, at: dt.datetime) -> Remark:
    """Answer a question of the other side; each once.

    Raises:
        ExchangeError: no text, our own question, answered before, or the peer is closed.
    """
    plain = _text(text)
    with transaction.atomic():
        row = Remark.objects.select_for_update(of=("self",)).select_related("peer").get(pk=question.pk)
        if row.ours or row.answers_id is not None or Remark.objects.filter(answers=row).exists():
            zh, en = "这条问询已经答复过", "this question was answered before"
            raise ExchangeError("answered", zh, en)
        made = Remark.objects.create(
            key=uuid.uuid4(), peer=row.peer, ours=True, about=row.about, line=row.line, line_words=row.line_words,
            text=plain, who=by, at=at, answers=row,
        )  # fmt: skip
        content = {
            "key": str(made.key), "about": str(row.about), "line": row.line, "text": plain, "answers": str(row.key),
        }  # fmt: skip
        post(peer=row.peer, kind=BundleKind.ANSWER, content=content, name=name, by=by, at=at)
        _record("exchange.answered", made, by=by, at=at)
    return made


def take_remark(*, intake: Intake, said: bundles.Bundle, at: dt.datetime) -> None:
    """Keep a question or an answer that came.

    Raises:
        ExchangeError: it is about no report between the two, or answers no question of ours.
    """
    remark = said.content
    assert isinstance(remark, bundles.Remark)
    question = None
    if said.kind is BundleKind.ANSWER:
        mine = Remark.objects.filter(peer=intake.peer, ours=True, answers=None, answer=None)
        question = mine.filter(key=remark.answers).first() if remark.answers else None
        if question is None:
            raise ExchangeError("no-question", "答复的不是本单位提出的问询", "it answers no open question of ours")
    elif not Reporting.objects.filter(peer=intake.peer, key=remark.about).exists():
        raise ExchangeError("no-report", "问询的不是本单位的上报", "it asks about no report of ours")
    Remark.objects.create(
        key=remark.key, peer=intake.peer, ours=False, about=remark.about, line=remark.line,
        line_words=_words(intake.peer, remark), text=remark.text, who=said.by, at=at, answers=question,
    )  # fmt: skip


def _words(peer: PeerRow, remark: bundles.Remark) -> str:
    """The line that is asked about, as we last reported it."""
    rows = Bundle.objects.filter(peer=peer, issue__reporting__key=remark.about).select_related("issue")
    for row in rows.order_by("-sequence"):
        body = row.issue.body if row.issue else None
        for line in bundles.account(body).lines if body else ():
            if line.key == remark.line:
                names = figures.measure_names(line.measures)
                return f"{'、'.join(names.get(code, code) for code in line.measures)} {line.printed}"[:300]
    return ""


def take_ruling(*, intake: Intake, said: bundles.Bundle, by: str, at: dt.datetime) -> None:
    """Write down what the other side decided about a bundle of ours that it had held.

    Raises:
        ExchangeError: it is no bundle of ours.
    """
    ruling = said.content
    assert isinstance(ruling, bundles.Ruling)
    row = Bundle.objects.select_for_update().filter(peer=intake.peer, digest=ruling.digest).first()
    if row is None:
        raise ExchangeError("no-bundle", "处理的不是本单位的上报包", "it decides on no bundle of ours")
    row.outcome = Reception(ruling.state)
    row.code, row.zh, row.en = "", ruling.reason, ruling.reason
    row.save()


def _text(text: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > LONGEST_TEXT or "\0" in plain:
        zh, en = f"请写内容（{LONGEST_TEXT} 字以内）", f"write something, in {LONGEST_TEXT} characters at most"
        raise ExchangeError("text-missing", zh, en)
    return plain


def _record(verb: str, remark: Remark, *, by: str, at: dt.datetime) -> None:
    values = {"peer": remark.peer.name, "about": str(remark.about), "line": remark.line_words, "text": remark.text}
    history.record(verb=verb, subject=("remark", str(remark.pk)), by=by, at=at, values=values)
