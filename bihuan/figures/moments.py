"""What was done to figures and facts, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.figures.queries import measure_names
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.org.queries import region_names

SAID: dict[str, tuple[str, str, Any]] = {
    "figures.catalogue_loaded": ("载入指标目录", "loaded the catalogue of measures", "plain"),
    "figures.edition_kept": ("开始汇总", "began to keep totals", "plain"),
    "figures.occasion_opened": ("登记场合", "entered an occasion", "plain"),
    "figures.filed": ("入账", "filed a figure", "info"),
    "figures.corrected": ("更正", "corrected a figure", "warn"),
    "figures.withdrawn": ("撤回", "withdrew a figure", "warn"),
    "figures.closed": ("关账", "closed a period", "warn"),
    "figures.erratum_opened": ("出具勘误", "opened an erratum", "warn"),
    "figures.recounted": ("重算并更正汇总", "recounted and put totals right", "warn"),
    "figures.totals_checked": ("核对全部汇总", "compared all totals with the figures", "plain"),
    "figures.doubt_answered": ("说明存疑的数", "answered for a number in doubt", "info"),
    "figures.frozen": ("定稿为事实", "froze a fact", "plain"),
}
_LONGEST = 60  # characters of an occasion's name


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them, and of what `names` gives."""
    zh, en, tone = SAID[entry.verb]
    if entry.subject_kind == "totals":
        return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), check_words(entry), tone=_tone(entry))
    url = f"/facts/{entry.subject_id}/" if entry.subject_kind == "fact" else ""
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), _detail(entry.values, names), url, tone)


def names(entries: Iterable[Entry]) -> dict[str, str]:
    """The names of the measures and regions in entries of this room, under "measure:leaflets" and "region:3152"; a
    query each, none where there are none."""
    measures: set[str] = set()
    regions: set[int] = set()
    for entry in entries:
        if not entry.verb.startswith("figures."):
            continue
        for body in _bodies(entry.values):
            measures |= set(_measures(body))
            regions |= set(_regions(body))
    found = {f"measure:{code}": name for code, name in (measure_names(measures) if measures else {}).items()}
    return found | {f"region:{pk}": name for pk, name in (region_names(regions) if regions else {}).items()}


def check_words(entry: Entry) -> str:
    """What a comparison of all totals with the figures found."""
    days, totals, wrong = (entry.values.get(name, 0) for name in ("days", "totals", "wrong"))
    if not wrong:
        return say(f"{days} 天的 {totals} 个合计全部相符", f"all {totals} totals of {days} days are right")
    return say(
        f"{days} 天的 {totals} 个合计中 {wrong} 处不符，已更正",
        f"of {totals} totals of {days} days {wrong} were wrong and are put right",
    )


def _tone(entry: Entry) -> Any:
    return "warn" if entry.values.get("wrong") else "plain"


def _bodies(values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of an entry that tell what a figure, a fact or an occasion is."""
    return [values, *(item for name in ("old", "new") if isinstance(item := values.get(name), dict))]


def _measures(body: Mapping[str, Any]) -> Iterator[str]:
    listed = body.get("measures")
    for item in listed if isinstance(listed, list) else []:
        code = item[0] if isinstance(item, list) and item else item  # a fact's stand with version and digest
        if isinstance(code, str):
            yield code


def _regions(body: Mapping[str, Any]) -> Iterator[int]:
    listed = body.get("regions")
    for item in [body.get("region"), *(listed if isinstance(listed, list) else [])]:
        if isinstance(item, int):
            yield item


def _detail(values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """“宣传资料：8万余份 → 8.2万份（康乐县，2023-06-12），理由：…”: what it is, old and new, where and when, why."""
    old, new = values.get("old"), values.get("new")
    old, new = old if isinstance(old, dict) else None, new if isinstance(new, dict) else None
    if old is None and new is None:
        parts = [_about(values, names)]
    else:
        before, after = old and _about(old, names), new and _about(new, names)
        parts = [_changed(old, new, names) if old and new else f"{before} → —" if before else str(after)]
    if isinstance(reason := values.get("reason"), str) and reason:
        parts.append(f"理由：{reason}")
    return "，".join(part for part in parts if part)


def _about(body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    what, printed, where = _what(body, names), str(body.get("printed") or ""), _where(body, names)
    name = body.get("name")
    if not (what or printed) and isinstance(name, str):
        printed = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return ("：".join(part for part in (what, printed) if part)) + (f"（{where}）" if where else "")


def _changed(old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What differs is said twice, what does not once."""
    pairs = [
        (_what(old, names), _what(new, names)),
        (str(old.get("printed") or ""), str(new.get("printed") or "")),
        (_where(old, names), _where(new, names)),
    ]
    what, printed, where = (one if one == two else f"{one or '—'} → {two or '—'}" for one, two in pairs)
    return f"{what}：{printed}" + (f"（{where}）" if where else "")


def _what(body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return "、".join(names.get(f"measure:{code}", code) for code in _measures(body))


def _where(body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    places = "、".join(filter(None, (names.get(f"region:{pk}") for pk in _regions(body))))
    days = body.get("period") or [body.get("start"), body.get("end")]
    if not (isinstance(days, list) and len(days) == 2 and all(isinstance(day, str) for day in days)):
        return places
    return "，".join(filter(None, (places, days[0] if days[0] == days[1] else f"{days[0]} 至 {days[1]}")))
