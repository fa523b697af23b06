"""{% load campaign_links %}: from what the check found to where it is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.components.templatetags.components import marked

if TYPE_CHECKING:
    from bihuan.campaigns.checking import Found
    from bihuan.campaigns.models import Plan

register = template.Library()


@register.simple_tag(takes_context=True)
def found_link(context: template.Context, item: Found, plan: Plan) -> SafeString:
    """The sentence, leading to the paragraph or duty where the plan is still being written."""
    words = marked(item.said)
    places: dict[str, dict[int, str]] = context.get("places") or {}
    key = places.get(item.what, {}).get(item.pk)
    if key and context.get("open"):
        url = reverse(f"campaigns:{item.what}", args=[plan.campaign_id, plan.number, key])
        return format_html('<a href="{}">{}</a>', url, words)
    return words
