"""What was done to figures and facts, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say

SAID: dict[str, tuple[str, str, Any]] = {
    "figures.catalogue_loaded": ("载入指标目录", "loaded the catalogue of measures", "plain"),
    "figures.edition_kept": ("开始汇总", "began to keep totals", "plain"),
    "figures.occasion_opened": ("登记场合", "entered an occasion", "plain"),
    "figures.filed": ("入账", "filed a figure", "info"),
    "figures.corrected": ("更正", "corrected a figure", "warn"),
    "figures.withdrawn": ("撤回", "withdrew a figure", "warn"),
    "figures.frozen": ("定稿为事实", "froze a fact", "plain"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    url = f"/facts/{entry.subject_id}/" if entry.subject_kind == "fact" else ""
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry.values)), url, tone)


def _detail(values: Mapping[str, Any]) -> Iterator[str]:
    old, new = values.get("old"), values.get("new")
    if isinstance(old, dict):
        yield f"{old.get('printed', '')} → {new.get('printed', '') if isinstance(new, dict) else '—'}"
    elif isinstance(new, dict):
        yield str(new.get("printed", ""))
    for name in ("printed", "name", "reason"):
        if isinstance(values.get(name), str) and values[name]:
            yield values[name]
