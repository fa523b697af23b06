"""The few files that pages load, served by the application itself under names that carry their content's digest.

The style sheet is one file, joined from `styles/` in the order of the names there. What others wrote stands in
`vendored/` with a manifest (scripts/vendor.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

ROOM = Path(__file__).resolve().parent
STYLE_SHEET = "desk.css"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """`name` is the address's last part, such as desk.1f0c….css: other content has another name, so that a browser
    may keep it for ever."""

    name: str
    content: bytes
    content_type: str

    @property
    def url(self) -> str:
        return f"{settings.STATIC_URL}{self.name}"


def _sources() -> Iterator[tuple[str, bytes]]:
    styles = sorted((ROOM / "styles").glob("*.css"))
    yield STYLE_SHEET, b"\n".join(path.read_bytes() for path in styles)
    for path in sorted((ROOM / "vendored").iterdir()):
        if path.suffix in _TYPES:
            yield path.name, path.read_bytes()
    for path in sorted(ROOM.parent.glob("*/data/*")):  # a script or style of one room's own pages stands in that room
        if path.suffix in _TYPES:
            yield path.name, path.read_bytes()


@cache
def _all() -> dict[str, Asset]:
    found = {}
    for file, content in _sources():
        stem, _, suffix = file.rpartition(".")
        digest = hashlib.sha256(content).hexdigest()[:16]
        found[file] = Asset(f"{stem}.{digest}.{suffix}", content, _TYPES[f".{suffix}"])
    return found


def asset(file: str) -> Asset:
    """The asset made of a file of this room ("desk.css", "desk.js", "icons.svg") or of a room's data folder.

    Raises:
        KeyError: there is no such file.
    """
    return _all()[file]


def served_as(name: str) -> Asset | None:
    """The asset that an address names, or None where its content is no longer that."""
    return next((item for item in _all().values() if item.name == name), None)
