"""The writers of registers."""

from bihuan.places.actions.keeping import (
    About,
    add_place,
    amend_place,
    close_place,
    merge_place,
    move_place,
    rename_place,
    reopen_place,
)
from bihuan.places.actions.kinds import load_kinds
from bihuan.places.refusals import PlaceError, StalePlaceError

__all__ = [
    "About",
    "PlaceError",
    "StalePlaceError",
    "add_place",
    "amend_place",
    "close_place",
    "load_kinds",
    "merge_place",
    "move_place",
    "rename_place",
    "reopen_place",
]
