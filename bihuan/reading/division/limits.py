"""From the words of a time limit to its days: 6月底前, 6月1日—30日, 每月5日前, 长期坚持, 活动期间."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from bihuan.reading.dates import DateMention, find_dates
from bihuan.reading.division.duty import Doubt, Limit, LimitKind

LONGEST = 300  # characters of a time limit
_CN = {char: number for number, char in enumerate("零一二三四五六七八九")}
_CN |= {"十": 10, "日": 7, "天": 7, "两": 2}
_LASTING = re.compile(
    r"长期|常年|持续|常态化?|经常|日常|每日|每天|随时|始终|贯穿(?:全年|始终)?|一以贯之|适时|实时|全程"
)
_PERIOD = re.compile(
    r"(?:本次|整个)?(?:活动|[“\"]?安全(?:生产)?月[”\"]?|宣传月|专项行动|集中整治|竞赛)(?:活动)?"
    r"(?:期间|期内|全程|全过程|时间内|当月|期)|按(?:方案|活动)(?:时间|要求)(?:安排)?|活动结束(?!后)"
)
_EVERY = re.compile(r"每个?(?P<unit>月|周|星期|季度|季|旬|半月|半年|年)")
_EVERY_WORDS = re.compile(
    r"每个?(?:月(?:的)?\s*(?:[0-9一二三四五六七八九十]{1,3}\s*[日号]|底|末|初)?"
    r"|(?:周|星期)[一二三四五六日天]?|季度?末?)(?:之?前|以前)?"
)
_MONTH_DAY = re.compile(
    r"每个?月(?:的)?\s*(?:(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[日号]|(?P<end>底|末)|(?P<early>初))?"
)
_WEEK_DAY = re.compile(r"每个?(?:周|星期)(?P<day>[一二三四五六日天])?")
_QUARTER = re.compile(r"第?([一二三四1-4])季度")
_DOTTED = re.compile(
    r"(?<![0-9.])(?:(?P<year>20[0-9]{2})[.年/-])?(?P<month>1[0-2]|0?[1-9])[./]"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9.])[日号]?"
)
_ISO_MONTH = re.compile(r"(?<![0-9.])(?P<year>20[0-9]{2})[-./](?P<month>1[0-2]|0?[1-9])(?![0-9.月/-])")
_UNTIL = re.compile(
    r"\s*(?:\([^()]*\))?\s*(?:[上下]午)?\s*(?:[0-9]{1,2}[时点:][0-9]{0,2}分?)?\s*"
    r"(?:之前|以前|前|止|为止|截止|结束|完成|内完成)"
)
_UNTIL_BEFORE = re.compile(r"(?:截止到?|截至|至|到|不晚于|最迟|于|即日起至|之日起至)\s*$")
_SINCE = re.compile(r"^\s*(?:起|开始|启动|以后|之后|后)")
_NOW = re.compile(r"即日起|印发之日起|自?发文之日起|自?现在起")
_RELATIVE = re.compile(
    r"(?:后|内|之日起|以内|提前|前)\s*[0-9一二三四五六七八九十]+\s*个?(?:工作日|日|天|周|月)"
    r"|[0-9一二三四五六七八九十]+\s*个?(?:工作日|日|天|周|个月)(?:之?内|以内)|次日|当日|当天|次月"
)
_ODD = re.compile(
    r"第.{1,2}[周个](?:星期)?|(?:上|下|本)?周[一二三四五六日末]|[0-9]+个?(?:工作日|天|周)"
    r"|中[上下]旬|[上下]?旬|左右|前后|长期|持续(?![到至])|每"
)
_UNTIL_MONTH = re.compile(
    r"月?份?(?:初|上旬|中旬|下旬|底|末)?\s*[-至到]\s*(?:(?P<year>20[0-9]{2})年?)?"
    r"(?P<month>1[0-2]|[1-9]|[一二三四五六七八九]|十[一二]?)\s*月(?:份)?$"
)
_THIRD = re.compile(r"初|上旬|中旬|下旬|底|末")
_TWO_DAYS = re.compile(r"月[0-9]{1,2}[日号]?\s*[-至到]\s*(1[0-2]|[1-9])月(3[01]|[12]?[0-9])[日号]$")


@dataclass(frozen=True, slots=True)
class LimitFound:
    """A limit, and what is unsure of it."""

    limit: Limit
    doubts: tuple[Doubt, ...] = ()


@lru_cache(maxsize=4096)
def read_limit(text: str, *, year: int) -> LimitFound:
    """The time limit that a cell names. `year`: of the paper, for dates that print none.

    A cell that names nothing we know keeps its words with kind unknown and a doubt; an empty one has no doubt.
    """
    printed = text.strip()
    if not printed:
        return LimitFound(Limit())
    if len(printed) > LONGEST:
        zh, en = "时限太长，没有读，请填日期", "too long for a time limit, it was not read: give a date"
        return LimitFound(Limit(printed=printed), (Doubt(zh, en),))
    flat = _flat(printed)
    for reader in (_repeating, _of_days, _quarter, _whole_year, _without_days):
        found = reader(flat, year)
        if found is not None:
            return LimitFound(replace(found.limit, printed=printed), found.doubts)
    zh, en = "时限没有读懂，请填日期", "the time limit was not understood: give a date"
    if _RELATIVE.search(flat):
        zh, en = "时限从别的日子算起，请填日期", "the limit counts from another day: give a date"
    return LimitFound(Limit(printed=printed), (Doubt(zh, en),))


def _flat(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text)
    flat = re.sub(r"[—–―─~〜～－ー]+", "-", flat)
    flat = re.sub(r"(?<=[\u4e00-\u9fff0-9(),.、-])\s+(?=[\u4e00-\u9fff0-9(),.、-])", "", flat)
    return re.sub(r"\s+", " ", flat)


def _repeating(flat: str, year: int) -> LimitFound | None:
    every = _EVERY.search(flat)
    if every is None:
        return None
    found = _again(flat, every)
    rest = _EVERY_WORDS.sub("", flat)
    if (
        found is not None
        and not found.doubts
        and (within := _of_days(rest, year))
        and within.limit.kind != LimitKind.UNKNOWN
    ):
        limit = replace(found.limit, first=within.limit.first, last=within.limit.last)
        return LimitFound(limit, within.doubts)
    return found


def _again(flat: str, every: re.Match[str]) -> LimitFound | None:
    doubts: tuple[Doubt, ...] = ()
    if every["unit"] == "月":
        found = _MONTH_DAY.search(flat)
        day = _number(found["day"]) if found and found["day"] else None
        if found and found["end"]:
            day = 31
        if day is not None and not 1 <= day <= 31:
            return None
        return LimitFound(Limit(kind=LimitKind.MONTHLY, day=day), doubts)
    if every["unit"] in ("周", "星期"):
        week = _WEEK_DAY.search(flat)
        return LimitFound(Limit(kind=LimitKind.WEEKLY, day=_CN[week["day"]] if week and week["day"] else None))
    if every["unit"] in ("季度", "季"):
        return LimitFound(Limit(kind=LimitKind.QUARTERLY))
    zh = f"“每{every['unit']}”一次的时限，请填日期"
    return LimitFound(Limit(), (Doubt(zh, "a limit that comes again in a way we do not keep: give a date"),))


def _of_days(flat: str, year: int) -> LimitFound | None:
    text, offset = f"{year}年。", len(f"{year}年。")
    mentions = [mention for mention in find_dates(text + _dotted(flat)) if mention.start >= offset]
    flat = _dotted(flat)
    dated = [mention for mention in mentions if mention.last is not None]
    bad = [
        mention for mention in mentions if mention.last is None and re.search("[月日号]", _words(text + flat, mention))
    ]
    if bad:
        words = _words(text + flat, bad[0])
        if "月" not in words:
            return LimitFound(Limit(), (Doubt(f"“{words}”没有写月份", f"“{words}” does not name its month"),))
        return LimitFound(Limit(), (Doubt(f"没有“{words}”这样的日期", f"there is no such date: {words}"),))
    if not dated:
        return None
    spans = [_span(text + flat, mention) for mention in dated]
    if len(spans) == 2 and _joined(text + flat, dated):
        spans = [(spans[0][0], spans[1][1], LimitKind.RANGE)]
    first, last, kind = spans[-1] if len(spans) == 1 else _latest(spans)
    doubts: list[Doubt] = []
    if len(spans) > 1:
        zh = f"写了 {len(spans)} 个时间，按最后一个（{last:%-m月%-d日}）作为完成时限" if last else "写了几个时间"
        doubts.append(Doubt(zh, f"several dates: the last one ({last}) was taken as the limit"))
    if first is not None and last is not None and last < first:
        later = _later(first, last)
        doubts.append(Doubt("结束日早于开始日，按跨年读，请核对", "it ends before it begins: read as of the next year"))
        last = later
    if last is None and first is not None:
        doubts.append(Doubt("只写了从哪天起，没有写到哪天", "it says when it begins, not when it ends"))
    if left := _ODD.search(_left_over(text + flat, dated)):
        doubts.append(Doubt(f"还写了“{left[0]}”，请核对时限", f"it says “{left[0]}” too: check the limit"))
    odd = next((day for day in (last, first) if day is not None and abs(day.year - year) > 1), None)
    if odd:
        doubts.append(Doubt(f"年份是 {odd.year} 年，与本年相差较远，请核对", f"the year is {odd.year}: is that meant?"))
    return LimitFound(Limit(first, last, kind), tuple(doubts))


_Span = tuple["dt.date | None", "dt.date | None", LimitKind]


def _words(flat: str, mention: DateMention) -> str:
    return flat[mention.start : mention.end]


def _left_over(flat: str, dated: list[DateMention]) -> str:
    """What a limit says besides its dates, without what stands in brackets."""
    kept, at = [], 0
    for mention in dated:
        kept.append(flat[at : mention.start])
        third = _THIRD.match(flat, mention.end)
        at = third.end() if third else mention.end
    return re.sub(r"\([^()]*\)|^[0-9]{4}年。", "", "|".join([*kept, flat[at:]]))


def _dotted(flat: str) -> str:
    """6.16 and 2023.6.16 as 6月16日; 2023-06 as 2023年6月."""
    flat = re.sub(r"^(20[0-9]{2})(0[1-9]|1[0-2])([0-2][0-9]|3[01])(?![0-9])", r"\1年\2月\3日", flat)
    flat = re.sub(r"(?<![0-9])(1[0-2]|[1-9])[、,](1[0-2]|[1-9])月(?![0-9])", r"\1月至\2月", flat)
    flat = re.sub(r"(?<![0-9.])(1[0-2]|[1-9])\.(3[01]|[12]?[0-9])-(3[01]|[12]?[0-9])(?![0-9.])", r"\1月\2日-\3日", flat)
    flat = re.sub(r"([0-9])-(?=(?:1[0-2]|0?[1-9])[./](?:3[01]|[12][0-9]|0?[1-9])(?![0-9]))", r"\1至", flat)

    def day(found: re.Match[str]) -> str:
        year = f"{found['year']}年" if found["year"] else ""
        return f"{year}{int(found['month'])}月{int(found['day'])}日"

    flat = re.sub(r"(20[0-9]{2})-(1[0-2]|0?[1-9])-(3[01]|[12][0-9]|0?[1-9])(?![0-9])", r"\1年\2月\3日", flat)
    flat = _DOTTED.sub(day, flat)
    flat = re.sub(r"(?<=月)0(?=[1-9])|(?<=年)0(?=[1-9])", "", flat)
    return _ISO_MONTH.sub(lambda found: f"{found['year']}年{int(found['month'])}月", flat)


def _span(flat: str, mention: DateMention) -> _Span:
    """What one mention means with the words around it: until, since, or on it."""
    words, after, before = _words(flat, mention), flat[mention.end :], flat[: mention.start]
    first, last = mention.first, mention.last
    assert first is not None
    assert last is not None
    if month := _UNTIL_MONTH.search(words):
        third = _THIRD.match(after)
        return first, _end_of_month(first, month, third[0] if third else ""), LimitKind.RANGE
    if first == last and (over := _TWO_DAYS.search(words)):
        return first, _whole_day(first.year + 1, over[1], over[2]) or last, LimitKind.RANGE
    if re.search(r"[底末]$", words):
        first = last
    if _SINCE.match(after) and not re.match(r"\s*起?至", after):
        return first, None, LimitKind.RANGE
    if _NOW.search(before):
        return None, last, LimitKind.RANGE
    if _UNTIL.match(after) or _UNTIL_BEFORE.search(before) or re.search(r"[底末]$", words):
        if first != last and mention.exact:
            return first, last, LimitKind.RANGE
        whole_month = not mention.exact and not re.search(r"[底末旬初]$", words)
        before_it = re.match(r"\s*(?:之前|以前|前)", after)  # 6月前 is over when June begins
        until = first - dt.timedelta(days=1) if whole_month and before_it else last
        return None, until, LimitKind.EXACT
    return first, last, LimitKind.EXACT if first == last else LimitKind.RANGE


def _end_of_month(first: dt.date, until: re.Match[str], part: str) -> dt.date:
    """The last day of a month, or of a third of it (上旬 is over on the 10th), that comes after another month."""
    month = _number(until["month"]) or 12
    year = int(until["year"]) if until["year"] else first.year + (month < first.month)
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, {"初": 10, "上旬": 10, "中旬": 20}.get(part, last))


def _whole_day(year: int, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(year, int(month), int(day))
    except ValueError:
        return None


def _joined(flat: str, dated: list[DateMention]) -> bool:
    between = flat[dated[0].end : dated[1].start]
    return bool(re.fullmatch(r"\s*(?:起|开始)?\s*(?:-|至|到|起至|起到)\s*", between)) and _words(flat, dated[0]) != ""


def _latest(spans: list[_Span]) -> _Span:
    """The span that ends last; from the beginning of the first one where that is a day."""
    ends = [span for span in spans if span[1] is not None]
    if not ends:
        return spans[-1]
    return max(ends, key=lambda span: span[1] or dt.date.min)


def _later(first: dt.date, last: dt.date) -> dt.date:
    try:
        return last.replace(year=first.year + 1)
    except ValueError:  # 29 February
        return last.replace(year=first.year + 1, day=28)


def _quarter(flat: str, year: int) -> LimitFound | None:
    found = _QUARTER.search(flat)
    half = re.search(r"([上下])半年", flat)
    if found is None and half is None:
        return None
    named = re.search(r"(20[0-9]{2})年", flat)
    year = int(named[1]) if named else year
    if found is not None:
        last_month = 3 * (_number(found[1]) or 1)
        first_month = last_month - 2
    else:
        assert half is not None
        first_month, last_month = (1, 6) if half[1] == "上" else (7, 12)
    first = dt.date(year, first_month, 1)
    last = dt.date(year, last_month, calendar.monthrange(year, last_month)[1])
    if re.search(r"(?:末|底|前|结束)", flat):
        return LimitFound(Limit(None, last, LimitKind.EXACT))
    return LimitFound(Limit(first, last, LimitKind.RANGE))


def _whole_year(flat: str, year: int) -> LimitFound | None:
    named = re.search(r"(20[0-9]{2})年", flat)
    year = int(named[1]) if named else year
    if re.search(r"(?:年底|年末|年终|年内|年度内|12月底)", flat):
        return LimitFound(Limit(None, dt.date(year, 12, 31), LimitKind.EXACT))
    if re.match(r"全年", flat) or re.fullmatch(r"(?:本年度?|当年|20[0-9]{2}年度?|年度)(?:完成|内完成)?", flat):
        return LimitFound(Limit(dt.date(year, 1, 1), dt.date(year, 12, 31), LimitKind.RANGE))
    return None


def _without_days(flat: str, year: int) -> LimitFound | None:
    if _PERIOD.search(flat):
        return LimitFound(Limit(kind=LimitKind.PERIOD))
    if _LASTING.search(flat):
        return LimitFound(Limit(kind=LimitKind.LASTING))
    return None


def _number(text: str) -> int | None:
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_CN.get(tens, 1) if tens else 1) * 10 + (_CN.get(ones, 0) if ones else 0)
    return _CN.get(text)
