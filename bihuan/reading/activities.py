"""Activities of a report: what was done, when, where and by whom, with the figures that belong to it.

Two signs: a heading sentence (四是组织开展宣传咨询日活动。), whose paragraph is the activity, and a clause that
reports a deed (举行了…, 开展应急演练32场次). Where a paragraph's clauses tell of several deeds of the heading's kind,
with days or places of their own, they stand for the heading. What is only planned is no activity.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bihuan.reading.dates import DateMention
from bihuan.reading.figures import Figure, is_planned, planned_parts
from bihuan.reading.places import Survey, survey
from bihuan.reading.scenes import Scenes

# Order matters: the first kind with a word in the name wins (应急演练培训 is a drill, 知识竞赛启动仪式 a launch).
_KINDS = (
    ("launch", r"启动仪式|启动活动|启动会|启动大会"),
    ("quiz", r"竞赛|竞答|答题|知识问答"),
    ("five_entries", r"[五六七八]进|进(?:企业|学校|校园|社区|农村|家庭|机关|人员密集场所|公共场所|工地|单位)"),
    ("drill", r"演练|演习|推演"),
    ("consultation", r"咨询日|宣传咨询|咨询活动"),
    ("warning_education", r"警示教育|警示片"),
    ("training", r"培训"),
    ("study", r"学习教育|理论学习|专题学习|集中学习|中心组|学习研讨|学习活动|专题研讨"),
    ("lecture", r"宣讲|公开课|讲座|大讲堂|大家谈|微课堂"),
    ("meeting", r"动员会|部署会|推进会|专题会|调度会|座谈会|例会|会议|动员大会|现场会"),
    ("inspection", r"检查|督查|督导|巡查|排查|整治|执法|暗访|夜查"),
    ("performance", r"文艺|汇演|演出"),
    ("publicity", r"宣贯|宣传|宣教|发布|科普"),
)
_KIND = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_DEED = re.compile(
    r"(?:组织开展|组织召开|组织举办|联合开展|深入开展|广泛开展|集中开展|扎实开展|积极开展|全面开展|开展|举行|举办|召开|承办|主办|启动|组织参加|参加|组织(?=[^,;。]{0,8}(?:检查|演练|培训|竞赛|观看|收看)))"
    r"(?P<done>了|过)?(?P<what>[^,;:。!?\n]{2,60})"
)
_MARKER = re.compile(
    r"[ \t]*(?:[一二三四五六七八九十]{1,3}是(?:要)?|\([一二三四五六七八九十0-9]{1,3}\)"
    r"|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.、](?![0-9])|第[一二三四五六七八九十]+,)[ \t]*"
)
_HEADING = re.compile(
    r"(?:全面|深入|广泛|积极|扎实|大力|认真|精心|有序|持续|集中|强化|抓好|做好|组织|统筹)*(?:开展|举办|举行|组织|召开|启动|推进|参加|强化|抓好|做好)(?P<what>[^,;:。!?\n]{2,50})$"
)
_PLAN = re.compile(r"将(?:于|在|开展|组织|举办|继续)|计划|拟(?:于|在|开展)|要求|下一步|力争|通知|关于|为契机|按照")
_MEANS = re.compile(r"(?:通过|采取|围绕|结合|根据|为|以)[^,;。]{0,30}$")
_SENTENCE = re.compile(r"[^。!?\n]+")
_NUMBER_TAIL = re.compile(
    r"(?:共计?|累计|达|计)*[近约超逾]?[0-9一二三四五六七八九十百千万余多两]+(?:余|多)?(?:场次|场|次|期|家|个|人次|人|轮|项|班).*$"
)


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing done: its kind (one of the words in this module's table), its name as printed, half-open span in the
    text, ISO date or start/end, full name of the place, actor as printed (None where not told), the indices of its
    figures in the list given, and the measures they count."""

    kind: str
    title: str
    start: int
    end: int
    date: str | None
    place: str | None
    actor: str | None
    figures: tuple[int, ...]
    measures: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The activity as the JSON of `bihuan read`."""
        return {
            "kind": self.kind,
            "title": self.title,
            "start": self.start,
            "end": self.end,
            "date": self.date,
            "place": self.place,
            "actor": self.actor,
            "figures": list(self.figures),
            "measures": list(self.measures),
        }


def find_activities(
    text: str, figures: Sequence[Figure], *, end: int | None = None, seen: Survey | None = None
) -> list[Activity]:
    """All activities that a text reports, in order; `figures` are those of the same text, `end` cuts off its tail.
    `seen` is the survey of text[:end] where the caller has made it already. Never raises on any text."""
    flat, dates, places, own = survey(text if end is None else text[: max(end, 0)]) if seen is None else seen
    scenes = Scenes(flat, places, own, dates)
    planned = planned_parts(flat)
    found: list[Activity] = []
    for first, last in _paragraphs(flat):
        sentences = [m.span() for m in _SENTENCE.finditer(flat, first, last)]
        if not sentences or is_planned(planned, first):
            continue
        heading = _heading(flat, *sentences[0], first, last, dates)
        clauses = list(_clauses(flat, sentences[1:] if heading else sentences, scenes, figures))
        found += _merged(heading, clauses, figures, last)
        scenes.leave(last, min(last + 1, len(flat)))
    return found


def _paragraphs(flat: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(flat):
        stop = flat.find("\n", start)
        stop = len(flat) if stop < 0 else stop
        if stop > start:
            yield start, stop
        start = stop + 1


def kind_of(name: str) -> str | None:
    """The kind of an activity by its name, None when no word tells."""
    return next((kind for kind, pattern in _KIND if pattern.search(name)), None)


def _heading(flat: str, start: int, stop: int, first: int, last: int, dates: Sequence[DateMention]) -> Activity | None:
    """The activity that a paragraph's opening sentence names: 三是开展安全生产“五大体系”宣贯活动。"""
    marker = _MARKER.match(flat, start, stop)
    if not marker or stop - marker.end() > 60 or stop == last:
        return None
    match = _HEADING.match(flat, marker.end(), stop)
    kind = kind_of(match["what"]) if match else None
    if match is None or kind is None:
        return None
    at = bisect_left(dates, first, key=lambda mention: mention.start)
    date = next((d.iso for d in dates[at : at + 8] if d.start < last and d.iso), None)
    return Activity(kind, match["what"], first, last, date, None, None, (), ())


def _clauses(
    flat: str, sentences: Sequence[tuple[int, int]], scenes: Scenes, figures: Sequence[Figure]
) -> Iterator[Activity]:
    for first, last in sentences:
        if not _PLAN.search(flat, first, min(last, first + 12)):
            yield from _deeds(flat, first, last, scenes, figures)
        scenes.leave(first, last)


def _deeds(flat: str, first: int, last: int, scenes: Scenes, figures: Sequence[Figure]) -> Iterator[Activity]:
    for match in _DEED.finditer(flat, first, last):
        what = match["what"]
        name = _NUMBER_TAIL.sub("", what)
        kind = kind_of(name) or kind_of(what)
        before = flat[max(first, match.start() - 40) : match.start()]
        if kind is None or _MEANS.search(before) or _PLAN.search(before):
            continue
        own = [figures[i] for i in _within(figures, match.start(), match.end())]
        day = scenes.at(match.start(), first, last).date
        if not (match["done"] or own or day):
            continue
        if any(f.role not in ("result", "rank") for f in own):
            continue
        scene = scenes.at(match.end(), first, match.end())
        title = (name or what).strip('“”" 、')
        yield Activity(kind, title, match.start(), match.end(), day, scene.place, scene.actor, (), ())


def _within(figures: Sequence[Figure], start: int, end: int) -> range:
    """Indices of the figures (in text order) that begin between two offsets."""
    first = bisect_left(figures, start, key=lambda figure: figure.start)
    return range(first, bisect_left(figures, end, key=lambda figure: figure.start))


def _merged(heading: Activity | None, clauses: list[Activity], figures: Sequence[Figure], last: int) -> list[Activity]:
    """A paragraph's activities with their figures: its heading alone, or the deeds that its clauses tell."""
    parts: list[Activity] = []
    for clause in clauses:
        if parts and parts[-1].kind == clause.kind and (clause.date, clause.place) == (parts[-1].date, parts[-1].place):
            continue
        parts.append(clause)
    if heading is not None:
        same = [part for part in parts if part.kind == heading.kind]
        if len(same) < 2 and not any(part.date for part in same):
            place = same[0].place if same else None
            actor = same[0].actor if same else None
            parts = [replace(heading, place=place, actor=actor)]
        else:
            parts = same
    made = []
    for index, part in enumerate(parts):
        stop = parts[index + 1].start if index + 1 < len(parts) else last
        held = tuple(
            i for i in _within(figures, part.start, max(stop, part.end)) if figures[i].role in ("result", "rank")
        )
        measures = tuple(dict.fromkeys(code for i in held for code in figures[i].measures))
        first_place = next((figures[i].place for i in held if figures[i].place), None)
        made.append(
            replace(part, end=max(stop, part.end), place=part.place or first_place, figures=held, measures=measures)
        )
    return made
