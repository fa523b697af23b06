"""The two languages of messages: Simplified Chinese first, English where asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_spoken: ContextVar[str] = ContextVar("spoken", default="")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` ("zh-hans", "en") while the block runs, whatever the process speaks: a page answers its reader.

    "" leaves the choice to the process. Other threads and tasks are not touched.
    """
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def english() -> bool:
    """Whether English is spoken: a surrounding `speaking` decides, then BIHUAN_LANG, then the locale; else Chinese."""
    named = _spoken.get() or os.environ.get("BIHUAN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return named.lower().startswith("en")


def say(zh: str, en: str) -> str:
    """The sentence in the language that is spoken."""
    return en if english() else zh
