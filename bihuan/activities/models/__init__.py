"""The tables of what was done."""

from bihuan.activities.models.evidence import Attachment
from bihuan.activities.models.publicity import MediaViews, MediaWork, Placement
from bihuan.activities.models.recording import Activity, ActivityFigure, ActivityKind, ActivityUnit, SafetyPlan
from bihuan.activities.models.training import Attendance, Certificate, RosterEntry, RosterSheet, TrainingRoster

__all__ = [
    "Activity",
    "ActivityFigure",
    "ActivityKind",
    "ActivityUnit",
    "Attachment",
    "Attendance",
    "Certificate",
    "MediaViews",
    "MediaWork",
    "Placement",
    "RosterEntry",
    "RosterSheet",
    "SafetyPlan",
    "TrainingRoster",
]
