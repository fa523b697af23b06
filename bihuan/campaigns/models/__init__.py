"""The tables of campaigns."""

from bihuan.campaigns.models.campaigns import Campaign, Listed, UnitList
from bihuan.campaigns.models.expected import Exemption, Expected, ExpectedList, Receipt, Reminder
from bihuan.campaigns.models.plans import Asked, DivisionDraft, Duty, Paragraph, Plan, PlanPaper, Task
from bihuan.campaigns.models.years import FollowUp, YearNode

__all__ = [
    "Asked",
    "Campaign",
    "DivisionDraft",
    "Duty",
    "Exemption",
    "Expected",
    "ExpectedList",
    "FollowUp",
    "Listed",
    "Paragraph",
    "Plan",
    "PlanPaper",
    "Receipt",
    "Reminder",
    "Task",
    "UnitList",
    "YearNode",
]
