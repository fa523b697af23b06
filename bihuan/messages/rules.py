"""When a message may be shown. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuietHours:
    """免打扰时段: from an evening's hour to the next morning's, by the campaign's clock. A default of ours: the rule
    against formalism on phones asks that people be left in peace (facts §11.5) and names no hours."""

    begin: dt.time = dt.time(21, 0)
    end: dt.time = dt.time(7, 30)

    def show_from(self, local: dt.datetime, *, urgent: bool = False) -> dt.datetime:
        """The moment from which a message born at `local` is shown: at once, or when the quiet hours end."""
        if urgent or self.end <= local.time() < self.begin:
            return local
        morning = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return morning if local.time() < self.end else morning + dt.timedelta(days=1)


QUIET = QuietHours()
LONGEST = 300  # characters of a message
