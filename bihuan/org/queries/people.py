"""Reads of people, and the names behind the identities that history keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from bihuan.lib.words import say
from bihuan.org.models import Authority, Person, Post, Unit

_SYSTEM = {
    "system:installation": ("系统（安装）", "the system (installation)"),
    "system:demo": ("系统（演示）", "the system (demonstration)"),
    "system:loop": ("系统（到期检查）", "the system (due days)"),
    "system:up": ("系统", "the system"),
    "system:lists": ("系统（自动催报）", "the system (reminders)"),
    "system:exchange": ("系统（上报收发）", "the system (exchange of bundles)"),
}


def not_over(day: dt.date, prefix: str = "") -> Q:
    """The condition that a post (at the end of the lookup `prefix`) is held on `day` or will be held later."""
    return Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})


def holds_on(day: dt.date, prefix: str = "") -> Q:
    """The condition that a post (at the end of the lookup `prefix`) is held on `day`."""
    return Q(**{f"{prefix}valid_from__lte": day}) & not_over(day, prefix)


def names(identities: Iterable[str]) -> dict[str, str]:
    """The names of those who acted: {"person:17": "马某", "system:demo": "系统（演示）"}, in one query.

    An identity that nobody here has stands for itself.
    """
    wanted = set(identities)
    keys = {int(item[7:]): item for item in wanted if item.startswith("person:") and item[7:].isdecimal()}
    found = {item: say(*_SYSTEM[item]) if item in _SYSTEM else item for item in wanted}
    if keys:
        found |= {keys[pk]: name for pk, name in Person.objects.filter(pk__in=keys).values_list("pk", "name")}
    return found


def homes(identities: Iterable[str], *, day: dt.date) -> dict[str, str]:
    """The unit of the main post that each of those who acted holds on `day`: {"person:17": "康乐县应急局"}. One query;
    who holds no post is left out."""
    keys = {int(item[7:]) for item in identities if item.startswith("person:") and item[7:].isdecimal()}
    posts = Post.objects.filter(holds_on(day), person__in=keys).select_related("unit").order_by("-valid_from", "-pk")
    return {f"person:{post.person_id}": post.unit.short_name or post.unit.name for post in posts}  # the oldest last


def name_of(identity: str) -> str:
    """The name of one who acted; "" for nobody."""
    return names([identity])[identity] if identity else ""


def authority() -> Authority | None:
    """Whom this installation serves, or None before that was said."""
    return Authority.objects.select_related("unit", "region").first()


def holder_of(unit: Unit, title: str, *, name: str) -> Person | None:
    """The person of that name who holds the post with this title in a unit."""
    post = (
        Post.objects.select_related("person").filter(unit=unit, title=title, person__name=name, valid_to=None).first()
    )
    return post.person if post else None


def identities_of(name: str) -> list[str]:
    """The identities of the people whose name holds `name`, and of the programs whose words do: a hundred at most."""
    people = Person.objects.filter(name__contains=name).values_list("pk", flat=True)[:100]
    programs = [key for key, words in _SYSTEM.items() if any(name in word for word in words)]
    return [*(f"person:{pk}" for pk in people), *programs]
