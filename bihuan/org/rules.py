"""Names and places in the tree of regions; roles, passwords, telephone numbers. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

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


# -- people, posts, roles --------------------------------------------------------------------------------------------


class Role(StrEnum):
    """What a person does for the campaign. A role is held with a post, at a region or at a unit.

    Sources: facts §8.2 for the business roles; GB/T 22239-2019 安全计算环境 (separation of administrators) for the
    three administrators, who are three different people and do no business of their own.
    """

    OPERATOR = "operator"  # 安委办工作人员
    LEADER = "leader"  # 分管领导
    LIAISON = "liaison"  # 联络员
    INSPECTOR = "inspector"  # 检查员、专家、评估员
    SAFETY_OFFICER = "safety_officer"  # 企业、学校、村的安全管理人员
    PRINCIPAL = "principal"  # 单位主要负责人
    SYSTEM_ADMIN = "system_admin"  # 系统管理员: units, people, accounts
    SECURITY_ADMIN = "security_admin"  # 安全管理员: policy, administrators' roles
    AUDIT_ADMIN = "audit_admin"  # 审计管理员: logs


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
OF_A_UNIT = frozenset(
    {Role.LIAISON, Role.SAFETY_OFFICER, Role.PRINCIPAL}
)  # held for the unit of the post, never for a region

ROLE_WORDS: dict[Role, tuple[str, str]] = {
    Role.OPERATOR: ("工作人员", "Operator"),
    Role.LEADER: ("分管领导", "Leader in charge"),
    Role.LIAISON: ("联络员", "Liaison"),
    Role.INSPECTOR: ("检查员", "Inspector"),
    Role.SAFETY_OFFICER: ("安全管理人员", "Safety officer"),
    Role.PRINCIPAL: ("主要负责人", "Principal"),
    Role.SYSTEM_ADMIN: ("系统管理员", "System administrator"),
    Role.SECURITY_ADMIN: ("安全管理员", "Security administrator"),
    Role.AUDIT_ADMIN: ("审计管理员", "Audit administrator"),
}


def clash(held: frozenset[Role], wanted: Role) -> Role | None:
    """The role held already that nobody may hold together with `wanted`; None where there is none.

    An administrator holds no other role at all: who manages accounts, policy or logs is none of the other two and
    does no business (GB/T 22239-2019, separation of administrators).
    """
    for role in sorted(held - {wanted}):
        if wanted in ADMINISTRATORS or role in ADMINISTRATORS:
            return role
    return None


class Accounts(StrEnum):
    """For whom a roster opens accounts, where they have none."""

    NONE = "none"
    LIAISONS = "liaisons"  # and safety officers: those who report from outside
    ALL = "all"  # who hold any role


class Outcome(StrEnum):
    """What came of an attempt to sign in."""

    WELL = "well"
    WRONG = "wrong"  # name or password
    LOCKED = "locked"  # refused without looking at the password
    CLOSED = "closed"  # the account is closed, or its one-time password has run out


# -- passwords and sessions ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Policy:
    """口令与会话规则. The defaults are the habits of classified-protection assessments (facts §11.1, S75b)."""

    min_length: int = 8
    classes: int = 3  # of lower case, upper case, digits, others
    max_age_days: int = 90  # after which a password must be changed; 0: never
    remembered: int = 5  # earlier passwords that may not be used again
    failures: int = 5  # in a row, then the account is locked
    lock_minutes: int = 10
    idle_minutes: int = 30
    absolute_hours: int = 12
    address_failures: int = 50  # from one address within the lock time: an office shares one

    LIMITS: ClassVar[dict[str, tuple[int, int]]] = {
        "min_length": (8, 64),
        "classes": (1, 4),
        "max_age_days": (0, 3650),
        "remembered": (0, 24),
        "failures": (3, 20),
        "lock_minutes": (5, 1440),
        "idle_minutes": (5, 240),
        "absolute_hours": (1, 24),
        "address_failures": (10, 1000),
    }

    def weaknesses(self, password: str, *, about: Iterable[str] = ()) -> list[tuple[str, str]]:
        """What is wrong with a new password, in both languages; empty where it will do.

        Args:
            about: the sign-in name, the person's name, the telephone: what a password must not contain.
        """
        found = []
        if len(password) < self.min_length:
            found.append((f"至少要 {self.min_length} 个字符", f"use at least {self.min_length} characters"))
        kinds = [any(test(letter) for letter in password) for test in (str.islower, str.isupper, str.isdigit)]
        kinds.append(any(not letter.isalnum() and not letter.isspace() for letter in password))
        if sum(kinds) < self.classes:
            zh = f"须含小写字母、大写字母、数字、符号中的 {self.classes} 类"
            found.append((zh, f"use {self.classes} of: lower case, upper case, digits, symbols"))
        lowered = password.lower()
        if any(len(word) > 2 and word.lower() in lowered for word in about):
            found.append(("不能含登录名、姓名或手机号", "leave out the sign-in name, your name and telephone"))
        if password and len(set(password)) < 4:
            found.append(("重复的字符太多", "too many characters are the same"))
        if len(password) > 128:
            found.append(("最多 128 个字符", "use at most 128 characters"))
        return found


def plain_name(name: str) -> str:
    """A unit's or person's name without spaces at its ends and with single ones inside: how names are compared."""
    return " ".join(name.split())


_PHONE = re.compile(r"(?:\+?86[- ]?)?(1\d{10})|(0\d{2,3}[- ]?\d{7,8})(?:[- ]?\d{1,6})?")


def phone_number(text: str) -> str | None:
    """A Chinese telephone number in one form (13800138000, 0930-6212345), or None where the text is none. "" is ""."""
    plain = text.strip().replace("\u3000", "").replace(" ", "").replace("－", "-")
    if not plain:
        return ""
    found = _PHONE.fullmatch(plain)
    return None if found is None else (found.group(1) or plain)
