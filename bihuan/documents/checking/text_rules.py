"""Rules of the type: fonts by script, sizes, punctuation, and the form of dates (GB/T 9704-2012, 5.2.2 and 7.3)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Final

from bihuan.documents import gb9704
from bihuan.documents.checking.layout import Layout, heading_level, squeezed
from bihuan.documents.checking.lines import Line, Run, font_slot
from bihuan.documents.checking.report import Report

_PUNCTUATION: Final = "“”‘’—…·"
_TABLE_FAMILIES: Final = (gb9704.FANGSONG, gb9704.HEITI, gb9704.KAITI, gb9704.SONGTI, gb9704.BIAOSONG)
_LEVEL_FAMILIES: Final = {1: gb9704.HEITI, 2: gb9704.KAITI, 3: gb9704.FANGSONG, 4: gb9704.FANGSONG}
_SENTENCE: Final = re.compile(r"[。：；！？]")
_ONE_IS: Final = re.compile(rf"{gb9704.HAN_NUMERAL}(?:是|要)")
_LONGEST_HEADING: Final = 60


def check_fonts(layout: Layout, report: Report) -> None:
    """East Asian fonts by element; Latin letters and digits in the text's own font or Times New Roman."""
    for line, name, families, pieces in _expected(layout):
        for character, run in pieces:
            slot = font_slot(character, run.look)
            font = run.look.fonts[slot]
            if slot == "eastAsia":
                if not _fits(font, families):
                    _report_font(report, line, name, font, families)
                    break
            elif slot == "ascii" and not _latin_fits(font):
                report.add(
                    "latin-fonts",
                    f"数字和西文用了 {font or '未指定的字体'}，宜用 Times New Roman 或仿宋",
                    f"digits and Latin letters are set in {font or 'no named font'}; use Times New Roman or 仿宋",
                    line,
                    severity="warning",
                )
                break


def _fits(font: str | None, families: tuple[str, ...]) -> bool:
    if gb9704.BIAOSONG in families and gb9704.stands_for_biaosong(font):
        return True
    return gb9704.font_family(font) in families


def _latin_fits(font: str | None) -> bool:
    return gb9704.font_family(font) is not None or (font or "").lower() in gb9704.LATIN_FONTS


def _report_font(
    report: Report, line: Line, name: tuple[str, str], font: str | None, families: tuple[str, ...]
) -> None:
    must = "或".join(families)
    report.add(
        "fonts",
        f"{name[0]}用了 {font or '未指定的字体'}，应为{must}",
        f"{name[1]} is set in {font or 'no named font'}; it must be {must}",
        line,
    )


_Expected = tuple[Line, tuple[str, str], tuple[str, ...], Iterable[tuple[str, Run]]]


def _expected(layout: Layout) -> Iterator[_Expected]:
    """Every line with what it is called, the families it may use and the characters meant."""
    fangsong, biaosong, heiti = (gb9704.FANGSONG,), (gb9704.BIAOSONG,), (gb9704.HEITI,)
    for lines, name, families in (
        (layout.mark, ("发文机关标志", "the mark"), biaosong),
        (layout.secrecy, ("密级和紧急程度", "secrecy and urgency"), heiti),
        (layout.title, ("标题", "the title"), biaosong),
        ([layout.addressee], ("主送机关", "the addressee"), fangsong),
        (layout.annex_note, ("正文", "the text"), fangsong),
        (layout.signature, ("署名", "the signature"), fangsong),
        ([layout.date], ("成文日期", "the date"), fangsong),
        (layout.colophon, ("版记", "the colophon"), fangsong),
        ([annex.heading for annex in layout.annexes], ("附件标识", "the annex heading"), heiti),
        ([line for annex in layout.annexes for line in annex.title], ("附件标题", "the annex title"), biaosong),
        (layout.tables(), ("表格", "a table"), _TABLE_FAMILIES),
    ):
        for line in lines:
            if line is not None:
                yield line, name, families, line.characters()
    if layout.number is not None:
        length = len(squeezed(layout.number_text))
        yield layout.number, ("发文字号", "the number"), fangsong, list(layout.number.characters())[:length]
    for line in layout.paragraphs():
        yield from _paragraph_pieces(line)


def _paragraph_pieces(line: Line) -> Iterator[_Expected]:
    level, marker, _ = heading_level(line.words)
    characters = list(line.characters())
    text = "".join(character for character, _ in characters)
    stop = _SENTENCE.search(text)
    end = stop.end() if stop else len(text)
    if not level:
        # The standard says nothing of 一是: offices set its first sentence like the text or like a second level.
        lead = end if _ONE_IS.match(text) else 0
        yield line, ("正文", "the text"), (gb9704.FANGSONG, gb9704.KAITI), characters[:lead]
        yield line, ("正文", "the text"), (gb9704.FANGSONG,), characters[lead:]
        return
    automatic = len(squeezed(line.marker))
    certain = end if end <= _LONGEST_HEADING else max(len(marker) - automatic, 0)
    name = ("正文", "the text") if level > 2 else (f"第 {level} 层标题", f"a level {level} heading")
    yield line, name, (_LEVEL_FAMILIES[level],), characters[:certain]
    yield line, ("正文", "the text"), (gb9704.FANGSONG,), characters[end:]


def check_sizes(layout: Layout, report: Report) -> None:
    """Title size 2 (22 pt), text and the elements around it size 3 (16 pt), tables readable."""
    body, title = gb9704.BODY_SIZE_PT, gb9704.TITLE_SIZE_PT
    annex_titles = [line for annex in layout.annexes for line in annex.title]
    others = [layout.number, layout.signer, layout.addressee, layout.date, *(annex.heading for annex in layout.annexes)]
    for lines, zh, en, size in (
        (layout.title, "标题", "the title", title),
        (annex_titles, "附件标题", "the annex title", title),
        ([*layout.annex_note, *layout.signature, *others], "公文要素", "an element", body),
        (layout.paragraphs(), "正文", "the text", body),
    ):
        for line in lines:
            found = _odd_size(line, size) if line is not None else None
            if line is not None and found is not None:
                named = "2 号" if size == title else "3 号"
                report.add(
                    "sizes",
                    f"{zh}字号为 {found:g} 磅，应为{named}（{size:g} 磅）",
                    f"{en} is set at {found:g} pt; it must be {size:g} pt",
                    line,
                )
    low, high = gb9704.TABLE_SIZES_PT
    for line in layout.tables():
        if line.words and not low <= line.size <= high:
            report.add(
                "sizes",
                f"表格字号为 {line.size:g} 磅",
                f"a table's text is set at {line.size:g} pt",
                line,
                severity="warning",
            )


def _odd_size(line: Line, must: float) -> float | None:
    return next(
        (run.look.size for _, run in line.characters() if abs(run.look.size - must) > gb9704.SIZE_TOLERANCE_PT), None
    )


def check_punctuation(layout: Layout, report: Report) -> None:
    """Quotes, dashes, ellipses and the middle dot come from the East Asian font, or they are half as wide."""
    for line in layout.reading.lines:
        characters = list(line.characters())
        for index, (character, run) in enumerate(characters):
            if character not in _PUNCTUATION or _between_latin(characters, index):
                continue
            slot = font_slot(character, run.look)
            font = run.look.fonts[slot]
            if slot != "eastAsia" and gb9704.font_family(font) is None:
                report.add(
                    "punctuation",
                    f"标点“{character}”用了西文字体 {font or '（未指定）'}，应用中文字体",
                    f"the punctuation mark {character} is set in the Latin font {font or '(none named)'}; "
                    "it must be in the East Asian font",
                    line,
                )
                break


def _between_latin(characters: list[tuple[str, Run]], index: int) -> bool:
    """An apostrophe or dot inside Latin words is Latin."""
    around = characters[max(index - 1, 0) : index] + characters[index + 1 : index + 2]
    return bool(around) and all(character.isascii() and character.isalpha() for character, _ in around)


def check_dates(layout: Layout, report: Report) -> None:
    """成文日期 and all dates in the text: 2023年7月5日."""
    if layout.date is None:
        if layout.draft:
            return
        report.add("date", "没有成文日期", "the paper has no date")
    else:
        _check_date(squeezed(layout.date.words), layout.date.words, layout.date, report)
    for line in layout.colophon:
        words = squeezed(line.words)
        match = re.search(rf"{gb9704.DATE_LIKE.pattern}(?=印[发制]$)", words)
        if match:
            _check_date(match[0], match[0], line, report)
    for line in [*layout.paragraphs(), *layout.title]:
        for match in gb9704.WRONG_DATE_IN_TEXT.finditer(line.words):
            _report_date(match[0], line, report)


def _check_date(date: str, as_printed: str, line: Line, report: Report) -> None:
    match = gb9704.DATE_FORM.fullmatch(date)
    if match is None:
        if not (gb9704.DRAFT_DATE_FORM.fullmatch(as_printed) and re.search(r"[ \u3000X×]", as_printed)):
            _report_date(date, line, report)
        return
    try:
        datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        report.add("date", f"没有“{date}”这一天", f"there is no such day as {date}", line)


def _report_date(date: str, line: Line, report: Report) -> None:
    report.add(
        "date",
        f"日期“{date}”应写作 2023年7月5日 的形式：阿拉伯数字，年份标全，月、日不编虚位",
        f"the date “{date}” must be written like 2023年7月5日: Arabic digits, the full year, no padded zeros",
        line,
    )
