"""Who gets in where: one row an address. `scene` holds one thing of each kind, all in Kangle unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from cast import Cast

from bihuan.org.models import Person

EVERYONE = frozenset(name for name, kind in get_type_hints(Cast).items() if kind is Person)


@dataclass(frozen=True)
class Scene:
    """The cast and the things that addresses name."""

    cast: Cast
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError as error:
            raise AttributeError(name) from error


def furnish(cast: Cast) -> Scene:
    """One thing of each kind."""
    return Scene(cast)


@dataclass(frozen=True)
class Row:
    """`who`: names of the cast who get in. `args`, `data`: what stands in the address and the form."""

    who: frozenset[str] = frozenset()
    method: str = "get"
    args: Callable[[Scene], list[Any]] | None = None
    data: Callable[[Scene], dict[str, Any]] | None = None
    public: bool = False


def these(names: str, method: str = "get", **more: Any) -> Row:
    return Row(frozenset(names.split()), method, **more)


def all_signed_in(method: str = "get", **more: Any) -> Row:
    return Row(EVERYONE, method, **more)


def public(method: str = "get", **more: Any) -> Row:
    return Row(EVERYONE, method, public=True, **more)


TABLE: dict[str, Row] = {
    # signing in, one's own account
    "org:sign_in": public(),
    "org:sign_out": public("post"),
    "org:password": all_signed_in(),
    "org:me": all_signed_in(),
    "org:new_token": all_signed_in("post"),
    "org:end_token": these("", "post", args=lambda scene: [1]),  # nobody's token but their own
}
