"""Places named in a report: divisions by name (康乐县, 临夏州) and by relation (全州, 我县), resolved to full names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bihuan.lib.regions import Region, lies_in, names, up_to
from bihuan.reading.dates import DateMention, find_dates
from bihuan.reading.numerals import flatten

_SUFFIX = re.compile(
    r"[县区州旗镇乡省市](?![域间直级际容委])|[县市](?=[级委直])|[州](?=[委直级])|街道|区(?=[委直级])|自治[区州县旗]"
)
_OWN = re.compile(r"(?<![完健安齐])(?:全|我|本)(省|州|市|县|区|旗|镇|乡|街道)(?![域场长])(?!委|政府|应急)")
_OWN_LEVELS = {
    "省": ("province",),
    "州": ("prefecture",),
    "市": ("prefecture", "county"),
    "县": ("county",),
    "旗": ("county",),
    "区": ("county", "province"),
    "镇": ("township",),
    "乡": ("township",),
    "街道": ("township",),
}
# What a division's name is followed by when it speaks of itself as the author.
_SELF = re.compile(r"(?:20[0-9]{2}年|委|人民政府|政府|安委|应急|各|今年|认真|高度|始终|坚持)")
_TITLE_LINE = 60
_HEAD = 2000


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place in a text; `region` is None where only the relation is known (全市 of an unknown city)."""

    start: int
    end: int
    printed: str
    region: Region | None

    @property
    def name(self) -> str:
        """The full name, or what is printed."""
        return self.region.name if self.region else self.printed


class Survey(NamedTuple):
    """What figures and activities both start from: the flat text, its dates, its places, the report's own place."""

    flat: str
    dates: list[DateMention]
    places: list[PlaceMention]
    own: Region | None


def survey(text: str) -> Survey:
    """Survey a text once for all who read it."""
    flat = flatten(text)
    return Survey(flat, find_dates(flat), *find_places(flat))


@lru_cache(maxsize=1)
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in names()}, reverse=True))


def find_places(flat: str) -> tuple[list[PlaceMention], Region | None]:
    """All places of a flat text in order, and the report's own place (None when the text does not tell)."""
    hits = _named(flat)
    own = _own_place(flat, hits)
    found = [PlaceMention(start, end, flat[start:end], _nearest_to(group, own)) for start, end, group in hits]
    for match in _OWN.finditer(flat):
        found.append(PlaceMention(*match.span(), match[0], _own_at(match[1], own)))
    found.sort(key=lambda mention: mention.start)
    return found, own


def _named(flat: str) -> list[tuple[int, int, tuple[Region, ...]]]:
    gazetteer = names()
    hits: list[tuple[int, int, tuple[Region, ...]]] = []
    for match in _SUFFIX.finditer(flat):
        end = match.end()
        floor = hits[-1][1] if hits else 0
        for length in _lengths():
            if end - length < floor or length < 2:
                continue
            group = gazetteer.get(flat[end - length : end])
            if group:
                hits.append((end - length, end, group))
                break
    return hits


def _own_place(flat: str, hits: list[tuple[int, int, tuple[Region, ...]]]) -> Region | None:
    """The division that the report speaks for: named in the title, or most often as the one who acts."""
    line = flat.find("\n")
    title_end = line if 0 < line <= _TITLE_LINE else 0
    levels = Counter(match[1] for match in _OWN.finditer(flat))
    wanted = {level for word in levels for level in _OWN_LEVELS[word]}
    score: Counter[str] = Counter()
    groups: dict[str, tuple[Region, ...]] = {}
    for start, end, group in hits:
        name = group[0].name
        groups[name] = group
        score[name] += 1
        if end <= title_end and not score.get("\ntitle"):
            score[name] += 6
        if start < _HEAD and _SELF.match(flat, end):
            score[name] += 2
    best = max(score, key=lambda name: (score[name], name in groups and groups[name][0].level in wanted), default=None)
    if best is None:
        return None
    if wanted:
        fitting = [name for name in score if any(region.level in wanted for region in groups[name])]
        best = max(fitting, key=lambda name: score[name], default=best)
    candidates = [region for region in groups[best] if not wanted or region.level in wanted] or list(groups[best])
    above = [group for name, group in groups.items() if name != best]
    for region in candidates:
        if any(lies_in(region, other) for group in above for other in group if other.level != region.level):
            return region
    return candidates[0] if len(candidates) == 1 else None


def _nearest_to(group: tuple[Region, ...], own: Region | None) -> Region | None:
    """Of several divisions with one name, the one that shares most with the report's own place."""
    if len(group) == 1 or own is None:
        return group[0]
    for level in ("county", "prefecture", "province"):
        near = up_to(own, level)
        for region in group:
            if near is not None and lies_in(region, near):
                return region
    return group[0]


def _own_at(word: str, own: Region | None) -> Region | None:
    if own is None:
        return None
    for level in _OWN_LEVELS[word]:
        region = up_to(own, level)
        if region is not None and (level == own.level or region.name.endswith(word)):
            return region
    return None
