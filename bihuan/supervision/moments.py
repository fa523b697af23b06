"""What was done in supervision, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "supervision.lights_set": ("设定亮灯规则", "set light rules", "info"),
    "supervision.bulletin_frozen": ("定稿月度通报数据", "froze a monthly bulletin", "good"),
    "supervision.bulletin_written": ("将通报拟成公文", "wrote a bulletin as a paper", "info"),
}
_PAGES = {"bulletin": "/supervision/bulletins/{}/"}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    url = _PAGES.get(entry.subject_kind, "").format(entry.subject_id)
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry.values)), url, tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "place", "region", "month", "from"):
        if isinstance(values.get(name), str) and values[name]:
            yield values[name]
