"""What all writers of an activity's materials share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model

from bihuan.activities.materials import GoneError, WithdrawnError
from bihuan.activities.models import Activity
from bihuan.history import actions as history

M = TypeVar("M", bound=Model)


def held(activity: Activity) -> Activity:
    """The activity as it stands, locked for this transaction: its materials change one after another.

    Raises:
        WithdrawnError: nothing is laid to it any more.
    """
    found = Activity.objects.select_for_update(of=("self",)).select_related("kind", "occasion").get(pk=activity.pk)
    if not found.stands:
        raise WithdrawnError
    return found


def there(row: M) -> M:
    """A row that was not taken off yet, locked for this transaction.

    Raises:
        GoneError: it was.
    """
    found: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if found.removed_at is not None:
        raise GoneError
    return found  # type: ignore[no-any-return]


def note(
    activity: Activity, verb: str, by: str, at: dt.datetime, *, personal: Mapping[str, Any] | None = None, **values: Any
) -> None:
    """One row of the activity's history."""
    history.record(
        verb=f"activities.{verb}",
        subject=("activity", str(activity.pk)),
        by=by,
        at=at,
        values={"title": activity.title, **values},
        personal=personal,
    )
