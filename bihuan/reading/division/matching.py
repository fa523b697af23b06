"""Which real unit a printed name means: 州应急局 is 临夏回族自治州应急管理局. What may be two is never sure.

A name is cut into its place (临夏州, or the bare 州) and its core (应急局); cores are compared in all the forms that
data/abbreviations.csv knows, places by the region that a unit stands in.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from bihuan.lib.regions import short_name
from bihuan.reading.division.duty import Doubt, Named, NamedKind

_LEVELS = "省州盟市县区旗乡镇村"
_BEFORE_PLACE = re.compile(
    r"(?:中共|中国共产党|共青团|团|国网|国家税务总局|国家统计局|中国移动|中国电信|中国联通|中国铁塔|中国邮政|中国人民银行|中国石油|中国石化|甘肃|国网甘肃省电力公司)?$"
)
_LONGEST = 80  # characters of a unit's name
_MOST_FORMS = 40
_NEAR, _MOST_CANDIDATES = 0.62, 6


class How(StrEnum):
    NAME = "name"
    SHORT = "short"  # by its short name, an abbreviation, with or without its place
    OLD = "old"
    SEVERAL = "several"
    NEAR = "near"  # no unit is called so; those called nearly so are the candidates
    PART = "part"  # a part of a unit that is known: 州公安局治安支队
    PLACE = "place"  # a region, not a unit: 康乐县
    GROUP = "group"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the directory. `regions`: the names of the region it stands in (临夏回族自治州, 临夏州)."""

    key: Hashable
    name: str
    short_name: str = ""
    old_names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means. `key`: the unit, where there is no doubt; else None, and `candidates` hold those that it may
    be, likeliest first. `doubt` says why it is not sure."""

    name: str
    key: Hashable | None
    candidates: tuple[Hashable, ...]
    how: How
    doubt: Doubt | None = None

    @property
    def sure(self) -> bool:
        return self.key is not None


def match_units(names: Iterable[str | Named], directory: Sequence[KnownUnit], *, home: str = "") -> tuple[Match, ...]:
    """The unit of each name, in the order of the names.

    `home`: a name of the region whose paper it is; its units come first among the candidates, and are no surer for it.
    """
    index = _Index(directory)
    known: dict[str, Match] = {}
    matches = []
    for named in names:
        if isinstance(named, Named) and named.kind == NamedKind.GROUP:
            zh, en = "是一组单位，不是一个单位", "a group of units, not one unit"
            matches.append(
                Match(named.name, None, (), How.GROUP, Doubt(f"“{named.name}”{zh}", f"“{named.name}”: {en}"))
            )
            continue
        name = named.name if isinstance(named, Named) else named
        if name not in known:
            known[name] = index.match(name, home)
        matches.append(known[name])
    return tuple(matches)


def _squash(text: str) -> str:
    """No spaces, full names for what is always shortened the same way, no joining words, no closed brackets."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\([^()]*\)", "", text)


def _even(core: str) -> str:
    """One spelling for what people write in two: 人民政府 and 政府, 委员会 and 委, 住房和城乡 and 住房城乡."""
    core = (
        core.replace("人民政府", "政府")
        .replace("委员会", "委")
        .replace("人民法院", "法院")
        .replace("人民检察院", "检察院")
    )
    core = re.sub(r"办公室$", "办", core)
    core = re.sub(r"(?:有限责任|股份有限|有限|股份)公司", "公司", core)
    return re.sub(r"(?<=.)[和与及、](?=.)", "", core)


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    source = files("bihuan.reading.division").joinpath("data/abbreviations.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(source.splitlines()):
        found[_even(row["short"])] |= {_even(full) for full in row["full"].split("|")}
    return {short: frozenset(fulls) for short, fulls in found.items()}


@lru_cache(maxsize=50_000)
def _forms(core: str) -> frozenset[str]:
    """A core in all the forms that mean the same: 应急局 and 应急管理局, 公安局交警支队 and 公安局交通警察支队."""
    core = _even(core)
    forms = {core}
    table = _abbreviations()
    for cut in range(len(core)):
        for whole, kept in ((core[cut:], core[:cut]), (core[: len(core) - cut], core[len(core) - cut :])):
            for full in table.get(whole, ()):
                forms.add(kept + full if whole == core[cut:] else full + kept)
        if len(forms) > _MOST_FORMS:
            break
    return frozenset(forms)


def _aliases(unit: KnownUnit) -> set[str]:
    """The names of the unit's region: full, everyday (临夏州), and bare (临夏)."""
    names = {_squash(name) for name in unit.regions if name}
    names |= {short_name(name) for name in names}
    return names | {name[:-1] for name in names if len(name) > 2 and name[-1] in _LEVELS}


def _level(unit: KnownUnit) -> str:
    return next((name.strip()[-1:] for name in unit.regions if name.strip()[-1:] in _LEVELS), "")


@dataclass
class _Index:
    """The directory, ready to be asked."""

    units: Sequence[KnownUnit]
    exact: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    cores: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    old: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    places: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # alias → units
    levels: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for at, unit in enumerate(self.units):
            aliases, level = _aliases(unit), _level(unit)
            for alias in aliases:
                self.places[alias].add(at)
            self.levels[level].add(at)
            self.exact[_squash(unit.name)].add(at)
            for name, into in ((unit.name, self.cores), (unit.short_name, self.cores)):
                self._learn(name, at, aliases, level, into)
            for name in unit.old_names:
                self._learn(name, at, aliases, level, self.old)

    def _learn(self, name: str, at: int, aliases: set[str], level: str, into: dict[str, set[int]]) -> None:
        flat = _squash(name)
        if not flat:
            return
        cores = {flat} | {core for alias in aliases for core in _without(flat, alias)}
        cores |= set(_without(flat, level)) if level else set()
        for core in cores:
            for form in _forms(core):
                into[form].add(at)

    def match(self, name: str, home: str) -> Match:
        """The unit that a name means."""
        flat = _squash(name)
        if len(flat) > _LONGEST:
            return Match(name, None, (), How.NONE, Doubt(f"“{name[:20]}……”太长，不像单位名称", "too long for a name"))
        readings = list(self._readings(flat)) if flat else []
        hits, old = self._hits(readings, self.cores), self._hits(readings, self.old)
        exact = self.exact.get(flat, set())
        placed = any(place is not None for place, _core in readings)
        if len(exact) == 1 and (placed or not (hits | old) - exact):
            return Match(name, self.units[next(iter(exact))].key, (), How.NAME)
        every = hits | old | exact
        if len(every) == 1:
            unit = self.units[next(iter(every))]
            if not hits and not exact:
                zh, en = f"“{name}”是“{unit.name}”的原名", f"“{name}” is a former name of “{unit.name}”"
                return Match(name, unit.key, (), How.OLD, Doubt(zh, en))
            return Match(name, unit.key, (), How.SHORT)
        if every:
            return self._several(name, every, home)
        if flat in self.places:
            return self._of_place(name, self.places[flat])
        return self._nearly(name, flat, readings, home)

    def _readings(self, flat: str) -> Iterator[tuple[set[int] | None, str]]:
        """Each way to cut a name into place and core: the units that stand in the place (None: anywhere), the core."""
        yield None, flat
        if flat[0] in self.levels and len(flat) > 2:
            yield self.levels[flat[0]], flat[1:]
        if (team := re.match(r"(共青团|团)(.)(委.*)", flat)) and team[2] in self.levels:
            yield self.levels[team[2]], f"{team[1]}~{team[3]}"
        for start in range(min(len(flat), 12)):
            for end in range(start + 2, min(len(flat), start + 20)):
                units = self.places.get(flat[start:end])
                if units is None or not (_BEFORE_PLACE.fullmatch(flat[:start]) or flat[:start] in self.places):
                    continue
                before = "" if flat[:start] in self.places else flat[:start]
                yield units, _core(before, flat[end:])

    @staticmethod
    def _hits(readings: list[tuple[set[int] | None, str]], index: dict[str, set[int]]) -> set[int]:
        found: set[int] = set()
        for place, core in readings:
            for form in _forms(core):
                units = index.get(form, set())
                found |= units if place is None else units & place
        return found

    def _several(self, name: str, units: set[int], home: str) -> Match:
        ordered = self._ordered(units, home)
        which = "、".join(self.units[at].name for at in ordered[:4]) + ("等" if len(ordered) > 4 else "")
        doubt = Doubt(f"“{name}”可能是{which}，请选定", f"“{name}” may be any of {which}: choose one")
        return Match(name, None, tuple(self.units[at].key for at in ordered), How.SEVERAL, doubt)

    def _of_place(self, name: str, units: set[int]) -> Match:
        """A region named where a unit should stand: its government and its safety offices are the likeliest."""
        likely = ["政府", "安全生产委员会办公室", "应急管理局"]
        ranks = {at: _rank(self.units[at].name, likely) for at in units}
        ordered = sorted(units, key=lambda at: (ranks[at], at))[:_MOST_CANDIDATES]
        doubt = Doubt(f"“{name}”是地区，请选定其中的单位", f"“{name}” is a region: choose a unit of it")
        return Match(name, None, tuple(self.units[at].key for at in ordered), How.PLACE, doubt)

    def _ordered(self, units: Iterable[int], home: str) -> list[int]:
        flat = _squash(home)
        return sorted(units, key=lambda at: (flat not in _aliases(self.units[at]) if flat else False, at))

    def _nearly(self, name: str, flat: str, readings: list[tuple[set[int] | None, str]], home: str) -> Match:
        """Units that the name is a part of, or that are called nearly so: never sure."""
        parts: set[int] = set()
        for place, core in readings:
            for cut in range(len(core) - 1, 2, -1):
                found = {at for form in _forms(core[:cut]) for at in self.cores.get(form, ())}
                if found and place is not None:
                    parts |= found & place
                    break
        if parts:
            ordered = self._ordered(parts, home)[:_MOST_CANDIDATES]
            which = self.units[ordered[0]].name
            doubt = Doubt(
                f"名录里没有“{name}”；像是“{which}”的内设机构", f"“{name}” is not listed; it may be a part of “{which}”"
            )
            return Match(name, None, tuple(self.units[at].key for at in ordered), How.PART, doubt)
        near = difflib.get_close_matches(flat, self._near_names(flat), n=_MOST_CANDIDATES, cutoff=_NEAR)
        keys = dict.fromkeys(at for other in near for at in sorted(self.exact[other]))
        if keys:
            which = self.units[next(iter(keys))].name
            doubt = Doubt(
                f"名录里没有“{name}”；名称相近的有“{which}”", f"“{name}” is not listed; “{which}” is called nearly so"
            )
            return Match(name, None, tuple(self.units[at].key for at in keys), How.NEAR, doubt)
        return Match(name, None, (), How.NONE, Doubt(f"名录里没有“{name}”", f"no unit is called “{name}”"))

    def _near_names(self, flat: str) -> list[str]:
        """Names that share two characters in a row with this one; the slow comparison is spared for the others."""
        pairs = {flat[at : at + 2] for at in range(len(flat) - 1)}
        return [name for name in self.exact if sum(pair in name for pair in pairs) * 2 >= len(pairs)][:400]


def _rank(name: str, likely: Sequence[str]) -> int:
    return next((rank for rank, ending in enumerate(likely) if name.endswith(ending)), len(likely))


def _core(before: str, behind: str) -> str:
    before = re.sub(r"^(?:中共|中国共产党)$", "", before)
    return f"{before}~{behind}" if before else behind


def _without(flat: str, place: str) -> Iterator[str]:
    """The core of a name that holds a place, once for each spot where it may stand."""
    for at in range(min(len(flat), 12)):
        if flat.startswith(place, at) and _BEFORE_PLACE.fullmatch(flat[:at]):
            yield _core(flat[:at], flat[at + len(place) :])
