"""Write in a closed period: the erratum and what goes through under it are one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from bihuan.activities.models import Activity
from bihuan.activities.refusals import ActivityError
from bihuan.figures import actions as figures
from bihuan.figures.models import Closing, Erratum


def under_erratum(
    write: Callable[[Erratum], Activity], *, closing: Closing, reason: str, seen: int = 0, by: str, at: dt.datetime
) -> Activity:
    """File, correct or withdraw under an erratum that is opened for it alone.

    Args:
        write: one of the actions of a record, given the erratum.
        seen: the version that is corrected; an erratum that changes nothing is not opened.

    Raises:
        bihuan.figures.actions.ErratumError: no reason.
        ActivityError: nothing would change.
        bihuan.figures.actions.ClosedPeriodError: it lies in another closing too.
    """
    with transaction.atomic():
        done = write(figures.open_erratum(closing=closing, reason=reason[:200], by=by, at=at))
        if done.version == seen:
            raise ActivityError(
                "nothing-changed", "没有改动，未出具勘误", "nothing would change: no erratum was opened"
            )
    return done
