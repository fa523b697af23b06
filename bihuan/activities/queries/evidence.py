"""What was laid to activities: files of one, photos of many."""

from __future__ import annotations

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Length, StrIndex

from bihuan.activities.models import Activity, Attachment, RosterEntry
from bihuan.activities.rules import State
from bihuan.org.models import Person


def attachments(activity: Activity) -> list[Attachment]:
    """The files of an activity that were not taken off, in the order in which they came."""
    return list(Attachment.objects.filter(activity=activity, removed_at=None).order_by("pk"))


def attachment(activity: Activity, pk: int) -> Attachment | None:
    """One of them."""
    try:
        return Attachment.objects.filter(activity=activity, removed_at=None, pk=pk).first()
    except OverflowError:  # a key that no row can have
        return None


def wall(activities: QuerySet[Activity]) -> QuerySet[Attachment]:
    """The photos of those of `activities` that stand."""
    shown = Attachment.objects.filter(kind="photo", removed_at=None)
    return shown.filter(activity__in=activities.filter(state=State.FILED)).select_related(
        "activity__kind", "activity__region", "activity__unit"
    )


def released(pk: int) -> Attachment | None:
    """A photo that the public may see."""
    try:
        found = Attachment.objects.filter(pk=pk, released_at__isnull=False, removed_at=None)
        return found.filter(activity__state=State.FILED).select_related("activity").first()
    except OverflowError:
        return None


def all_released() -> QuerySet[Attachment]:
    """The photos that the public may see."""
    found = Attachment.objects.filter(released_at__isnull=False, removed_at=None, activity__state=State.FILED)
    return found.select_related("activity__kind", "activity__region")


def named_in(text: str) -> set[str]:
    """The names of people in a text, as far as the directory and the rosters of training know them."""
    found: set[str] = set()
    for model in (Person, RosterEntry):
        rows = model._default_manager.annotate(long=Length("name"), there=StrIndex(Value(text), F("name")))
        found |= set(rows.filter(long__gte=2, there__gt=0).values_list("name", flat=True)) if text else set()
    return found
