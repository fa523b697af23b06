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
from bihuan.places.actions.kinds import add_kind, change_kind, load_kinds
from bihuan.places.actions.taking import (
    Plan,
    Planned,
    State,
    keep_register,
    register_plan,
    take_register,
)
from bihuan.places.refusals import PlaceError, StalePlaceError

__all__ = [
    "About",
    "PlaceError",
    "Plan",
    "Planned",
    "StalePlaceError",
    "State",
    "add_kind",
    "add_place",
    "amend_place",
    "change_kind",
    "close_place",
    "keep_register",
    "load_kinds",
    "merge_place",
    "move_place",
    "register_plan",
    "rename_place",
    "reopen_place",
    "take_register",
]
