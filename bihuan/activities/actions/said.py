"""What somebody says of an activity, checked before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bihuan.activities.models import ActivityKind
from bihuan.activities.refusals import ActivityError, OtherRegionError
from bihuan.activities.rules import LONGEST_STAY, MOST_FIGURES, MOST_UNITS, Asked, Mode, Part, audiences, subjects
from bihuan.activities.values import Value, read_value
from bihuan.campaigns.models import Campaign, Task
from bihuan.figures import queries as figures
from bihuan.figures.rules import classifiers_of
from bihuan.loop.days import local_day
from bihuan.org import queries as org
from bihuan.org.models import Region, Unit
from bihuan.places.models import Place


@dataclass(frozen=True, slots=True)
class Taking:
    """A unit that took part beside the one that files: by the directory, or as it was written."""

    part: Part
    unit: Unit | None = None
    words: str = ""

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that an activity says. `numbers`: what was written for each measure asked for, "banners:条" → "60余". The
    unit that files is the first host, unless `units` names it otherwise."""

    kind: ActivityKind
    unit: Unit
    region: Region
    start: dt.date
    end: dt.date
    title: str = ""
    mode: Mode = Mode.ON_SITE
    place: Place | None = None
    place_words: str = ""
    point: tuple[Decimal, Decimal] | None = None  # longitude, latitude
    starts_at: dt.time | None = None
    expected_attendance: int | None = None
    audiences: tuple[str, ...] = ()
    who: str = ""
    subjects: tuple[str, ...] = ()
    campaign: Campaign | None = None
    task: Task | None = None
    units: tuple[Taking, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Checked:
    """What was said, understood: the figures by their measures, and what does not apply."""

    said: Said
    title: str
    units: tuple[Taking, ...]
    regions: tuple[Region, ...]
    above: tuple[int, ...]  # its own region and all that it lies in, nearest first
    values: Mapping[Asked, Value]  # those that apply
    names: Mapping[Asked, str]
    not_applicable: tuple[str, ...]

    @property
    def host(self) -> str:
        """The first host, as an occasion names it."""
        return next((item.name for item in self.units if item.part is Part.HOST), self.said.unit.name)


def check(said: Said, *, at: dt.datetime) -> Checked:
    """Understand what was said.

    Raises:
        OtherRegionError: the region is not the unit's own, nor below it.
        ActivityError: anything else that cannot be.
    """
    said = replace(said, title=said.title.strip(), place_words=said.place_words.strip(), who=said.who.strip())
    above = _lies_in(said.region, said.end)
    _check_days(said, local_day(at))
    _check_region(said, above)
    _check_books(said)
    _check_lists(said)
    units = _units(said)
    regions = _regions(said, units, above)
    values, names, not_applicable = _values(said)
    return Checked(said, said.title or said.kind.zh, units, regions, above, values, names, tuple(not_applicable))


def _lies_in(region: Region, day: dt.date) -> tuple[int, ...]:
    """The region and all that it lies in on a day, nearest first."""
    edition, found = org.lies_in(region.pk, day)
    if not found:
        zh = f"区划版本{edition}中没有{region.name}，请另选地区"
        raise ActivityError("activity-region", zh, f"{region.name} is not in edition {edition}", "region")
    return tuple(found)


def _check_days(said: Said, today: dt.date) -> None:
    if said.end < said.start:
        raise ActivityError("activity-days", "结束日期早于开始日期", "it ends before it starts", "end")
    if said.end > today:
        zh = "还没有办的活动先不报，办完再报；填写的内容已保存为草稿"
        raise ActivityError("activity-ahead", zh, "report it once it was held: its day has not come", "start")
    if (said.end - said.start).days > LONGEST_STAY or said.start.year < 2000:
        zh = "日期不对：一次活动不超过一年，请核对年份"
        raise ActivityError("activity-days", zh, "an activity lasts a year at most: check the year", "start")


def _check_region(said: Said, above: tuple[int, ...]) -> None:
    if said.unit.region_id not in above:
        raise OtherRegionError(said.unit.name, said.region.name)
    if said.place and said.region.pk not in _lies_in(said.place.region, said.end):
        zh = f"{said.place.name}不在{said.region.name}，请改地区或另选场所"
        raise ActivityError("activity-place", zh, f"{said.place.name} is not in {said.region.name}", "place")


def _check_books(said: Said) -> None:
    things = [said.campaign, said.place, *(item.unit for item in said.units)]
    if any(thing is not None and thing.book != said.unit.book for thing in things):
        zh = "模型数据与真实数据不能混报"
        raise ActivityError("other-book", zh, "model and real data do not mix", "campaign")
    if said.unit.closed_on and said.unit.closed_on <= said.start:
        zh = f"{said.unit.name}那时已撤并，请由承接单位报"
        raise ActivityError("activity-unit", zh, f"{said.unit.name} was no more by then: its successor reports", "unit")
    if said.task and said.campaign and said.task.campaign_id != said.campaign.pk:
        raise ActivityError("activity-task", "这项任务不属于所选活动", "the task is of another campaign", "task")


def _check_lists(said: Said) -> None:
    unknown = [code for code in said.audiences if code not in audiences()]
    unknown += [code for code in said.subjects if code not in subjects()]
    if unknown:
        zh = f"没有这样的对象或主题：{'、'.join(unknown)}"
        raise ActivityError("activity-code", zh, f"no such audience or subject: {', '.join(unknown)}", "audiences")
    texts = [said.title, said.place_words, said.who, said.words, *(item.words for item in said.units)]
    if any("\0" in text for text in texts):
        raise ActivityError("activity-text", "文字里有不能保存的字符", "the text has characters that cannot be kept")
    for text, longest, name in ((said.title, 100, "title"), (said.place_words, 100, "place"), (said.who, 200, "who")):
        if len(text) > longest:
            raise ActivityError("activity-text", f"不超过{longest}字", f"{longest} characters at most", name)
    if said.expected_attendance is not None and not 0 <= said.expected_attendance < 2**31:
        zh = "预计参加人数不对，请核对"
        raise ActivityError("activity-number", zh, "the expected attendance cannot be: check it", "expected_attendance")


def _units(said: Said) -> tuple[Taking, ...]:
    named = tuple(replace(item, words=item.words.strip()) for item in said.units if item.unit or item.words.strip())
    if not any(item.unit == said.unit for item in named):
        named = (Taking(Part.HOST, said.unit), *named)
    keys = [item.unit.pk if item.unit else item.words for item in named]
    if len(keys) != len(set(keys)):
        raise ActivityError("activity-units", "同一个单位写了两次", "a unit is named twice", "units")
    if len(named) > MOST_UNITS or any(len(item.words) > 100 for item in named):
        zh = f"参加单位不超过{MOST_UNITS}个，每个不超过100字"
        raise ActivityError("activity-units", zh, f"{MOST_UNITS} units at most, 100 characters each", "units")
    return named


def _regions(said: Said, units: tuple[Taking, ...], above: tuple[int, ...]) -> tuple[Region, ...]:
    """Where it counts: its own region, and those of joint hosts that it does not lie in."""
    others = {
        item.unit.region_id: item.unit.region
        for item in units
        if item.unit and item.part is not Part.ASSIST and item.unit.region_id not in above
    }
    return (said.region, *others.values())


def _values(said: Said) -> tuple[dict[Asked, Value], dict[Asked, str], list[str]]:
    asked = list(_asked(said))
    if len(asked) > MOST_FIGURES:
        zh = f"一次活动最多报{MOST_FIGURES}个数"
        raise ActivityError("activity-number", zh, f"{MOST_FIGURES} figures at most", "numbers")
    names = figures.measure_names({code for item, _text in asked for code in item.measures})
    found: dict[Asked, Value] = {}
    called: dict[Asked, str] = {}
    not_applicable = []
    for item, text in asked:
        if missing := [code for code in item.measures if code not in names]:
            zh = f"没有这样的指标：{'、'.join(missing)}"
            raise ActivityError("activity-number", zh, f"no such measure: {', '.join(missing)}", "numbers")
        name = "、".join(names[code] for code in item.measures)
        value = read_value(text, item, name)
        if value is None:
            continue
        if not value.applies:
            not_applicable.append(str(item))
            continue
        if twice := next((other for other in found if _overlap(item, other)), None):
            zh = f"“{name}”与“{'、'.join(names[code] for code in twice.measures)}”是同一个数，只报一处"
            raise ActivityError("activity-twice", zh, f"“{name}” is given twice: say it once", str(item))
        found[item], called[item] = value, name
    return found, called, not_applicable


def _asked(said: Said) -> Iterator[tuple[Asked, str]]:
    itself = Asked.of(said.kind.counts) if said.kind.counts else None
    for key, text in said.numbers.items():
        try:
            item = Asked.of(key)
        except ValueError:
            item = None
        if item is None or len(item.classifier) > 20 or item == itself:
            raise ActivityError("activity-number", f"不能报“{key}”", f"“{key}” is not reported here", "numbers")
        yield item, text


def _overlap(one: Asked, other: Asked) -> bool:
    same = set(one.measures) & set(other.measures)
    return bool(same and classifiers_of(one.classifier) & classifiers_of(other.classifier))
