"""All lints of a report: what is probably wrong in it, said in Chinese and English with a severity.

A lint may miss a fault; it must not cry wolf. Each rule lives beside its kind: the order of the report
(`lints_order`), its words (`lints_text`), its numbers (`lints_numbers`), the contest (`contests`).
"""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.reading.contests import ceilings
from bihuan.reading.lints_finding import FigureLike, Lint
from bihuan.reading.lints_numbers import parts_totals, rates, unit_characters
from bihuan.reading.lints_order import foreign_tail, numbering
from bihuan.reading.lints_text import clashing_forms, duplicated_text, placeholders, plans_named_two_ways
from bihuan.reading.outline import Outline
from bihuan.reading.tail import Tail, find_tail

__all__ = ["FigureLike", "Lint", "find_lints"]


def find_lints(text: str, figures: Sequence[FigureLike], outline: Outline, *, tail: Tail | None = None) -> list[Lint]:
    """The lints of a text in the order of their places; offsets are characters of `text`.

    `figures` and `outline` are what was read from the same text; `tail` is found when not given. What stands behind
    the report's end gets one lint of its own and is judged no further.
    """
    tail = find_tail(text) if tail is None else tail
    end = tail.end
    own = [figure for figure in figures if figure.end <= end]
    found = [
        *numbering(outline),
        *foreign_tail(text, tail),
        *duplicated_text(text, end),
        *placeholders(text, end),
        *plans_named_two_ways(text, end),
        *clashing_forms(text, end),
        *parts_totals(text, own),
        *rates(text, own),
        *unit_characters(own),
        *ceilings(text[:end], own),
    ]
    return sorted(found, key=lambda lint: (lint.start, lint.end, lint.code))
