"""Quantities: a numeral with the words that belong to it (近, 余, 左右, …) and its unit, and the range that they say.

`quantity_at` reads what is printed and nothing else; whether it is a figure at all is decided in `refusals`, what it
counts in `governing`. The bounds follow usage: reading is wide (8万余 is 80,000 to 90,000), never a point value
where the words leave room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bihuan.reading.classifiers import classifiers, norm_of, unit_pattern
from bihuan.reading.numerals import Numeral, find_numerals, flatten
from bihuan.reading.ranges import Range

_BEFORE = {
    "almost": ("近", "将近", "接近"),
    "about": ("约", "大约", "大概"),
    "over": ("超", "超过", "逾", "突破", "高于", "多于", "大于"),
    "under": ("不足", "不到", "未满", "少于", "低于", "小于", "不满"),
    "at_least": ("不少于", "不得少于", "不低于", "不得低于", "至少", "最少", "不下于", "不下", "上"),
    "at_most": ("不超过", "不得超过", "不高于", "不得高于", "不多于", "不得多于", "不大于", "最多", "至多"),
}
_AFTER = {
    "about": ("左右", "上下"),
    "at_least": ("及以上", "以上"),
    "at_most": ("及以下", "以下", "以内", "之内"),
    "more": ("有余", "之多"),
}
_KIND_BEFORE = {word: kind for kind, words in _BEFORE.items() for word in words}
_KIND_AFTER = {word: kind for kind, words in _AFTER.items() for word in words}


def _longest_first(words: Sequence[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_PREFIX = re.compile(
    rf"(?:(?<![临附最就靠远亲])近|(?<![节条合签预邀违誓])约|(?<![赶反])超|(?<![以网线会身晚马早街车船路])上"
    rf"|{_longest_first([w for w in _KIND_BEFORE if w not in '近约超上'])})(?:了|过)? ?$"
)
_PREFIX_ENDS = frozenset("了过 ") | {word[-1] for word in _KIND_BEFORE}
_SUFFIX = re.compile(
    rf" ?({_longest_first(list(_KIND_AFTER))})(?!联动|一心|齐心|同心|级|问题|隐患|情况|单位|部门|领域|措施|工作)"
)
_MORE = re.compile(r" ?(余|多(?!次|人次)|多(?=人次|次)|来(?=[个场家人次名位条份起处]))")
# 10万+, 1000+人: at least so many. Not the sign that joins the parts of a name: 3+2, 1+N, 5+网格.
_PLUS = re.compile(r"\+(?![0-9A-Za-z+])")
_CLOSES = re.compile(r"[,。;、!?)\s]|$")
_HOURS_AND_MORE = re.compile(r"个(多)?(小时|月)")
_MORE_TIMES = re.compile(r"([人家户场])[余多]次")
_JOIN = re.compile(r" ?(?:-{1,2}|~{1,2}|至|到) ?")
_BOUND_JOIN = re.compile(r"以上[、,]? ?")
_COLUMN_UNIT = re.compile(r"\(([^()\n]{1,4})\) ?[: \t]{0,3}$")
_TENS = frozenset("十百千万")


class Quantity(NamedTuple):
    """A printed quantity: span, bounds, form, unit as printed and canonical, the classifiers it stands for, its kind.

    `numeral_start` is where the bare numeral begins; `marked` is true when 近, 余, 左右 and the like are part of it.
    """

    start: int
    end: int
    range: Range
    form: str
    unit: str
    unit_norm: str
    classifiers: tuple[str, ...]
    kind: str
    numeral: Numeral
    numeral_end: int
    marked: bool


def read_quantity(text: str) -> Quantity | None:
    """The quantity that stands at the start of a text by itself (近1.5万人), or None."""
    flat = flatten(text)
    for numeral in find_numerals(flat):
        rest = list(find_numerals(flat, numeral.end))
        return quantity_at(flat, numeral, rest[0] if rest else None)
    return None


def quantity_at(flat: str, numeral: Numeral, following: Numeral | None) -> Quantity:
    """The quantity around a numeral of a flat text; `following` is the next numeral, which may close a range."""
    start, before = _marks_before(flat, numeral)
    if numeral.percent:
        end, after = _mark_after(flat, numeral.end)
        found, form = bounds(numeral, before + after)
        return Quantity(
            start, end, found, form, "%", "%", ("%",), "percent", numeral, numeral.end, bool(before + after)
        )
    pair = _range_with(flat, numeral, following)
    if pair is not None and not before:
        return pair
    marks = list(before)
    if numeral.more:
        marks.append("more")
    position = numeral.end
    more = _MORE.match(flat, position)
    if more:
        marks.append("more")
        position = more.end()
    plus = _PLUS.match(flat, position)
    end, unit, second, hours_more = _unit_at(flat, plus.end() if plus else position)
    if hours_more:
        marks.append("more")
    if plus and (unit or _CLOSES.match(flat, plus.end())):
        marks.append("at_least")
        position = plus.end()
    elif plus:
        end, unit, second = position, "", None
    if not unit:
        end = position
    end, after = _mark_after(flat, end)
    marks += after
    if following is not None and following.start == end and not marks:
        compound = _compound(flat, start, numeral, following, unit)
        if compound is not None:
            return compound
    found, form = bounds(numeral, tuple(marks))
    norm, stands_for, kind = _named(unit, second)
    printed = _printed_unit(unit, second, flat, position)
    return Quantity(start, end, found, form, printed, norm, stands_for, kind, numeral, position, bool(marks))


def in_column(flat: str, quantity: Quantity) -> Quantity:
    """A number whose unit stands in brackets before it, as in a form: 横幅（条）：45."""
    if quantity.unit:
        return quantity
    match = _COLUMN_UNIT.search(flat, max(0, quantity.start - 8), quantity.start)
    named = unit_pattern().fullmatch(match[1]) if match else None
    if not named:
        return quantity
    norm, stands_for, kind = _named(named[1], named[2] or named[3])
    return quantity._replace(unit_norm=norm, classifiers=stands_for, kind=kind)


def _printed_unit(unit: str, second: str | None, flat: str, position: int) -> str:
    if second is None:
        return unit
    match = unit_pattern().match(flat, position + (flat[position : position + 1] == " "))
    return match[0] if match else unit


def _named(unit: str, second: str | None) -> tuple[str, tuple[str, ...], str]:
    if not unit:
        return "", (), ""
    norm, stands_for = norm_of(unit, second)
    return norm, stands_for, classifiers()[unit].kind


def _marks_before(flat: str, numeral: Numeral) -> tuple[int, tuple[str, ...]]:
    start = numeral.start
    kinds: list[str] = []
    while len(kinds) < 3 and start and flat[start - 1] in _PREFIX_ENDS:
        window = max(0, start - 7)
        match = _PREFIX.search(flat[window:start])
        if not match:
            break
        word = match[0].rstrip(" 了过") or match[0]
        word = word if word in _KIND_BEFORE else match[0].strip()
        if word not in _KIND_BEFORE or (word == "上" and not _may_follow_shang(flat, numeral)):
            break
        kinds.insert(0, _KIND_BEFORE[word])
        start = window + match.start()
    return start, tuple(kinds)


def _may_follow_shang(flat: str, numeral: Numeral) -> bool:
    """上百, 上千, 上万: only a bare unit is "up to"."""
    return flat[numeral.start] in _TENS


def _mark_after(flat: str, position: int) -> tuple[int, tuple[str, ...]]:
    match = _SUFFIX.match(flat, position)
    if not match:
        return position, ()
    end, kind = match.end(), _KIND_AFTER[match[1]]
    further = _SUFFIX.match(flat, end)
    if further:
        return further.end(), (kind, _KIND_AFTER[further[1]])
    return end, (kind,)


def _unit_at(flat: str, position: int) -> tuple[int, str, str | None, bool]:
    """End, unit, second unit of a composite, and whether 多 stood inside (3个多小时)."""
    if flat[position : position + 1] == " ":
        position += 1
    hours = _HOURS_AND_MORE.match(flat, position)
    if hours:
        return hours.end(), "个" + hours[2], None, bool(hours[1])
    times = _MORE_TIMES.match(flat, position)
    if times:  # 500人余次
        return times.end(), times[1] + "次", None, True
    match = unit_pattern().match(flat, position)
    if not match:
        return position, "", None, False
    return match.end(), match[1], match[2] or match[3], False


def _range_with(flat: str, numeral: Numeral, following: Numeral | None) -> Quantity | None:
    """3至5家, 15%~30%, 9亿~16亿, 3家至5家, 5万元以上20万元以下: two numerals that are the ends of one range."""
    if following is None or following.start - numeral.end > 8 or numeral.more or numeral.shape != "plain":
        return None
    position, unit, _, _ = _unit_at(flat, numeral.end)
    if not unit:
        position = numeral.end
    bound = _BOUND_JOIN.match(flat, position) if unit else None
    join = bound or _JOIN.match(flat, position)
    if not join or join.end() != following.start or following.shape != "plain":
        return None
    tail = _MORE.match(flat, following.end)
    end, last_unit, second, _ = _unit_at(flat, tail.end() if tail else following.end)
    if bound and flat[end : end + 2] != "以下":
        return None
    if not last_unit or (unit and _named(unit, None)[0] != _named(last_unit, second)[0]):
        return None
    low, high = numeral.value, following.value
    if numeral.factor == 1 and following.factor > 1 and low < high / following.factor and not unit:
        low *= following.factor
    if low > high:
        return None
    end = end + 2 if bound else end
    norm, stands_for, kind = _named(last_unit, second)
    start = numeral.start
    printed = _printed_unit(last_unit, second, flat, following.end)
    return Quantity(
        start, end, Range(low, high), "range", printed, norm, stands_for, kind, numeral, following.end, True
    )


_SECONDS = {"小时": 3600, "个小时": 3600, "分": 60, "分钟": 60, "秒": 1, "秒钟": 1}


def _compound(flat: str, start: int, numeral: Numeral, following: Numeral, unit: str) -> Quantity | None:
    """3分20秒, 2小时40分: one length of time, in its smaller unit."""
    end, small, _, _ = _unit_at(flat, following.end)
    if unit not in _SECONDS or _SECONDS.get(small, 3600) >= _SECONDS[unit]:
        return None
    value = numeral.value * (_SECONDS[unit] // _SECONDS[small]) + following.value
    norm = "分钟" if _SECONDS[small] == 60 else "秒"
    return Quantity(
        start, end, Range.exact(value), "exact", small, norm, (norm,), "duration", numeral, following.end, False
    )


def is_power_of_ten(value: Decimal) -> bool:
    """1, 10, 100, … (and 0.1, 0.01)."""
    return value > 0 and value.as_tuple().digits[0] == 1 and not any(value.as_tuple().digits[1:])


def bounds(numeral: Numeral, marks: tuple[str, ...]) -> tuple[Range, str]:
    """The range and the form that a numeral with its marks says.

    `marks` are kinds: almost, about, over, under, at_least, at_most (before), more (余, 多), about, at_least, at_most
    (after). Marks that contradict each other (近…余) give the widest sensible range and the form mixed.
    """
    kinds = tuple(dict.fromkeys(marks))
    if numeral.shape != "plain" or numeral.high is not None:
        return _spread(numeral, kinds)
    if not kinds:
        return Range.exact(numeral.value), "exact"
    if len(kinds) == 1:
        return _reading(numeral, kinds[0], alone=True)
    found, _ = _reading(numeral, kinds[0], alone=False)
    for kind in kinds[1:]:
        found = found.hull(_reading(numeral, kind, alone=False)[0])
    if set(kinds) <= {"over", "more"}:
        return found, "more"
    if set(kinds) <= {"over", "more", "at_least"}:
        return found, "at_least"
    return found, "mixed"


def _spread(numeral: Numeral, kinds: tuple[str, ...]) -> tuple[Range, str]:
    high = numeral.high if numeral.high is not None else numeral.value
    form = "range" if numeral.shape == "pair" else "several"
    if "at_least" in kinds or "over" in kinds:
        return Range(numeral.value, None), "at_least"
    if "under" in kinds or "at_most" in kinds:
        return Range(None, high), "under"
    if numeral.shape == "pair" and "about" in kinds:
        return Range(numeral.value, high), "range"
    return Range(numeral.value, high), form


def _reading(numeral: Numeral, kind: str, *, alone: bool) -> tuple[Range, str]:
    n, u = numeral.value, numeral.place
    tenth = is_power_of_ten(n)
    if kind == "more":
        if u == 1 and alone:
            return Range(n, None, low_open=True), "more"
        step = n / 10 if tenth and not alone else u
        return Range(n, n + step, low_open=True, high_open=True), "more"
    if kind == "almost":
        if not n:
            return Range.exact(n), "almost"
        return Range(n - (n / 10 if tenth else u), n, high_open=True), "almost"
    if kind == "about":
        return Range(n * 9 / 10, n * 11 / 10), "about"
    if kind == "over":
        return Range(n, None, low_open=True), "more"
    if kind == "under":
        return Range(None, n, high_open=True), "under"
    if kind == "at_most":
        return Range(None, n), "under"
    return Range(n, None), "at_least"
