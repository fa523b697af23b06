"""Freeze a number as a paper prints it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from bihuan.figures.models import Fact
from bihuan.figures.queries.facts import evaluate, fact_body, fact_digest, rows_digest
from bihuan.figures.rules import FigureError, admits, normal
from bihuan.history import actions as history
from bihuan.history.queries import digest_at
from bihuan.reading.ranges import Range

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no letter that is read as a digit or another letter
_LENGTH = 12  # 58 bits: short enough for a paper's foot, too many to guess

Reader = Callable[[str], Range | None]  # printed text → what it says; None where it says no number


def freeze(
    *,
    definition: Mapping[str, Any],
    printed: str,
    as_of: int,
    by: str,
    at: dt.datetime,
    form: str = "",
    rule: str = "",
    read: Reader | None = None,
) -> Fact:
    """Make a fact: what a definition comes to at a position of the history's chain, and how a paper prints it.

    Args:
        definition: see `queries.of_figure` and `queries.of_scope`.
        printed: the text in the paper.
        as_of: the position; the figures must be sealed by then.
        form, rule: how the printed text was made from the value.
        read: reads the printed text back. What it says must allow all that the value may be.

    Raises:
        FigureError: no number to freeze, no such position, a text that the value does not allow.
    """
    as_of_digest = digest_at(as_of)
    if as_of_digest is None:
        raise FigureError(f"没有第{as_of}号封印 / there is no seal {as_of}")
    found = evaluate(definition, as_of=as_of)
    if found.value is None:
        raise FigureError("没有可定稿的数 / there is no number to freeze: blank is not zero")
    if read is not None:
        said = read(printed)
        if said is None or not admits(normal(said), found.value):
            raise FigureError(
                f"“{printed}”与数值不符 / “{printed}” does not say what the records say: {_words(found.value)}"
            )
    algorithm: str = settings.HISTORY_HASH
    fact = Fact(
        public_id="".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)),
        definition=dict(definition),
        measures=[[item.code, item.version, item.sha256] for item in found.definitions],
        as_of=as_of,
        as_of_digest=as_of_digest,
        low=found.value.low,
        high=found.value.high,
        low_open=found.value.low_open,
        high_open=found.value.high_open,
        unit=found.unit,
        printed=printed,
        form=form,
        rule=rule,
        sources=found.source_list(),
        rows_digest=rows_digest(algorithm, found.sources),
    )
    fact.digest = fact_digest(algorithm, fact)
    with transaction.atomic():
        fact.entry = history.record(
            verb="figures.frozen",
            subject=("fact", fact.public_id),
            by=by,
            at=at,
            values={**fact_body(fact), "digest": fact.digest},
        )
        fact.save()
    return fact


def _words(value: Range) -> str:
    low = "…" if value.low is None else format(value.low, "f")
    high = "…" if value.high is None else format(value.high, "f")
    return f"{'(' if value.low_open else '['}{low}, {high}{')' if value.high_open else ']'}"
