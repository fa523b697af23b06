"""The only writers of what was done."""

from bihuan.activities.actions.kinds import load_kinds

__all__ = ["load_kinds"]
