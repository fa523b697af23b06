"""Whatever is filed, corrected, withdrawn, held together, and however the tree moves, a new edition of it in the middle
included: totals equal a recount in every edition, and no edition changes a total of another."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

import pytest
from cast import AT, BY, Cast, make_cast
from days import EVENING, JUNE, kind
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.activities import actions, queries
from bihuan.activities.actions import Said, Taking
from bihuan.activities.models import Activity
from bihuan.activities.rules import Part
from bihuan.figures import actions as figures
from bihuan.figures import queries as read
from bihuan.lib.refusals import Refusal
from bihuan.org import actions as org_actions
from bihuan.org import queries as org
from bihuan.org.models import Edition, Node, Region, Unit
from bihuan.org.rules import SEGMENT

PEOPLE = ("participants", "人")
EVENTS = ("consultation_events", "场")
numbers = st.sampled_from(["", "0", "7", "2000余", "近1.5万", "不适用"])
days = st.integers(8, 12)
editions = st.tuples(st.just("edition"), st.sampled_from(["kangle", "yongjing"]), st.booleans())
steps = st.one_of(
    st.tuples(st.just("file"), st.sampled_from(["kangle", "yongjing", "office"]), numbers, days, st.booleans()),
    st.tuples(st.just("correct"), st.integers(0, 5), numbers, days, st.booleans()),
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("fold")),
    st.tuples(st.just("move"), st.sampled_from(["kangle", "yongjing"])),
    editions,
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def said(cast: Cast, who: str, number: str, day: int, joint: bool) -> Said:
    unit = {"kangle": cast.kangle_bureau, "yongjing": cast.yongjing_bureau, "office": cast.office}[who]
    other = cast.yongjing_bureau if who == "kangle" else cast.kangle_bureau
    return Said(
        kind=kind("consultation"),
        unit=unit,
        region=unit.region,
        start=dt.date(2023, 6, day),
        end=dt.date(2023, 6, day),
        units=(Taking(Part.JOINT, other),) if joint else (),
        numbers={"participants:人": number},
    )


def do(cast: Cast, step: tuple[Any, ...], told: dict[int, str]) -> None:
    name, *rest = step
    if name == "file":
        who, *more = rest
        activity = actions.file_activity(said=said(cast, who, *more), key=uuid.uuid4(), by=BY, at=EVENING)
        told[activity.pk] = who
    elif name == "fold":
        figures.fold()
    elif name == "move":
        _move(cast, getattr(cast, f"{rest[0]}_bureau"))
    elif name == "edition":
        before = totals(cast)
        _turn_over(getattr(cast, rest[0]), cast, keep=rest[1])
        after = totals(cast)
        assert {key: after[key] for key in before} == before
    else:
        rows = list(Activity.objects.order_by("pk"))
        if not rows:
            return
        row = rows[rest[0] % len(rows)]
        if name == "withdraw":
            actions.withdraw_activity(activity=row, expected_version=row.version, reason="重", by=BY, at=EVENING)
        else:
            new = said(cast, told[row.pk], *rest[1:])
            actions.correct_activity(activity=row, expected_version=row.version, said=new, by=BY, at=EVENING)


def _move(cast: Cast, unit: Unit) -> None:
    """The unit is merged into another of its county: what it filed stays where it was done."""
    into = Unit.objects.filter(region=unit.region, closed_on=None).exclude(pk=unit.pk).first()
    into = into or org_actions.open_unit(
        region=unit.region, name=f"{unit.region.name}新局", short_name="", book="example", by=BY, at=AT
    )
    held = Unit.objects.get(pk=unit.pk)
    org_actions.merge_unit(unit=held, into=into, on=dt.date(2023, 6, 11), expected_version=held.version, by=BY, at=AT)


def _turn_over(moved: Region, cast: Cast, *, keep: bool) -> None:
    """A new edition, of the middle of the month, in which a county lies in its neighbour. `keep`: its totals are kept
    from now on; without, they are counted when they are asked for."""
    old = org.edition_on(JUNE[0])
    under = cast.yongjing if moved == cast.kangle else cast.kangle
    top = org.node(cast.prefecture, old)
    number = Edition.objects.count()
    new = Edition.objects.create(
        name=f"new {number}", as_of=dt.date(2023, 6, 9) + dt.timedelta(days=number), source="t"
    )
    above = [top.path[:end] for end in range(SEGMENT, len(top.path), SEGMENT)]
    kept = Q(path__in=above) | Q(path__startswith=top.path, depth__lte=top.depth + 1)
    home = org.node(under, old)
    for row in Node.objects.filter(kept, edition=old):
        row.pk, row.edition = None, new
        if row.region_id == moved.pk:
            row.path, row.depth, row.parent = home.path + "0000", home.depth + 1, under
        row.save()
    if keep:
        figures.keep(edition=new, by=BY, at=AT)


def totals(cast: Cast) -> dict[tuple[str, str, str], Any]:
    """What every edition says at every place, of people and of events."""
    found = {}
    for edition in Edition.objects.order_by("pk"):
        for place in (cast.prefecture, cast.kangle, cast.yongjing):
            for measure, classifier in (PEOPLE, EVENTS):
                scope = read.Scope.of(
                    region=place, measures=[measure], classifiers=[classifier], period=JUNE, edition=edition,
                    book="example",
                )  # fmt: skip
                found[edition.name, place.name, measure] = read.total(scope).range
    return found


def recount(region: Region, edition: Edition) -> tuple[Counter[str], int]:
    """Lows of the people at a region, from the records themselves: each activity once."""
    path = org.node(region, edition).path
    inside = set(Node.objects.filter(edition=edition, path__startswith=path).values_list("region_id", flat=True))
    found: Counter[str] = Counter()
    events = 0
    for row in Activity.objects.filter(state="filed"):
        regions = set(row.occasion.places.values_list("region_id", flat=True))
        if not regions & inside:
            continue
        events += 1
        for item in queries.standing(row):
            if item.asked.measures == ("participants",):
                assert item.revision.low is not None
                assert item.revision.high is not None
                found["low"] += int(item.revision.low)
                found["high"] += int(item.revision.high)
                found["count"] += 1
    return found, events


def check(cast: Cast) -> None:
    found = totals(cast)
    for edition in Edition.objects.all():
        for place in (cast.prefecture, cast.kangle, cast.yongjing):
            counted, events = recount(place, edition)
            people = (counted["low"], counted["high"], counted["count"])
            for measure, (low, high, count) in ((PEOPLE[0], people), (EVENTS[0], (events, events, events))):
                value = found[edition.name, place.name, measure]
                # Not known is not nought.
                assert (value and (value.low, value.high)) == ((low, high) if count else None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=4), editions, st.lists(steps, min_size=1, max_size=5))
def test_totals_equal_a_recount(
    cast: Cast, first: list[tuple[Any, ...]], turn: tuple[Any, ...], then: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        told: dict[int, str] = {}
        for step in (*first, turn, *then):
            try:
                with transaction.atomic():
                    do(cast, step, told)
            except Refusal:
                continue
        check(cast)
        transaction.set_rollback(True)
