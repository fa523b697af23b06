"""Punctuation of Chinese text, as GB/T 15834-2011 writes it."""

from __future__ import annotations

import re

_MARK = re.compile(r"(?<=[\u4e00-\u9fff”》）)%\d])[,:;?!](?=[\u4e00-\u9fff“《（]|$)", re.M)
_BRACKETS = re.compile(r"\(([^()\n]*[\u4e00-\u9fff][^()\n]*)\)")
_FULL = str.maketrans(",:;?!", "，：；？！")


def full_width(text: str) -> str:
    """Half-width punctuation in Chinese text as GB/T 15834-2011 writes it; every character stays in its place."""
    marked = _MARK.sub(lambda mark: mark.group().translate(_FULL), text)
    return _BRACKETS.sub(lambda inside: f"（{inside.group(1)}）", marked)


def nested(text: str) -> str:
    """Quotation marks within quotation marks as GB/T 15834-2011 (4.8.3.2) writes them: “‘安全生产月’活动总结”, and turn
    about further in. A mark that closes nothing, or is never closed, stays as it is."""
    written, open_at = list(text), list[int]()
    for place, letter in enumerate(text):
        if letter == "“":
            open_at.append(place)
        elif letter == "”" and open_at:
            begun = open_at.pop()
            if len(open_at) % 2:
                written[begun], written[place] = "‘", "’"
    return "".join(written)
