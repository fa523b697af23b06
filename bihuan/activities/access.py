"""Who reports what was done, and who sees it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from bihuan.activities.models import Activity, ActivityKind
from bihuan.campaigns.models import Task
from bihuan.org.access import UNITS, NotThere, Reader, Things, Verb, the, within
from bihuan.org.models import Node, Region, Unit
from bihuan.org.rules import SEGMENT, Role
from bihuan.places import access as places
from bihuan.places.models import Place, PlaceKind

FILE = Verb("activities.file", Role.OPERATOR, Role.LIAISON, Role.SAFETY_OFFICER)
CORRECT = Verb("activities.correct", Role.OPERATOR, Role.LIAISON, Role.SAFETY_OFFICER)
SEE_ACTIVITY = Verb(
    "activities.see",
    Role.OPERATOR,
    Role.LEADER,
    Role.LIAISON,
    Role.INSPECTOR,
    Role.SAFETY_OFFICER,
    Role.PRINCIPAL,
)
KEEP_KINDS = Verb("activities.keep_kinds", Role.OPERATOR)  # of the whole installation: all report by them
ACTIVITIES = Things(Activity, region="region", unit="unit")
MOST_UNITS = 300  # to choose from
MOST_REGIONS = 400
_DEEP = 2  # levels below a unit's own region that are offered


def own_units(reader: Reader) -> list[Unit]:
    """The units for which a reader may report, those of their posts first, the main one first of all."""
    mine = [post.unit_id for post in reader.posts]
    found = within(reader, FILE, UNITS).filter(closed_on=None).select_related("region")
    own = sorted(found.filter(pk__in=mine), key=lambda unit: mine.index(unit.pk))
    return [*own, *found.exclude(pk__in=mine).order_by("region__pinyin", "pk")[:MOST_UNITS]]


def the_unit(reader: Reader, pk: int) -> Unit:
    """A unit for which the reader may report. Raises NotThere."""
    return the(reader, FILE, UNITS, UNITS.all().filter(closed_on=None).select_related("region"), pk=pk)


def regions_of(reader: Reader, units: Iterable[Unit]) -> list[tuple[int, str, int]]:
    """Where these units may say that something was done: their own regions and two levels below, with the depth."""
    tops = sorted({path for unit in units if (path := reader.path(unit.region_id))})
    wide = [path for path in tops if not any(path != other and path.startswith(other) for other in tops)]
    if not wide:
        return []
    below = Q()
    for path in wide:
        below |= Q(path__gte=path, path__lt=path + "~", depth__lte=len(path) // SEGMENT - 1 + _DEEP)
    nodes = Node.objects.filter(below, edition=reader.edition).order_by("path").select_related("region")
    return [(node.region_id, node.region.name, node.depth) for node in nodes[:MOST_REGIONS]]


def seen(reader: Reader) -> QuerySet[Activity]:
    """The activities that a reader sees: of their regions, of their units, and those in which one of their units took
    part."""
    allowed = within(reader, SEE_ACTIVITY, ACTIVITIES)
    units = reader.units(SEE_ACTIVITY)
    if not units:
        return allowed
    took_part = Q(pk__in=Activity.objects.filter(units__unit__in=units).values("pk"))
    return Activity.objects.filter(Q(pk__in=allowed.values("pk")) | took_part)


def activity(reader: Reader, pk: int) -> Activity:
    """One that the reader sees. Raises NotThere."""
    try:
        found = seen(reader).select_related(*NAMED).filter(pk=pk).first()
    except OverflowError:  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found


NAMED = ("kind", "region", "unit__region", "place", "campaign", "occasion", "task__duty")


def activity_to(reader: Reader, verb: Verb, pk: int) -> Activity:
    """One that the reader may `verb`. Raises NotThere."""
    return the(reader, verb, ACTIVITIES, ACTIVITIES.all().select_related(*NAMED), pk=pk)


def kinds(*, day: object = None) -> QuerySet[ActivityKind]:
    """The kinds that are offered, in order."""
    return ActivityKind.objects.filter(Q(retired_on=None) | Q(retired_on__gt=day or "0001-01-01")).order_by("order")


def all_kinds() -> QuerySet[ActivityKind]:
    """All kinds in order, those that are retired last."""
    return ActivityKind.objects.order_by(F("retired_on").asc(nulls_first=True), "order")


def keeping_kinds(reader: Reader) -> None:
    """Let in those who keep the kinds: the office of the whole installation. Raises NotThere."""
    if not reader.at_top(KEEP_KINDS):
        raise NotThere


def the_kind(code: str) -> ActivityKind:
    """A kind by its code. Raises NotThere."""
    found = ActivityKind.objects.filter(code=code).first()
    if found is None:
        raise NotThere
    return found


def tasks(reader: Reader) -> QuerySet[Task]:
    """What the plans of campaigns give the reader's units to do, and has not been accepted yet."""
    units = [post.unit_id for post in reader.posts]
    found = Task.objects.filter(current=True, matter__unit__in=units, matter__end="")
    return found.select_related("duty", "campaign", "matter").order_by("matter__due_on", "pk")


def the_task(reader: Reader, pk: int) -> Task:
    """One of them. Raises NotThere."""
    try:
        found = tasks(reader).filter(pk=pk).first()
    except OverflowError:
        found = None
    if found is None:
        raise NotThere
    return found


def the_region(pk: int) -> Region:
    """A region by its key; whether a unit may report for it, the action says. Raises NotThere."""
    try:
        found = Region.objects.filter(pk=pk).first()
    except OverflowError:
        found = None
    if found is None:
        raise NotThere
    return found


def below(reader: Reader, region: int) -> list[int]:
    """A region and all below it, as keys; none where it is not in the tree."""
    path = reader.path(region)
    if path is None:
        return []
    nodes = Node.objects.filter(edition=reader.edition, path__gte=path, path__lt=path + "~")
    return list(nodes.values_list("region_id", flat=True))


def places_for(reader: Reader, kind: ActivityKind, unit: Unit) -> QuerySet[Place] | None:
    """The places of the registers at which a kind happens, in a unit's region; None where it happens at none."""
    if not kind.place_kinds:
        return None
    wanted = list(PlaceKind.objects.filter(code__in=kind.place_kinds))
    return places.found(reader, kinds=wanted, region=unit.region, book=unit.book)


def unit_to_name(reader: Reader, pk: int) -> Unit | None:
    """A unit that may be named as taking part: of the reader's own books, whoever's it is. None where there is none."""
    books = {post.unit.book for post in reader.posts}
    return Unit.objects.filter(pk=pk, book__in=books, closed_on=None).select_related("region").first()
