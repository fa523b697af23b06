"""Who may do what with which thing: one question (`may`), its twin filter (`within`), the only way to a thing (`the`).

A room names its verbs, each with the roles that may, and says of its things in which region and unit they are. A role
held at a region covers that region and all below it in the newest edition of the tree; one held at a unit covers the
things of that unit and of those merged into it, and, where things belong to no unit, the unit's region and below.

What a reader may not see looks like what is not there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from bihuan.lib.refusals import Refusal
from bihuan.org.models import (
    Account,
    Authority,
    Edition,
    Holding,
    Node,
    Person,
    Post,
    Region,
    Section,
    SignIn,
    Token,
    Unit,
)
from bihuan.org.queries.people import holds_on, not_over
from bihuan.org.rules import ADMINISTRATORS, Policy, Role

M = TypeVar("M", bound=Model)


class NotThere(Refusal, Http404):
    """There is no such thing for this reader: it does not exist, or is not theirs. Nobody is told which."""

    status = 404

    def __init__(self) -> None:
        zh = "没有这一项，或不在您的权限范围内"
        super().__init__("not-there", zh, "there is no such thing, or it is not within your rights")


class Verb:
    """Something that people do: its name "room.verb" and the roles that may."""

    __slots__ = ("name", "roles")

    def __init__(self, name: str, *roles: Role) -> None:
        self.name = name
        self.roles = frozenset(roles)

    def __repr__(self) -> str:
        return f"Verb({self.name})"


@dataclass(frozen=True)
class Things(Generic[M]):
    """Rows of a model, and where each of them is: lookups of its region, and of its unit where it belongs to one."""

    model: type[M]
    region: str = ""
    unit: str | None = None
    via: tuple[str, Things[Any]] | None = None  # instead: where other things are that name these by a foreign key

    def __post_init__(self) -> None:
        _PLACED[self.model] = self

    def all(self) -> QuerySet[M]:
        return self.model._default_manager.all()


_PLACED: dict[type[Model], Things[Any]] = {}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and the path in the tree that it covers; with `unit`, only that unit's things."""

    role: Role
    path: str
    region: int
    unit: int | None = None


@dataclass(eq=False)
class Reader:
    """Who asks: a person with the grants of their posts today, or nobody. What it knows is read once."""

    person: Person | None
    account: Account | None = None
    day: dt.date = dt.date.min
    policy: Policy = field(default_factory=Policy)

    @property
    def known(self) -> bool:
        return self.person is not None

    @property
    def by(self) -> str:
        """The identity under which actions are recorded.

        Raises:
            NotThere: nobody is signed in.
        """
        if self.person is None:
            raise NotThere
        return self.person.by

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @cached_property
    def posts(self) -> list[Post]:
        """The posts held today, the oldest first: the first is the main one."""
        if self.person is None:
            return []
        held = Post.objects.filter(person=self.person).filter(holds_on(self.day))
        return list(held.select_related("unit__region", "section").order_by("valid_from", "pk"))

    @property
    def home_unit(self) -> Unit | None:
        return self.posts[0].unit if self.posts else None

    @property
    def home_region(self) -> Region | None:
        return self.posts[0].unit.region if self.posts else None

    @cached_property
    def edition(self) -> Edition:
        return Edition.objects.latest("as_of")

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        units = {post.pk: post.unit for post in self.posts}
        held = list(Holding.objects.filter(post__in=units)) if units else []
        if not held:
            return ()
        regions = {item.region_id or units[item.post_id].region_id for item in held}
        paths = dict(Node.objects.filter(edition=self.edition, region__in=regions).values_list("region_id", "path"))
        found = []
        for item in held:
            unit = None if item.region_id else units[item.post_id]
            region = unit.region_id if unit else item.region_id
            if region in paths:  # a region that is no more covers nothing
                found.append(Grant(Role(item.role), paths[region], region, unit.pk if unit else None))
        return tuple(found)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def administrator(self) -> bool:
        return bool(self.roles & ADMINISTRATORS)

    def of(self, verb: Verb) -> list[Grant]:
        """The grants that allow `verb` somewhere."""
        return [grant for grant in self.grants if grant.role in verb.roles]

    @cached_property
    def _merged(self) -> dict[int, int]:
        """Units that were merged into one this reader has a grant at: old → new."""
        units = {grant.unit for grant in self.grants if grant.unit}
        return (
            {unit.pk: unit.merged_into_id or 0 for unit in Unit.objects.filter(merged_into__in=units)} if units else {}
        )

    def units(self, verb: Verb) -> frozenset[int]:
        """The units whose things `verb` covers by grants at units, merged ones included."""
        own = {grant.unit for grant in self.of(verb) if grant.unit}
        return frozenset(own | {old for old, new in self._merged.items() if new in own})

    _paths: dict[int, str | None] = field(default_factory=dict, init=False, repr=False)

    def path(self, region: int) -> str | None:
        """Where a region stands in the newest edition; None where it does not."""
        if region not in self._paths:
            held = Node.objects.filter(edition=self.edition, region=region).values_list("path", flat=True)
            self._paths[region] = held.first()
        return self._paths[region]

    @cached_property
    def authority(self) -> Authority | None:
        return Authority.objects.select_related("unit", "region").first()

    def at_top(self, verb: Verb) -> bool:
        """Whether `verb` is allowed over the whole installation."""
        top = self.authority
        return top is not None and any(g.unit is None and g.region == top.region_id for g in self.of(verb))


NOBODY = Reader(None)


def within(reader: Reader, verb: Verb, things: Things[M], rows: QuerySet[M] | None = None) -> QuerySet[M]:
    """Those of `rows` (all, unless given) that the reader may `verb`."""
    found = things.all() if rows is None else rows
    condition = _condition(reader, verb, things)
    return found.none() if condition is None else found.filter(condition)


def _condition(reader: Reader, verb: Verb, things: Things[M]) -> Q | None:
    if things.via:
        link, others = things.via
        return Q(pk__in=within(reader, verb, others).values(link))
    paths, units = _covers(reader, verb, things)
    allowed: Q | None = None
    if paths:
        below = Q()
        for path in paths:
            below |= Q(path__gte=path, path__lt=path + "~")
        nodes = Node.objects.filter(below, edition=reader.edition).values("region")
        allowed = Q(**{f"{things.region}__in": nodes})
    if units and things.unit:
        own = Q(**{f"{things.unit}__in": units})
        allowed = own if allowed is None else allowed | own
    return allowed


def _covers(reader: Reader, verb: Verb, things: Things[M]) -> tuple[list[str], frozenset[int]]:
    """The topmost paths and the units whose things are allowed."""
    grants = reader.of(verb)
    wide = {grant.path for grant in grants if grant.unit is None or things.unit is None}
    top = [path for path in sorted(wide) if not any(path != other and path.startswith(other) for other in wide)]
    return top, reader.units(verb) if things.unit else frozenset()


def may(reader: Reader, verb: Verb, thing: Model | None = None) -> bool:
    """Whether the reader may `verb` this thing; without a thing, whether they may anywhere at all.

    Raises:
        KeyError: nobody said where things of this kind are.
    """
    if thing is None:
        return bool(reader.of(verb))
    things = _PLACED[type(thing)]
    if things.via:
        return within(reader, verb, things).filter(pk=thing.pk).exists()
    paths, units = _covers(reader, verb, things)
    if units and things.unit and _value(thing, things.unit) in units:
        return True
    region = _value(thing, things.region)
    path = reader.path(region) if paths and region is not None else None
    return path is not None and any(path.startswith(top) for top in paths)


def _value(thing: Model, lookup: str) -> Any:
    """What a lookup leads to from a row, as a key."""
    at: Any = thing
    for part in lookup.split("__"):
        at = getattr(at, part, None)
    return at.pk if isinstance(at, Model) else at


def the(reader: Reader, verb: Verb, things: Things[M], rows: QuerySet[M] | None = None, **lookup: Any) -> M:
    """The thing that `lookup` names, for a reader who may `verb` it.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    try:
        found = within(reader, verb, things, rows).filter(**lookup)[:2]
        items = list(found)
    except (ValueError, OverflowError):  # a key that no row can have
        items = []
    if len(items) != 1:
        raise NotThere
    return items[0]


def reader_of(person: Person, *, day: dt.date, account: Account | None = None, policy: Policy | None = None) -> Reader:
    """The person as a reader on `day`."""
    return Reader(person, account, day, policy or Policy())


def holders(verb: Verb, thing: Model, *, day: dt.date) -> list[int]:
    """The people who may `verb` this thing on `day`: whom to tell."""
    things = _PLACED[type(thing)]
    region, unit = _value(thing, things.region), _value(thing, things.unit) if things.unit else None
    edition = Edition.objects.latest("as_of")
    path = Node.objects.filter(edition=edition, region=region).values_list("path", flat=True).first() or ""
    above = [path[:end] for end in range(len(path), 0, -4)]
    regions = Node.objects.filter(edition=edition, path__in=above).values("region")
    roles = [role.value for role in verb.roles]
    held = Holding.objects.filter(holds_on(day, "post__"), role__in=roles)
    wide = Q(region__in=regions)
    if things.unit is None:
        wide |= Q(region=None, post__unit__region__in=regions)
    elif unit is not None:
        wide |= Q(region=None, post__unit=unit) | Q(region=None, post__unit__merged_from=unit)
    people = held.filter(wide).values_list("post__person", flat=True).distinct()
    return sorted(people)


# -- this room's own verbs and things --------------------------------------------------------------------------------

SEE_DIRECTORY = Verb(
    "org.see_directory", Role.OPERATOR, Role.LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
)
MANAGE_PEOPLE = Verb("org.manage_people", Role.SYSTEM_ADMIN)
UNLOCK = Verb("org.unlock", Role.SECURITY_ADMIN)
SET_POLICY = Verb("org.set_policy", Role.SECURITY_ADMIN)
GRANT_ADMINISTRATION = Verb("org.grant_administration", Role.SECURITY_ADMIN)
SEE_SIGN_INS = Verb("org.see_sign_ins", Role.AUDIT_ADMIN)

UNITS = Things(Unit, region="region", unit="pk")
SECTIONS = Things(Section, region="unit__region", unit="unit")
POSTS = Things(Post, region="unit__region", unit="unit")
REGIONS = Things(Region, region="pk")


PEOPLE = Things(Person, via=("person", POSTS))
ACCOUNTS = Things(Account, via=("person__account", POSTS))


def managed(reader: Reader, verb: Verb) -> QuerySet[Person]:
    """Other people whom the reader keeps by `verb`: it covers every post they hold now or will hold, and every region
    where they hold a role, and they held a post where it does. Who reaches further is kept from above: whoever resets a
    password, or hands a post over, could else reach as far. Nobody keeps themself."""
    covered = within(reader, verb, POSTS)
    beyond = Post.objects.filter(not_over(reader.day)).exclude(pk__in=covered.values("pk"))
    reaching = Holding.objects.filter(not_over(reader.day, "post__"), region__isnull=False)
    reaching = reaching.exclude(region__in=within(reader, verb, REGIONS).values("pk"))
    found = Person.objects.filter(pk__in=covered.values("person")).exclude(pk__in=beyond.values("person"))
    found = found.exclude(pk__in=reaching.values("post__person"))
    return found.exclude(pk=reader.person.pk) if reader.person else found.none()


def is_administrator(person: Person, *, day: dt.date) -> bool:
    """Whether a person holds one of the three administrators' roles."""
    held = Holding.objects.filter(not_over(day, "post__"), post__person=person, role__in=ADMINISTRATORS)
    return held.exists()


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the reader may do about a person.

    A system administrator keeps people, their posts, business roles and accounts. Administrators are kept by a security
    administrator, who alone grants those roles: else whoever resets a password, or hands over a post, could make
    themself all three (GB/T 22239-2019, separation of administrators).
    """

    entry: bool = False  # name, posts, account
    business: bool = False  # grant business roles
    administration: bool = False  # grant administrators' roles
    unlock: bool = False

    @property
    def any(self) -> bool:
        return self.entry or self.business or self.administration or self.unlock


def keeping(reader: Reader, person: Person) -> Keeping:
    """What the reader may do about this person."""
    ordinary = may(reader, MANAGE_PEOPLE) and managed(reader, MANAGE_PEOPLE).filter(pk=person.pk).exists()
    higher = may(reader, GRANT_ADMINISTRATION) and managed(reader, GRANT_ADMINISTRATION).filter(pk=person.pk).exists()
    administrator = (ordinary or higher) and is_administrator(person, day=reader.day)
    return Keeping(
        entry=higher if administrator else ordinary,
        business=ordinary and not administrator,
        administration=higher,
        unlock=may(reader, UNLOCK) and managed(reader, UNLOCK).filter(pk=person.pk).exists(),
    )


def the_kept(reader: Reader, pk: int, *, what: str = "entry") -> Person:
    """The person, for a reader who may do `what` (a field of `Keeping`) about them.

    Raises:
        NotThere: there is none, or the reader may not.
    """
    person = the(reader, SEE_DIRECTORY, PEOPLE, pk=pk)
    if not getattr(keeping(reader, person), what):
        raise NotThere
    return person


def verb_of(role: Role) -> Verb:
    """The verb that grants and takes away a role."""
    return GRANT_ADMINISTRATION if role in ADMINISTRATORS else MANAGE_PEOPLE


def audited(reader: Reader) -> QuerySet[SignIn]:
    """The attempts to sign in by accounts that the reader audits; those by unknown names only from the top."""
    theirs = Q(account__in=within(reader, SEE_SIGN_INS, ACCOUNTS))
    if reader.at_top(SEE_SIGN_INS):
        theirs |= Q(account=None)
    return SignIn.objects.filter(theirs)


def placing(reader: Reader) -> Verb:
    """Where one who keeps people may place them: an ordinary keeper and a security administrator alike, each within
    their own regions."""
    return MANAGE_PEOPLE if reader.of(MANAGE_PEOPLE) else GRANT_ADMINISTRATION


def own_token(reader: Reader, pk: int) -> Token:
    """One of the reader's own tokens.

    Raises:
        NotThere: there is none, or it is somebody else's.
    """
    found = Token.objects.filter(person=reader.person, pk=pk).first()
    if found is None:
        raise NotThere
    return found
