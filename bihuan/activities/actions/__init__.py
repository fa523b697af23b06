"""The only writers of what was done."""

from bihuan.activities.actions.errata import under_erratum
from bihuan.activities.actions.evidence import Offered, attach, release_photo, remove_attachment, take_back_photo
from bihuan.activities.actions.kinds import KindSaid, add_kind, change_kind, load_kinds, retire_kind
from bihuan.activities.actions.publicity import Place, Work, place, publish, read_views, remove_placement, remove_work
from bihuan.activities.actions.recording import correct_activity, file_activity, withdraw_activity
from bihuan.activities.actions.safety import write_safety_plan
from bihuan.activities.actions.said import Said, Taking
from bihuan.activities.actions.sheets import keep_sheet, sheet_plan, take_sheet
from bihuan.activities.actions.training import (
    Listed,
    Paper,
    attended,
    certify,
    close_roster,
    did_not_attend,
    list_people,
    open_roster,
    remove_certificate,
    take_off,
)

__all__ = [
    "KindSaid",
    "Listed",
    "Offered",
    "Paper",
    "Place",
    "Said",
    "Taking",
    "Work",
    "add_kind",
    "attach",
    "attended",
    "certify",
    "change_kind",
    "close_roster",
    "correct_activity",
    "did_not_attend",
    "file_activity",
    "keep_sheet",
    "list_people",
    "load_kinds",
    "open_roster",
    "place",
    "publish",
    "read_views",
    "release_photo",
    "remove_attachment",
    "remove_certificate",
    "remove_placement",
    "remove_work",
    "retire_kind",
    "sheet_plan",
    "take_back_photo",
    "take_off",
    "take_sheet",
    "under_erratum",
    "withdraw_activity",
    "write_safety_plan",
]
