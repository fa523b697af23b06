"""The plan of a campaign: written, divided, checked, published."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import File, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import ActorOut, Day, In, Key, Line, NamedOut, SeenIn, Serial, Text, Version, actors, named
from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.actions import DutySaid, OnPaper
from bihuan.campaigns.rules import LONGEST_TEXT, PaperKind, PlanState
from bihuan.lib.workbook import LARGEST_FILE
from bihuan.org.access import PEOPLE, SEE_DIRECTORY, UNITS, NotThere, Reader, within
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bihuan.campaigns.checking import Found
    from bihuan.campaigns.models import DivisionDraft, Duty, Plan
    from bihuan.org.models import Person, Unit

router = Router()
OwnKey = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{32}$"),
    Field(description="32 hexadecimal digits, made by you, for ever its own"),
]


class PlanPaperOut(BaseModel):
    kind: PaperKind
    document: int
    state: str
    number: str


class PlanOut(BaseModel):
    """A version of a campaign's plan."""

    campaign: int
    number: int
    version: int
    state: PlanState
    model: bool
    made_by: ActorOut | None
    published_at: dt.datetime | None
    digest: str = Field(description="Of all that it says, once published")
    issued_as: str
    papers: list[PlanPaperOut]


class PlanListing(BaseModel):
    items: list[PlanOut]


class PlanDutyOut(BaseModel):
    """A line of the division of work; names that the directory does not know stand in `printed`."""

    key: str
    version: int
    title: str
    requirement: str
    unit: NamedOut | None
    section: str
    leader: NamedOut | None
    owner: NamedOut | None
    assisting: list[NamedOut]
    first_on: dt.date | None
    due_on: dt.date | None
    limit_words: str
    evidence_asked: str
    printed: list[str]
    remark: str
    matter: int | None = Field(description="Its matter, once published")


class ParagraphOut(BaseModel):
    """A paragraph with its mark and the duties below it."""

    key: str
    version: int
    mark: str
    level: int
    heading: str
    text: str
    tasked: bool
    duties: list[PlanDutyOut]


class WholePlanOut(PlanOut):
    paragraphs: list[ParagraphOut]


class FoundOut(BaseModel):
    """One thing that the check found; errors block the publication."""

    code: str
    error: bool
    message: str
    what: str
    key: str | None = Field(description="Of the paragraph or duty that it is about")


class CheckOut(BaseModel):
    fit: bool
    found: list[FoundOut]


class WillOut(BaseModel):
    """What publishing would do: keys of duties."""

    fresh: list[str]
    amended: list[str]
    moved: list[str]
    dropped: list[str]
    same: int
    waiting: list[str] = Field(description="Changed, but answered, over or suspended: the matter stays as it is")


class PublishedOut(PlanOut):
    made: int
    amended: int
    moved: int
    withdrawn: int
    same: int
    waiting: int


class NewPlanIn(In):
    source: Literal["template", "last", "empty"] = "template"


class ParagraphIn(In):
    heading: Line
    text: Annotated[Text, StringConstraints(max_length=LONGEST_TEXT)] = ""
    level: Annotated[int, Field(ge=1, le=3)] = 2
    tasked: bool = False
    after: OwnKey | SkipJsonSchema[None] = None
    expected_version: Version = 0


class DutyIn(In):
    paragraph: OwnKey
    title: Line
    requirement: Annotated[Text, StringConstraints(max_length=LONGEST_TEXT)] = ""
    unit: Key | SkipJsonSchema[None] = None
    unit_list: Key | SkipJsonSchema[None] = Field(default=None, description="Instead: a duty for each unit of a list")
    leader: Key | SkipJsonSchema[None] = None
    owner: Key | SkipJsonSchema[None] = None
    assisting: Annotated[list[Key], Field(max_length=200)] = []
    first_on: Day | SkipJsonSchema[None] = None
    due_on: Day | SkipJsonSchema[None] = None
    limit_words: Line = ""
    evidence_asked: Line = ""
    remark: Line = ""
    expected_version: Version = 0


class PublishIn(SeenIn):
    reason: Line = Field(default="", description="Why without papers made here, where it was issued outside")
    issued_as: Annotated[Line, StringConstraints(max_length=100)] = ""


class TakeBackIn(SeenIn):
    reason: Line


class UnsureOut(BaseModel):
    where: str
    task: str
    why: list[str]


class DivisionOut(BaseModel):
    """What would come of a file."""

    id: int
    file: str
    rows: int
    duties: int = Field(description="How many would be made")
    shown: str = Field(description="Send it with `take`: what is taken is what was shown")
    unsure: list[UnsureOut]
    unread: int = Field(description="Rows that are no duties")


class TakeIn(In):
    shown: Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9a-f]*$")]


class TakenOut(BaseModel):
    made: int


_SEES, _WRITES = (access.SEE_CAMPAIGN,), (access.WRITE_PLAN,)


def _writing(name: str, zh: str, en: str, gives: type, **more: Any) -> dict[str, Any]:
    return operation(f"campaigns.{name}", zh, en, gives=gives, needs=_WRITES, writes=True, **more)


def _reading(name: str, zh: str, en: str, gives: type, **more: Any) -> dict[str, Any]:
    return operation(f"campaigns.{name}", zh, en, gives=gives, **{"needs": _SEES, **more})


@router.get("/campaigns/{pk}/plans", **_reading("plans", "方案各版", "The versions of a plan", PlanListing))
def plans(request: DeskRequest, pk: Key) -> PlanListing:
    """Those that you see, the newest first."""
    found = access.plans(request.reader, access.campaign(request.reader, pk))
    return PlanListing(items=[PlanOut(**_plan(row)) for row in found[:100]])


@router.post("/campaigns/{pk}/plans", **_writing("new_plan", "新建方案", "Begin a plan", PlanOut))
def new_plan(request: DeskRequest, pk: Key, wish: NewPlanIn) -> PlanOut:
    """The one being written, where there is one."""
    campaign = access.campaign_to(request.reader, access.WRITE_PLAN, pk)
    made = actions.new_plan(campaign=campaign, source=wish.source, by=request.reader.by, at=timezone.now())
    return PlanOut(**_plan(made))


@router.get("/campaigns/{pk}/plans/{number}", **_reading("plan", "一版方案", "A version of a plan", WholePlanOut))
def plan(request: DeskRequest, pk: Key, number: Serial) -> WholePlanOut:
    """Its paragraphs with the duties below each."""
    found = access.plan(request.reader, access.campaign(request.reader, pk), number)
    matters = {key: task.matter_id for key, task in queries.tasks(found.campaign).items()}
    return WholePlanOut(
        **_plan(found),
        paragraphs=[
            ParagraphOut(
                key=part.paragraph.key,
                version=part.paragraph.version,
                mark=part.mark,
                level=part.paragraph.level,
                heading=part.paragraph.heading,
                text=part.paragraph.text,
                tasked=part.paragraph.tasked,
                duties=[_duty(duty, matters) for duty in part.duties],
            )
            for part in queries.parts(found)
        ],
    )


def _plan(row: Plan) -> dict[str, Any]:
    return {
        "campaign": row.campaign_id,
        "number": row.number,
        "version": row.version,
        "state": PlanState(row.state),
        "model": bool(row.campaign.book),
        "made_by": actors([row.made_by])[row.made_by],
        "published_at": row.published_at,
        "digest": row.digest,
        "issued_as": row.issued_as,
        "papers": [
            PlanPaperOut(
                kind=PaperKind(item.kind),
                document=item.document.pk,
                state=item.document.state,
                number=item.document.number,
            )
            for item in queries.papers(row)
        ],
    }


def _duty(duty: Duty, matters: dict[str, int]) -> PlanDutyOut:
    words = (duty.unit_words, duty.leader_words, duty.owner_words, duty.assisting_words)
    return PlanDutyOut(
        key=duty.key,
        version=duty.version,
        title=duty.title,
        requirement=duty.requirement,
        unit=named(duty.unit) if duty.unit else None,
        section=duty.section.name if duty.section else duty.section_words,
        leader=named(duty.leader) if duty.leader else None,
        owner=named(duty.owner) if duty.owner else None,
        assisting=[named(unit) for unit in duty.assisting.all()],
        first_on=duty.first_on,
        due_on=duty.due_on,
        limit_words=duty.limit_words,
        evidence_asked=duty.evidence_asked,
        printed=[text for text in words if text],
        remark=duty.remark,
        matter=matters.get(duty.key),
    )


# -- writing ---------------------------------------------------------------------------------------------------------


def _to(request: DeskRequest, pk: int, number: int) -> Plan:
    return access.plan_to(request.reader, access.WRITE_PLAN, pk, number)


@router.post(
    "/campaigns/{pk}/plans/{number}/versions", **_writing("new_version", "另立新版本", "Make a new version", PlanOut)
)
def new_version(request: DeskRequest, pk: Key, number: Serial) -> PlanOut:
    """Of a published plan, with all that it says."""
    made = actions.new_version(plan=_to(request, pk, number), by=request.reader.by, at=timezone.now())
    return PlanOut(**_plan(made))


@router.put(
    "/campaigns/{pk}/plans/{number}/paragraphs/{key}",
    **_writing("write_paragraph", "写一段", "Write a paragraph", PlanOut),
)
def write_paragraph(request: DeskRequest, pk: Key, number: Serial, key: OwnKey, wish: ParagraphIn) -> PlanOut:
    """Another one, where none has this key."""
    found, by, at = _to(request, pk, number), request.reader.by, timezone.now()
    said: dict[str, Any] = {"heading": wish.heading, "text": wish.text, "level": wish.level, "tasked": wish.tasked}
    there = found.paragraphs.filter(key=key).exists()
    if there:
        row = access.paragraph_of(found, key)
        actions.write_paragraph(paragraph=row, expected_version=wish.expected_version, by=by, at=at, **said)
    else:
        after = access.paragraph_of(found, wish.after) if wish.after else None
        actions.add_paragraph(plan=found, key=key, after=after, by=by, at=at, **said)
    return PlanOut(**_plan(_to(request, pk, number)))


@router.put(
    "/campaigns/{pk}/plans/{number}/duties/{key}", **_writing("write_duty", "写一项任务", "Write a duty", PlanOut)
)
def write_duty(request: DeskRequest, pk: Key, number: Serial, key: OwnKey, wish: DutyIn) -> PlanOut:
    """Another one, where none has this key: for a unit, or for each unit of a list."""
    found, reader, at = _to(request, pk, number), request.reader, timezone.now()
    part = access.paragraph_of(found, wish.paragraph)
    said = _said(reader, wish)
    if found.duties.filter(key=key).exists():
        row, seen = access.duty_of(found, key), wish.expected_version
        actions.write_duty(duty=row, expected_version=seen, said=said, paragraph=part, by=reader.by, at=at)
    else:
        wanted = [actions.Wanted(key, part, said)]
        if wish.unit_list is not None:
            chosen = access.list_of(found.campaign, wish.unit_list)
            wanted = actions.for_each(key, part, said, queries.listed(found.campaign).get(chosen.pk, []))
        actions.add_duties(plan=found, wanted=wanted, by=reader.by, at=at)
    return PlanOut(**_plan(_to(request, pk, number)))


def _said(reader: Reader, wish: DutyIn) -> DutySaid:
    keys = {key for key in (wish.unit, *wish.assisting) if key}
    units: dict[int, Unit] = {row.pk: row for row in within(reader, SEE_DIRECTORY, UNITS).filter(pk__in=keys)}
    people: dict[int, Person] = {
        row.pk: row for row in within(reader, SEE_DIRECTORY, PEOPLE).filter(pk__in={wish.leader or 0, wish.owner or 0})
    }
    if keys - set(units) or {key for key in (wish.leader, wish.owner) if key} - set(people):
        raise NotThere
    return DutySaid(
        title=wish.title,
        requirement=wish.requirement,
        unit=units.get(wish.unit or 0),
        leader=people.get(wish.leader or 0),
        owner=people.get(wish.owner or 0),
        assisting=tuple(units[key] for key in wish.assisting),
        first_on=wish.first_on,
        due_on=wish.due_on,
        limit_words=wish.limit_words,
        evidence_asked=wish.evidence_asked,
        remark=wish.remark,
    )


@router.delete(
    "/campaigns/{pk}/plans/{number}/duties/{key}", **_writing("drop_duty", "删除任务", "Take a duty out", PlanOut)
)
def drop_duty(request: DeskRequest, pk: Key, number: Serial, key: OwnKey, expected_version: Query[Version]) -> PlanOut:
    """From a plan that is being written."""
    row = access.duty_of(_to(request, pk, number), key)
    actions.drop_duty(duty=row, expected_version=expected_version, by=request.reader.by, at=timezone.now())
    return PlanOut(**_plan(_to(request, pk, number)))


# -- a file ----------------------------------------------------------------------------------------------------------


@router.post(
    "/campaigns/{pk}/plans/{number}/divisions",
    **_writing("keep_division", "上传分工表", "Send a division of work", DivisionOut, file=True),
)
def keep_division(request: DeskRequest, pk: Key, number: Serial, file: File[UploadedFile]) -> DivisionOut:
    """It is read and kept to be looked at; nothing of it is written yet."""
    found = _to(request, pk, number)
    content, name = file.read(LARGEST_FILE + 1), file.name or ""
    draft = actions.keep_division(plan=found, content=content, file_name=name, by=request.reader.by, at=timezone.now())
    return _division(request, draft)


def _division(request: DeskRequest, draft: DivisionDraft) -> DivisionOut:
    standing = queries.division_draft(draft.pk, by=request.reader.by)
    if standing is None:
        raise NotThere
    found = queries.read_draft(standing)
    return DivisionOut(
        id=standing.pk,
        file=standing.file_name,
        rows=len(found.lines),
        duties=found.makes,
        shown=actions.shown(found),
        unsure=[
            UnsureOut(where=line.read.where, task=line.read.task, why=[*line.wrong, *(why for _at, why in line.doubts)])
            for line in found.unsure
        ],
        unread=len(found.read.unread),
    )


@router.post(
    "/campaigns/{pk}/plans/{number}/divisions/{draft}/take",
    **_writing("take_division", "写入分工表", "Take a division of work in", TakenOut),
)
def take_division(request: DeskRequest, pk: Key, number: Serial, draft: Key, wish: TakeIn) -> TakenOut:
    """All that was shown, or nothing."""
    found = _to(request, pk, number)
    standing = queries.division_draft(draft, by=request.reader.by)
    if standing is None or standing.plan_id != found.pk:
        raise NotThere
    made = actions.take_division(draft=standing, expected=wish.shown, by=request.reader.by, at=timezone.now())
    return TakenOut(made=len(made))


# -- publishing ------------------------------------------------------------------------------------------------------


@router.get(
    "/campaigns/{pk}/plans/{number}/check",
    **_reading("check_plan", "发布前检查", "The check before publishing", CheckOut, needs=(access.READ_DRAFTS,)),
)
def check(request: DeskRequest, pk: Key, number: Serial) -> CheckOut:
    """Errors block, hints do not."""
    found = access.plan_to(request.reader, access.READ_DRAFTS, pk, number)
    items = queries.check(found, day=request.reader.day)
    places = queries.places(found)
    return CheckOut(fit=not any(item.error for item in items), found=list(_found(items, places)))


def _found(items: list[Found], places: dict[str, dict[int, str]]) -> Iterator[FoundOut]:
    for item in items:
        key = places.get(item.what, {}).get(item.pk)
        yield FoundOut(code=item.code, error=item.error, message=item.said, what=item.what, key=key)


@router.get(
    "/campaigns/{pk}/plans/{number}/consequences",
    **_reading("consequences", "发布后会怎样", "What publishing would do", WillOut, needs=(access.PUBLISH_PLAN,)),
)
def consequences(request: DeskRequest, pk: Key, number: Serial) -> WillOut:
    """Against the matters that there are."""
    will = queries.consequences(access.plan_to(request.reader, access.PUBLISH_PLAN, pk, number))
    return WillOut(
        fresh=[duty.key for duty in will.fresh],
        amended=[change.duty.key for change in will.amended],
        moved=[change.duty.key for change in will.moved],
        dropped=[task.key for task in will.dropped],
        same=len(will.same),
        waiting=[change.duty.key for change in will.waiting],
    )


@router.post(
    "/campaigns/{pk}/plans/{number}/prepare", **_writing("prepare_plan", "拟制公文", "Draft the papers", PlanOut)
)
def prepare(request: DeskRequest, pk: Key, number: Serial, wish: SeenIn) -> PlanOut:
    """From then on the plan does not change; the papers go their ordinary way."""
    found, seen = _to(request, pk, number), wish.expected_version
    return PlanOut(**_plan(actions.prepare(plan=found, expected_version=seen, by=request.reader.by, at=timezone.now())))


@router.post(
    "/campaigns/{pk}/plans/{number}/take-back", **_writing("take_plan_back", "撤回到起草", "Take it back", PlanOut)
)
def take_back(request: DeskRequest, pk: Key, number: Serial, wish: TakeBackIn) -> PlanOut:
    """To be written in again; its drafts are given up."""
    made = actions.take_back(
        plan=_to(request, pk, number),
        expected_version=wish.expected_version,
        reason=wish.reason,
        by=request.reader.by,
        at=timezone.now(),
    )
    return PlanOut(**_plan(made))


@router.post(
    "/campaigns/{pk}/plans/{number}/publish",
    **_writing("publish_plan", "发布方案", "Publish a plan", PublishedOut),
)
def publish(request: DeskRequest, pk: Key, number: Serial, wish: PublishIn) -> PublishedOut:
    """Once for all; sent twice it does nothing more."""
    found = access.plan_to(request.reader, access.PUBLISH_PLAN, pk, number)
    done = actions.publish(
        plan=found,
        expected_version=wish.expected_version,
        on_paper=OnPaper(wish.reason, wish.issued_as) if wish.reason else None,
        by=request.reader.by,
        at=timezone.now(),
    )
    counts = {name: getattr(done, name) for name in ("made", "amended", "moved", "withdrawn", "same", "waiting")}
    return PublishedOut(**_plan(done.plan), **counts)
