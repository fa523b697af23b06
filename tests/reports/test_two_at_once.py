"""Two people on one report at the same moment, with real commits: one of them acts, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import make_cast
from desk import AT, LEAFLETS, hand_in, proposals
from django.db import connections
from pytest_django import Settings

from bihuan.figures import queries as figure_queries
from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal
from bihuan.reports import actions
from bihuan.reports.models import Submission
from bihuan.reports.rules import Decision, Mark, State


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def at_once(*todo: Callable[[], object]) -> list[str]:
    """Do all at the same moment; gives what each ended in: "done", or the code of its refusal."""
    ready, ends = threading.Barrier(len(todo)), [""] * len(todo)

    def run(number: int) -> None:
        ready.wait()
        try:
            todo[number]()
            ends[number] = "done"
        except Refusal as error:
            ends[number] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(todo))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


def test_of_two_decisions_one_holds(fresh_database: dict[str, str]) -> None:
    cast = make_cast()
    report = hand_in(cast)
    item = proposals(report)[LEAFLETS]

    def decide(by: str, decision: Decision) -> Callable[[], object]:
        return lambda: actions.decide(proposal=item, decision=decision, expected_version=1, by=by, at=AT)

    ends = at_once(decide(cast.liaison.by, Decision.CONFIRM), decide(cast.operator.by, Decision.REFUSE))
    assert ends == ["done", "stale"]
    assert proposals(report)[LEAFLETS].version == 2
    assert Entry.objects.filter(verb="reports.decided").count() == 1


def test_of_two_confirmations_one_files(fresh_database: dict[str, str]) -> None:
    cast = make_cast()
    report = hand_in(cast, "临夏州2023年“安全生产月”活动总结。发放宣传资料8万余份，悬挂横幅300条。")
    actions.decide_all(submission=report, expected_version=1, by=cast.liaison.by, at=AT)

    def confirm(by: str) -> Callable[[], object]:
        return lambda: actions.confirm(submission=report, expected_version=1, by=by, at=AT)

    assert at_once(confirm(cast.liaison.by), confirm(cast.operator.by)) == ["done", "stale"]
    assert sorted(item.printed for item in figure_queries.revisions(as_of=None)) == ["300条", "8万余份"]
    assert Entry.objects.filter(verb="figures.filed").count() == 2


def test_a_decision_and_a_confirmation_do_not_pass_each_other(fresh_database: dict[str, str]) -> None:
    cast = make_cast()
    report = hand_in(cast, "临夏州2023年“安全生产月”活动总结。发放宣传资料8万余份。")
    actions.decide_all(submission=report, expected_version=1, by=cast.liaison.by, at=AT)
    (item,) = proposals(report)
    ends = at_once(
        lambda: actions.confirm(submission=report, expected_version=1, by=cast.liaison.by, at=AT),
        lambda: actions.decide(proposal=item, decision=Decision.REOPEN, expected_version=2, by=cast.operator.by, at=AT),
    )
    report.refresh_from_db()
    (item,) = proposals(report)
    filed = [revision.printed for revision in figure_queries.revisions(as_of=None)]
    if report.state == State.CONFIRMED:
        assert ends == ["closed", "done"]
        assert (item.state, filed) == (Mark.CONFIRMED, ["8万余份"])
    else:
        assert ends == ["done", "undecided"]
        assert (item.state, filed) == (Mark.PENDING, [])


def test_the_same_text_from_two_browsers_is_one_report(fresh_database: dict[str, str]) -> None:
    cast = make_cast()
    assert at_once(*[lambda: hand_in(cast)] * 4) == ["done"] * 4
    assert Submission.objects.count() == 1
    assert Entry.objects.filter(verb="reports.handed_in").count() == 1
