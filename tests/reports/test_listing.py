"""A report that passes on marks the expected list that it came for."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from desk import AT, hand_in

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Expected, Receipt
from bihuan.campaigns.receiving import ReceiptState
from bihuan.reports import actions
from bihuan.reports.models import Submission

pytestmark = pytest.mark.django_db
FIRST = "临夏州2023年“安全生产月”活动总结。发放宣传资料8万余份。"
SECOND = "临夏州2023年“安全生产月”活动总结。发放宣传资料9万余份。"


def issued(cast: Cast, report: Submission) -> Expected:
    campaign = report.campaign
    wish = ListWish("summary", "总结报告", campaign.period, dt.date(2023, 7, 6))
    by = cast.operator.by
    (made,) = campaigns.issue_lists(campaign=campaign, wishes=[wish], units=[cast.office], by=by, at=AT)
    return Expected.objects.get(expected_list=made)


def state(line: Expected) -> tuple[str, str]:
    row = Receipt.objects.get(expected=line)
    return row.state, row.subject_id


def confirmed(report: Submission, cast: Cast) -> Submission:
    return actions.confirm_as_read(submission=report, by=cast.liaison.by, at=AT)


def test_each_step_of_a_report_marks_its_line(cast: Cast) -> None:
    report = hand_in(cast, FIRST)
    line = issued(cast, report)  # after it came: the next step tells
    report = confirmed(report, cast)
    assert state(line) == ("submitted", str(report.pk))
    actions.accept(submission=report, expected_version=report.version, by=cast.checker.by, at=AT)
    assert state(line) == ("accepted", str(report.pk))


def test_a_return_opens_the_line_and_the_next_report_fills_it(cast: Cast) -> None:
    campaign = hand_in(cast, "临夏州2023年“安全生产月”活动总结。").campaign
    actions.return_(submission=Submission.objects.get(), expected_version=1, reason="无数据", by=cast.checker.by, at=AT)
    line = issued(cast, Submission.objects.get())
    first = hand_in(cast, FIRST)
    assert first.campaign == campaign
    assert state(line) == ("submitted", str(first.pk))
    actions.return_(submission=first, expected_version=first.version, reason="场次对不上", by=cast.checker.by, at=AT)
    assert state(line)[0] == ReceiptState.RETURNED
    assert Receipt.objects.get().reason == "场次对不上"
    second = hand_in(cast, SECOND)
    assert state(line) == ("submitted", str(second.pk))


def test_a_second_report_that_is_returned_takes_nothing_away(cast: Cast) -> None:
    line = issued(cast, confirmed(hand_in(cast, FIRST), cast))
    first = Submission.objects.get()
    actions.accept(submission=first, expected_version=first.version, by=cast.checker.by, at=AT)
    second = hand_in(cast, SECOND)
    assert state(line) == ("accepted", str(first.pk))
    actions.return_(submission=second, expected_version=second.version, reason="重复", by=cast.checker.by, at=AT)
    assert state(line) == ("accepted", str(first.pk))


def test_a_report_for_another_line_marks_that_one(cast: Cast) -> None:
    campaign = hand_in(cast, FIRST).campaign
    wish = ListWish("progress", "进展情况", campaign.period, dt.date(2023, 7, 6))
    (made,) = campaigns.issue_lists(campaign=campaign, wishes=[wish], units=[cast.office], by=cast.operator.by, at=AT)
    line = Expected.objects.get(expected_list=made)
    report = actions.hand_in(text=SECOND, name="进展.txt", unit=cast.office, line=line, by=cast.liaison.by, at=AT)
    assert state(line) == ("submitted", str(report.pk))
    report = confirmed(report, cast)
    assert state(line) == ("submitted", str(report.pk))
