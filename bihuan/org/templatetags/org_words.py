"""{% load org_words %}: roles and outcomes in the reader's language; whether a role may be taken away."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from bihuan.lib.words import english, say
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


_HAN = re.compile(r"([\u3400-\u9fff\u3001-\u303f\uff00-\uffef]+)")


@register.simple_tag
def marked(sentence: str) -> SafeString:
    """A sentence; where it is English, the Chinese names in it say that they are Chinese."""
    if not english():
        return conditional_escape(sentence)
    parts = enumerate(_HAN.split(sentence))
    told = (format_html('<span lang="zh-Hans">{}</span>', part) if at % 2 else part for at, part in parts)
    return format_html_join("", "{}", ((part,) for part in told))


@register.simple_tag
def may_revoke(keeps: Keeping, role: str) -> bool:
    """Whether one who keeps a person so far may take this role away."""
    return keeps.administration if Role(role) in ADMINISTRATORS else keeps.business
