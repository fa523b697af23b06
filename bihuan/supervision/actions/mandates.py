"""Mandates (授权依据), the limits of frequency, and matters that come under supervision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.urls import reverse

from bihuan.loop.days import local_day
from bihuan.loop.models import Matter
from bihuan.loop.refusals import MergedUnitError
from bihuan.org.models import Region, Unit
from bihuan.supervision import queries
from bihuan.supervision.access import APPROVE
from bihuan.supervision.actions.steps import (
    changed,
    locked,
    note,
    sentence,
    short,
    standing,
    tell,
    tell_office,
    tell_unit,
)
from bihuan.supervision.models import Limit, Mandate, Supervised
from bihuan.supervision.refusals import SameHandError, StaleThingError, TwiceError, missing
from bihuan.supervision.rules import (
    LONGEST_LINE,
    LONGEST_TITLE,
    STANDINGS,
    MandateKind,
    Method,
    SupervisedState,
    What,
    bases,
)


@dataclass(frozen=True, slots=True)
class Empowerment:
    """What a mandate says: the fields of `models.Mandate`."""

    title: str
    kind: MandateKind
    basis: str
    scope: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    empowered_by: str = ""
    paper_number: str = ""
    methods: Sequence[Method] = ()


def enter_mandate(*, body: Unit, said: Empowerment, book: str = "", by: str, at: dt.datetime) -> Mandate:
    """Enter by what authority a body supervises.

    Raises:
        SupervisionError: something is missing; a basis for designated bodies (条例第七条) without who empowered, paper
            number and period; a period that ends before it begins.
        MergedUnitError: the body is no more.
    """
    basis = bases().get(said.basis)
    if basis is None:
        raise missing("basis", "请选督查依据", "choose a legal basis")
    if basis.designated and not (said.empowered_by.strip() and said.paper_number.strip() and said.valid_to):
        zh = "政府督查须有指定（条例第七条）：请填授权机关、授权文号和期限"
        raise missing("designation", zh, "a designation needs who empowered, the paper's number and the period")
    if said.valid_to is not None and said.valid_to < said.valid_from:
        raise missing("period", "截止日期不能早于起始日期", "the period ends before it begins")
    refuse_gone(body, local_day(at))
    with transaction.atomic():
        row = Mandate.objects.create(
            region_id=body.region_id,
            body=body,
            book=book or body.book,
            title=sentence(said.title, "title", "请写督查名称", "give it a name", most=LONGEST_TITLE),
            kind=said.kind,
            basis=basis.code,
            empowered_by=short(said.empowered_by, most=LONGEST_LINE),
            paper_number=short(said.paper_number, most=LONGEST_LINE),
            scope=sentence(said.scope, "scope", "请写督查事项和范围", "say what it covers"),
            methods=[Method(item).value for item in dict.fromkeys(said.methods)],
            valid_from=said.valid_from,
            valid_to=said.valid_to,
            entered_by=by,
            entered_at=at,
        )
        note(row, "mandate_entered", by, at, basis=basis.code, number=row.paper_number)
    return row


def end_mandate(*, mandate: Mandate, reason: str, expected_version: int, by: str, at: dt.datetime) -> Mandate:
    """End a mandate before its period does. What was begun under it goes on.

    Raises:
        StaleThingError: changed meanwhile, or ended already by somebody else.
        SupervisionError: no reason.
    """
    words = sentence(reason, "reason", "请写明终止的原因", "say why it ends")
    with transaction.atomic():
        row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if row.ended_by == by:
            return row
        if row.ended_by or row.version != expected_version:
            raise StaleThingError
        changed(row, ended_by=by, ended_at=at, ended_reason=words)
        note(row, "mandate_ended", by, at, reason=words)
    return row


def in_force(mandate: Mandate, day: dt.date) -> Mandate:
    """The mandate, if one can act on it on a day.

    Raises:
        SupervisionError: it has ended, is over, or has not begun.
    """
    over = mandate.valid_to is not None and mandate.valid_to < day
    if mandate.ended_by or over or mandate.valid_from > day:
        zh = f"授权依据“{mandate.title}”不在有效期内，不能据此督办"
        raise missing("mandate-over", zh, f"the mandate “{mandate.title}” is not in force")
    return mandate


def refuse_gone(unit: Unit, day: dt.date) -> None:
    """Refuse a unit that is no more. Raises MergedUnitError: it names the successor."""
    if unit.closed_on is not None and unit.closed_on <= day:
        raise MergedUnitError(unit.name, unit.merged_into.name if unit.merged_into else "")


def set_limit(
    *,
    what: What,
    days: int,
    most: int,
    valid_from: dt.date,
    source: str,
    region: Region | None = None,
    by: str,
    at: dt.datetime,
) -> Limit:
    """Set how often a unit may be supervised, in a region (and below it) or everywhere, from a day on.

    Raises:
        SupervisionError: no source, or numbers that are none.
    """
    if not (1 <= days <= 3660 and 1 <= most <= 1000):
        raise missing("limit", "天数请填 1 到 3660，次数请填 1 到 1000", "days from 1 to 3660, times from 1 to 1000")
    text = sentence(source, "source", "请写明上限的依据", "say on what the limit rests", most=200)
    with transaction.atomic():
        row = Limit.objects.create(
            region=region, what=what, days=days, most=most, valid_from=valid_from, source=text, by=by, at=at
        )
        note(row, "limit_set", by, at, what=what.value, days=days, most=most, source=text)
    return row


# -- 列入督办: 拟办 → 审批 ---------------------------------------------------------------------------------------------


def propose(
    *,
    matter: Matter,
    mandate: Mandate,
    reason: str,
    source: str = "",
    although: str = "",
    by: str,
    at: dt.datetime,
) -> Supervised:
    """Propose that a matter comes under supervision; a leader decides. The same person's second click gives the
    proposal that is there.

    Args:
        although: why, where the unit is supervised for something alike or a limit is full.

    Raises:
        TwiceError: it is, and no reason was given. SupervisionError: the matter is under supervision already, over, or
            nobody's; the mandate is not in force or of another book. MergedUnitError: the unit is no more.
    """
    day = local_day(at)
    words = sentence(reason, "reason", "请写明列入督办的理由", "say why it is to be supervised")
    in_force(mandate, day)
    with transaction.atomic():
        row = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
        there = queries.open_supervision(row)
        if there is not None:
            if (there.proposed_by, there.state, there.reason) == (by, SupervisedState.PROPOSED, words):
                return there
            zh = f"这一事项已列入督办（{there.mandate.title}），不重复督办"
            raise missing("supervised-already", zh, "the matter is under supervision already: not twice for one thing")
        unit = _unit_of(row, mandate, day)
        against = queries.repeats(
            unit=unit, title=row.title, what=What.SUPERVISED, region=mandate.region_id, day=day, besides=[row.pk]
        )
        if against.any and not although.strip():
            raise TwiceError([item.title for item in against.similar], [item.words for item in against.over])
        made = _proposed(row, mandate, unit, against, words, (source, although if against.any else ""), by, at)
    return made


def _unit_of(matter: Matter, mandate: Mandate, day: dt.date) -> Unit:
    if matter.end or matter.unit is None:
        raise missing(
            "matter-open", "事项没有承办单位或已经办结，不能列入督办", "the matter is nobody's, or it is over"
        )
    if matter.book != mandate.book:
        raise missing("book", "模型数据与实际数据不能混用", "model data and real ones do not mix")
    refuse_gone(matter.unit, day)
    return matter.unit


def _proposed(
    matter: Matter,
    mandate: Mandate,
    unit: Unit,
    against: queries.Repeats,
    reason: str,
    said: tuple[str, str],
    by: str,
    at: dt.datetime,
) -> Supervised:
    source, although = said
    try:
        with transaction.atomic():
            made = Supervised.objects.create(
                matter=matter,
                mandate=mandate,
                region_id=mandate.region_id,
                unit=unit,
                book=matter.book,
                title=matter.title,
                reason=reason,
                source=short(source, most=LONGEST_TITLE),
                similar=[item.matter_id for item in against.similar],
                over=[item.bound.what.value for item in against.over],
                although=short(although),
                proposed_by=by,
                proposed_at=at,
            )
    except IntegrityError as error:
        raise StaleThingError from error
    note(made, "proposed", by, at, reason=reason, although=made.although, mandate=mandate.title)
    words = (f"“{made.title}”拟列入督办，请审批", f"to be approved: supervision of {made.title}")
    tell_office(made, APPROVE, words, url_of(made), by=by, at=at)
    return made


def url_of(supervised: Supervised) -> str:
    return reverse("supervision:mandate", args=[supervised.mandate_id])


def decide(
    *, supervised: Supervised, agreed: bool, reason: str = "", expected_version: int, by: str, at: dt.datetime
) -> Supervised:
    """审批: a leader who did not propose it agrees or not. The same person's second click does nothing more.

    Raises:
        SameHandError: who proposed it decides. StaleThingError, WrongStandingError: somebody was first.
        SupervisionError: a refusal without a reason; the mandate is not in force any more.
    """
    words = short(reason)
    if not agreed and not words:
        raise missing("reason", "请写明不同意的理由", "say why not")
    state = SupervisedState.OPEN if agreed else SupervisedState.REFUSED
    with transaction.atomic():
        now = standing(supervised)
        if (now.decided_by, now.state, now.version) == (by, state, expected_version + 1):
            return now
        row = locked(supervised, version=expected_version, states=[SupervisedState.PROPOSED], words=STANDINGS)
        if row.proposed_by == by:
            raise SameHandError
        if agreed:
            in_force(row.mandate, local_day(at))
        since = local_day(at) if agreed else None
        changed(row, state=state.value, decided_by=by, decided_at=at, decided_reason=words, since=since)
        note(row, "supervision_agreed" if agreed else "supervision_refused", by, at, reason=words)
        said = ("同意列入督办", "is under supervision") if agreed else ("未准列入督办", "was not put under supervision")
        tell(row, [row.proposed_by], (f"“{row.title}”{said[0]}", f"{row.title} {said[1]}"), url_of(row), by=by, at=at)
        if agreed:
            url = reverse("loop:matter", args=[row.matter_id])
            told = (f"“{row.title}”已列入督办", f"under supervision from now on: {row.title}")
            tell_unit(row, row.unit, told, url, by=by, at=at)
    return row


def end_supervision(
    *, supervised: Supervised, reason: str, expected_version: int, by: str, at: dt.datetime
) -> Supervised:
    """解除督办, with the reason. The matter's own loop goes on.

    Raises:
        StaleThingError, WrongStandingError: somebody was first, or it is not under supervision.
        SupervisionError: no reason.
    """
    words = sentence(reason, "reason", "请写明解除督办的理由", "say why it ends")
    with transaction.atomic():
        now = standing(supervised)
        if (now.ended_by, now.version) == (by, expected_version + 1):
            return now
        row = locked(supervised, version=expected_version, states=[SupervisedState.OPEN], words=STANDINGS)
        changed(row, state=SupervisedState.ENDED.value, ended_by=by, ended_at=at, ended_reason=words)
        note(row, "supervision_ended", by, at, reason=words)
    return row
