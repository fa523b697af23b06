"""What matters belong to, in words.

`Matter.scope` is an opaque key of a subject ("campaign:3"); the subject says how that is called and where its page is.
`settings.SCOPES` names the table, as `settings.FLOWS` does for flows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

Namer = Callable[[Iterable[int]], Mapping[int, tuple[str, str]]]  # keys → name, address


@dataclass(frozen=True, slots=True)
class Scope:
    """`key`: as matters keep it. `url`: "" where it has no page."""

    key: str
    name: str
    url: str = ""


def named(keys: Iterable[str]) -> dict[str, Scope]:
    """The scopes behind keys, one query a subject. A key that nobody knows stands for itself."""
    table: Mapping[str, Namer] = import_string(settings.SCOPES)
    wanted: dict[str, set[int]] = defaultdict(set)
    found = {key: Scope(key, key) for key in keys if key}
    for key in found:
        subject, _, number = key.partition(":")
        if subject in table and number.isascii() and number.isdigit() and len(number) < 19:
            wanted[subject].add(int(number))
    for subject, numbers in wanted.items():
        for pk, (name, url) in table[subject](numbers).items():
            found[f"{subject}:{pk}"] = Scope(f"{subject}:{pk}", name, url)
    return found
