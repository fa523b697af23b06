"""Pages of posts, roles and accounts: appoint, hand over, end, grant, revoke; open, reset, close, unlock."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.lib.words import say
from bihuan.org import actions, queries
from bihuan.org.access import (
    GRANT_ADMINISTRATION,
    MANAGE_PEOPLE,
    PEOPLE,
    POSTS,
    REGIONS,
    SEE_DIRECTORY,
    UNITS,
    UNLOCK,
    NotThere,
    keeping,
    managed,
    placing,
    the,
    the_kept,
    verb_of,
    within,
)
from bihuan.org.forms.entries import EndForm, GrantForm, HandOverForm, OpenAccountForm, SeatForm, today
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.models import Account, Person, Post
from bihuan.org.rules import ADMINISTRATORS, Role
from bihuan.org.views.answers import answered
from bihuan.org.views.slips import slips


def _to(person: Person, word: str) -> str:
    return reverse("org:person", args=[person.pk]) + f"?done={word}"


def _about(person: Person, title: tuple[str, str], button: tuple[str, str], lead: tuple[str, str]) -> dict[str, Any]:
    return {
        "title": say(*title),
        "lead": say(*lead),
        "button_text": say(*button),
        "back_url": reverse("org:person", args=[person.pk]),
        "back_text": say("人员", "The person"),
        "subject": person.name,
    }


def _post(request: DeskRequest, pk: int) -> Post:
    """A post of somebody whose entry the reader keeps.

    Raises:
        NotThere: there is none, or it is not the reader's to change.
    """
    rows = POSTS.all().select_related("person", "unit", "section")
    post = the(request.reader, SEE_DIRECTORY, POSTS, rows, pk=pk)
    the_kept(request.reader, post.person_id)
    return post


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def appoint(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a person another post."""
    person = the_kept(request.reader, pk)
    units = within(request.reader, placing(request.reader), UNITS).filter(closed_on=None)
    form = SeatForm(request.POST or None, initial=today(request.reader.day), units=units)

    def act(wish: dict[str, Any]) -> str:
        actions.appoint(
            person=person,
            unit=wish["unit"],
            section=wish["section"],
            title=wish["title"],
            on=wish["on"],
            by=request.reader.by,
            at=timezone.now(),
        )
        return _to(person, "appointed")

    lead = ("原有任职不变；不再担任的请另行免去或交接。", "Posts held already stay: end them or hand them over apart.")
    return answered(request, form, act, **_about(person, ("增加任职", "Add a post"), ("任职", "Appoint"), lead))


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def hand_over(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand a post over to another person from a day on."""
    post = _post(request, pk)
    others = managed(request.reader, placing(request.reader)).exclude(pk=post.person_id)
    form = HandOverForm(request.POST or None, initial=today(request.reader.day), people=others)

    def act(wish: dict[str, Any]) -> str:
        actions.hand_over(post=post, to=wish["to"], on=wish["on"], by=request.reader.by, at=timezone.now())
        return _to(post.person, "handed-over")

    what = " ".join(filter(None, (post.unit.name, post.section.name if post.section else "", post.title)))
    about = _about(post.person, ("交接任职", "Hand over a post"), ("交接", "Hand over"), ("", ""))
    about["subject"] = f"{post.person.name}：{what}"
    return answered(request, form, act, **about)


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def end_post(request: DeskRequest, pk: int) -> HttpResponse:
    """End a post on a day."""
    post = _post(request, pk)
    form = EndForm(request.POST or None, initial=today(request.reader.day))

    def act(wish: dict[str, Any]) -> str:
        actions.end_post(post=post, on=wish["on"], by=request.reader.by, at=timezone.now())
        return _to(post.person, "ended")

    what = " ".join(filter(None, (post.unit.name, post.section.name if post.section else "", post.title)))
    about = _about(post.person, ("免去任职", "End a post"), ("免去", "End"), ("", ""))
    about["subject"] = f"{post.person.name}：{what}"
    return answered(request, form, act, **about, danger=True)


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def grant(request: DeskRequest, pk: int) -> HttpResponse:
    """Grant a role with one of a person's posts: business roles, or administrators' roles, as the reader may."""
    reader = request.reader
    person = the(reader, SEE_DIRECTORY, PEOPLE, pk=pk)
    keeps = keeping(reader, person)
    roles = [role for role in Role if (keeps.administration if role in ADMINISTRATORS else keeps.business)]
    if not roles:
        raise NotThere
    page = queries.person_page(person, day=reader.day, at=timezone.now(), with_account=False)
    posts = [post for post in page.now if post.valid_to is None]
    regions = queries.region_choices(within(reader, verb_of(roles[0]), REGIONS))
    form = GrantForm(request.POST or None, posts=posts, roles=roles, regions=regions)

    def act(wish: dict[str, Any]) -> str:
        post = the(reader, verb_of(wish["role"]), POSTS, pk=wish["post"], person=person)
        where = wish["region"] and the(reader, verb_of(wish["role"]), REGIONS, pk=wish["region"])
        actions.grant(post=post, role=wish["role"], region=where, by=reader.by, at=timezone.now())
        return _to(person, "granted")

    lead = (
        "三类管理员须由不同的人担任，且不兼任业务角色。",
        "The three administrators are three people and hold no other role.",
    )
    return answered(request, form, act, **_about(person, ("授予角色", "Grant a role"), ("授予", "Grant"), lead))


@require_POST
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def revoke(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    holding = queries.holding_with_post(pk)
    if holding is None:
        raise NotThere
    what = "administration" if holding.role in ADMINISTRATORS else "business"
    person = the_kept(request.reader, holding.post.person_id, what=what)
    actions.revoke(holding=holding, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(_to(person, "revoked"))


# -- accounts --------------------------------------------------------------------------------------------------------


def _account(request: DeskRequest, pk: int, *, what: str = "entry") -> Account:
    person = the_kept(request.reader, pk, what=what)
    account = queries.account_of(person)
    if account is None:
        raise NotThere
    return account


@never_cache
@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def open_account(request: DeskRequest, pk: int) -> HttpResponse:
    """Open an account; its one-time password stands on the answer and nowhere else."""
    person = the_kept(request.reader, pk)
    form = OpenAccountForm(request.POST or None)
    made: list[actions.Once] = []

    def act(wish: dict[str, Any]) -> str:
        name = wish["name"]
        made.append(actions.open_account(person=person, name=name, by=request.reader.by, at=timezone.now()))
        return ""

    lead = (
        "系统会给一个一次性口令，只显示一次，首次登录后须改。",
        "A one-time password is shown once, and changed at the first use.",
    )
    about = _about(person, ("开通账号", "Open an account"), ("开通", "Open"), lead)
    answer = answered(request, form, act, **about)
    return _once(request, made[0]) if made else answer


@never_cache
@require_POST
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def reset_password(request: DeskRequest, pk: int) -> HttpResponse:
    """A new one-time password; it stands on the answer and nowhere else."""
    account = _account(request, pk)
    return _once(request, actions.reset_password(account=account, by=request.reader.by, at=timezone.now()))


def _once(request: DeskRequest, once: actions.Once) -> HttpResponse:
    return render(request, "org/once.html", {"slips": slips([once]), "person": once.account.person})


@require_POST
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def close_account(request: DeskRequest, pk: int) -> HttpResponse:
    """Close an account; its sessions end."""
    account = _account(request, pk)
    actions.close_account(account=account, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(_to(account.person, "account-closed"))


@require_POST
@needs(MANAGE_PEOPLE, GRANT_ADMINISTRATION)
def reopen_account(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a closed account sign in again."""
    account = _account(request, pk)
    actions.reopen_account(account=account, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(_to(account.person, "account-reopened"))


@require_POST
@needs(UNLOCK)
def unlock_account(request: DeskRequest, pk: int) -> HttpResponse:
    """Let somebody try again whom failed attempts have locked out."""
    account = _account(request, pk, what="unlock")
    actions.unlock_account(account=account, by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(_to(account.person, "unlocked"))
