"""The tables of what was done."""

from bihuan.activities.models.recording import Activity, ActivityFigure, ActivityKind, ActivityUnit, SafetyPlan

__all__ = ["Activity", "ActivityFigure", "ActivityKind", "ActivityUnit", "SafetyPlan"]
