"""Who lays what to an activity, who shows a photo to the public, who keeps rosters of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, QuerySet

from bihuan.activities import queries
from bihuan.activities.access import CORRECT, SEE_ACTIVITY, activity_to, seen
from bihuan.activities.models import Activity, Attachment, Certificate, RosterEntry, RosterSheet, TrainingRoster
from bihuan.components import uploads
from bihuan.org.access import UNITS, NotThere, Reader, Things, Verb, may, the, within
from bihuan.org.rules import Role

if TYPE_CHECKING:
    from bihuan.org.models import Unit

__all__ = ["CORRECT", "SEE_ACTIVITY", "activity_to"]
M = TypeVar("M", bound=Model)
RELEASE_PHOTO = Verb("activities.release_photo", Role.OPERATOR, Role.LEADER)  # to the public
SEE_ROSTER = Verb(
    "activities.see_roster", Role.OPERATOR, Role.LEADER, Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL
)
KEEP_ROSTER = Verb("activities.keep_roster", Role.OPERATOR, Role.LIAISON, Role.SAFETY_OFFICER)
ROSTERS = Things(TrainingRoster, region="region", unit="unit")
_NAMED = ("unit", "region", "campaign")


def the_attachment(reader: Reader, activity: Activity, pk: int) -> Attachment:
    """A file of an activity that the reader sees, to be handed out. A photo as it came says where and by whom it was
    taken: only those who may correct the activity get it.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    found = queries.attachment(activity, pk)
    if found is None or (found.is_photo and not may(reader, CORRECT, activity)):
        raise NotThere
    return found


def the_photo(reader: Reader, pk: int) -> Attachment:
    """A photo of an activity that the reader sees, whose public copy they may look at. Raises NotThere."""
    return _one(queries.wall(seen(reader)), pk)


def the_released(pk: int) -> Attachment:
    """A photo that everybody may look at. Raises NotThere."""
    found = queries.released(pk)
    if found is None:
        raise NotThere
    return found


def rosters(reader: Reader) -> QuerySet[TrainingRoster]:
    """The rosters that a reader sees."""
    return within(reader, SEE_ROSTER, ROSTERS).select_related(*_NAMED)


def the_roster(reader: Reader, verb: Verb, pk: int) -> TrainingRoster:
    """A roster that the reader may `verb`. Raises NotThere."""
    return the(reader, verb, ROSTERS, ROSTERS.all().select_related(*_NAMED), pk=pk)


def kept_rosters(reader: Reader) -> QuerySet[TrainingRoster]:
    """The rosters that a reader keeps."""
    return within(reader, KEEP_ROSTER, ROSTERS)


def keeping_units(reader: Reader) -> QuerySet[Unit]:
    """The units for which a reader may keep rosters."""
    return within(reader, KEEP_ROSTER, UNITS).filter(closed_on=None).select_related("region")


def the_entry(roster: TrainingRoster, pk: int) -> RosterEntry:
    """One on a roster. Raises NotThere."""
    return _one(RosterEntry.objects.filter(roster=roster, removed_at=None).select_related("roster"), pk)


def the_certificate(roster: TrainingRoster, pk: int) -> Certificate:
    """A certificate that one on a roster holds. Raises NotThere."""
    found = queries.certificate(roster, pk)
    if found is None:
        raise NotThere
    return found


def _one(rows: QuerySet[M], pk: int) -> M:
    try:
        found = rows.filter(pk=pk).first()
    except OverflowError:  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found


def own_sheet(reader: Reader, pk: int) -> RosterSheet:
    """One's own table that waits to be taken in. Raises NotThere."""
    found = uploads.own(RosterSheet, pk, by=reader.by)
    if found is None:
        raise NotThere
    return found
