"""Signing in and out, and one's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.lib.words import say
from bihuan.org import actions, gate, queries
from bihuan.org.access import own_token
from bihuan.org.forms import PasswordForm, SignInForm, TokenForm
from bihuan.org.gate import DeskRequest, before_change, open_to_all, signed_in
from bihuan.org.refusals import OrgError, PasswordError, SignInError

PLUMBING = ("version", "shown", "back", "next")  # fields that tell a person nothing
KEPT = "kept:"  # before the name of each field that is carried through signing in


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@open_to_all
def sign_in(request: DeskRequest) -> HttpResponse:
    """Name and password; then on to where the reader wanted to go, or to the form they had filled in."""
    wanted = gate.safe_next(request, request.POST.get("next", request.GET.get("next", "/")))
    if request.method == "GET":
        if request.reader.known:
            return HttpResponseRedirect(wanted)
        return render(request, "org/sign_in.html", {"form": SignInForm(), "next": wanted})
    form = SignInForm(request.POST)
    kept = [
        (name.removeprefix(KEPT), value)
        for name, values in request.POST.lists()
        if name.startswith(KEPT)
        for value in values
    ]
    refused = None
    if form.is_valid():
        now = timezone.now()
        try:
            account = actions.sign_in(
                name=form.cleaned_data["name"], password=form.cleaned_data["password"], address=address(request), at=now
            )
        except SignInError as error:
            refused = error
        else:
            gate.begin_session(request, account, at=now)
            if kept:
                return render(request, "org/resume.html", {"path": wanted, "kept": kept, "plumbing": PLUMBING})
            first = queries.must_change(account, queries.policy(), at=now)
            return HttpResponseRedirect(reverse("org:password") if first else wanted)
    context = {"form": form, "next": wanted, "kept": kept, "refused": refused, "interrupted": bool(kept)}
    return render(request, "org/sign_in.html", context, status=403 if refused else 422)


def address(request: HttpRequest) -> str | None:
    """Where a request comes from, by the connection; what a stranger writes into headers is not asked."""
    found: str | None = request.META.get("REMOTE_ADDR") or None
    return found


@require_POST
@open_to_all
def sign_out(request: DeskRequest) -> HttpResponse:
    """End the session on the server."""
    gate.end_session(request)
    return HttpResponseRedirect(reverse("org:sign_in"))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
@before_change
def password(request: DeskRequest) -> HttpResponse:
    """Change one's own password; the first thing after a one-time password."""
    account = request.reader.account
    assert account is not None  # the door
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wish = form.cleaned_data
            try:
                account = actions.change_password(
                    account=account, old=wish["old"], new=wish["new"], by=request.reader.by, at=timezone.now()
                )
            except PasswordError as error:
                for zh_en in error.weaknesses:
                    form.add_error("new", say(*zh_en))
            except SignInError as error:
                form.add_error("old", error.said())
            else:
                gate.renew_session(request, account)
                return HttpResponseRedirect(reverse("org:me") + "?changed")
    rules = request.reader.policy
    first = queries.must_change(account, rules, at=timezone.now())
    return render(request, "org/password.html", {"form": form, "rules": rules, "first": first}, status=status)


@never_cache
@require_safe
@signed_in
def me(request: DeskRequest) -> HttpResponse:
    """Who one is here: posts, roles, the last sign-ins, tokens."""
    account = request.reader.account
    assert account is not None  # the door
    return render(
        request,
        "org/me.html",
        {
            "page": queries.own_page(account, day=request.reader.day, at=timezone.now()),
            "form": TokenForm(),
            "changed": "changed" in request.GET,
        },
    )


@never_cache
@require_POST
@signed_in
def new_token(request: DeskRequest) -> HttpResponse:
    """Make a personal token; its secret stands on the answer and nowhere else."""
    account = request.reader.account
    assert account is not None  # the door
    form = TokenForm(request.POST)
    secret = ""
    if form.is_valid():
        try:
            _token, secret = actions.make_token(
                person=account.person,
                name=form.cleaned_data["name"],
                days=form.cleaned_data["days"],
                by=request.reader.by,
                at=timezone.now(),
            )
        except OrgError as error:
            form.add_error(None, error.said())
    page = queries.own_page(account, day=request.reader.day, at=timezone.now())
    context = {"page": page, "form": form, "secret": secret}
    return render(request, "org/me.html", context, status=200 if secret else 422)


@require_POST
@signed_in
def end_token(request: DeskRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    actions.revoke_token(token=own_token(request.reader, pk), by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(reverse("org:me"))
