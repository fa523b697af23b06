"""File many figures in one transaction: the same rows as filing each alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.figures.actions.filing import Content, file
from bihuan.figures.models import Figure
from bihuan.figures.rules import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One of many figures that are filed together; the fields are those of `file`."""

    kind: Kind
    content: Content
    key: str | None = None
    book: str = ""


def file_many(items: Sequence[Filing], *, by: str, at: dt.datetime) -> list[Figure]:
    """File records and statements, all or none; the figures come in the order of `items`.

    A key that is known gives the figure that is there already, unchanged; so does a key's second item.

    Raises:
        FigureError: as `file` does, before anything is written.
    """
    with transaction.atomic():
        return [
            file(kind=item.kind, content=item.content, key=item.key, book=item.book, by=by, at=at) for item in items
        ]
