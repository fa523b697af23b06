"""The walk along the whole chain and past all figures, in parts that each take well under a second.

Where it stands travels with it, signed: nothing is kept, and nobody can tell it to begin in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from bihuan.figures import queries as figures
from bihuan.history import queries
from bihuan.history.rules import GENESIS

SEALS, FIGURES = 5_000, 2_000  # of one part
_SALT, _HOURS = "web.walking", 4


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk has come. `length` seals hold, the last of them with `digest`; `total` is the chain's length."""

    length: int
    digest: str  # hexadecimal
    total: int
    broken: queries.Broken | None  # where the chain fails
    changed: figures.Departure | None  # a figure that was changed past the history
    figures: bool  # the chain is done and whole, the figures are looked at
    stand: str  # to go on with; "": it is over

    @property
    def ended(self) -> bool:
        return not self.stand


def walk(stand: str = "") -> Walk:
    """One part of the walk, from where the part before stood; from the beginning without one.

    Raises:
        django.core.signing.BadSignature: not one of ours, or hours old.
    """
    length, digest, place = (0, GENESIS.hex(), None) if not stand else _read(stand)
    broken, changed = None, None
    if place is None:
        part = queries.verify_part(length=length, digest=digest, limit=SEALS, anchors=figures.anchors())
        length, digest, broken = part.length, part.digest, part.broken
        place = figures.BEGINNING if part.ended and broken is None else None
        over = broken is not None
    else:
        changed, place = figures.departure_part(place, limit=FIGURES)
        over = changed is not None or place is None
    return Walk(
        length=length,
        digest=digest,
        total=max(queries.head()[0], length),
        broken=broken,
        changed=changed,
        figures=place is not None,
        stand="" if over else signing.dumps([length, digest, place and list(place)], salt=_SALT),
    )


def _read(stand: str) -> tuple[int, str, figures.Place | None]:
    length, digest, place = signing.loads(stand, salt=_SALT, max_age=_HOURS * 3600)
    return int(length), str(digest), (bool(place[0]), int(place[1])) if place else None
