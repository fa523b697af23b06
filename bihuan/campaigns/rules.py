"""When campaigns are, and what they are called. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

SAFETY_MONTH = 6  # 安全生产月 is June since 2002 (facts: 国务院安委会办公室)
LONGEST = 366  # days of one campaign


def safety_month(year: int) -> tuple[dt.date, dt.date]:
    """First and last day of the Work Safety Month of a year."""
    return dt.date(year, SAFETY_MONTH, 1), dt.date(year, SAFETY_MONTH, calendar.monthrange(year, SAFETY_MONTH)[1])


def safety_month_name(year: int) -> str:
    """What everyone calls it."""
    return f"{year}年“安全生产月”"


class PlanState(StrEnum):
    """Where a version of a plan stands."""

    DRAFT = "draft"  # being written
    PREPARED = "prepared"  # its papers are on their way; nothing in it changes
    PUBLISHED = "published"
    REPLACED = "replaced"  # by a later version


OPEN_STATES = frozenset({PlanState.DRAFT.value, PlanState.PREPARED.value})
OUT_STATES = frozenset({PlanState.PUBLISHED.value, PlanState.REPLACED.value})
STATE_WORDS: dict[PlanState, tuple[str, str, Literal["plain", "info", "good", "warn"]]] = {
    PlanState.DRAFT: ("起草中", "being written", "info"),
    PlanState.PREPARED: ("公文办理中", "papers on their way", "warn"),
    PlanState.PUBLISHED: ("已发布", "published", "good"),
    PlanState.REPLACED: ("已被新版代替", "replaced", "plain"),
}


class PaperKind(StrEnum):
    """The papers that issue a plan."""

    PLAN = "plan"  # 活动方案
    NOTICE = "notice"  # 通知
    TASK_DIVISION = "task_division"  # 重点工作分工


PAPER_WORDS: dict[PaperKind, tuple[str, str]] = {
    PaperKind.PLAN: ("活动方案", "the plan"),
    PaperKind.NOTICE: ("通知", "the notice"),
    PaperKind.TASK_DIVISION: ("重点工作分工", "the division of work"),
}
# What can be asked for by name. A form of the rooms above has a line here too.
FORMS: dict[str, tuple[str, str]] = {"summary": ("总结报告", "Summary report"), "progress": ("进展情况", "Progress")}
ON_PAPER = "paper"  # the kind of what came outside of the system
# How a division of work calls units by one word: the words of `reading.division`'s groups.
GROUPS: dict[str, tuple[str, str]] = {
    "counties": ("各县（市）", "counties and cities"),
    "members": ("各成员单位", "member units"),
    "departments": ("各有关部门", "departments concerned"),
    "townships": ("各乡镇（街道）", "townships and streets"),
    "enterprises": ("各有关企业", "enterprises concerned"),
    "schools": ("各学校", "schools"),
}
MOST_DUTIES = 10_000  # of one plan
MOST_PARAGRAPHS = 300
LONGEST_TEXT = 5000  # characters of a paragraph, or of what a duty asks for
_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 as headings count: 一, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def marks(levels: Iterable[int]) -> list[str]:
    """The marks of headings by their levels: 一、 （一） 1. — each level counts anew below the one above it."""
    counts, found = [0, 0, 0], []
    for level in levels:
        counts[level - 1] += 1
        counts[level:] = [0] * (3 - level)
        number = counts[level - 1]
        found.append((f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}.")[level - 1])
    return found
