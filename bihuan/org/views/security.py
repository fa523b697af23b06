"""Pages of the security administrator (rules of passwords and sessions) and of the audit administrator (sign-ins)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.org import actions, queries
from bihuan.org.access import SEE_SIGN_INS, SET_POLICY, NotThere, audited
from bihuan.org.forms.security import OUTCOME_WORDS, POLICY_WORDS, PolicyForm, SignInFilter
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.rules import Outcome, Policy
from bihuan.org.views.answers import answered, done

TONES = {Outcome.WELL: "good", Outcome.WRONG: "warn", Outcome.LOCKED: "bad", Outcome.CLOSED: "bad"}


@require_http_methods(["GET", "POST"])
@needs(SET_POLICY)
def policy(request: DeskRequest) -> HttpResponse:
    """The rules of passwords and sessions of the whole installation, and how they changed."""
    if not request.reader.at_top(SET_POLICY):
        raise NotThere
    form = PolicyForm(request.POST or None, initial=asdict(queries.policy()))

    def act(wish: dict[str, Any]) -> str:
        actions.set_policy(policy=Policy(**wish), by=request.reader.by, at=timezone.now())
        return reverse("org:policy") + "?done=policy"

    steps = queries.policy_steps()
    names = queries.names(step.by for step in steps)
    told = [
        {
            "at": step.at,
            "by": names[step.by],
            "changed": [(POLICY_WORDS[name][0], old, new) for name, old, new in step.changed],
        }
        for step in steps
    ]
    return answered(request, form, act, template="org/policy.html", steps=told, notice=done(request))


@require_safe
@needs(SEE_SIGN_INS)
def sign_ins(request: DeskRequest) -> HttpResponse:
    """The attempts to sign in that the reader audits, the newest first."""
    form = SignInFilter(request.GET)
    wish = form.wish()
    found = queries.sign_ins_found(audited(request.reader), **wish)
    page = paged(request, found, "-at", "-pk")
    words = {outcome.value: {"words": say(*pair), "tone": TONES[outcome]} for outcome, pair in OUTCOME_WORDS.items()}
    rows = [(attempt, words[attempt.outcome]) for attempt in page]
    return render(
        request, "org/sign_ins.html", {"form": form, "page": page, "rows": rows, "searched": any(wish.values())}
    )
