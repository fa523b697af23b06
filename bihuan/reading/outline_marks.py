"""Marks that can open a numbered item: where they stand in the text, in which style, with which number.

Only the form is judged here (`1.5万` and `第一时间` are no marks); whether the marks of a report make
a sound outline is the business of `outline.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_WRITTEN = "零一二三四五六七八九"
_CN = "[一二三四五六七八九十百]"
_LEAD = r"[ \t　#*>]*(?:附件[：:][ 　]*)?"

# An inline mark stands behind the end of a clause; nothing else may precede it in its sentence.
_INLINE_AFTER = r"(?<=[。！？；：，、;:,!?\s”’\"）)】])"
_SENTENCE_AFTER = r"(?<=[。！？；：;:!?\s])"

_PART = r"(?:部分|章|节|篇|编|条)"
_LINE = re.compile(
    rf"^{_LEAD}(?:"
    rf"(?P<cn_dun>{_CN}{{1,4}})(?P<cn_dun_end>[ 　]?[、．.])(?![ 　]*[、．.])"
    rf"|(?P<cn_paren>[（(﹙][ 　]?{_CN}{{1,4}}[ 　]?[)）﹚][、．.]?)"
    rf"|(?P<decimal>[0-9０-９]{{1,2}}(?:[.．][0-9０-９]{{1,2}}){{1,4}})(?P<decimal_end>[、.．]?(?![0-9０-９.．]))"
    rf"|(?P<arabic>[0-9０-９]{{1,3}})(?P<arabic_end>[ 　]?[、．.])(?:(?=(?:19|20)[0-9]{{2}}年)|(?![0-9０-９.．、]))"
    rf"|(?P<arabic_paren>[（(﹙][ 　]?[0-9０-９]{{1,3}}[ 　]?[)）﹚][、．.]?|[0-9０-９]{{1,3}}[)）])"
    rf"|(?P<shi>{_CN}{{1,3}}是)"
    rf"|(?P<di>第{_CN}{{1,4}}[，、,：:]|第(?:{_CN}{{1,4}}|[0-9０-９]{{1,3}}){_PART}[ 　、：:，]?)"
    r")",
    re.MULTILINE,
)
_INLINE = re.compile(
    rf"{_INLINE_AFTER}(?:(?P<shi>{_CN}{{1,3}}是)|(?P<di>第{_CN}{{1,4}}[，、,：:]))"
    rf"|{_SENTENCE_AFTER}(?:(?P<cn_dun>{_CN}{{1,4}})、|(?P<cn_paren>[（(]{_CN}{{1,4}}[)）]))"
)
_UNIT_AHEAD = re.compile(
    r"[ 　]?[万亿%％‰℃]|[千百元倍度米吨处起份版余多名户辆台套分秒天年日号点时]"
    r"|(?:人|场|项|条|次|级|家|个|件)(?![员所目件序别庭人])|公里|公斤|公顷|平方|立方|小时"
)
_APPROXIMATE = re.compile(r"[一二三四五六七八九十两]")
_CLASSIFIER_AFTER_TIAO = re.compile(r"[ 　、：:，]$")


@dataclass(frozen=True, slots=True)
class Mark:
    """One candidate: `start`/`end` of the mark in the text, `kind` parts styles that never continue each other."""

    start: int
    end: int
    style: str
    kind: str
    number: int
    depth: int
    text: str
    line: int
    inline: bool
    prefix: str = ""


def cn_number(text: str) -> int:
    """The whole number a short Chinese numeral writes (一 to 九百九十九), 0 when it is none."""
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            return 0
    return total + digit


def chinese(number: int) -> str:
    """A whole number under 1000 in Chinese numerals; larger ones in digits."""
    if number >= 100 or number < 0:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else _WRITTEN[tens] + "十")
    return head + (_WRITTEN[ones] if ones or not tens else "")


def _number(text: str) -> int:
    core = text.strip("（()）﹙﹚、．. 　第，,：:是")
    core = re.sub(rf"{_PART}$", "", core)
    return int(core) if core.isdigit() else cn_number(core)


def line_marks(text: str, end: int) -> list[Mark]:
    """Marks at the beginning of lines in text[:end], in order, each with the index of its line."""
    marks: list[Mark] = []
    line, counted = 0, 0
    for found in _LINE.finditer(text, 0, end):
        style = _style(found)
        mark = _mark(text, found, style, inline=False)
        line += text.count("\n", counted, found.start())
        counted = found.start()
        if mark is not None:
            marks.append(Mark(*mark, line, False, _prefix(mark)))
    return marks


def inline_marks(text: str, start: int, end: int, line: int) -> list[Mark]:
    """Marks inside one paragraph text[start:end]: 一是…二是…, 第一，…第二，…, and 一、 or （一） behind a full stop."""
    marks: list[Mark] = []
    for found in _INLINE.finditer(text, start, end):
        mark = _mark(text, found, _style(found), inline=True)
        if mark is not None:
            marks.append(Mark(*mark, line, True))
    return marks


def _prefix(mark: tuple[int, int, str, str, int, int, str]) -> str:
    """What stands before the last number of a decimal mark: 1.2 for 1.2.3, empty for every other style."""
    return re.split("[.．][^.．]*$", mark[6].rstrip("、.．"))[0] if mark[2] == "decimal" else ""


def _style(found: re.Match[str]) -> str:
    return next(name for name, value in found.groupdict().items() if value is not None)


def _mark(
    text: str, found: re.Match[str], style: str, *, inline: bool
) -> tuple[int, int, str, str, int, int, str] | None:
    start, end = found.start(style), found.end()
    body = found.group(style)
    kind, depth = style, 0
    if style == "decimal":
        parts = re.split("[.．]", body)
        number, depth = int(parts[-1]), len(parts)
        kind = f"decimal{depth}"
        if depth == 2 and text.startswith("月", end):  # `1.6月12日，…` is item 1 and a date
            dot = start + len(parts[0]) + 1
            return start, dot, "arabic", "arabic", int(parts[0]), 0, text[start:dot]
    elif style == "arabic_paren" and body[0] not in "（(﹙":
        number, kind = _number(body), "arabic_half_paren"
    elif style == "di":
        number = _number(body)
        part = re.search(_PART, body)
        kind = f"di{part.group()}" if part else "di"
    else:
        number = _number(body)
    if number < 1 or _is_no_mark(text, end, style, kind, number, body):
        return None
    return start, end, style, kind, number, depth, text[start:end].strip()


def _is_no_mark(text: str, end: int, style: str, kind: str, number: int, body: str) -> bool:
    """Look behind the mark for what shows that it counts or names something instead of opening an item."""
    after = text[end : end + 3]
    if style == "shi":  # 一是一，二是二
        return after[:1] in ("一", "二", "三", "四") and cn_number(after[:1]) == number
    if style == "cn_dun":  # 一、二级响应; 三、四月份
        return bool(after) and _APPROXIMATE.match(after) is not None and cn_number(after[:1]) == number + 1
    if style == "di":
        if kind == "di条":  # 第一条生产线 is a thing, 第一条　为了 an article
            return _CLASSIFIER_AFTER_TIAO.search(body) is None
        if kind == "di节":
            return after[:1] in ("课", "的")
        return (kind == "di" and after[:1] == "第") or cn_number(after[:1]) == number + 1
    if style == "decimal":
        return _UNIT_AHEAD.match(text, end) is not None
    return False
