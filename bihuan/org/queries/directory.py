"""Reads for the pages of units and people: lists to search, one unit, one person. Rows come scoped to the reader."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Replace

from bihuan.org.models import (
    Account,
    Authority,
    Edition,
    Holding,
    Node,
    Person,
    Post,
    Section,
    SignIn,
    Unit,
    UnitName,
)
from bihuan.org.queries.accounts import locked_until
from bihuan.org.queries.people import holds_on, not_over
from bihuan.org.rules import Outcome

_ROLES = Prefetch("holdings", Holding.objects.select_related("region").order_by("role", "pk"))


def _below(region: int) -> QuerySet[Node]:
    """The regions of the subtree, as a subquery."""
    edition = Edition.objects.latest("as_of")
    path = Node.objects.filter(edition=edition, region=region).values_list("path", flat=True).first()
    if path is None:
        return Node.objects.none().values("region")  # type: ignore[return-value]
    inside = Node.objects.filter(edition=edition, path__gte=path, path__lt=path + "~")
    return inside.values("region")  # type: ignore[return-value]


def units_found(
    units: QuerySet[Unit], *, day: dt.date, text: str = "", region: int | None = None, closed: bool = False
) -> QuerySet[Unit]:
    """The units that a search means, each with its region and `people`, the number of those who hold a post today.

    Args:
        text: part of the name, short name or a former name. closed: those that are no more, too.
    """
    found = units if closed else units.filter(Q(closed_on=None) | Q(closed_on__gt=day))
    if text:
        former = UnitName.objects.filter(name__icontains=text).values("unit")
        found = found.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(pk__in=former))
    if region:
        found = found.filter(region__in=_below(region))
    people = Count("posts__person", filter=holds_on(day, "posts__"), distinct=True)
    return found.select_related("region", "merged_into").annotate(people=people)


def people_found(
    people: QuerySet[Person], *, day: dt.date, text: str = "", region: int | None = None
) -> QuerySet[Person]:
    """The people that a search means, each with `now`, the posts held today or later, and with the account.

    Args:
        text: part of the name, of the telephone, of the unit's name; or the pinyin, or its initials (mng).
    """
    found = people
    if text:
        posts = Post.objects.filter(not_over(day)).filter(
            Q(unit__name__icontains=text) | Q(unit__short_name__icontains=text)
        )
        meant = Q(name__icontains=text) | Q(phone__contains=text) | Q(pk__in=posts.values("person"))
        if re.fullmatch(r"[a-zA-Z]{1,12}", text):
            found = found.annotate(whole_pinyin=Replace("pinyin", Value(" ")))
            initials = "".join(f"{letter}[a-z]* ?" for letter in text.lower())
            meant |= Q(whole_pinyin__istartswith=text) | Q(pinyin__regex=f"^{initials}$")
        found = found.filter(meant)
    if region:
        found = found.filter(
            pk__in=Post.objects.filter(not_over(day), unit__region__in=_below(region)).values("person")
        )
    return found.select_related("account").prefetch_related(_held_now(day))


def _held_now(day: dt.date) -> Prefetch:
    posts = Post.objects.filter(not_over(day)).select_related("unit__region", "section")
    return Prefetch("posts", posts.prefetch_related(_ROLES).order_by("valid_from", "pk"), to_attr="now")


@dataclass(frozen=True)
class UnitPage:
    """One unit: `groups` of posts held today or later, by section, those of no section first."""

    unit: Unit
    groups: list[tuple[Section | None, list[Post]]]
    former: list[UnitName]
    merged: list[Unit]  # those that became part of it
    authority: bool

    @property
    def people(self) -> int:
        return len({post.person_id for _section, posts in self.groups for post in posts})


def unit_page(unit: Unit, *, day: dt.date) -> UnitPage:
    """All that the page of a unit shows."""
    posts = Post.objects.filter(not_over(day), unit=unit).select_related("person", "section")
    held = list(posts.prefetch_related(_ROLES).order_by("person__pinyin", "pk"))
    sections = list(Section.objects.filter(unit=unit, closed_on=None).order_by("pk"))
    groups: list[tuple[Section | None, list[Post]]] = [(None, [post for post in held if post.section is None])]
    for section in sections:
        groups.append((section, [post for post in held if post.section_id == section.pk]))
    shown = {section.pk for section in sections}
    groups[0][1].extend(post for post in held if post.section_id and post.section_id not in shown)
    return UnitPage(
        unit,
        [group for group in groups if group[1] or group[0]],
        list(UnitName.objects.filter(unit=unit).order_by("-until", "-pk")),
        list(Unit.objects.filter(merged_into=unit).order_by("-closed_on", "pk")),
        Authority.objects.filter(unit=unit).exists(),
    )


@dataclass(frozen=True)
class PersonPage:
    """One person: posts `now` (held today or later) and `before`, the account and its newest sign-ins."""

    person: Person
    now: list[Post]
    before: list[Post]
    account: Account | None
    sign_ins: list[SignIn]
    locked_until: dt.datetime | None


def person_page(person: Person, *, day: dt.date, at: dt.datetime, with_account: bool) -> PersonPage:
    """All that the page of a person shows; of the account only where the reader may see it."""
    posts = Post.objects.filter(person=person).select_related("unit__region", "section", "handed_to__person")
    held = list(posts.prefetch_related(_ROLES).order_by("-valid_from", "-pk"))
    now = [post for post in held if post.valid_to is None or post.valid_to > day]
    account = Account.objects.filter(person=person).select_related("person").first() if with_account else None
    sign_ins = list(SignIn.objects.filter(account=account).order_by("-at", "-pk")[:5]) if account else []
    locked = locked_until(account, at=at) if account else None
    return PersonPage(person, now, [post for post in held if post not in now], account, sign_ins, locked)


def sign_ins_found(
    attempts: QuerySet[SignIn],
    *,
    text: str = "",
    outcome: Outcome | None = None,
    address: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> QuerySet[SignIn]:
    """The attempts to sign in that a search means, each with account and person."""
    found = attempts
    if text:
        found = found.filter(Q(account__name__icontains=text) | Q(account__person__name__icontains=text))
    if outcome:
        found = found.filter(outcome=outcome)
    if address:
        found = found.filter(address=address)
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return found.select_related("account__person")


def units_like(units: QuerySet[Unit], text: str) -> list[Unit]:
    """Up to twelve standing units whose name has this in it, for a list to choose from."""
    found = units.filter(Q(name__icontains=text) | Q(short_name__icontains=text), closed_on=None)
    return list(found.select_related("region").order_by("pk")[:12])


def people_like(people: QuerySet[Person], text: str, *, day: dt.date) -> list[Person]:
    """Up to twelve people that a search means, for a list to choose from."""
    return list(people_found(people, day=day, text=text).order_by("pinyin", "pk")[:12])


def unit_names(people: Sequence[int]) -> dict[int, str]:
    """The name of the unit of each person's oldest post that is held still."""
    held = Post.objects.filter(person__in=people, valid_to=None).order_by("-valid_from", "-pk")
    return dict(held.values_list("person", "unit__name"))


def holding_with_post(pk: int) -> Holding | None:
    """A holding with its post, person and unit, or None."""
    found = Holding.objects.select_related("post__person", "post__unit", "region").filter(pk=pk)
    return found.first()


def account_of(person: Person) -> Account | None:
    """The person's account with its person, or None."""
    return Account.objects.select_related("person").filter(person=person).first()
