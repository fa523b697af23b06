"""Names and places in the tree of regions. Pure."""

from __future__ import annotations

import re
import uuid
from enum import StrEnum

SEGMENT = 4  # characters a child adds to its parent's path
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KEYS = uuid.UUID("6c1bb5a4-3f0e-5a0e-9a5b-2d0b6d1f7a10")  # namespace of the regions' own keys


class Level(StrEnum):
    """行政区划的层级, from the top down."""

    NATION = "nation"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Scheme(StrEnum):
    """Who gives a code: GB/T 2260 down to the county; below it two offices that disagree."""

    GB2260 = "gbt2260"
    STATISTICS = "statistics"  # 国家统计局, 统计用区划代码, nine digits to the township
    CIVIL_AFFAIRS = "civil_affairs"  # 民政部, 国家地名信息库, nine digits to the township


# The 56 nationalities as they stand in names of autonomous places, with 各族 for those that name all of them.
NATIONALITIES = [
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "高山族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "京族",
    "塔塔尔族",
    "独龙族",
    "鄂伦春族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
    "各族",
]
# A nationality of three characters or more may stand without its 族: 新疆维吾尔自治区, 伊犁哈萨克自治州.
_PEOPLE = "|".join(
    sorted({*NATIONALITIES, *(name[:-1] for name in NATIONALITIES if len(name) > 3), "蒙古", "锡伯", "塔吉克"})[::-1]
)
_AUTONOMOUS = re.compile(rf"^(?P<base>.*?)(?P<people>(?:{_PEOPLE})*)(?P<kind>自治区|自治州|自治县|自治旗|乡|苏木)$")
_PLAIN = re.compile(
    r"^(?P<base>.+?)(?P<kind>特别行政区|自治区|地区|街道|林区|新区|矿区|省|市|州|盟|县|区|旗|镇|乡|苏木)$"
)
_SHORT_KIND = {"自治州": "州", "自治县": "县", "自治旗": "旗", "自治区": "", "特别行政区": "", "街道": "街道"}


def short_names(name: str) -> tuple[str, ...]:
    """Everyday forms of an official name, the most telling first; never the name itself.

    >>> short_names("积石山保安族东乡族撒拉族自治县")
    ('积石山县', '积石山')
    >>> short_names("临夏市")
    ('临夏',)
    """
    found = _AUTONOMOUS.match(name)
    if found and (found["people"] or found["kind"].startswith("自治")):
        # 东乡族自治县, 内蒙古自治区: the nationality is the name, or most of it, and stays in the short form.
        base = found["base"] if len(found["base"]) > 1 else re.sub("族.*$", "", found["base"] + found["people"])
    elif found := _PLAIN.match(name):
        base = found["base"]
    else:
        return ()
    forms = [base + _SHORT_KIND.get(found["kind"], found["kind"]), base]
    return tuple(form for form in dict.fromkeys(forms) if len(form) > 1 and form != name)


def segment(number: int) -> str:
    """The `number`-th child's part of a path: fixed width, so that text order is tree order.

    Raises:
        ValueError: more children than a segment can tell apart (36 ** 4).
    """
    text = ""
    rest = number
    for _ in range(SEGMENT):
        rest, digit = divmod(rest, len(_DIGITS))
        text = _DIGITS[digit] + text
    if rest or number < 0:
        raise ValueError(f"{number} does not fit a path segment")
    return text


def path_of_parents(path: str) -> list[str]:
    """The paths of everything above `path`, nearest first, itself left out."""
    return [path[:end] for end in range(len(path) - SEGMENT, 0, -SEGMENT)]


def region_key(scheme: str, code: str) -> uuid.UUID:
    """A region's own key, the same on every installation that first met it under this code."""
    return uuid.uuid5(_KEYS, f"{scheme}:{code}")
