"""Whatever people do with a report, in whatever order: no undecided figure is filed, none twice, nobody closes their
own loop."""

from __future__ import annotations

from collections import Counter

import pytest
from cast import Cast, make_cast
from desk import AT, hand_in, proposals
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.figures import queries as figure_queries
from bihuan.lib.refusals import Refusal
from bihuan.reports import actions
from bihuan.reports.models import Submission
from bihuan.reports.rules import FILED, Decision, Mark, Standing, State

PEOPLE = ("liaison", "operator", "checker")
who = st.sampled_from(PEOPLE)
kinds = st.sampled_from([None, *Standing])
stale = st.sampled_from([0, 0, 0, -1])
steps = st.one_of(
    st.tuples(st.just("decide"), who, st.integers(0, 4), st.sampled_from(list(Decision)), kinds, stale),
    st.tuples(st.just("decide_all"), who, stale),
    st.tuples(st.just("confirm"), who, stale),
    st.tuples(st.just("return"), who, stale),
    st.tuples(st.just("accept"), who, stale),
    st.tuples(st.just("again"), who),
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def do(cast: Cast, report: Submission, step: tuple[object, ...]) -> None:
    name, person, *rest = step
    by = getattr(cast, str(person)).by
    if name == "again":
        hand_in(cast, by=by)
        return
    version = report.version + (rest[-1] if isinstance(rest[-1], int) else 0)
    if name == "decide":
        number, decision, kind, off = rest
        item = proposals(report)[number]  # type: ignore[call-overload]
        actions.decide(
            proposal=item,
            decision=decision,  # type: ignore[arg-type]
            expected_version=item.version + off,  # type: ignore[operator]
            kind=kind,  # type: ignore[arg-type]
            by=by,
            at=AT,
        )
    elif name == "decide_all":
        actions.decide_all(submission=report, expected_version=version, by=by, at=AT)
    elif name == "confirm":
        actions.confirm(submission=report, expected_version=version, by=by, at=AT)
    elif name == "return":
        actions.return_(submission=report, expected_version=version, reason="不对", by=by, at=AT)
    else:
        actions.accept(submission=report, expected_version=version, by=by, at=AT)


def check(hands: dict[int, set[str]]) -> None:
    standing = list(figure_queries.revisions(as_of=None).select_related("figure"))
    assert max(Counter(item.figure_id for item in standing).values(), default=1) == 1
    for report in Submission.objects.all():
        items = proposals(report)
        own = [item for item in standing if item.origin["id"] == report.pk]
        if report.state in (State.CONFIRMED, State.ACCEPTED) and not report.replaced_by_id:
            taken = [item for item in items if item.state in FILED]
            assert Counter(item.said.printed for item in taken) == Counter(item.printed for item in own)
            assert all(item.said.kind for item in taken)
            assert not [item for item in items if item.state == Mark.PENDING]
        else:
            assert own == []
        if report.accepted_by:
            assert report.accepted_by not in hands[report.pk]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=14))
def test_no_order_of_steps_gets_around_it(cast: Cast, todo: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        report = hand_in(cast)
        hands = {report.pk: {report.received_by}}
        for step in todo:
            report = Submission.objects.order_by("-pk")[0]
            acting = step[0] in ("decide", "decide_all", "confirm")
            try:
                with transaction.atomic():
                    do(cast, report, step)
            except Refusal:
                continue
            newest = Submission.objects.order_by("-pk")[0]
            hands.setdefault(newest.pk, {newest.received_by})
            if acting:
                hands[report.pk].add(getattr(cast, str(step[1])).by)
            check(hands)
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.booleans())
def test_the_straight_way_always_ends(cast: Cast, first: str, second: str, in_between: bool) -> None:
    with transaction.atomic():
        report = hand_in(cast, by=getattr(cast, first).by)
        if in_between:
            do(cast, report, ("decide", second, 0, Decision.CONFIRM, None, 0))
        do(cast, report, ("decide", first, 3, Decision.CONFIRM, Standing.RECORD, 0))
        do(cast, report, ("decide_all", first, 0))
        do(cast, report, ("confirm", first, 0))
        report.refresh_from_db()
        if first == second or in_between:
            with pytest.raises(actions.OwnLoopError):
                do(cast, report, ("accept", second, 0))
        else:
            do(cast, report, ("accept", second, 0))
        transaction.set_rollback(True)
