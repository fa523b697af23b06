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
