"""The writers of accounts: open, sign in, passwords, tokens, the rules they follow."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from bihuan.history import actions as history
from bihuan.org import queries
from bihuan.org.actions.units import checked
from bihuan.org.models import Account, Authority, Person, PolicyChange, SignIn, Token, UsedPassword
from bihuan.org.refusals import OrgError, PasswordError, SignInError, StaleError
from bihuan.org.rules import Outcome, Policy

ONCE_DAYS = 14  # how long a one-time password is good
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another, on paper or by telephone
TOKEN_PREFIX = "bh_"


@dataclass(frozen=True, slots=True)
class Once:
    """An account and the one-time password to hand over: it is shown now and never again."""

    account: Account
    password: str


def once_password() -> str:
    """A password that is good once: twelve letters and digits in three groups."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))  # 59 bits
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def open_account(*, person: Person, name: str = "", by: str, at: dt.datetime) -> Once:
    """Let a person sign in, by a one-time password that must be changed at the first use.

    Args:
        name: to sign in with; the telephone number unless given.

    Raises:
        OrgError: the person has an account already, the name is another's, or there is no name to use.
    """
    name = checked(name or person.phone or f"u{person.pk}", 60)
    password = once_password()
    try:
        with transaction.atomic():
            account = Account.objects.create(
                person=person,
                name=name,
                password=make_password(password, hasher="once"),
                must_change=True,
                password_at=at,
                once_until=at + dt.timedelta(days=ONCE_DAYS),
            )
            _note("org.account_opened", account, by, at)
    except IntegrityError as error:
        if Account.objects.filter(person=person).exists():
            raise OrgError("has-account", "此人已有账号", "this person has an account already") from error
        raise OrgError("name-taken", f"登录名“{name}”已被使用", f"the sign-in name “{name}” is taken") from error
    return Once(account, password)


def reset_password(*, account: Account, by: str, at: dt.datetime) -> Once:
    """A new one-time password, given by an administrator. All sessions of the account end.

    Raises:
        OrgError: one's own: that is changed, not reset; or the account is closed.
    """
    if by == account.person.by:
        raise OrgError("own-password", "自己的口令请用“修改口令”", "change your own password instead")
    if account.closed_at:
        raise OrgError("account-closed", "账号已停用，请先启用", "the account is closed: reopen it first")
    password = once_password()
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(
            password=make_password(password, hasher="once"),
            must_change=True,
            password_at=at,
            once_until=at + dt.timedelta(days=ONCE_DAYS),
            unlocked_at=at,
        )
        _note("org.password_reset", account, by, at)
    return Once(Account.objects.select_related("person").get(pk=account.pk), password)


def lend_account(*, person: Person, name: str, password: str, by: str, at: dt.datetime) -> Account:
    """An account for a model person, with a password that everyone at the demonstration may know; the same again only
    sets the password.

    Raises:
        OrgError: the person is a real one, or the installation serves a real authority.
    """
    if not person.book or Authority.objects.filter(book="").exists():
        zh = "只有示例安装中的示例人员才用公开口令"
        raise OrgError("not-model", zh, "passwords that all know are for model people of a model installation")
    values = {
        "password": make_password(password, hasher="once"),
        "must_change": False,
        "password_at": at,
        "once_until": None,
        "closed_at": None,
        "unlocked_at": at,
    }
    with transaction.atomic():
        account, made = Account.objects.update_or_create(
            person=person, defaults=values, create_defaults={"name": checked(name, 60), **values}
        )
        if made:
            _note("org.account_opened", account, by, at)
    return account


def change_password(*, account: Account, old: str, new: str, by: str, at: dt.datetime) -> Account:
    """Change one's own password.

    Raises:
        SignInError: the old one is wrong; it counts as a failed attempt to sign in.
        PasswordError: the new one will not do.
    """
    if not check_password(old, account.password):
        with transaction.atomic():
            SignIn.objects.create(account=account, at=at, outcome=Outcome.WRONG)
        raise SignInError("wrong-password", "原口令不对", "the old password is wrong")
    rules = queries.policy()
    person = account.person
    weak = rules.weaknesses(new, about=(account.name, person.name, person.phone))
    earlier = UsedPassword.objects.filter(account=account).order_by("-at", "-pk").values_list("digest", flat=True)
    used = [account.password, *earlier[: max(rules.remembered - 1, 0)]] if rules.remembered else []
    if any(check_password(new, digest) for digest in used):
        zh = f"不能与最近 {rules.remembered} 个口令相同"
        weak.append((zh, f"not one of the last {rules.remembered} passwords"))
    if weak:
        raise PasswordError(weak)
    with transaction.atomic():
        UsedPassword.objects.create(account=account, digest=account.password, at=at)
        rows = Account.objects.filter(pk=account.pk, password=account.password)
        fresh = make_password(new)
        if not rows.update(password=fresh, must_change=False, password_at=at, once_until=None):
            raise StaleError(account.name)
        _note("org.password_changed", account, by, at)
    return Account.objects.select_related("person").get(pk=account.pk)


def sign_in(*, name: str, password: str, address: str | None, at: dt.datetime) -> Account:
    """The account that name and password belong to. Every attempt leaves a row in the log, also a failed one.

    Raises:
        SignInError: they do not belong together, the account is locked or closed, or the address is busy failing.
    """
    account = queries.account_called(name)
    if queries.address_is_busy(address, at=at):
        raise SignInError(
            "address-busy",
            "此地址登录失败次数太多，请过十分钟再试",
            "too many failures from this address: try again in ten minutes",
        )
    if account is None:
        make_password(password)  # one digest, as a real check takes: the time tells nothing
        _log(None, address, at, Outcome.WRONG)
        raise _wrong()
    if until := queries.locked_until(account, at=at):
        _log(account, address, at, Outcome.LOCKED)
        minutes = max(1, round((until - at).total_seconds() / 60))
        zh = f"输错次数太多，账号已锁定，约 {minutes} 分钟后再试，或请管理员解锁"
        en = f"too many failures: locked for about {minutes} more minutes, or until an administrator unlocks it"
        raise SignInError("locked", zh, en)
    if not check_password(password, account.password):
        _log(account, address, at, Outcome.WRONG)
        raise _wrong()
    if account.closed_at or (account.once_until and account.once_until < at):
        _log(account, address, at, Outcome.CLOSED)
        zh = "账号已停用，或一次性口令已过期，请找本单位管理员"
        raise SignInError("closed", zh, "the account is closed, or its one-time password has run out: see your office")
    _log(account, address, at, Outcome.WELL)
    return account


def _wrong() -> SignInError:
    return SignInError("wrong", "登录名或口令不对", "the name or the password is wrong")


def _log(account: Account | None, address: str | None, at: dt.datetime, outcome: Outcome) -> None:
    with transaction.atomic():
        SignIn.objects.create(account=account, address=address, at=at, outcome=outcome)


def close_account(*, account: Account, by: str, at: dt.datetime) -> None:
    """停用: nobody signs in by it any more; its sessions end with their next page.

    Raises:
        OrgError: one's own.
        StaleError: it is closed already.
    """
    if by == account.person.by:
        raise OrgError("own-account", "不能停用自己的账号", "nobody closes their own account")
    _switch(account, "org.account_closed", {"closed_at": None}, {"closed_at": at}, by=by, at=at)


def reopen_account(*, account: Account, by: str, at: dt.datetime) -> None:
    """启用 a closed account.

    Raises:
        StaleError: it is open already.
    """
    _switch(account, "org.account_reopened", {"closed_at__isnull": False}, {"closed_at": None}, by=by, at=at)


def unlock_account(*, account: Account, by: str, at: dt.datetime) -> None:
    """解锁 an account that failed attempts have locked.

    Raises:
        OrgError: one's own.
    """
    if by == account.person.by:
        raise OrgError("own-account", "不能解锁自己的账号", "nobody unlocks their own account")
    _switch(account, "org.account_unlocked", {}, {"unlocked_at": at}, by=by, at=at)


def _switch(
    account: Account, verb: str, now: dict[str, Any], then: dict[str, Any], *, by: str, at: dt.datetime
) -> None:
    with transaction.atomic():
        if not Account.objects.filter(pk=account.pk, **now).update(**then):
            raise StaleError(account.name)
        _note(verb, account, by, at)


def set_policy(*, policy: Policy, by: str, at: dt.datetime) -> Policy:
    """Other rules of passwords and sessions from now on.

    Raises:
        OrgError: a value outside its limits.
    """
    values = asdict(policy)
    for name, (low, high) in Policy.LIMITS.items():
        if not low <= values[name] <= high:
            zh, en = f"{name} 须在 {low} 与 {high} 之间", f"{name} lies between {low} and {high}"
            raise OrgError("policy-limits", zh, en)
    with transaction.atomic():
        old = asdict(queries.policy())
        PolicyChange.objects.create(values=values, by=by, at=at)
        changed = {name: [old[name], value] for name, value in values.items() if old[name] != value}
        history.record(verb="org.policy_set", subject=("policy", "1"), by=by, at=at, values={"changed": changed})
    return policy


def make_token(*, person: Person, name: str, days: int, by: str, at: dt.datetime) -> tuple[Token, str]:
    """A personal token for programs; its secret is shown now and never again.

    Raises:
        OrgError: no name, or more than a year.
    """
    if not 1 <= days <= 366:
        raise OrgError("token-days", "有效期为 1 至 366 天", "a token is good for 1 to 366 days")
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token.objects.create(
            person=person,
            name=checked(name, 60),
            digest=token_digest(secret),
            made_at=at,
            expires_at=at + dt.timedelta(days=days),
        )
        values = {"name": token.name, "days": days}
        history.record(verb="org.token_made", subject=("token", str(token.pk)), by=by, at=at, values=values)
    return token, secret


def revoke_token(*, token: Token, by: str, at: dt.datetime) -> None:
    """End a token.

    Raises:
        StaleError: it has ended already.
    """
    with transaction.atomic():
        if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
            raise StaleError(token.name)
        history.record(verb="org.token_revoked", subject=("token", str(token.pk)), by=by, at=at, values={})


def use_token(*, token: Token, on: dt.date, by: str, at: dt.datetime) -> None:
    """Remember the last day on which a token was used: at most one write a day."""
    with transaction.atomic():
        rows = Token.objects.filter(pk=token.pk).exclude(used_on=on)
        if rows.update(used_on=on):
            values = {"on": on.isoformat()}
            history.record(verb="org.token_used", subject=("token", str(token.pk)), by=by, at=at, values=values)


def token_digest(secret: str) -> str:
    """What is kept of a token. It is long and random: a plain digest will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(verb: str, account: Account, by: str, at: dt.datetime) -> None:
    history.record(verb=verb, subject=("account", str(account.pk)), by=by, at=at, values={"person": account.person_id})
