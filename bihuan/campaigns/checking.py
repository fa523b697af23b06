"""The check of a plan before it is published. Pure: what was read comes in, what is wrong goes out.

Errors block, hints do not: what could end in a task that nobody has, cannot be told of, or is late on its first day is
an error.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bihuan.lib.words import say


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit as it stands on the day of the check; `into`: what it was merged into, `gone`: it is no more."""

    pk: int
    name: str
    gone: bool = False
    into: str = ""


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A person with the units in which they hold a post today."""

    name: str
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class DutySeen:
    pk: int
    title: str
    paragraph: int
    unit: UnitSeen | None
    unit_words: str
    due_on: dt.date | None
    assisting: tuple[UnitSeen, ...] = ()
    leader: PersonSeen | None = None
    owner: PersonSeen | None = None
    strangers: tuple[str, ...] = ()  # names that the directory does not know
    settled: bool = False  # nothing of it changes with this version: it has its matter already


@dataclass(frozen=True, slots=True)
class ParagraphSeen:
    pk: int
    level: int
    mark: str
    heading: str
    text: str
    tasked: bool


@dataclass(frozen=True)
class PlanSeen:
    """All that the check looks at. `listed`: the units of the campaign's lists."""

    period: tuple[dt.date, dt.date]
    today: dt.date
    issuer: UnitSeen | None
    paragraphs: Sequence[ParagraphSeen]
    duties: Sequence[DutySeen]
    listed: Sequence[UnitSeen]
    asked: Sequence[dt.date] = field(default=())


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that the check found. `what`: "paragraph", "duty", "unit" or "plan", with its key."""

    code: str
    error: bool
    zh: str
    en: str
    what: str = "plan"
    pk: int = 0

    @property
    def said(self) -> str:
        return say(self.zh, self.en)


def checked(plan: PlanSeen) -> list[Found]:
    """Everything that is wrong with a plan, errors first."""
    found = [*_whole(plan), *_paragraphs(plan), *_duties(plan), *_units(plan)]
    return sorted(found, key=lambda item: not item.error)


def _whole(plan: PlanSeen) -> Iterator[Found]:
    if plan.issuer is None:
        yield Found("no-issuer", True, "还没有选发文单位（督办单位）", "the issuing unit is not chosen")
    elif plan.issuer.gone:
        yield Found(
            "issuer-gone", True, f"发文单位{_gone(plan.issuer)[0]}", f"the issuing unit {_gone(plan.issuer)[1]}"
        )
    if not plan.paragraphs:
        yield Found("no-paragraphs", True, "方案还没有内容", "the plan says nothing yet")
    if not plan.duties:
        yield Found("no-duties", True, "还没有任务分工", "there is no division of work yet")
    if not plan.listed:
        zh = "还没有单位名单，查不出哪些单位没有任务"
        yield Found("no-lists", False, zh, "there is no list of units: who has no task cannot be told")
    if not plan.asked:
        yield Found("nothing-asked", False, "没有应报的材料", "nothing is asked to be handed in")
    for day in plan.asked:
        if day < plan.today:
            zh = f"应报日期 {day.isoformat()} 已经过去"
            yield Found("asked-in-past", True, zh, f"the day for handing in, {day.isoformat()}, is over")


def _paragraphs(plan: PlanSeen) -> Iterator[Found]:
    held = Counter(duty.paragraph for duty in plan.duties)
    for at, item in enumerate(plan.paragraphs):
        below = _below(plan.paragraphs, at)
        name = f"{item.mark}{item.heading}"
        if item.tasked and not held[item.pk] and not any(held[other.pk] for other in below):
            zh = f"“{name}”没有承办单位"
            yield Found("paragraph-without-owner", True, zh, f"nobody has “{name}” to do", "paragraph", item.pk)
        if not item.text and not below and not held[item.pk]:
            yield Found("paragraph-empty", False, f"“{name}”没有内容", f"“{name}” is empty", "paragraph", item.pk)
        if held[item.pk] and not item.tasked:
            zh = f"“{name}”下有任务，但没有标为“布置任务”"
            yield Found(
                "paragraph-untasked", False, zh, f"“{name}” has duties, and is not marked so", "paragraph", item.pk
            )


def _below(rows: Sequence[ParagraphSeen], at: int) -> list[ParagraphSeen]:
    found = []
    for item in rows[at + 1 :]:
        if item.level <= rows[at].level:
            break
        found.append(item)
    return found


def _duties(plan: PlanSeen) -> Iterator[Found]:
    seen: Counter[tuple[int, str, int]] = Counter()
    for duty in plan.duties:
        yield from _who(duty)
        yield from _when(duty, plan)
        if duty.unit is not None:
            seen[duty.paragraph, duty.title, duty.unit.pk] += 1
            if seen[duty.paragraph, duty.title, duty.unit.pk] == 2:
                zh = f"“{duty.title}”给了“{duty.unit.name}”两次"
                yield _of(duty, "duty-twice", False, zh, f"{duty.unit.name} has “{duty.title}” twice")


def _of(duty: DutySeen, code: str, error: bool, zh: str, en: str) -> Found:
    return Found(code, error, zh, en, "duty", duty.pk)


def _who(duty: DutySeen) -> Iterator[Found]:
    title = duty.title
    if duty.unit is None:
        printed = f"（写的是“{duty.unit_words}”）" if duty.unit_words else ""
        en = f"“{title}” has no lead unit" + (f" (it says {duty.unit_words})" if duty.unit_words else "")
        yield _of(duty, "duty-without-unit", True, f"“{title}”没有牵头单位{printed}", en)
        return
    if duty.unit.gone:
        gone = _gone(duty.unit)
        yield _of(duty, "unit-merged", True, f"“{title}”的牵头单位{gone[0]}", f"“{title}”: the lead unit {gone[1]}")
    for unit in duty.assisting:
        if unit.gone:
            gone = _gone(unit)
            yield _of(
                duty, "unit-merged", True, f"“{title}”的配合单位{gone[0]}", f"“{title}”: a unit that helps {gone[1]}"
            )
    for role, person in ((("责任人", "the person in charge"), duty.owner), (("分管领导", "the leader"), duty.leader)):
        if person is None:
            continue
        if not person.units:
            zh = f"“{title}”的{role[0]}{person.name}已没有任职"
            yield _of(duty, "person-left", True, zh, f"“{title}”: {role[1]}, {person.name}, holds no post any more")
        elif role[0] == "责任人" and duty.unit.pk not in person.units:
            zh = f"“{title}”的责任人{person.name}不在“{duty.unit.name}”任职"
            yield _of(duty, "owner-elsewhere", False, zh, f"“{title}”: {person.name} holds no post in {duty.unit.name}")
    if duty.strangers:
        names = "、".join(duty.strangers)
        zh = f"“{title}”的{names}不在名录中，只照印，不会收到消息"
        yield _of(duty, "stranger", False, zh, f"“{title}”: {names} not in the directory: printed, and told nothing")


def _gone(unit: UnitSeen) -> tuple[str, str]:
    into = (f"，请改为“{unit.into}”", f": choose {unit.into}") if unit.into else ("，请另选", ": choose another")
    return f"“{unit.name}”已撤并{into[0]}", f"{unit.name} is no more{into[1]}"


def _when(duty: DutySeen, plan: PlanSeen) -> Iterator[Found]:
    title, due = duty.title, duty.due_on
    if due is None:
        yield _of(duty, "duty-without-due", True, f"“{title}”没有完成时限", f"“{title}” has no due day")
    elif due < plan.today and not duty.settled:
        zh = f"“{title}”的完成时限 {due.isoformat()} 已经过去"
        yield _of(duty, "due-in-past", True, zh, f"“{title}”: its due day, {due.isoformat()}, is over")
    elif not plan.period[0] <= due <= plan.period[1]:
        zh = f"“{title}”的完成时限 {due.isoformat()} 不在活动期间"
        yield _of(duty, "due-outside", False, zh, f"“{title}”: its due day, {due.isoformat()}, is outside the campaign")


def _units(plan: PlanSeen) -> Iterator[Found]:
    led = {duty.unit.pk for duty in plan.duties if duty.unit}
    helping = {unit.pk for duty in plan.duties for unit in duty.assisting}
    for unit in _distinct(plan.listed):
        if unit.gone:
            gone = _gone(unit)
            yield Found("listed-gone", False, f"名单中的{gone[0]}", f"of the lists: {gone[1]}", "unit", unit.pk)
        elif unit.pk not in led:
            only = ("，只配合", ", it only helps") if unit.pk in helping else ("", "")
            zh, en = f"“{unit.name}”没有牵头任务{only[0]}", f"{unit.name} leads nothing{only[1]}"
            yield Found("unit-without-duty", False, zh, en, "unit", unit.pk)


def _distinct(units: Iterable[UnitSeen]) -> list[UnitSeen]:
    return list({unit.pk: unit for unit in units}.values())
