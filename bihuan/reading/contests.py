"""Contest rules by year, and the lint that holds points per head against what a rule allows at most."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from bihuan.reading.lints_finding import FigureLike, Lint, plain, printed_value

WARN_FROM = Decimal("0.9")  # of the ceiling
JUNE = 30  # days assumed where the contest's own period is not known
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})[ 　]?年")


@dataclass(frozen=True, slots=True)
class Contest:
    """One contest's rule. None = not found. `region` is the only region it holds in; None = the whole nation."""

    year: int
    name: str
    region: str | None
    papers_per_day: int | None
    questions_per_paper: int | None
    points_per_question: int | None
    points_per_paper: int | None
    days: int | None
    source: str

    @property
    def a_day(self) -> int | None:
        """The most points one person can win in a day, or None where the rule is not known well enough."""
        if self.papers_per_day is None:
            return None
        if self.points_per_paper is not None:
            return self.papers_per_day * self.points_per_paper
        if self.questions_per_paper is None or self.points_per_question is None:
            return None
        return self.papers_per_day * self.questions_per_paper * self.points_per_question

    @property
    def ceiling(self) -> int | None:
        """The most points one person can win in the whole contest."""
        return None if self.a_day is None else self.a_day * (self.days or JUNE)


@lru_cache(maxsize=1)
def contests() -> tuple[Contest, ...]:
    """All known rules, from data/contests.json."""
    stored = json.loads(resources.files("bihuan.reading").joinpath("data/contests.json").read_text(encoding="utf-8"))
    fields = (
        "year", "name", "region", "papers_per_day", "questions_per_paper", "points_per_question", "points_per_paper",
        "days", "source",
    )  # fmt: skip
    return tuple(Contest(**{field: row.get(field) for field in fields}) for row in stored["contests"])


def contest_for(text: str) -> tuple[Contest, bool] | None:
    """The rule for the year that the text names first and most, and whether the text names that year at all.

    A text without a year is held against the latest national rule; a year with no known rule gives None.
    """
    years = [int(year) for year in _YEAR.findall(text)]
    usable = [c for c in contests() if c.ceiling is not None and (c.region is None or c.region in text)]
    if not years:
        national = [c for c in usable if c.region is None]
        return (max(national, key=lambda c: c.year), False) if national else None
    year = max(dict.fromkeys(years), key=years.count)
    matching = [c for c in usable if c.year == year]
    return (max(matching, key=lambda c: c.region is not None), True) if matching else None


def ceilings(text: str, figures: Sequence[FigureLike]) -> Iterator[Lint]:
    """Contest points per head against the rule's ceiling: a warning from 90 %, an error above 100 %.

    Works on the numbers as printed (870万余 is 870万): the qualifiers are too wide to judge by.
    """
    points = [f for f in figures if "quiz_points" in f.measures and f.role == "result"]
    heads = [f for f in figures if "quiz_participants" in f.measures and f.role == "result" and f.unit_norm != "人次"]
    if not points or not heads:
        return
    chosen = contest_for(text)
    if chosen is None:
        return
    contest, dated = chosen
    starts = [head.start for head in heads]
    for figure in points:
        at = bisect_left(starts, figure.start)
        near = [h for h in heads[max(0, at - 1) : at + 1] if _in_one_paragraph(text, h, figure)]
        if near:
            head = min(near, key=lambda h: abs(h.start - figure.start))
            yield from _judge(contest, dated, head, figure)


def _in_one_paragraph(text: str, head: FigureLike, points: FigureLike) -> bool:
    start, end = min(head.end, points.end), max(head.start, points.start)
    return end - start <= 400 and "\n" not in text[start:end]


def _judge(contest: Contest, dated: bool, head: FigureLike, points: FigureLike) -> Iterator[Lint]:
    people, won, ceiling, a_day = printed_value(head), printed_value(points), contest.ceiling, contest.a_day
    if not people or won is None or ceiling is None or a_day is None:
        return
    each = won / people
    share = each / ceiling
    if share < WARN_FROM:
        return
    days = contest.days or JUNE
    each_day = f"每人每天 {contest.papers_per_day} 卷"
    a_paper = contest.points_per_paper
    if a_paper is None:
        rule_zh = f"{each_day} × {contest.questions_per_paper} 题 × {contest.points_per_question} 分 × {days} 天"
        rule_en = (
            f"{contest.papers_per_day} paper(s) a day × {contest.questions_per_paper} questions × "
            f"{contest.points_per_question} point(s) × {days} days"
        )
    else:
        rule_zh = f"{each_day} × 每卷 {a_paper} 分 × {days} 天"
        rule_en = f"{contest.papers_per_day} papers a day × {a_paper} points × {days} days"
    assumed_zh = ("" if dated else "；文中未写年份") + ("" if contest.days else "；竞赛天数不详，按 6 月 30 天计")
    assumed_en = ("" if dated else "; the text names no year") + (
        "" if contest.days else "; the contest's period is not known, June's 30 days are assumed"
    )
    percent = plain(share * 100 if abs(share * 100 - 100) < 1 else (share * 100).quantize(type(share)(1)))
    verdict_zh = "超过上限" if share > 1 else "接近上限，请核实"
    verdict_en = "above the ceiling" if share > 1 else "close to the ceiling, please check"
    start, end = min(head.start, points.start), max(head.end, points.end)
    yield Lint(
        "ceiling", "error" if share > 1 and dated else "warning", start, end,
        f"人均积分 {plain(each)} 分（{points.text}/{head.text}），为每人最多 {ceiling} 分的 {percent}%，{verdict_zh}。"
        f"假定：按 {contest.year} 年竞赛规则，{rule_zh}{assumed_zh}",
        f"{plain(each)} points a head ({points.text} over {head.text}) of at most {ceiling}: {percent}%, {verdict_en}. "
        f"Assumed: the {contest.year} rule, {rule_en}{assumed_en}",
    )  # fmt: skip
