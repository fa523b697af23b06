"""What a roster is held against, and the rows of an export. A fixed number of queries, however long the roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count, Q, QuerySet

from bihuan.org.models import Edition, Holding, Node, Person, Post, Region, Section, Unit
from bihuan.org.roster.known import Known, KnownPerson, KnownPost, KnownUnit, Place, RoleAt, name_parts
from bihuan.org.roster.sheets import PersonLine, UnitLine
from bihuan.org.roster.table import Table
from bihuan.org.rules import ROLE_WORDS, Level, Role


def known_for(table: Table, *, units: QuerySet[Unit], regions: QuerySet[Region], reader: int | None) -> Known:
    """All that a plan of this table needs.

    Args:
        units: those that the reader manages. regions: those where the reader manages people and may open units.
        reader: the person who asks.
    """
    places = _places({row[column] for row in table.rows for column in ("region", "at") if row[column]})
    covered = _covered(regions)
    names = {row["unit"] for row in table.rows if row["unit"]}
    rows = _units(units, names)
    seated = set(_open_posts(rows).values_list("person", flat=True))
    people = _people(table, seated, units, regions)
    ours = {person.pk for person in people if person.ours}
    return Known(
        places=places,
        covered=covered,
        units=rows,
        people=people,
        posts=_posts_of(ours),
        reader=reader,
        neighbours=_neighbours(table, rows, places),
    )


def _covered(regions: QuerySet[Region]) -> tuple[str, ...]:
    edition = Edition.objects.latest("as_of")
    nodes = Node.objects.filter(edition=edition, region__in=regions).order_by("path").values_list("path", flat=True)
    tops: list[str] = []
    for path in nodes.iterator():
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tuple(tops)


def _places(names: set[str]) -> dict[str, list[Place]]:
    parts = name_parts(names)
    found = Region.objects.filter(Q(name__in=parts) | Q(aliases__alias__in=parts)).distinct()
    nodes = Node.objects.filter(edition=Edition.objects.latest("as_of"), region__in=found).order_by("path")
    by_name: dict[str, list[Place]] = defaultdict(list)
    for node in nodes.select_related("region", "parent").prefetch_related("region__aliases"):
        place = Place(node.region_id, node.region.name, node.parent.name if node.parent else "", node.path)
        for name in {place.name, *(alias.alias for alias in node.region.aliases.all())}:
            by_name[name].append(place)
    return dict(by_name)


def _units(units: QuerySet[Unit], names: set[str]) -> list[KnownUnit]:
    """Those of the units that go by one of the names, and their successors."""
    meant = Q(name__in=names) | Q(short_name__in=names) | Q(former_names__name__in=names)
    found = {unit.pk: unit for unit in units.filter(meant).distinct().select_related("region")}
    after = {unit.merged_into_id for unit in found.values() if unit.merged_into_id} - found.keys()
    found |= {unit.pk: unit for unit in units.filter(pk__in=after).select_related("region")}
    former: dict[int, list[str]] = defaultdict(list)
    for unit, name in Unit.objects.filter(pk__in=found).values_list("pk", "former_names__name"):
        if name:
            former[unit].append(name)
    return [
        KnownUnit(
            unit.pk,
            unit.region_id,
            unit.region.name,
            unit.name,
            unit.short_name,
            tuple(former[unit.pk]),
            unit.closed_on is not None,
            unit.merged_into_id,
        )
        for unit in found.values()
    ]


def _open_posts(units: Iterable[KnownUnit]) -> QuerySet[Post]:
    return Post.objects.filter(valid_to=None, unit__in=_with_merged([unit.pk for unit in units]))


def _with_merged(units: Sequence[int]) -> QuerySet[Unit]:
    return Unit.objects.filter(Q(pk__in=units) | Q(merged_into__in=units))


def _people(table: Table, seated: set[int], units: QuerySet[Unit], regions: QuerySet[Region]) -> list[KnownPerson]:
    phones = {row["phone"] for row in table.person_rows if row["phone"]}
    names = {row["name"] for row in table.person_rows if row["name"]}
    numbers = {int(row["number"]) for row in table.person_rows if row["number"].isdecimal() and len(row["number"]) < 16}
    meant = Q(phone__in=phones) | Q(pk__in=numbers) | Q(pk__in=seated, name__in=names)
    found = list(Person.objects.filter(meant).values_list("pk", "name", "phone", "version", "account__pk"))
    where: dict[int, bool] = {}
    standing = Post.objects.filter(person__in=[item[0] for item in found], valid_to=None)
    ours = set(standing.filter(unit__in=units).values_list("pk", flat=True))
    for pk, person in standing.values_list("pk", "person"):
        where[person] = where.get(person, True) and pk in ours
    reaching = Holding.objects.filter(post__in=standing.values("pk"), region__isnull=False)
    for person in reaching.exclude(region__in=regions.values("pk")).values_list("post__person", flat=True):
        where[person] = False  # a role further up: kept from above
    past = set(
        Post.objects.filter(person__in=[item[0] for item in found], unit__in=units).values_list("person", flat=True)
    )
    return [
        KnownPerson(pk, name, phone, version, where.get(pk, pk in past), account is not None)
        for pk, name, phone, version, account in found
    ]


def _posts_of(people: set[int]) -> list[KnownPost]:
    """The posts that these people hold, those in merged units as the successors'. Plain rows, for there may be many."""
    held = Post.objects.filter(person__in=people, valid_to=None).order_by("pk")
    roles: dict[int, set[RoleAt]] = defaultdict(set)
    for post, role, region in Holding.objects.filter(post__in=held.values("pk")).values_list("post", "role", "region"):
        roles[post].add((Role(role), region))
    columns = ("pk", "person", "unit", "unit__merged_into", "section__name", "title")
    return [
        KnownPost(pk, person, into or unit, section or "", title, frozenset(roles[pk]))
        for pk, person, unit, into, section, title in held.order_by("pk").values_list(*columns)
    ]


def _neighbours(table: Table, units: list[KnownUnit], places: dict[str, list[Place]]) -> dict[int, list[str]]:
    """The names of standing units in the regions where the roster may open one."""
    there = {unit.name for unit in units}
    regions = {row["region"] for row in table.rows if row["unit"] not in there and row["region"]}
    keys = {place.pk for name in regions for place in places.get(name, [])}
    found: dict[int, list[str]] = defaultdict(list)
    for region, name in Unit.objects.filter(region__in=keys, closed_on=None).values_list("region", "name"):
        found[region].append(name)
    return dict(found)


# -- the export ------------------------------------------------------------------------------------------------------


def roster_lines(*, units: QuerySet[Unit], posts: QuerySet[Post]) -> tuple[list[UnitLine], list[PersonLine]]:
    """The rows of an export: the units that stand, and the posts held, each with its roles by region."""
    standing = list(units.filter(closed_on=None).order_by("pk"))
    held = posts.filter(valid_to=None).select_related("person", "unit__merged_into", "section")
    seats = [(post, post.unit.merged_into or post.unit) for post in held.prefetch_related("holdings").order_by("pk")]
    seats.sort(key=lambda seat: seat[1].pk)
    regions = {unit.region_id for unit in standing} | {unit.region_id for _post, unit in seats}
    regions |= {item.region_id for post, _unit in seats for item in post.holdings.all() if item.region_id}
    spelled = _spellings(regions)
    unit_lines = [UnitLine(spelled.get(unit.region_id, ""), unit.name, unit.short_name) for unit in standing]
    return unit_lines, [line for post, unit in seats for line in _person_lines(post, unit, spelled)]


def _person_lines(post: Post, unit: Unit, spelled: dict[int, str]) -> Iterable[PersonLine]:
    groups: dict[str, list[str]] = defaultdict(list)
    for item in post.holdings.all():
        groups[spelled.get(item.region_id or 0, "")].append(ROLE_WORDS[Role(item.role)][0])
    for at, roles in sorted(groups.items()) or [("", [])]:
        yield PersonLine(
            name=post.person.name,
            phone=post.person.phone,
            region=spelled.get(unit.region_id, ""),
            unit=unit.name,
            section=post.section.name if post.section else "",
            title=post.title,
            roles="、".join(sorted(roles)),
            at=at,
            number=str(post.person_id),
        )


def _spellings(regions: set[int]) -> dict[int, str]:
    """How each region is written so that it is found again: its name, with what it lies in where several have it."""
    edition = Edition.objects.latest("as_of")
    nodes = list(Node.objects.filter(edition=edition, region__in=regions).select_related("region", "parent"))
    named = Node.objects.filter(edition=edition, region__name__in={node.region.name for node in nodes})
    counted = named.values("region__name").annotate(times=Count("pk")).filter(times__gt=1)
    shared = set(counted.values_list("region__name", flat=True))
    return {
        node.region_id: (node.parent.name if node.parent and node.region.name in shared else "") + node.region.name
        for node in nodes
    }


def region_choices(regions: QuerySet[Region]) -> list[tuple[int, str, int]]:
    """The regions down to the county among those given, in the order of the tree: key, name, depth."""
    nodes = Node.objects.filter(edition=Edition.objects.latest("as_of"), region__in=regions)
    shown = nodes.exclude(region__level__in=[Level.TOWNSHIP, Level.VILLAGE]).order_by("path")
    return list(shown.values_list("region", "region__name", "depth"))


def sections_of(units: Iterable[int]) -> dict[tuple[int, str], Section]:
    """Sections by unit and name, closed ones included."""
    return {(item.unit_id, item.name): item for item in Section.objects.filter(unit__in=units)}
