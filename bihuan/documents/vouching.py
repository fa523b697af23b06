"""Who vouches for the numbers in a paper: rooms above this one, each for the tags that begin with its word.

`settings.VOUCHERS` names their table; this engine knows none of them. A tag is "fact:ab12cd": the word, a colon, and
what the room itself understands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.documents.controls import Control

HOLDS, SUPERSEDED, BROKEN = "holds", "superseded", "does not match"


@dataclass(frozen=True)
class Checked:
    """One content control of a paper, computed again. `because`: what changed since, or what does not match."""

    fact: str
    printed: str
    state: str
    because: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"fact": self.fact, "printed": self.printed, "state": self.state, "because": list(self.because)}


@dataclass(frozen=True, slots=True)
class Voucher:
    """What vouches for one kind of tag.

    Args:
        check: computes controls of that kind again, all of a paper at once, and gives one answer each in their order.
        page: the address of what is behind a tag, from what follows its word; "" where that names nothing.
    """

    check: Callable[[Sequence[Control]], list[Checked]]
    page: Callable[[str], str]


def vouchers() -> Mapping[str, Voucher]:
    """Those that are plugged in, by the word that their tags begin with."""
    table: Mapping[str, Voucher] = import_string(settings.VOUCHERS)
    return table


def page(tag: str) -> str:
    """The address of what is behind a bound number; "" where nobody vouches for it."""
    word, _, rest = tag.partition(":")
    voucher = vouchers().get(word)
    return voucher.page(rest) if voucher and rest else ""


def check(controls: Sequence[Control]) -> list[Checked]:
    """The controls for which somebody vouches, computed again, in their order; the others are left out."""
    table = vouchers()
    found: dict[int, Checked] = {}
    for word, voucher in table.items():
        own = [(at, item) for at, item in enumerate(controls) if item.tag.startswith(f"{word}:")]
        if own:
            answers = voucher.check([item for _, item in own])
            found |= {at: answer for (at, _), answer in zip(own, answers, strict=True)}
    return [found[at] for at in sorted(found)]


def vouched(tag: str) -> bool:
    """Whether somebody vouches for such a tag."""
    return tag.partition(":")[0] in vouchers()
