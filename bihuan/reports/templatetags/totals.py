"""{% load totals %}: the numbers of a campaign's pages, each a link to what makes it."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.components.templatetags.components import number
from bihuan.reports.queries.campaigns import Number

register = template.Library()


@register.simple_tag
def shown(one: Number, base: str, row: str, kept: str = "") -> SafeString:
    """A number as it is printed. A page has hundreds of them: one call each, and no template of its own.

    Args:
        base: the address of what makes the row at the place.
        row: the row as it stands in an address; `kept`: what else of the page's address stays.
    """
    if not one.known:
        return format_html('<span class="quiet">{}</span>', one.printed)
    return number(one.printed, url=f"{base}?row={row}{kept}", kind=one.what, title=one.words)
