"""What an activity may say of itself, and what its numbers mean. Pure."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

CROWD = 1000  # people expected in one session from which a safety plan is the law: 大型群众性活动安全管理条例 art. 2
COUNTY_POLICE_BELOW = 5000  # from this number on the prefecture's police: art. 12
LONGEST_STAY = 366  # days: what lasts longer is no event
MOST_FIGURES = 40
MOST_UNITS = 60


class State(StrEnum):
    FILED = "filed"
    WITHDRAWN = "withdrawn"


STATE_WORDS = {State.FILED: ("已入账", "filed"), State.WITHDRAWN: ("已撤回", "withdrawn")}


class Mode(StrEnum):
    """方式."""

    ON_SITE = "on_site"
    ONLINE = "online"
    VIDEO = "video"
    BOTH = "both"


MODE_WORDS = {
    Mode.ON_SITE: ("现场", "on site"),
    Mode.ONLINE: ("线上", "online"),
    Mode.VIDEO: ("视频会议", "by video"),
    Mode.BOTH: ("线上线下结合", "on site and online"),
}


class Part(StrEnum):
    """What a unit had to do with it."""

    HOST = "host"
    JOINT = "joint"
    ASSIST = "assist"


PART_WORDS = {
    Part.HOST: ("主办", "host"),
    Part.JOINT: ("联合主办", "joint host"),
    Part.ASSIST: ("协办", "assisting"),
}
GROUPS = {
    "launch": ("启动动员", "launch"),
    "study": ("学习培训", "study and training"),
    "consultation": ("宣传咨询", "consultation"),
    "five_entries": ("五进", "five entries"),
    "publicity": ("宣传阵地", "publicity"),
    "media": ("媒体", "media"),
    "drill": ("演练观摩", "drills"),
}
# What a kind's activities are asked for beside numbers.
NEEDS = {
    "placement": ("宣传阵地", "placements"),
    "media": ("新媒体作品", "media works"),
    "study": ("培训名册", "training rosters"),
}
# 大型群众性活动安全管理条例 art. 6, its nine items in order.
PLAN_ITEMS = {
    "what": ("时间、地点、内容及组织方式", "time, place, content, organisation"),
    "staff": ("安全工作人员的数量、任务分配和识别标志", "safety staff: number, tasks, badges"),
    "fire": ("场所消防安全措施", "fire safety of the place"),
    "capacity": ("场所可容纳的人员数量及预计参加人数", "capacity and expected attendance"),
    "buffer": ("治安缓冲区域的设定及其标识", "buffer zone and its marks"),
    "entrance": ("入场人员的票证查验和安全检查措施", "tickets and security check"),
    "vehicles": ("车辆停放、疏导措施", "parking and guiding of vehicles"),
    "order": ("现场秩序维护、人员疏导措施", "order and guiding of the crowd"),
    "emergency": ("应急救援预案", "emergency plan"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure, or several given as one number, in a classifier: "banners+exhibition_boards:条(块)"."""

    measures: tuple[str, ...]
    classifier: str

    @classmethod
    def of(cls, text: str) -> Asked:
        """Raises ValueError where it names no measure."""
        codes, _, classifier = text.partition(":")
        measures = tuple(sorted({code for code in codes.split("+") if code}))
        if not measures:
            raise ValueError(f"{text!r} names no measure")
        return cls(measures, classifier)

    def __str__(self) -> str:
        return f"{'+'.join(self.measures)}:{self.classifier}"


@dataclass(frozen=True, slots=True)
class Word:
    """A code of a shipped list, in both languages."""

    code: str
    zh: str
    en: str
    source: str


@cache
def audiences() -> dict[str, Word]:
    """对象: whom it was for."""
    return _words("audiences.csv")


@cache
def subjects() -> dict[str, Word]:
    """主题: what it was about."""
    return _words("subjects.csv")


def _words(name: str) -> dict[str, Word]:
    return {row["code"]: Word(row["code"], row["zh"], row["en"], row["source"]) for row in shipped(name)}


def shipped(name: str) -> list[dict[str, str]]:
    """The rows of a list that ships with the room."""
    text = (resources.files("bihuan.activities") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def wants_safety_plan(expected: int | None) -> bool:
    """Whether the law asks for a safety plan at this expected attendance."""
    return expected is not None and expected >= CROWD


def said_days(start: dt.date, end: dt.date) -> str:
    """“6月12日”, “6月12日至14日”, “6月30日至7月2日”, as reports write it."""
    first = f"{start.month}月{start.day}日"
    if start == end:
        return first
    if start.year != end.year:
        return f"{start.year}年{first}至{end.year}年{end.month}月{end.day}日"
    return f"{first}至{end.day}日" if start.month == end.month else f"{first}至{end.month}月{end.day}日"


def listed(words: Iterable[str]) -> str:
    """“甲、乙”."""
    return "、".join(word for word in words if word)


def missed_text(campaign: str, region: str, kind: str, missed: Sequence[tuple[str, str]], *, most: int) -> str:
    """Which places were not reached, by region, as one pastes it into a group of colleagues; "" where none is left.

    Args:
        missed: region and name of each, those of a region together; more than `most` are only said to be more.

    >>> print(missed_text("安全生产月", "康乐县", "村", [("附城镇", "甲村"), ("附城镇", "乙村")], most=300))
    【安全生产月】康乐县还没有到过的村：
    附城镇：甲村、乙村
    请对照名单安排上门宣传，办完及时报送。
    """
    if not missed:
        return ""
    lines: dict[str, list[str]] = {}
    for at, name in missed[:most]:
        lines.setdefault(at, []).append(name)
    told = [f"{at}：{'、'.join(names)}" for at, names in lines.items()]
    more = [f"……只列前 {most} 处，全部名单见表格。"] if len(missed) > most else []
    return "\n".join(
        [f"【{campaign}】{region}还没有到过的{kind}：", *told, *more, "请对照名单安排上门宣传，办完及时报送。"]
    )
