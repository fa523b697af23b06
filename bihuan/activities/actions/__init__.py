"""The only writers of what was done."""

from bihuan.activities.actions.kinds import load_kinds
from bihuan.activities.actions.recording import correct_activity, file_activity, withdraw_activity
from bihuan.activities.actions.said import Said, Taking

__all__ = ["Said", "Taking", "correct_activity", "file_activity", "load_kinds", "withdraw_activity"]
