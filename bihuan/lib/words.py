"""The two languages of messages that leave by the command line: Simplified Chinese first, English where asked for."""

from __future__ import annotations

import os


def english() -> bool:
    """Whether this process speaks English: BIHUAN_LANG decides, else the locale; Chinese when neither says."""
    named = os.environ.get("BIHUAN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return named.lower().startswith("en")


def say(zh: str, en: str) -> str:
    """The sentence in this process's language."""
    return en if english() else zh
