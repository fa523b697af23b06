"""What the pages of activities show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.activities import moments, queries
from bihuan.activities.access import CORRECT
from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.activities.rules import (
    COUNTY_POLICE_BELOW,
    MODE_WORDS,
    PART_WORDS,
    PLAN_ITEMS,
    STATE_WORDS,
    Mode,
    Part,
    State,
    Word,
    audiences,
    subjects,
    wants_safety_plan,
)
from bihuan.activities.wording import place, sentence
from bihuan.figures import moments as figures
from bihuan.figures.queries import measure_names
from bihuan.history import queries as history
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader, may

if TYPE_CHECKING:
    from bihuan.activities.models import Activity, ActivityUnit, Attachment, SafetyPlan
    from bihuan.components.timeline import Moment
    from bihuan.history.models import Entry

TOLD = 30  # changes that the page of a record shows


@dataclass(frozen=True)
class NumberLine:
    """A figure of a record: what it counts, as printed; `itself`: the count of the event."""

    name: str
    printed: str
    itself: bool
    applies: bool = True


@dataclass(frozen=True)
class UnitLine:
    part: str
    name: str
    known: bool  # by the directory


@dataclass(frozen=True)
class SafetyLine:
    """Where a safety plan is wanted: what is there of it."""

    plan: SafetyPlan | None
    police: str  # whose permit it takes
    written: Sequence[tuple[str, str]]  # item, text
    missing: int
    papers: Sequence[Attachment] = ()  # the plan as files

    @property
    def enough(self) -> bool:
        return bool(self.plan and (self.papers or not self.missing) and (self.plan.permit or self.exempt))

    @property
    def exempt(self) -> str:
        return self.plan.by_government if self.plan else ""


@dataclass(frozen=True)
class ActivityPage:
    activity: Activity
    sentence: str
    place: str
    state: tuple[str, str]
    mode: str
    numbers: Sequence[NumberLine]
    units: Sequence[UnitLine]
    audiences: str
    subjects: str
    filed_by: str
    safety: SafetyLine | None
    told: Sequence[Moment]
    may_correct: bool


def activity_page(reader: Reader, activity: Activity) -> ActivityPage:
    """All that the page of a record shows, in a fixed number of queries."""
    units = queries.units_of([activity])[activity.pk]
    standing = queries.standing(activity)
    state = State(activity.state)
    entries = list(history.feed(subject=("activity", str(activity.pk))).order_by("-pk")[:TOLD])
    errata = queries.errata_on(activity)
    entries = sorted([*entries, *errata], key=lambda entry: -entry.pk)[:TOLD]
    names = org.names({activity.filed_by, *(entry.by for entry in entries)}) | figures.names(errata)
    return ActivityPage(
        activity=activity,
        sentence=sentence(activity, units, standing),
        place=place(activity),
        state=(say(*STATE_WORDS[state]), "info" if state is State.FILED else "warn"),
        mode=say(*MODE_WORDS[Mode(activity.mode)]),
        numbers=[
            *(NumberLine(item.name, item.revision.printed, item.row.itself) for item in standing),
            *_none(activity),
        ],
        units=[_unit(item) for item in units],
        audiences=_words(activity.audiences, audiences()),
        subjects=_words(activity.subjects, subjects()),
        filed_by=names.get(activity.filed_by, ""),
        safety=safety_of(activity),
        told=[_told(entry, names) for entry in entries],
        may_correct=activity.stands and may(reader, CORRECT, activity),
    )


def _told(entry: Entry, names: Mapping[str, str]) -> Moment:
    if entry.verb.startswith("figures."):
        return figures.moment(entry, names)
    return moments.moment(entry, names)


def _words(codes: Sequence[str], known: Mapping[str, Word]) -> str:
    """Codes of a shipped list, said in a row."""
    return say("、", ", ").join(say(known[code].zh, known[code].en) for code in codes if code in known)


def _unit(item: ActivityUnit) -> UnitLine:
    return UnitLine(say(*PART_WORDS[Part(item.part)]), item.unit.name if item.unit else item.words, bool(item.unit))


def _none(activity: Activity) -> list[NumberLine]:
    if not activity.not_applicable:
        return []
    codes = {code for text in activity.not_applicable for code in text.partition(":")[0].split("+")}
    names = measure_names(codes)
    return [
        NumberLine("、".join(names.get(code, code) for code in text.partition(":")[0].split("+")), "", False, False)
        for text in activity.not_applicable
    ]


def safety_of(activity: Activity) -> SafetyLine | None:
    """The safety plan of a record, where the law wants one."""
    expected = activity.expected_attendance
    if not wants_safety_plan(expected):
        return None
    plan = getattr(activity, "safety_plan", None)
    items = plan.items if plan else {}
    written = [(say(*words), items[code]) for code, words in PLAN_ITEMS.items() if items.get(code)]
    county = expected is not None and expected < COUNTY_POLICE_BELOW
    police = (
        say("县级公安机关", "the county's police") if county else say("设区的市级公安机关", "the prefecture's police")
    )
    papers = [row for row in queries.attachments(activity) if row.kind == AttachmentKind.PLAN]
    return SafetyLine(plan, police, written, len(PLAN_ITEMS) - len(written), papers)


@dataclass(frozen=True)
class Row:
    """A line of a list."""

    activity: Activity
    place: str
    numbers: str


def rows(found: Sequence[Activity]) -> list[Row]:
    """Lines of a list; three queries, however long it is."""
    standing = queries.standing_on(found)
    return [
        Row(
            item,
            place(item),
            "，".join(f"{one.name}{one.revision.printed}" for one in standing[item.pk] if not one.row.itself),
        )
        for item in found
    ]
