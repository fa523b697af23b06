"""The door of every page: who is asking, whether they are signed in, whether the page is for them at all.

Every view carries one of `needs`, `signed_in`, `open_to_all`; a test walks all addresses and looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from bihuan.org import queries
from bihuan.org.access import NOBODY, NotThere, Reader, Verb, may, reader_of
from bihuan.org.forms import SignInForm
from bihuan.org.models import Account

P = ParamSpec("P")
Answer = Callable[[HttpRequest], HttpResponse]
KEPT_FIELDS, KEPT_CHARACTERS = 10_000, 2_500_000  # of a form that is kept while its sender signs in again
_TOUCH_SECONDS = 60  # a session is marked as in use this often at most: not a write a page


class DeskRequest(HttpRequest):
    """A request behind `known_reader`."""

    reader: Reader


View = Callable[Concatenate[DeskRequest, P], HttpResponse]


# -- the session -----------------------------------------------------------------------------------------------------


def begin_session(request: HttpRequest, account: Account, *, at: dt.datetime) -> None:
    """Bind the session to an account. Its key changes, so that one planted before is worth nothing."""
    request.session.flush()
    request.session["account"] = account.pk
    request.session["digest"] = account.get_session_auth_hash()
    request.session["since"] = request.session["touched"] = int(at.timestamp())
    rules = queries.policy()
    request.session.set_expiry(rules.idle_minutes * 60)
    request.reader = reader_of(account.person, day=local_day(at), account=account, policy=rules)  # type: ignore[attr-defined]


def renew_session(request: HttpRequest, account: Account) -> None:
    """Go on after a change of one's own password; all other sessions of the account end with it."""
    request.session.cycle_key()
    request.session["digest"] = account.get_session_auth_hash()


def end_session(request: HttpRequest) -> None:
    """Forget the session on the server."""
    request.session.flush()


def local_day(at: dt.datetime) -> dt.date:
    """The day of an instant in the campaign's zone."""
    return at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)).date()


def known_reader(get_response: Answer) -> Answer:
    """Middleware: `request.reader`, from the session or nobody. Nothing is asked where there is no session cookie."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.reader = _reader(request)  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def _reader(request: HttpRequest) -> Reader:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not (pk := request.session.get("account")):
        return NOBODY
    now = timezone.now()
    rules = queries.policy()
    account = queries.account_with_person(pk)
    digest = account.get_session_auth_hash() if account else ""
    same = account is not None and constant_time_compare(digest, request.session.get("digest", ""))
    age = now.timestamp() - request.session.get("since", 0)
    if account is None or not same or not account.stands or age > rules.absolute_hours * 3600:
        request.session.flush()
        return NOBODY
    # What a page asks by itself (a counter, a preview) is no sign that a person is still there.
    if not request.headers.get("X-Unattended") and now.timestamp() - request.session["touched"] > _TOUCH_SECONDS:
        request.session["touched"] = int(now.timestamp())
    return reader_of(account.person, day=local_day(now), account=account, policy=rules)


# -- the door --------------------------------------------------------------------------------------------------------


def open_to_all(view: View[P]) -> View[P]:
    """A page for everyone, signed in or not."""
    view.door = "all"  # type: ignore[attr-defined]
    return view


def signed_in(view: View[P]) -> View[P]:
    """A page for everyone who is signed in."""
    return _guarded(view, "signed in", ())


def needs(*verbs: Verb) -> Callable[[View[P]], View[P]]:
    """A page for those who may one of `verbs` somewhere; which things they see on it is `access.within`'s business."""

    def guard(view: View[P]) -> View[P]:
        return _guarded(view, "needs", verbs)

    return guard


def _guarded(view: View[P], door: str, verbs: tuple[Verb, ...]) -> View[P]:
    @wraps(view)
    def guarded(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        reader = request.reader
        if reader.account is None:
            return ask_to_sign_in(request)
        if (first := to_first_change(request)) and not getattr(view, "before_change", False):
            return first
        if verbs and not any(may(reader, verb) for verb in verbs):
            raise NotThere
        return view(request, *args, **kwargs)

    guarded.door = door  # type: ignore[attr-defined]
    guarded.verbs = verbs  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]  # `wraps` hides that it is a plain function


def before_change(view: View[P]) -> View[P]:
    """Mark a page that opens also while the reader must first change a one-time password. Goes under the door."""
    view.before_change = True  # type: ignore[attr-defined]
    return view


def to_first_change(request: DeskRequest) -> HttpResponse | None:
    """The way to the page on which a one-time password is changed; None where the reader's own holds."""
    account = request.reader.account
    if account is None or not queries.must_change(account, request.reader.policy, at=timezone.now()):
        return None
    return HttpResponseRedirect(reverse("org:password"))


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back. What a person had written when their session ended is kept in the page itself and
    offered again after signing in: nothing is lost, and nothing is stored for someone who is not signed in."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(f"{reverse('org:sign_in')}?{urlencode({'next': request.get_full_path()})}")
    kept, files = kept_fields(request)
    context = {"form": SignInForm(), "next": request.get_full_path(), "kept": kept, "kept_files": files}
    context["interrupted"] = True
    return render(request, "org/sign_in.html", context, status=401)


def kept_fields(request: HttpRequest) -> tuple[list[tuple[str, str]], list[str]]:
    """The fields of a form that came too late, and the names of files that must be chosen again."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "password") and not name.startswith("password")
        for value in values
    ]
    if len(fields) > KEPT_FIELDS or sum(len(value) for _name, value in fields) > KEPT_CHARACTERS:
        fields = []
    return fields, [file.name or "" for file in request.FILES.values() if not isinstance(file, list)]


def safe_next(request: HttpRequest, wanted: str) -> str:
    """An address on this site to go to, or the desk."""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
        return wanted
    return "/"


def door_of(view: Any) -> str | None:
    """How a view is guarded: "all", "signed in", "needs", or None where nobody thought of it."""
    found: str | None = getattr(view, "door", None)
    return found
