"""What an installation has already, as far as a roster asks: places, units, people with their posts and roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from bihuan.org.rules import Role

RoleAt = tuple[Role, int | None]  # a role, and the region it is held at; None: at the unit


@dataclass(frozen=True, slots=True)
class Place:
    """A region in the newest edition. `above`: the name of what it lies in."""

    pk: int
    name: str
    above: str
    path: str


@dataclass(frozen=True, slots=True)
class KnownUnit:
    pk: int
    region: int
    region_name: str
    name: str
    short: str = ""
    former: tuple[str, ...] = ()
    closed: bool = False
    into: int | None = None  # the successor it was merged into


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`ours`: whether the person stands where the reader manages people."""

    pk: int
    name: str
    phone: str
    version: int
    ours: bool
    account: bool = False


@dataclass(frozen=True, slots=True)
class KnownPost:
    pk: int
    person: int
    unit: int
    section: str
    title: str
    roles: frozenset[RoleAt]


@dataclass(frozen=True)
class Known:
    """All that a plan needs. `places`: by every name that the roster uses; `covered`: the paths of what the reader
    manages; `self`: the reader, whom nobody's own roster changes."""

    places: dict[str, list[Place]]
    covered: tuple[str, ...]
    units: list[KnownUnit]
    people: list[KnownPerson]
    posts: list[KnownPost]
    reader: int | None = None
    neighbours: dict[int, list[str]] = field(default_factory=dict)  # names of the other units of a region

    @cached_property
    def unit(self) -> dict[int, KnownUnit]:
        return {unit.pk: unit for unit in self.units}

    @cached_property
    def person(self) -> dict[int, KnownPerson]:
        return {person.pk: person for person in self.people}

    @cached_property
    def by_phone(self) -> dict[str, KnownPerson]:
        return {person.phone: person for person in self.people if person.phone}

    @cached_property
    def by_name_at(self) -> dict[tuple[str, int], list[KnownPerson]]:
        """Those of ours who hold a post, by name and unit."""
        found: dict[tuple[str, int], dict[int, KnownPerson]] = defaultdict(dict)
        for post in self.posts:
            person = self.person.get(post.person)
            if person and person.ours:
                found[person.name, post.unit][person.pk] = person
        return {key: list(people.values()) for key, people in found.items()}

    @cached_property
    def posts_of(self) -> dict[int, list[KnownPost]]:
        return _grouped(self.posts)

    @cached_property
    def called(self) -> dict[str, list[KnownUnit]]:
        """Units by their present name, then by short and former ones."""
        found: dict[str, list[KnownUnit]] = defaultdict(list)
        for unit in self.units:
            for name in dict.fromkeys((unit.name, unit.short, *unit.former)):
                if name:
                    found[name].append(unit)
        return found

    def covers(self, place: Place) -> bool:
        return any(place.path.startswith(path) for path in self.covered)

    def place(self, name: str) -> list[Place]:
        """The places that a name may mean, those that the reader manages first and alone where there are any.

        An official name wins over everyday ones; 康乐县城关镇 is 城关镇 below 康乐县.
        """
        found = self.places.get(name, [])
        if not found:
            found = [
                place
                for cut in range(1, len(name))
                for above in self.places.get(name[:cut], [])
                for place in self.places.get(name[cut:], [])
                if place.path != above.path and place.path.startswith(above.path)
            ]
            found = list({place.pk: place for place in found}.values())
        found = [place for place in found if self.covers(place)] or found
        official = [place for place in found if place.name == name]
        return official if len(official) == 1 else found


def _grouped(posts: Iterable[KnownPost]) -> dict[int, list[KnownPost]]:
    found: dict[int, list[KnownPost]] = defaultdict(list)
    for post in posts:
        found[post.person].append(post)
    return found


def name_parts(names: Iterable[str]) -> set[str]:
    """Every text that `Known.place` may look up for these names."""
    parts = set()
    for name in set(names):
        parts.add(name)
        for cut in range(1, min(len(name), 30)):
            parts |= {name[:cut], name[cut:]}
    return parts
