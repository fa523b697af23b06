"""Pages of a long list by keys: each page starts behind the last row of the one before, so that the thousandth costs
what the first costs and a row that comes meanwhile moves nothing."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest

ROWS = 50  # on a page
_AFTER, _BEFORE = "after", "before"  # names in the address

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and the addresses of its neighbours ("" at the ends)."""

    rows: Sequence[Row]
    previous_url: str
    next_url: str

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paged(request: HttpRequest, found: QuerySet[Row], *order: str, size: int = ROWS) -> Page[Row]:
    """The page of `found` that the request's address names; the first one where it names none, or one that cannot be.

    `order`: names of the model's own fields, "-" before one that falls, no NULL in any; the last is unique ("pk").
    One query, whatever the size.
    """
    if not order or order[-1].lstrip("-") not in ("pk", "id"):
        raise ValueError("the last key of a page must be unique: end the order with pk")
    model = found.model
    backwards = _BEFORE in request.GET
    key = _read(model, order, request.GET.get(_BEFORE if backwards else _AFTER, ""))
    backwards = backwards and key is not None
    way = [_turned(name) for name in order] if backwards else list(order)
    rows = found.order_by(*way)
    if key is not None:
        rows = rows.filter(_beyond(way, key))
    taken = list(rows[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if backwards:
        taken.reverse()
    has_previous = more if backwards else key is not None
    has_next = True if backwards else more
    return Page(
        taken,
        _address(request, _BEFORE, order, taken[0]) if taken and has_previous else "",
        _address(request, _AFTER, order, taken[-1]) if taken and has_next else "",
    )


def rows_behind(found: QuerySet[Row], *order: str, key: str, size: int) -> tuple[list[Row], str]:
    """For programs: the next `size` rows behind `key` ("": from the first), and the key of the last of them ("": no
    more). `order` as for `paged`; one query.

    Raises:
        ValueError: a key that nobody made here.
    """
    rows = found.order_by(*order)
    if key:
        values = _read(found.model, order, key)
        if values is None:
            raise ValueError(f"no key of this list: {key!r}")
        rows = rows.filter(_beyond(order, values))
    taken = list(rows[: size + 1])
    return taken[:size], _key(order, taken[size - 1]) if len(taken) > size else ""


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(way: Sequence[str], key: Sequence[Any]) -> Q:
    """Rows behind `key`: further in the first field, or level there and further in the second, and so on."""
    found, level = Q(), Q()
    for name, value in zip(way, key, strict=True):
        field, sign = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        found |= level & Q((f"{field}__{sign}", value))
        level &= Q((field, value))
    return found


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    bare = name.lstrip("-")
    field = model._meta.pk if bare == "pk" else model._meta.get_field(bare)
    if not isinstance(field, Field):
        raise ValueError(f"{name} is no field of {model.__name__}")
    return field


def _address(request: HttpRequest, word: str, order: Sequence[str], row: Model) -> str:
    query = request.GET.copy()
    for other in (_AFTER, _BEFORE):
        query.pop(other, None)
    query[word] = _key(order, row)
    return f"?{query.urlencode()}"


def _key(order: Sequence[str], row: Model) -> str:
    values = [getattr(row, _field(type(row), name).attname) for name in order]
    text = json.dumps(values, default=_plain, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> str:
    """Moments to the microsecond, which JSON encoders like to cut."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _read(model: type[Model], order: Sequence[str], text: str) -> list[Any] | None:
    """The key that an address carries, or None for one that nobody made here."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(order) or None in values:
            return None
        key = [_field(model, name).to_python(value) for name, value in zip(order, values, strict=True)]
    except (binascii.Error, ValueError, ValidationError, TypeError, OverflowError, RecursionError):
        return None
    naive = any(isinstance(value, dt.datetime) and value.tzinfo is None for value in key)
    return None if naive or any(isinstance(value, str) and "\0" in value for value in key) else key
