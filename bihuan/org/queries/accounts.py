"""Reads of accounts, of the rules they follow, and of the attempts to sign in."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from bihuan.org.models import Account, Person, PolicyChange, Post, SignIn, Token
from bihuan.org.queries.people import holds_on
from bihuan.org.rules import Outcome, Policy


def policy() -> Policy:
    """The rules of passwords and sessions that hold now."""
    newest = PolicyChange.objects.order_by("-pk").values_list("values", flat=True).first()
    return Policy(**newest) if newest else Policy()


def account_with_person(pk: int) -> Account | None:
    """The account with its person, or None."""
    return Account.objects.select_related("person").filter(pk=pk).first()


def account_called(name: str) -> Account | None:
    """The account that a person means by what they typed: its name, or their telephone number."""
    typed = name.strip()
    if not typed or "\0" in typed or len(typed) > 60:
        return None
    found = Account.objects.select_related("person").filter(name=typed).first()
    return found or Account.objects.select_related("person").filter(person__phone=typed).first()


def must_change(account: Account, rules: Policy, *, at: dt.datetime) -> bool:
    """Whether the account's password must be changed before anything else."""
    if account.must_change:
        return True
    days = rules.max_age_days
    return bool(days) and at - account.password_at > dt.timedelta(days=days)


def locked_until(account: Account, *, at: dt.datetime) -> dt.datetime | None:
    """Until when an account is locked: so many failures in a row, the last of them not long ago. Derived from the log.

    An attempt that is refused because of the lock does not make it longer.
    """
    rules = policy()
    tries = SignIn.objects.filter(account=account).exclude(outcome=Outcome.LOCKED).order_by("-at", "-pk")
    if account.unlocked_at:
        tries = tries.filter(at__gt=account.unlocked_at)
    last = list(tries.values_list("outcome", "at")[: rules.failures])
    if len(last) < rules.failures or any(outcome != Outcome.WRONG for outcome, _at in last):
        return None
    until: dt.datetime = last[0][1] + dt.timedelta(minutes=rules.lock_minutes)
    return until if until > at else None


def address_is_busy(address: str | None, *, at: dt.datetime) -> bool:
    """Whether too many attempts from one address failed lately. Offices share one, so the bound is wide."""
    rules = policy()
    since = at - dt.timedelta(minutes=rules.lock_minutes)
    failed = SignIn.objects.filter(address=address, at__gt=since, outcome=Outcome.WRONG)
    return address is not None and failed[: rules.address_failures].count() >= rules.address_failures


@dataclass(frozen=True)
class OwnPage:
    """What people see of their own account: the newest sign-ins first, and the tokens that are good."""

    account: Account
    sign_ins: tuple[SignIn, ...]
    tokens: tuple[Token, ...]
    posts: tuple[Post, ...]


def own_page(account: Account, *, day: dt.date, at: dt.datetime) -> OwnPage:
    """All that the page of one's own account shows."""
    tokens = Token.objects.filter(person=account.person_id, revoked_at=None, expires_at__gt=at).order_by("-made_at")
    sign_ins = SignIn.objects.filter(account=account).order_by("-at", "-pk")[:10]
    held = Post.objects.filter(holds_on(day), person=account.person_id).select_related("unit", "section")
    posts = held.prefetch_related("holdings__region").order_by("valid_from", "pk")
    return OwnPage(account, tuple(sign_ins), tuple(tokens), tuple(posts))


def token_holder(digest: str, *, at: dt.datetime) -> tuple[Token, Person] | None:
    """The good token of that digest and its person; None where the token has ended or the account is closed."""
    token = (
        Token.objects.select_related("person__account")
        .filter(digest=digest, revoked_at=None, expires_at__gt=at, person__account__closed_at=None)
        .first()
    )
    return (token, token.person) if token else None


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One change of the rules: what differs from the rules before it, as (field, old, new)."""

    by: str
    at: dt.datetime
    changed: list[tuple[str, int, int]]


def policy_steps(limit: int = 20) -> list[PolicyStep]:
    """The newest changes of the rules of passwords and sessions, the newest first."""
    rows = list(PolicyChange.objects.order_by("-pk")[: limit + 1])
    steps = []
    for row, older in zip(rows, [*rows[1:], None], strict=False):
        before = older.values if older else asdict(Policy())
        changed = [(name, before[name], value) for name, value in row.values.items() if before.get(name) != value]
        steps.append(PolicyStep(row.by, row.at, changed))
    return steps[:limit]
