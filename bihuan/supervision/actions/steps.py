"""What all writers of supervision share: compare-and-set, the row in the history, and whom they tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model

from bihuan.documents.access import signers
from bihuan.history import actions as history
from bihuan.loop.days import local_day
from bihuan.messages import actions as messages
from bihuan.org.access import Verb, holders
from bihuan.org.models import Unit
from bihuan.supervision.refusals import StaleThingError, WrongStandingError, missing
from bihuan.supervision.rules import LONGEST_TEXT

M = TypeVar("M", bound=Model)
KIND = {
    "Mandate": "mandate",
    "Supervised": "supervised",
    "Limit": "supervision_limit",
    "Round": "round",
    "Finding": "finding",
    "Notice": "notice",
    "Urging": "urging",
    "Talk": "talk",
    "Circular": "circular",
    "Conclusion": "conclusion",
    "Objection": "objection",
}


def locked(row: M, *, version: int, states: Iterable[str], words: Mapping[Any, Sequence[str]]) -> M:
    """The row as it stands, locked for this transaction.

    Raises:
        StaleThingError: another version than the person saw.
        WrongStandingError: in none of `states`. `words`: of states.
    """
    found: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if found.version != version:
        raise StaleThingError
    if found.state not in states:
        raise WrongStandingError(next(said for state, said in words.items() if str(state) == found.state))
    return found  # type: ignore[no-any-return]


def standing(row: M) -> M:
    """The row as it stands, for the second click of who did it already."""
    return type(row)._default_manager.get(pk=row.pk)


def changed(row: Any, **values: Any) -> None:
    """Set fields of a locked row; it is a version more."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def note(row: Model, verb: str, by: str, at: dt.datetime, **values: Any) -> None:
    """One row of the history, in the transaction of the step."""
    kind = KIND[type(row).__name__]
    given = {"title": str(row), **values}
    history.record(verb=f"supervision.{verb}", subject=(kind, str(row.pk)), by=by, at=at, values=given)


def sentence(text: str, code: str, zh: str, en: str, *, most: int = LONGEST_TEXT) -> str:
    """A text that must be there.

    Raises:
        SupervisionError: it is empty or too long.
    """
    plain = text.strip()
    if not plain:
        raise missing(code, zh, en)
    return short(plain, most=most)


def short(text: str, *, most: int = LONGEST_TEXT) -> str:
    """A text that may be empty.

    Raises:
        SupervisionError: it is too long.
    """
    plain = text.strip()
    if len(plain) > most:
        raise missing("too-long", f"文字不能超过 {most} 字，请精简", f"at most {most} characters: shorten it")
    return plain


def tell_office(thing: Model, verb: Verb, words: tuple[str, str], url: str, *, by: str, at: dt.datetime) -> None:
    """Tell those who may `verb` a thing, without the one who acts."""
    _send(thing, holders(verb, thing, day=local_day(at)), words, url, by=by, at=at)


def tell_unit(thing: Model, unit: Unit, words: tuple[str, str], url: str, *, by: str, at: dt.datetime) -> None:
    """Tell those who sign for a unit."""
    _send(thing, signers(unit, day=local_day(at)), words, url, by=by, at=at)


def tell(
    thing: Model, identities: Iterable[str], words: tuple[str, str], url: str, *, by: str, at: dt.datetime
) -> None:
    """Tell some people by their identities."""
    keys = [item.removeprefix("person:") for item in identities if item.startswith("person:")]
    _send(thing, [int(key) for key in keys if key.isdecimal()], words, url, by=by, at=at)


def _send(thing: Model, to: Iterable[int], words: tuple[str, str], url: str, *, by: str, at: dt.datetime) -> None:
    topic = f"{KIND[type(thing).__name__]}:{thing.pk}"
    people = [person for person in to if f"person:{person}" != by]
    key = f"{topic}:{at.isoformat()}:{words[1][:40]}"
    messages.send(to=people, topic=topic, key=key, words=words, url=url, by=by, at=at)
