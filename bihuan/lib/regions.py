"""The administrative divisions of China as a gazetteer: data/regions-2023.csv (National Bureau of Statistics at
2023-06-30, made by scripts/region_data.py), read once. Names only; the tree that people work in is the room `org`'s.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LEVELS = ("nation", "province", "prefecture", "county", "township")

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|裕固|保安|独龙|各|塔塔尔"
)
_AUTONOMOUS = re.compile(rf"^(.+?)(?:(?:{_PEOPLES})族?)+自治([州县旗区])$")
# Names that running text uses as plain words.
_PLAIN_WORDS = frozenset(("城区", "郊区", "矿区", "市辖区", "新城区", "东区", "西区", "县", "经济开发区", "高新区"))


@dataclass(frozen=True, slots=True)
class Region:
    """One division: code, full name, level (one of LEVELS), the parent's code ("" for the nation)."""

    code: str
    name: str
    level: str
    parent: str


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """All divisions by code, parents before children."""
    source = files("bihuan.lib").joinpath("data/regions-2023.csv").read_text(encoding="utf-8")
    return {row["code"]: Region(**row) for row in csv.DictReader(source.splitlines())}


@lru_cache(maxsize=1)
def names() -> dict[str, tuple[Region, ...]]:
    """Divisions by full name and by the short name in use (临夏州, 积石山县); several where a name is used twice."""
    found: dict[str, list[Region]] = {}
    for region in regions().values():
        for name in {region.name, short_name(region.name)}:
            if name not in _PLAIN_WORDS and len(name) > 1:
                found.setdefault(name, []).append(region)
    return {name: tuple(group) for name, group in found.items()}


def short_name(name: str) -> str:
    """临夏回族自治州 → 临夏州, 东乡族自治县 → 东乡县; other names as they are."""
    match = _AUTONOMOUS.match(name)
    if match:
        return match[1] + match[2]
    return re.sub(r"族?自治([州县旗])$", r"\1", name)


def up_to(region: Region, level: str) -> Region | None:
    """The region itself or the one above it that has the level; None when it stands higher already."""
    at: Region | None = region
    while at is not None and at.level != level:
        at = regions().get(at.parent)
    return at


def lies_in(region: Region, other: Region) -> bool:
    """True when the region is the other one or below it."""
    return up_to(region, other.level) == other
