"""Who the token or session acts for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field

from bihuan.api.answers import operation
from bihuan.api.fields import NamedOut, named
from bihuan.org.gate import DeskRequest
from bihuan.org.rules import Role
from bihuan.web.desk import desk_page

if TYPE_CHECKING:
    from bihuan.org.access import Grant
    from bihuan.org.models import Post

router = Router()


class PostOut(BaseModel):
    """A post that is held today."""

    id: int
    unit: NamedOut
    region: NamedOut
    section: NamedOut | None
    title: str
    since: dt.date


class GrantOut(BaseModel):
    """A role, and what it covers: a region and all below it, or the things of one unit."""

    role: Role
    region: int = Field(description="Key of the region")
    unit: int | None = Field(description="Key of the unit where the role is held at one; then it covers that alone")


class MeOut(BaseModel):
    """A person as they act here."""

    id: int
    by: str = Field(description="The identity under which what they do is recorded")
    name: str
    model: bool = Field(description="A model person, not a real one")
    posts: list[PostOut]
    grants: list[GrantOut]


class TodoItemOut(BaseModel):
    """One thing that waits for the person."""

    title: str = Field(description="Of the report or paper")
    words: str = Field(description="What to do with it")
    url: str = Field(description="Its page")
    model: bool


class TodoOut(BaseModel):
    items: list[TodoItemOut]


@router.get("/me/todo", **operation("me.todo", "待我办理", "What waits for you", gives=TodoOut))
def todo(request: DeskRequest) -> TodoOut:
    """Reports and papers, as the desk shows them."""
    page = desk_page(request.reader, at=timezone.now())
    return TodoOut(
        items=[
            TodoItemOut(title=item.title, words=item.words, url=item.url, model=bool(item.book)) for item in page.todo
        ]
    )


@router.get("/me", **operation("me.get", "我是谁，有哪些任职和角色", "Who I am, my posts and roles", gives=MeOut))
def me(request: DeskRequest) -> MeOut:
    """The person behind the token or session, with the posts and roles that they hold today."""
    reader = request.reader
    person = reader.person
    assert person is not None  # the door
    return MeOut(
        id=person.pk,
        by=reader.by,
        name=person.name,
        model=bool(person.book),
        posts=[post_out(post) for post in reader.posts],
        grants=[_grant(grant) for grant in reader.grants],
    )


def post_out(post: Post) -> PostOut:
    """A post, its unit, region and section already read."""
    return PostOut(
        id=post.pk,
        unit=named(post.unit),
        region=named(post.unit.region),
        section=named(post.section) if post.section else None,
        title=post.title,
        since=post.valid_from,
    )


def _grant(grant: Grant) -> GrantOut:
    return GrantOut(role=grant.role, region=grant.region, unit=grant.unit)
