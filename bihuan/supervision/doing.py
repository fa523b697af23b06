"""What can be done with a thing of supervision, as data: each verb with its form, who may, when, and its one action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bihuan.lib.words import say
from bihuan.org.access import Reader


class Page(Protocol):
    """A thing as its page shows it to a reader."""

    reader: Reader
    at: dt.datetime

    @property
    def version(self) -> int: ...

    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of a kind of thing.

    Args:
        zh, en: on the button. form: made with `version`, `verb` and what `more` gives.
        may: whether the reader may at all; who may not finds nothing there.
        now: whether it can be done as the thing stands; the action looks again.
        because: what keeps this reader from it all the same, "" for nothing.
        run: the one action.
    """

    zh: str
    en: str
    form: type
    may: Callable[[Any], bool]
    now: Callable[[Any], bool]
    run: Callable[[Any, Any], object]
    because: Callable[[Any], str] = lambda _page: ""
    more: Callable[[Any], Mapping[str, Any]] = lambda _page: {}
    kind: str = "primary"
    confirm: tuple[str, str] = ("", "")  # a question asked before
    icon: str = ""
    files: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A verb as the page offers it. `tried`: the form came back with what is wrong."""

    name: str
    verb: Verb
    form: Any
    url: str
    because: str = ""
    tried: bool = field(default=False)

    @property
    def label(self) -> str:
        return say(self.verb.zh, self.verb.en)

    @property
    def question(self) -> str:
        """What is asked before, "" for nothing."""
        return say(*self.verb.confirm)


def made(verb: Verb, name: str, page: Page, *given: Any) -> Any:
    """The form of a verb, with what was sent, if anything was."""
    return verb.form(*given, version=page.version, verb=name, **verb.more(page))


def offers(verbs: Mapping[str, Verb], page: Page, tried: tuple[str, Any] | None = None) -> list[Offered]:
    """What the reader can do now; `tried`: a verb and its form that was refused."""
    found = []
    for name, verb in verbs.items():
        if not verb.may(page) or not verb.now(page):
            continue
        same = tried is not None and tried[0] == name
        form = tried[1] if tried is not None and same else made(verb, name, page)
        found.append(Offered(name, verb, form, f"{page.url}{name}/", verb.because(page), same))
    return found
