"""Forms of activities."""

from bihuan.activities.forms.listing import ListFilter
from bihuan.activities.forms.recording import Offered, RecordForm, WithdrawForm
from bihuan.activities.forms.safety import SafetyPlanForm

__all__ = ["ListFilter", "Offered", "RecordForm", "SafetyPlanForm", "WithdrawForm"]
