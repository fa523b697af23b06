"""The ladder of headings: 一、 →（一）→ 1. →（1） (GB/T 9704-2012, 7.3.3)."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.documents import gb9704
from bihuan.documents.checking.layout import Layout, heading_level, running
from bihuan.documents.checking.lines import Line
from bihuan.documents.checking.report import Report

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}


def check_headings(layout: Layout, report: Report) -> None:
    """Form of each marker, no level skipped, numbers that run on; each annex counts for itself."""
    _check_ladder((line for line in layout.body if running(line)), report)
    for annex in layout.annexes:
        _check_ladder((line for line in annex.lines if running(line)), report)


def _check_ladder(lines: Iterable[Line], report: Report) -> None:
    found = [(line, *heading_level(line.words)) for line in lines]
    headings = [(line, level, marker, right) for line, level, marker, right in found if level]
    used = {level for _, level, _, _ in headings}
    counts: dict[int, int] = {}
    for line, level, marker, right in headings:
        if not right:
            example = gb9704.HEADING_EXAMPLES[level]
            report.add(
                "headings",
                f"层次序数“{marker}”形式不对，第 {level} 层应写作“{example}”",
                f"the marker “{marker}” has the wrong form; level {level} is written “{example}”",
                line,
            )
        _check_skip(line, level, counts, used, report)
        value, before = numeral(marker), counts.get(level, 0)
        if value is not None and value != before + 1 and not (value == 1 and before):
            _report_order(line, marker, before, report)
        elif value == 1 and before:
            report.add(
                "headings",
                f"层次序数“{marker}”在同一上级标题下重新开始",
                f"the marker “{marker}” starts again under the same heading",
                line,
            )
        counts[level] = value if value is not None else before + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]


def _check_skip(line: Line, level: int, counts: dict[int, int], used: set[int], report: Report) -> None:
    if level == 1 or level - 1 in counts:
        return
    above = [key for key in counts if key < level]
    must = gb9704.HEADING_EXAMPLES[max(above) + 1 if above else 1]
    # Offices do print 1. straight under 一、 where the whole paper has but two levels.
    tolerated = level == 3 and 1 in counts and 2 not in used
    report.add(
        "headings",
        f"层次跳级：“{gb9704.HEADING_EXAMPLES[level]}”之前应先有“{must}”",
        f"a level is skipped: “{must}” must come before “{gb9704.HEADING_EXAMPLES[level]}”",
        line,
        severity="warning" if tolerated or not above else "error",
    )


def _report_order(line: Line, marker: str, before: int, report: Report) -> None:
    report.add(
        "headings",
        f"层次序数不连续：“{marker}”的前一个是第 {before} 个",
        f"the markers do not run on: the one before “{marker}” is number {before}",
        line,
    )


def numeral(marker: str) -> int | None:
    """The value of a marker such as （十二） or 3., None for what is no numeral below a hundred."""
    digits = "".join(character for character in marker if character.isdigit() and character.isascii())
    if digits:
        return int(digits)
    han = "".join(character for character in marker if character in gb9704.HAN_DIGITS + "百")
    if not han or "百" in han:
        return None
    tens, found, ones = han.partition("十")
    if not found:
        return _DIGITS.get(han)
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
