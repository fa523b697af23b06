"""The history of a paper in words: what each verb of this room says, for its own page and for the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.org import queries as org

Values = Mapping[str, Any]


def moments(entries: list[Entry]) -> list[Moment]:
    """Entries about papers, said; the names of those who acted come in one query."""
    names = org.names(entry.by for entry in entries)
    return [moment(entry, names.get(entry.by, "")) for entry in entries]


def moment(entry: Entry, who: str) -> Moment:
    """One entry about a paper, said. A verb that is not known here is named as it stands."""
    zh, en, tone = _SAID.get(entry.verb, (entry.verb, entry.verb, "plain"))
    values: Values = entry.values
    return Moment(entry.at, say(zh, en) + _counted(values), who, _detail(values), tone=tone)


_SAID: dict[str, tuple[str, str, Any]] = {
    "documents.drafted": ("拟稿", "drafted it", "info"),
    "documents.redrafted": ("重新拟稿", "drafted it anew", "info"),
    "documents.edited": ("修改文稿", "edited the draft", "plain"),
    "documents.taken_back": ("采纳传回的 DOCX", "took an edited DOCX back", "plain"),
    "documents.checked": ("核稿", "checked it", "info"),
    "documents.sent_back": ("退回", "sent it back", "warn"),
    "documents.discarded": ("作废", "made it void", "bad"),
    "documents.signed": ("签发", "signed it off", "info"),
    "documents.issued": ("印发", "issued it", "good"),
    "documents.number_void": ("排印失败，文号作废", "printing failed: its number is void", "bad"),
    "documents.delivered": ("分发", "delivered it", "plain"),
    "documents.signed_for": ("签收", "signed for it", "good"),
}


def _counted(values: Values) -> str:
    """How much was changed, in brackets behind the deed."""
    counted = []
    if changed := values.get("changes"):
        counted.append(say(f"{len(changed)} 处", f"{len(changed)} changes"))
    if removed := values.get("removed"):
        counted.append(say(f"{len(removed)} 个数不再引用", f"{len(removed)} numbers no longer quoted"))
    stood = [item for item in values.get("findings", []) if item.get("kind") == "number-changed"]
    if stood:
        counted.append(say(f"{len(stood)} 个数的改动未采纳", f"{len(stood)} changed numbers not taken"))
    return say(f"（{'，'.join(counted)}）", f" ({', '.join(counted)})") if counted else ""


def _detail(values: Values) -> str:
    """What was written with it, as data: a number, a reason, units, the first changes of an edit."""
    units = values.get("units", [])
    lines = [
        values.get("number", ""),
        values.get("reason", ""),
        values.get("unit", ""),
        "、".join(units[:8]) + (f"等{len(units)}个单位" if len(units) > 8 else ""),
        "、".join(values.get("removed", [])),
    ]
    for change in values.get("changes", [])[:3]:
        lines.append(f"{change.get('where', '')}：{_cut(change.get('old', ''))} → {_cut(change.get('new', ''))}")
    return "　".join(line for line in lines if line)


def _cut(text: str) -> str:
    return "—" if not text else text if len(text) <= 40 else f"{text[:40]}…"
