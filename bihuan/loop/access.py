"""Who sees a matter, and on which side of it they stand."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.loop.flows import Hand
from bihuan.loop.models import Assisting, Matter
from bihuan.loop.queries.ledger import Reach
from bihuan.org.access import NotThere, Reader, Verb
from bihuan.org.models import Node, Unit
from bihuan.org.rules import Role

SEE_MATTER = Verb("loop.see_matter", Role.OPERATOR, Role.LEADER, Role.INSPECTOR)  # of the regions they work for
KEEP_MATTER = Verb("loop.keep_matter", Role.OPERATOR, Role.LEADER)
DO_MATTER = Verb(
    "loop.do_matter", Role.OPERATOR, Role.LEADER, Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL, Role.INSPECTOR
)  # for the unit of their post


_NAMED = ("keeper", "unit__region", "section", "owner", "leader", "next_owner", "raised_from")


def own_units(reader: Reader) -> frozenset[int]:
    """The units for which a reader acts: where their posts are, those merged into them included."""
    posts = {post.unit_id for post in reader.posts}
    return frozenset(posts | set(Unit.objects.filter(merged_into__in=posts).values_list("pk", flat=True)))


def placed(reader: Reader) -> Q | None:
    """The condition on region, unit and place under which a reader sees matters and their counts; None: all of them.
    Whom a matter names by name sees it besides (`matters`)."""
    if reader.at_top(SEE_MATTER):
        return None
    condition = Q(unit__in=own_units(reader))
    paths = {grant.path for grant in reader.of(SEE_MATTER) if grant.unit is None}
    if paths:
        below = Q()
        for path in paths:
            below |= Q(path__gte=path, path__lt=path + "~")
        nodes = Node.objects.filter(below, edition=reader.edition).values("region")
        condition |= Q(region__in=nodes) | Q(place__in=nodes)
    return condition


def reach(reader: Reader) -> Reach | None:
    """`placed`, read out: the regions and units whose matters a reader sees; None: all. A unit in one of the regions is
    left out, for its matters are seen anyway."""
    if reader.at_top(SEE_MATTER):
        return None
    paths = {grant.path for grant in reader.of(SEE_MATTER) if grant.unit is None}
    below = Q()
    for path in paths:
        below |= Q(path__gte=path, path__lt=path + "~")
    nodes = Node.objects.filter(below, edition=reader.edition) if paths else Node.objects.none()
    regions = set(nodes.values_list("region", flat=True))
    units = Unit.objects.filter(pk__in=own_units(reader)).values_list("pk", "region")
    outside = sorted(pk for pk, region in units if region not in regions)
    return Reach(tuple(outside), tuple(sorted(regions)))


def matters(reader: Reader) -> QuerySet[Matter]:
    """The matters that a reader sees: those of the regions they work for, of their own units (those which they help
    included), and those that name them."""
    if reader.person is None:
        return Matter.objects.none()
    condition = placed(reader)
    if condition is None:
        return Matter.objects.all()
    person = reader.person.pk
    named = Q(owner=person) | Q(leader=person) | Q(next_owner=person)
    helped = Q(pk__in=Assisting.objects.filter(unit__in=own_units(reader)).values("matter"))
    return Matter.objects.filter(condition | named | helped)


def kept(reader: Reader) -> QuerySet[Matter]:
    """The matters on whose keeper's side a reader stands."""
    paths = {grant.path for grant in reader.of(KEEP_MATTER) if grant.unit is None}
    if not paths:
        return Matter.objects.none()
    below = Q()
    for path in paths:
        below |= Q(path__gte=path, path__lt=path + "~")
    return Matter.objects.filter(region__in=Node.objects.filter(below, edition=reader.edition).values("region"))


def the_matter(reader: Reader, pk: int) -> Matter:
    """A matter, for a reader who sees it.

    Raises:
        NotThere: there is none, or it is not theirs.
    """
    try:
        found = matters(reader).filter(pk=pk).select_related(*_NAMED).first()
    except (ValueError, OverflowError):  # a key that no row can have
        found = None
    if found is None:
        raise NotThere
    return found


def hands(reader: Reader, matter: Matter) -> frozenset[Hand]:
    """The sides of a matter on which a reader stands.

    The keeper's: operators and leaders whose role covers the keeper's region. The doer's: whoever has a business role
    with a post in the responsible unit, and those whom the matter names as its owner.
    """
    found = set()
    path = reader.path(matter.region_id)
    if path is not None and any(grant.unit is None and path.startswith(grant.path) for grant in reader.of(KEEP_MATTER)):
        found.add(Hand.KEEPER)
    if reader.person is not None:
        owner = matter.owner_id
        if matter.next_owner_on is not None and matter.next_owner_on <= reader.day:
            owner = matter.next_owner_id
        in_unit = bool(reader.of(DO_MATTER)) and matter.unit_id in own_units(reader)
        if reader.person.pk == owner or in_unit:
            found.add(Hand.DOER)
    return frozenset(found)
