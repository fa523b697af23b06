"""{% asset_url "page.css" %}: the address of a file that pages load."""

from django import template
from django.urls import reverse

from bihuan.web.assets import asset

register = template.Library()


@register.simple_tag
def asset_url(file: str) -> str:
    """The address under which the present content of `file` is served."""
    return reverse("web:asset", args=[asset(file).name])
