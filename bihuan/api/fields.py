"""The kinds of values that requests and answers are made of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from django.db.models import Model, QuerySet
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bihuan.api.refusals import BadCursor
from bihuan.api.rules import MOST_ROWS, ROWS
from bihuan.components.paging import rows_behind
from bihuan.org import queries as org
from bihuan.reading.ranges import Range

Row = TypeVar("Row", bound=Model)
Out = TypeVar("Out")

_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")


def _digits(value: Any) -> Any:
    """A number in an address or a form is digits and nothing else: no sign, blank, point or exponent."""
    if isinstance(value, bool) or (isinstance(value, str) and not _WHOLE.fullmatch(value)):
        raise ValueError("digits alone")
    return value


def _flag(value: Any) -> Any:
    """In an address a flag is true or false, no other word and no number."""
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise ValueError("true or false")
    return value


_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _instant(value: Any) -> Any:
    """RFC 3339, and no number of seconds."""
    if not isinstance(value, dt.datetime) and not (isinstance(value, str) and _INSTANT.fullmatch(value)):
        raise ValueError("a moment with its zone: 2023-06-01T09:00:00+08:00")
    return value


def _day(value: Any) -> Any:
    """A full date, and no number of days."""
    if not isinstance(value, dt.date) and not (
        isinstance(value, str) and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}", value)
    ):
        raise ValueError("a day: 2023-06-01")
    return value


def _utc(value: dt.datetime) -> dt.datetime:
    """The same moment in UTC: the database refuses offsets of sixteen hours and more, which a date-time may have."""
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:  # the first hours of year 1, the last of 9999
        return dt.datetime(1, 1, 1, tzinfo=dt.UTC) if value.year == 1 else dt.datetime(9999, 12, 31, 23, tzinfo=dt.UTC)


# PostgreSQL stores no NUL; other control characters are each room's own business.
Small = Annotated[int, BeforeValidator(_digits)]  # with bounds of its own
Key = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(_digits)]
Serial = Annotated[int, Field(ge=1, le=32_000), BeforeValidator(_digits)]  # of versions of a plan
Amount = Annotated[int, Field(ge=0, le=10**11), BeforeValidator(_digits)]  # of people, views: more than all people
Count = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_digits)]  # of people expected
Percent = Annotated[int, Field(ge=0, le=100), BeforeValidator(_digits)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_utc)]
Version = Annotated[
    int,
    Field(ge=0, le=1_000_000_000, description="The version that was seen; another by now: 409, code `stale`"),
    BeforeValidator(_digits),
]


class In(BaseModel):
    """A body: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class SeenIn(In):
    """The version of the thing on which the decision was made."""

    expected_version: Version


class Stretch(BaseModel):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="At most so many"), BeforeValidator(_digits)] = ROWS
    cursor: Annotated[
        str,
        StringConstraints(max_length=400, pattern=r"^[A-Za-z0-9_\-]*$"),
        Field(description="`next` of the answer before; left out: from the first"),
    ] = ""


class Listing(BaseModel, Generic[Out]):
    """Part of a list, in the order that the page has."""

    items: list[Out]
    next: str | None = Field(description="The cursor for what follows; null: that was all")


def listed(
    found: QuerySet[Row], *order: str, stretch: Stretch, out: Callable[[list[Row]], Iterable[Out]]
) -> dict[str, Any]:
    """The fields of a `Listing`: the rows of `found` that the request asks for, as `out` says them.

    Raises:
        BadCursor: the cursor is not of this list.
    """
    try:
        rows, after = rows_behind(found, *order, key=stretch.cursor, size=stretch.limit)
    except ValueError as error:
        raise BadCursor from error
    return {"items": list(out(rows)), "next": after or None}


class NamedOut(BaseModel):
    """A thing by its key, with its name for people."""

    id: int
    name: str


def named(thing: Any) -> NamedOut:
    """A region, a unit, a person."""
    return NamedOut(id=thing.pk, name=thing.name)


class ActorOut(BaseModel):
    """Who did something."""

    id: str = Field(description="The identity that history keeps: person:17, system:demo")
    name: str


def actors(identities: Iterable[str]) -> Mapping[str, ActorOut | None]:
    """The people behind identities, in one query; nobody ("") is None."""
    wanted = {item for item in identities if item}
    return {"": None} | {by: ActorOut(id=by, name=name) for by, name in org.names(wanted).items()}


class RangeOut(BaseModel):
    """A value as far as it is known. 近1.5万 is low 14000, high 15000 (excluded)."""

    low: str | None = Field(description="Decimal number as text; null: unbounded below")
    high: str | None = Field(description="Decimal number as text; null: unbounded above")
    low_open: bool = Field(description="Whether the bound itself is excluded")
    high_open: bool


def range_out(value: Range) -> RangeOut:
    """A range, its numbers as text so that nothing is rounded on the way."""
    return RangeOut(
        low=_decimal(value.low), high=_decimal(value.high), low_open=value.low_open, high_open=value.high_open
    )


def _decimal(number: Decimal | None) -> str | None:
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class DoneOut(BaseModel):
    """It is done, and there is nothing more to say."""

    done: Literal[True] = True
