"""Measurements and forms of GB/T 9704-2012 (党政机关公文格式), as plain constants.

Lengths are millimetres where the name ends in ``_MM`` and typographic points (1/72 inch) where it ends in ``_PT``.
The clause of the standard stands beside each group; values that the standard gives only through another one are derived
here in the open, so that one change carries through.
"""

from __future__ import annotations

import functools
import re
from typing import Final

PT_PER_MM: Final = 72 / 25.4
TWIPS_PER_PT: Final = 20
EMU_PER_MM: Final = 36_000

# 5.1 paper, 5.2.1 margins and type area: 天头 37 ± 1, 订口 28 ± 1, 版心 156 × 225 without the page number.
PAPER_MM: Final = (210.0, 297.0)
PAPER_TOLERANCE_MM: Final = 1.0
MARGIN_TOP_MM: Final = 37.0
MARGIN_LEFT_MM: Final = 28.0
TYPE_AREA_MM: Final = (156.0, 225.0)
MARGIN_RIGHT_MM: Final = PAPER_MM[0] - MARGIN_LEFT_MM - TYPE_AREA_MM[0]
MARGIN_BOTTOM_MM: Final = PAPER_MM[1] - MARGIN_TOP_MM - TYPE_AREA_MM[1]
MARGIN_TOLERANCE_MM: Final = 1.0

# 5.2.3 lines and characters: 22 lines a page, 28 characters a line, filling the type area.
LINES: Final = 22
CHARACTERS: Final = 28
LINE_PITCH_PT: Final = TYPE_AREA_MM[1] * PT_PER_MM / LINES  # 28.99
CHARACTER_PITCH_PT: Final = TYPE_AREA_MM[0] * PT_PER_MM / CHARACTERS  # 15.79
LINE_PITCH_TOLERANCE_PT: Final = 0.35
# 28 characters must fit and a 29th must not; the slack above is what word processors round away (1/20 pt a character).
CHARACTER_PITCH_RANGE_PT: Final = (TYPE_AREA_MM[0] * PT_PER_MM / (CHARACTERS + 1) + 0.01, CHARACTER_PITCH_PT + 0.03)

# Sizes by name, in points.
SIZES_PT: Final = {"小初": 36.0, "一号": 26.0, "小一": 24.0, "二号": 22.0, "小二": 18.0, "三号": 16.0, "四号": 14.0}
BODY_SIZE_PT: Final = SIZES_PT["三号"]  # 5.2.2
TITLE_SIZE_PT: Final = SIZES_PT["二号"]  # 7.3.1
COLOPHON_SIZE_PT: Final = SIZES_PT["四号"]  # 7.4.2, 7.4.3
PAGE_NUMBER_SIZE_PT: Final = SIZES_PT["四号"]  # 7.5
SIZE_TOLERANCE_PT: Final = 0.25  # 三号 was 15.75 pt in older type; both are printed as 三号
TABLE_SIZES_PT: Final = (9.0, 16.5)  # the standard sets none; smaller than 小五 cannot be read in print

# 7.2.4 the mark: top edge 35 mm below the top of the type area, also for upward papers (1999: 25 and 80 mm).
MARK_TOP_MM: Final = 35.0
# The estimate from paragraph heights cannot know a font's own leading.
MARK_TOP_TOLERANCE_MM: Final = 6.0
MARK_MIN_SIZE_PT: Final = 26.0

# 7.2.7 the red rule: 4 mm below the number, as wide as the type area.
RED_RULE_GAP_MM: Final = 4.0
RED_RULE_GAP_TOLERANCE_MM: Final = 1.0

# 7.4.1 rules of the colophon (版记): first and last 0.35 mm, those between 0.25 mm.
COLOPHON_OUTER_RULE_MM: Final = 0.35
COLOPHON_INNER_RULE_MM: Final = 0.25
COLOPHON_RULE_TOLERANCE_MM: Final = 0.047  # DOCX draws in eighths of a point (0.044 mm)

# 7.5 page number: a dash on each side, 7 mm below the type area, one character in from the outer edge.
PAGE_NUMBER_DROP_MM: Final = 7.0
PAGE_NUMBER_DROP_TOLERANCE_MM: Final = 3.0
PAGE_NUMBER_FORM: Final = re.compile(r"— ?\d+ ?—")

# 7.3.3 paragraphs indent two characters.
INDENT_CHARACTERS: Final = 2.0
INDENT_TOLERANCE_CHARACTERS: Final = 0.25

HAN_DIGITS: Final = "〇○零一二三四五六七八九十"
HAN_NUMERAL: Final = "[一二三四五六七八九十百]+"

# 7.2.5 number: 〔2023〕15号. Year in full, six-angle brackets, no 第, no padded zeros.
NUMBER_FORM: Final = re.compile(r"[一-鿿]{2,}〔\d{4}〕[1-9]\d*号")
#: A number not yet taken: its serial, and perhaps its office and year, are blank.
DRAFT_NUMBER_FORM: Final = re.compile(r"[一-鿿]{0,24}〔(?:\d{4}|[ 　]{0,12})〕[ 　]{0,12}号")
_OPEN: Final = r"[〔［\[(（【﹝｛{〖「<〈《]"
_CLOSE: Final = r"[〕］\])）】﹞｝}〗」>〉》]"
#: Anything that was meant as a document number, right or wrong. Repeats are bounded, so that no text takes long.
NUMBER_LIKE: Final = re.compile(
    rf"[一-鿿]{{2,24}}[ 　]{{0,4}}{_OPEN}[ 　]{{0,9}}"
    rf"(?:(?:\d{{2}}|\d{{4}}|[〇○零一二三四五六七八九]{{4}})年?[ 　]{{0,4}})?{_CLOSE}"
    r"[ 　]{0,4}第?[ 　]{0,4}(?:\d{1,6}|[一二三四五六七八九十百]{1,6})?[ 　]{0,4}号?"
)

# 7.3.5 date: Arabic digits, the year in full, month and day without padded zeros. Blanks stand in a draft.
DATE_FORM: Final = re.compile(r"(\d{4})年(1[0-2]|[1-9])月(3[01]|[12]\d|[1-9])日")
DRAFT_DATE_FORM: Final = re.compile(r"(?:\d{4}|[ 　X×]+)年(?:\d{1,2}|[ 　X×]+)月(?:\d{1,2}|[ 　X×]+)日")
#: A whole line that was meant as a date.
DATE_LIKE: Final = re.compile(
    rf"(?:[\d０-９]{{2,4}}|[{HAN_DIGITS}]{{2,4}})[ 　]*[年./／\-—][ 　]*"
    rf"(?:[\d０-９]{{1,2}}|[{HAN_DIGITS}]{{1,3}})[ 　]*[月./／\-—][ 　]*"
    rf"(?:[\d０-９]{{1,2}}|[{HAN_DIGITS}]{{1,3}})[ 　]*日?"
)
#: Dates in running text that break the form: padded, in Chinese numerals, or with half a year.
WRONG_DATE_IN_TEXT: Final = re.compile(
    r"\d{4}年(?:0\d月\d{1,2}日|\d{1,2}月0\d日)"
    r"|[二一][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    r"|(?<![\d\-])\d{2}年\d{1,2}月\d{1,2}日"
)

# 7.3.3 the ladder of headings, level 1 to 4.
HEADING_FORMS: Final = (
    (1, re.compile(rf"({HAN_NUMERAL})、")),
    (2, re.compile(rf"（({HAN_NUMERAL})）(?![、.．，])")),
    (3, re.compile(r"(\d{1,2})\.(?!\d)")),
    (4, re.compile(r"（(\d{1,2})）(?![、.．，])")),
)
#: What people print instead, with the level that was meant.
WRONG_HEADING_FORMS: Final = (
    (1, re.compile(rf"({HAN_NUMERAL})[.．,，:：](?=[一-鿿])")),
    (2, re.compile(rf"[(\[［〔【]({HAN_NUMERAL})[)\]］〕】）]|（({HAN_NUMERAL})\)|（({HAN_NUMERAL})）[、.．，]")),
    (3, re.compile(r"(\d{1,2})[、．，](?=[一-鿿])|(\d{1,2})[)）](?=[一-鿿])")),
    (4, re.compile(r"[(\[［〔【](\d{1,2})[)\]］〕】）]|（(\d{1,2})\)|（(\d{1,2})）[、.．，]")),
)
HEADING_EXAMPLES: Final = {1: "一、", 2: "（一）", 3: "1.", 4: "（1）"}

# Families of type by what they draw, as lower-case fragments of font names: the offices' own fonts and their stand-ins.
FANGSONG: Final = "仿宋"
HEITI: Final = "黑体"
KAITI: Final = "楷体"
BIAOSONG: Final = "小标宋"
SONGTI: Final = "宋体"
FONT_FRAGMENTS: Final = (
    (BIAOSONG, ("小标宋", "xiaobiaosong", "fzxbs")),
    (FANGSONG, ("仿宋", "fangsong", "fandolfang", "fzfs")),
    (KAITI, ("楷", "kaiti", "wenkai", "ukai", "gkai", "fandolkai", "simkai", "fzkai")),
    (HEITI, ("黑体", "simhei", "heiti", "fandolhei", "fzhei", "noto sans cjk", "noto sans sc", "source han sans")),
    (SONGTI, ("宋", "simsun", "stsong", "fandolsong", "noto serif cjk", "noto serif sc", "source han serif", "fzss")),
)
#: 小标宋 is not to be had freely: a heavy 宋体 of these families may stand for it.
BIAOSONG_STAND_INS: Final = ("noto serif cjk", "noto serif sc", "source han serif", "思源宋体")
#: Latin type beside 仿宋: the standard names none; offices use these or 仿宋 itself.
LATIN_FONTS: Final = ("times new roman", "times", "liberation serif", "tinos")


@functools.lru_cache(maxsize=512)
def font_family(name: str | None) -> str | None:
    """The family of East Asian type that a font of this name draws, or None when it draws none that is known.

    >>> font_family("FangSong_GB2312"), font_family("Arial")
    ('仿宋', None)
    """
    if not name:
        return None
    folded = name.lower()
    for family, fragments in FONT_FRAGMENTS:
        if any(fragment in folded for fragment in fragments):
            return family
    return None


@functools.lru_cache(maxsize=512)
def stands_for_biaosong(name: str | None) -> bool:
    """Whether a font of this name may print a title: 小标宋 itself, or one of its free stand-ins."""
    if font_family(name) == BIAOSONG:
        return True
    return name is not None and any(fragment in name.lower() for fragment in BIAOSONG_STAND_INS)
