"""Tables that somebody uploaded and looks at before anything is written: upload, preview, take.

A room derives its own table from `Upload`, plans its rows with rules of its own, and shows the plan with
`components.previewing`. What is taken is what was shown: the plan has a digest, and an action refuses another one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models, transaction

KEPT_DAYS = 1  # unless a room keeps its own longer


class Upload(models.Model):
    """An uploaded file that its sender is looking at. Gone once it is taken in, or after a while."""

    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    left_out = models.JSONField(default=list)  # keys of the rows that are not wanted

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


U = TypeVar("U", bound=Upload)


def keep(
    model: type[U], *, content: bytes, file_name: str, by: str, at: dt.datetime, days: int = KEPT_DAYS, **belongs: Any
) -> U:
    """Keep a file until it is taken in, so many `days` at most. The same file of the same person again gives the one
    there is, with what was chosen on it. `belongs`: further columns that say what it is for."""
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        model._default_manager.filter(at__lt=at - dt.timedelta(days=days)).delete()
        there = model._default_manager.filter(by=by, digest=digest, **belongs).first()
        if there is not None:
            return there
        made = model(by=by, at=at, file_name=file_name[-200:], content=content, digest=digest, **belongs)
        made.save()
    return made


def leave_out(upload: Upload, keys: Iterable[Any], *, out: bool) -> None:
    """Say of rows that they are not wanted, or wanted after all."""
    with transaction.atomic():
        held = type(upload)._default_manager.select_for_update().filter(pk=upload.pk).first()
        if held is not None:
            left = set(held.left_out)
            held.left_out = sorted(left | set(keys) if out else left - set(keys))
            held.save(update_fields=["left_out"])


def drop(upload: Upload) -> None:
    """Forget a file."""
    type(upload)._default_manager.filter(pk=upload.pk).delete()


def own(model: type[U], pk: int, *, by: str) -> U | None:
    """One's own file; None for all others."""
    return model._default_manager.filter(pk=pk, by=by).first()


def waiting(model: type[U], *, by: str, **belongs: Any) -> list[U]:
    """One's own files that wait, the newest first; without their contents."""
    return list(model._default_manager.filter(by=by, **belongs).defer("content").order_by("-pk")[:5])
