"""Dates, spans of dates and times of day in a report, the year taken from the text where a date does not print it."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_CN = {c: i for i, c in enumerate("零一二三四五六七八九")}
_CN_DAY = r"(?:三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_CN_MONTH = r"(?:十[一二]?|[一二三四五六七八九])"
_YEAR = (
    r"(?:(?P<{0}year>(?:19|20)[0-9]{{2}}|二零[零一二三四五六七八九]{{2}}) ?年?(?:度)? ?"
    r"|(?P<{0}rel>今年|本年|当年|去年|上年|明年) ?)"
)
_MONTH = rf"(?:(?P<{{0}}month>1[0-2]|0?[1-9]|{_CN_MONTH}) ?月)"
_DAY = rf"(?P<{{0}}day>3[01]|[12][0-9]|0?[1-9]|{_CN_DAY}) ?[日号]"
_TENDAY = r"(?P<part>初|上旬|中旬|下旬|底|末)"
_JOIN = r" ?(?:-{1,2}|~|至|到|、|和) ?"

_FULL = re.compile(
    (r"(?=[0-9一二三四五六七八九十今本当去上明])(?<![0-9])" + _YEAR + "?" + _MONTH).format("")
    + rf"(?: ?份)?(?: ?{_DAY.format('')}(?!内)|{_TENDAY})?"
    + "(?:"
    + _JOIN
    + f"(?:{_YEAR.format('e')}?{_MONTH.format('e')})?(?: ?(?P<eday>3[01]|[12][0-9]|0?[1-9]|{_CN_DAY})[日号])"
    + f"|{_JOIN}{_MONTH.format('m')}"
    + ")?"
)
_YEAR_ONLY = re.compile(r"(?<![0-9A-Za-z])(?P<year>(?:19|20)[0-9]{2}"
r"|二零[零一二三四五六七八九]{2}) ?(?:-{1,2}|~|至|到) ?(?:20[0-9]{2}) ?年|"
                        r"(?<![0-9A-Za-z])(?P<only>(?:19|20)[0-9]{2}"
r"|二零[零一二三四五六七八九]{2}) ?年(?![0-9]*[余多个])")  # fmt: skip
_NUMERIC = re.compile(r"(?<![0-9.])((?:19|20)[0-9]{2})([-./])(1[0-2]|0?[1-9])\2(3[01]|[12][0-9]|0?[1-9])(?![0-9])")
_MONTHS = re.compile(r"(?<![0-9])(1[0-2]|[1-9]) ?(?:-{1,2}|~|至|到) ?(1[0-2]|[1-9])月(?:份)?(?![0-9])")
_DAY_ONLY = re.compile(r"(?<![0-9.第每-])(3[01]|[12][0-9]|[1-9])(?:(?: ?(?:-|~|至|到"
r"|、) ?)(3[01]|[12][0-9]|[1-9]))? ?日(?!内|之内|以内|常|均|游|夜|益)")  # fmt: skip
_CLOCK = re.compile(
    r"(?=[0-9零一二三四五六七八九十凌清早上中下傍晚])(?:(?<![0-9:])(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9])"
    rf"|(?<![0-9零一二三四五六七八九十百])(?:[0-9]{{1,2}}|{_CN_DAY}) ?时(?:(?:[0-9]{{1,2}}"
    rf"|{_CN_DAY}) ?分|许|整|半|左右|起|前|后|至|开始|正式|在|，|,|$)"
    rf"|(?:凌晨|清晨|早上?|上午|中午|下午|傍晚|晚上?) ?(?:[0-9]{{1,2}}"
    rf"|{_CN_DAY}) ?[点时](?:(?:[0-9]{{1,2}}|{_CN_DAY}) ?分|许|整|半)?"
    rf"|(?<![0-9])(?:[0-9]{{1,2}}|{_CN_DAY}) ?点(?:(?:[0-9]{{1,2}}|{_CN_DAY}) ?分|许|整|半|钟))"
)
_DOTTED_DAY = re.compile(r"(?<![0-9.])(?:1[0-2]|[1-9])[.·•](?:3[01]|[12][0-9]|0?[1-9])(?![0-9.%])(?=[”\"」]"
r"|日|全|国|宪法|消防|防灾|安全|宣|咨询|事|活动|特|重|较|地震|火灾|爆|坍|矿|世界)")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or span of dates in a text: where it stands, its first and last day (None for a bare year or nonsense).

    `exact` is true when the text names the day (or the days), not only a month or a third of one.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    exact: bool

    @property
    def iso(self) -> str | None:
        """ISO day, or start/end, or None."""
        if self.first is None or self.last is None:
            return None
        return (
            self.first.isoformat() if self.first == self.last else f"{self.first.isoformat()}/{self.last.isoformat()}"
        )


def main_year(flat: str) -> int | None:
    """The year a report speaks of: the one named most often, the earliest named on a tie; None when none is named."""
    years = [_number(m["year"] or m["only"]) for m in _YEAR_ONLY.finditer(flat)]
    years += [int(m[1]) for m in _NUMERIC.finditer(flat)]
    counted = Counter(year for year in years if year)
    return max(counted, key=lambda year: counted[year]) if counted else None


def find_dates(flat: str) -> list[DateMention]:
    """All dates and spans of dates of a flat text, in order, disjoint. Days without a month take the last one named."""
    year = main_year(flat)
    found: list[DateMention] = []
    month: int | None = None
    matches = sorted(
        (m for p in (_NUMERIC, _MONTHS, _FULL, _DAY_ONLY, _YEAR_ONLY) for m in p.finditer(flat)),
        key=lambda m: (m.start(), -m.end()),
    )
    position = 0
    for match in matches:
        if match.start() < position:
            continue
        mention, month = _mention(match, year, month)
        found.append(mention)
        position = match.end()
    return found


def find_clocks(flat: str) -> Iterable[tuple[int, int]]:
    """Spans of times of day (14:30, 上午9时) and of days that name an event (5·12)."""
    return [m.span() for p in (_CLOCK, _DOTTED_DAY) for m in p.finditer(flat)]


def _mention(match: re.Match[str], year: int | None, month: int | None) -> tuple[DateMention, int | None]:
    start, end = match.span()
    if match.re is _NUMERIC:
        day = _day(int(match[1]), int(match[3]), int(match[4]))
        return DateMention(start, end, day, day, True), int(match[3])
    if match.re is _MONTHS:
        first, last = _month(year, int(match[1])), _month(year, int(match[2]))
        if first and last and first[0] <= last[1]:
            return DateMention(start, end, first[0], last[1], False), int(match[2])
        return DateMention(start, end, None, None, False), month
    if match.re is _DAY_ONLY:
        first_day = _day(year, month, int(match[1]))
        last_day = _day(year, month, int(match[2])) if match[2] else first_day
        return _span(start, end, first_day, last_day), month
    if match.re is _YEAR_ONLY:
        return DateMention(start, end, None, None, False), month
    return _full(match, year)


def _full(match: re.Match[str], year: int | None) -> tuple[DateMention, int | None]:
    start, end = match.span()
    group = match.groupdict()
    own = _number(group["year"]) or _relative(group["rel"], year)
    month = _number(group["month"])
    day = _number(group["day"])
    if day is None:
        until = _number(group["mmonth"]) or month
        first, last = _month(own, month), _month(own, until)
        if first is None or last is None or last[1] < first[0]:
            return DateMention(start, end, None, None, False), until
        span = _part(first[0], last[1], group["part"])
        return DateMention(start, end, *span, False), until
    last_month = _number(group["emonth"]) or month
    last_year = _number(group["eyear"]) or _relative(group["erel"], own) or own
    first_day = _day(own, month, day)
    eday = _number(group["eday"])
    last_day = _day(last_year, last_month, eday) if eday else first_day
    return _span(start, end, first_day, last_day), last_month


def _span(start: int, end: int, first: date | None, last: date | None) -> DateMention:
    if first is None or last is None or last < first:
        last = first
    return DateMention(start, end, first, last, True)


def _part(first: date, last: date, part: str | None) -> tuple[date, date]:
    if part in ("初", "上旬"):
        return first, first.replace(day=10)
    if part == "中旬":
        return first.replace(day=11), first.replace(day=20)
    if part in ("下旬", "底", "末"):
        return first.replace(day=21), last
    return first, last


def _relative(word: str | None, year: int | None) -> int | None:
    if year is None:
        return None
    return year + {"去年": -1, "上年": -1, "明年": 1}.get(word or "", 0)


def _month(year: int | None, month: int | None) -> tuple[date, date] | None:
    first = _day(year, month, 1)
    if first is None:
        return None
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    """A year, month or day in Arabic or Chinese digits."""
    if not text:
        return None
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _CN.get(tens, 1) * 10 + _CN.get(ones, 0)
    return int("".join(str(_CN[c]) for c in text))
