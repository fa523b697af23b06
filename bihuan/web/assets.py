"""The few files that pages load, served by the application itself under names that carry their content's digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "data"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """`name` is the address's last part, such as page.1f0c….css: other content has another name, so that a browser
    may keep it for ever."""

    name: str
    content: bytes
    content_type: str


@cache
def _all() -> dict[str, Asset]:
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:16]
            found[path.name] = Asset(f"{path.stem}.{digest}{path.suffix}", content, _TYPES[path.suffix])
    return found


def asset(file: str) -> Asset:
    """The asset made of a file of this room's data folder.

    Raises:
        KeyError: there is no such file.
    """
    return _all()[file]


def served_as(name: str) -> Asset | None:
    """The asset that an address names, or None where its content is no longer that."""
    return next((item for item in _all().values() if item.name == name), None)
