"""{% load org_words %}: roles and outcomes in the reader's language; whether a role may be taken away."""

from __future__ import annotations

from django import template

from bihuan.lib.words import say
from bihuan.org.access import Keeping
from bihuan.org.forms.security import OUTCOME_WORDS
from bihuan.org.rules import ADMINISTRATORS, ROLE_WORDS, Outcome, Role

register = template.Library()


@register.simple_tag
def role_words(role: str) -> str:
    """A role's name."""
    return say(*ROLE_WORDS[Role(role)])


@register.simple_tag
def outcome_words(outcome: str) -> str:
    """What came of an attempt to sign in."""
    return say(*OUTCOME_WORDS[Outcome(outcome)])


@register.simple_tag
def may_revoke(keeps: Keeping, role: str) -> bool:
    """Whether one who keeps a person so far may take this role away."""
    return keeps.administration if Role(role) in ADMINISTRATORS else keeps.business
