"""The names of the icons that the sprite holds."""

from __future__ import annotations

import re
from functools import cache

from bihuan.components.assets import asset


@cache
def names() -> frozenset[str]:
    """Every name that {% icon %} takes."""
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', asset("icons.svg").content.decode()))
