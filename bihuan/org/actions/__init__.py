"""The only writers of regions, units, people, roles and accounts."""

from bihuan.org.actions.accounts import (
    Once,
    change_password,
    close_account,
    lend_account,
    make_token,
    open_account,
    reopen_account,
    reset_password,
    revoke_token,
    set_policy,
    sign_in,
    unlock_account,
    use_token,
)
from bihuan.org.actions.divisions import load_divisions
from bihuan.org.actions.first import first_administrators
from bihuan.org.actions.forgetting import forget_expired
from bihuan.org.actions.people import (
    add_person,
    appoint,
    change_person,
    end_post,
    enter_person,
    grant,
    hand_over,
    revoke,
)
from bihuan.org.actions.roster import Taken, keep_roster, roster_plan, take_roster
from bihuan.org.actions.units import (
    close_unit,
    merge_unit,
    open_section,
    open_unit,
    rename_unit,
    set_authority,
)

__all__ = [
    "Once",
    "Taken",
    "add_person",
    "appoint",
    "change_password",
    "change_person",
    "close_account",
    "close_unit",
    "end_post",
    "enter_person",
    "first_administrators",
    "forget_expired",
    "grant",
    "hand_over",
    "keep_roster",
    "lend_account",
    "load_divisions",
    "make_token",
    "merge_unit",
    "open_account",
    "open_section",
    "open_unit",
    "rename_unit",
    "reopen_account",
    "reset_password",
    "revoke",
    "revoke_token",
    "roster_plan",
    "set_authority",
    "set_policy",
    "sign_in",
    "take_roster",
    "unlock_account",
    "use_token",
]
