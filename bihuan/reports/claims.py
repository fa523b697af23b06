"""Where a report says that its numbers are the highest ever (创历史新高). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLAIM = re.compile(
    r"(?:再|均|都|双双|又)?(?:创|刷新|破)[了下造]?(?:历史|历年|往年)?(?:最高|最好)?(?:新高|纪录|记录)"
    r"|(?:历史|历年|有史以来|有记录以来)(?:最高|最多|新高)|(?:超过|高于|多于|超)(?:往年|历年)|(?:往年|历年)(?:最高|之最)"
)
_ENDS = "。；！？\n"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim at `start`, and the sentence it stands in: it is of the numbers there."""

    start: int
    text: str
    sentence: tuple[int, int]


def find_claims(text: str, end: int) -> Iterator[Claim]:
    """Every claim before `end`, in the order of the text.

    >>> [item.text for item in find_claims("参与6万余人，再创历史新高。", 20)]
    ['再创历史新高']
    """
    for found in _CLAIM.finditer(text, 0, end):
        first = max(text.rfind(mark, 0, found.start()) for mark in _ENDS) + 1
        last = min((at for mark in _ENDS if (at := text.find(mark, found.end(), end)) >= 0), default=end)
        yield Claim(found.start(), found.group(), (first, last))
