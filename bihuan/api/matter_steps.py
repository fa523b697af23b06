"""What is done to matters: every verb of every flow, by the same action as the pages'.

Whether a verb leads anywhere from where the matter stands, and for whom, is the engine's to say: 409, 403, 422.

The addresses are those of `matters`, so its router is this one's too: the framework knows one router an address.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from django.db.models import Model
from django.utils import timezone
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import Day, In, Key, Line, Percent, SeenIn, Text, Version
from bihuan.api.matters import Lamp, WholeMatterOut, router, whole
from bihuan.api.refusals import BadFile
from bihuan.loop import actions, kinds, queries
from bihuan.loop.access import hands, the_matter
from bihuan.loop.actions import Offer, Said
from bihuan.loop.enclosures import LARGEST, unfit
from bihuan.loop.flows import Light
from bihuan.loop.rules import LONGEST_TEXT
from bihuan.org.access import PEOPLE, SEE_DIRECTORY, UNITS, NotThere, Things, within
from bihuan.org.gate import DeskRequest

__all__ = ["router"]

M = TypeVar("M", bound=Model)
Verb = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]
Said_ = Annotated[Text, Field(max_length=LONGEST_TEXT)]


class StepIn(SeenIn):
    """What is said with a step. Which of it a step takes, its verb's effect says; the rest is passed over."""

    text: Said_ = Field(default="", description="The account, the reason, the remark")
    unit: Key | None = Field(default=None, description="To assign: the responsible unit")
    section: Line = Field(default="", description="To assign: the name of a section of that unit")
    owner: Key | None = Field(default=None, description="To assign: the person who answers for it")
    leader: Key | None = None
    assisting: list[Key] = Field(default=[], max_length=30, description="To assign: units that help")
    due_on: Day | None = Field(default=None, description="To assign, return, reopen; to ask for and grant more time")
    to: Key | None = Field(default=None, description="To hand over: a colleague in the responsible unit")
    on: Day | None = Field(default=None, description="To hand over: from which day on")
    progress: Percent | None = None
    light: Lamp = ""
    rule: Annotated[Line, Field(max_length=100)] = ""
    signed: Annotated[Line, Field(max_length=60)] = Field(default="", description="The unit's leader who signed a wish")


class HandOverAllIn(In):
    to: Key = Field(description="A colleague in one of your units")
    on: Day


class HandedOverOut(BaseModel):
    done: int
    left: int = Field(description="They stand where nothing is handed over")


@router.post(
    "/matters/mine/hand-over",
    **operation(
        "loop.hand_over_all", "移交我的全部事项", "Hand over all that is yours", gives=HandedOverOut, writes=True
    ),
)
def hand_over_all(request: DeskRequest, wish: HandOverAllIn) -> HandedOverOut:
    """Every open matter that you answer for, in one transaction."""
    reader = request.reader
    colleagues = queries.colleagues([post.unit_id for post in reader.posts], reader.day)
    to = next((person for person in colleagues if person.pk == wish.to), None)
    if to is None or reader.person is None:
        raise NotThere
    over = actions.hand_over_all(person=reader.person, to=to, on=wish.on, by=reader.by, at=timezone.now())
    return HandedOverOut(done=over.done, left=over.left)


@router.post(
    "/matters/{pk}/steps/{verb}",
    **operation("loop.act", "办理", "Do a step", gives=WholeMatterOut, writes=True),
)
def act(request: DeskRequest, pk: Key, verb: Verb, wish: StepIn) -> WholeMatterOut:
    """One of the verbs that the matter's `offers` name. The same again on the same version changes nothing."""
    reader = request.reader
    item = the_matter(reader, pk)
    units = {row.pk: row for row in _seen(request, UNITS, [wish.unit, *wish.assisting])}
    people = {row.pk: row for row in _seen(request, PEOPLE, [wish.owner, wish.leader])}
    unit = units[wish.unit] if wish.unit else None
    section = unit.sections.filter(name=wish.section, closed_on=None).first() if unit and wish.section else None
    if wish.section and section is None:
        raise NotThere
    to = None
    if wish.to:
        colleagues = queries.colleagues([item.unit_id or 0], reader.day)
        to = next((person for person in colleagues if person.pk == wish.to), None)
        if to is None:
            raise NotThere
    said = Said(
        text=wish.text,
        unit=unit,
        section=section,
        owner=people[wish.owner] if wish.owner else None,
        leader=people[wish.leader] if wish.leader else None,
        assisting=tuple(units[pk] for pk in wish.assisting),
        due_on=wish.due_on,
        to=to,
        on=wish.on,
        progress=wish.progress,
        light=Light(wish.light),
        rule=wish.rule,
        signed=wish.signed,
    )
    return _done(request, pk, verb, wish.expected_version, said)


@router.post(
    "/matters/{pk}/steps/{verb}/file",
    **operation(
        "loop.act_with_file", "办理并附材料", "Do a step with a file", gives=WholeMatterOut, writes=True, file=True
    ),
)
def act_with_file(
    request: DeskRequest,
    pk: Key,
    verb: Verb,
    expected_version: Form[Version],
    file: File[UploadedFile],
    kind: Form[Literal["file", "photo"]] = "file",
    text: Form[Said_ | SkipJsonSchema[None]] = None,
) -> WholeMatterOut:
    """An answer or a report with what proves it, at most 20 MB. Several files are laid on the table by several reports:
    what came in this cycle counts for the answer."""
    the_matter(request.reader, pk)
    content = file.read(LARGEST + 1)
    if wrong := unfit(file.name or "", len(content), content[:16], kind):
        raise BadFile(*wrong)
    offer = Offer(kind, (file.name or "")[:200], content=content)
    return _done(request, pk, verb, expected_version, Said(text=text or "", evidence=(offer,)))


def _seen(request: DeskRequest, things: Things[M], keys: list[int | None]) -> list[M]:
    """The things of these keys, for a person who sees them. Raises NotThere: one of them is not theirs."""
    wanted = {key for key in keys if key}
    found = list(within(request.reader, SEE_DIRECTORY, things).filter(pk__in=wanted)) if wanted else []
    if len(found) != len(wanted):
        raise NotThere
    return found


def _done(request: DeskRequest, pk: int, verb: str, version: int, said: Said) -> WholeMatterOut:
    reader = request.reader
    item = the_matter(reader, pk)
    if verb not in kinds.flow(item.flow, item.flow_version).verbs:
        raise NotThere
    actions.act(
        matter=item,
        verb=verb,
        hands=hands(reader, item),
        expected_version=version,
        said=said,
        by=reader.by,
        at=timezone.now(),
    )
    return whole(request, pk)
