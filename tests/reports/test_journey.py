"""A report's journey by its actions: hand in, decide, confirm, return, accept."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, make_cast
from desk import ASKED, AT, HEAD, LEAFLETS, RECORD, STATEMENT, TARGET, TEXT, hand_in, proposals
from django.db import IntegrityError, transaction

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Revision
from bihuan.history.models import Entry
from bihuan.reading.quantities import read_quantity
from bihuan.reports import actions, queries
from bihuan.reports.models import Submission
from bihuan.reports.rules import Decision, Mark, Standing, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def report(cast: Cast) -> Submission:
    return hand_in(cast)


def decide(report: Submission, number: int, decision: Decision, by: str, **more: object) -> None:
    proposal = proposals(report)[number]
    actions.decide(
        proposal=proposal,
        decision=decision,
        expected_version=proposal.version,
        by=by,
        at=AT,
        **more,  # type: ignore[arg-type]
    )


def filed(report: Submission, by: str) -> Submission:
    """The report with every figure decided, confirmed by `by`."""
    actions.decide_all(submission=report, expected_version=report.version, by=by, at=AT)
    decide(report, ASKED, Decision.CONFIRM, by, kind=Standing.STATEMENT)
    return actions.confirm(submission=report, expected_version=report.version, by=by, at=AT)


def standing() -> set[str]:
    return {item.printed for item in figure_queries.revisions(as_of=None)}


def marks(report: Submission) -> list[str]:
    return [item.state for item in proposals(report)]


# -- handing in ------------------------------------------------------------------------------------------------------


def test_what_is_handed_in_is_read_and_waits(report: Submission, cast: Cast) -> None:
    found = proposals(report)
    assert [item.printed for item in found] == ["2000余人", "近1.5万人", "8万余份", "300条", "10万份"]
    assert [item.kind for item in found[:4]] == ["record", "statement", "statement", ""]
    assert [item.asked for item in found[:4]] == [False, False, False, True]
    assert marks(report) == [*[Mark.PENDING] * 4, Mark.NOT_COUNTED]
    assert found[RECORD].region == cast.kangle
    assert report.region == cast.prefecture
    assert report.campaign.region == cast.prefecture
    assert report.book == report.campaign.book == "example", "the unit's own book"
    assert standing() == set(), "nothing is filed before it is confirmed"


def test_the_same_text_again_gives_the_one_that_stands(report: Submission, cast: Cast) -> None:
    assert hand_in(cast) == report
    assert hand_in(cast, unit=cast.kangle_bureau) != report, "another unit's report"
    assert Entry.objects.filter(verb="reports.handed_in").count() == 2


def test_a_county_reports_for_the_campaign_of_the_prefecture(report: Submission, cast: Cast) -> None:
    below = hand_in(cast, "康乐县2023年“安全生产月”总结。发放宣传资料500份。", unit=cast.kangle_bureau)
    assert below.campaign == report.campaign
    assert below.region == cast.kangle
    assert Campaign.objects.count() == 1


def test_a_campaign_given_by_the_page_decides_the_days(cast: Cast) -> None:
    week = (dt.date(2024, 5, 1), dt.date(2024, 5, 7))
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="防灾周", period=week, book="example", by="system:tests", at=AT
    )
    report = actions.hand_in(
        text="发放宣传资料500份。", name="x", unit=cast.office, campaign=campaign, by=cast.liaison.by, at=AT
    )
    (item,) = proposals(report)
    assert (item.period_start, item.period_end) == week


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n ", "empty"),
        ("字" * 200_001, "too-long"),
        (HEAD + "a\0b", "no-text"),
        (HEAD + "\ud800", "no-text"),
        (HEAD + "发放资料300份，" * 601, "too-many"),
        ("康乐县开展了活动。", "no-year"),
    ],
)
def test_what_is_no_report_is_refused_and_nothing_is_kept(cast: Cast, text: str, code: str) -> None:
    with pytest.raises(actions.UnfitReportError if code != "no-year" else actions.UnplacedReportError) as caught:
        hand_in(cast, text)
    assert caught.value.code == code
    assert not Submission.objects.exists()


def test_model_and_real_data_do_not_mix(cast: Cast, report: Submission) -> None:
    with pytest.raises(actions.UnfitReportError) as caught:
        actions.hand_in(text=TEXT, name="x", book="", campaign=report.campaign, region=cast.kangle, by="a", at=AT)
    assert caught.value.code == "other-book"


def test_a_text_that_speaks_for_another_place_is_pointed_out(cast: Cast, report: Submission) -> None:
    assert report.lints == []
    other = hand_in(cast, unit=cast.kangle_bureau)
    assert [lint["code"] for lint in other.lints] == ["other_place"]
    assert "康乐县" in other.lints[0]["zh"]


def test_a_number_that_no_column_holds_is_shown_and_not_counted(cast: Cast) -> None:
    report = hand_in(cast, HEAD + "发放宣传资料0.12345678份，悬挂横幅30条。")
    assert marks(report) == [Mark.NOT_COUNTED, Mark.PENDING]


# -- deciding --------------------------------------------------------------------------------------------------------


def test_all_at_once_leaves_what_is_asked(report: Submission, cast: Cast) -> None:
    actions.decide_all(submission=report, expected_version=1, by=cast.liaison.by, at=AT)
    assert marks(report) == [*[Mark.CONFIRMED] * 3, Mark.PENDING, Mark.NOT_COUNTED]
    with pytest.raises(actions.UndecidedError) as caught:
        actions.confirm(submission=report, expected_version=1, by=cast.liaison.by, at=AT)
    assert caught.value.code == "undecided"
    assert standing() == set()


def test_what_is_asked_needs_an_answer(report: Submission, cast: Cast) -> None:
    with pytest.raises(actions.UndecidedError) as caught:
        decide(report, ASKED, Decision.CONFIRM, cast.liaison.by)
    assert caught.value.code == "kind-asked"
    decide(report, ASKED, Decision.CONFIRM, cast.liaison.by, kind=Standing.RECORD)
    assert proposals(report)[ASKED].kind == "record"
    decide(report, ASKED, Decision.REOPEN, cast.liaison.by)
    assert (proposals(report)[ASKED].kind, proposals(report)[ASKED].state) == ("", Mark.PENDING)


def test_a_correction_keeps_what_was_printed_and_what_was_meant(report: Submission, cast: Cast) -> None:
    quantity = read_quantity("1.6万余人")
    assert quantity
    meant = actions.Meant(value=quantity.range, printed="1.6万余人", form=quantity.form)
    decide(report, STATEMENT, Decision.CORRECT, cast.liaison.by, meant=meant, note="漏了永靖县")
    item = proposals(report)[STATEMENT]
    assert (item.printed, item.said.printed, item.note) == ("近1.5万人", "1.6万余人", "漏了永靖县")
    filed(report, cast.liaison.by)
    revision = Revision.objects.get(printed="1.6万余人")
    assert revision.value == quantity.range
    assert TEXT[revision.origin["start"] : revision.origin["end"]] == "近1.5万人" == revision.origin["printed"]
    assert revision.origin["note"] == "漏了永靖县"
    entry = Entry.objects.get(verb="reports.decided", values__note="漏了永靖县")
    assert entry.values["meant"]["printed"] == "1.6万余人"


def test_a_kind_against_the_text_is_a_correction(report: Submission, cast: Cast) -> None:
    decide(report, STATEMENT, Decision.CONFIRM, cast.liaison.by, kind=Standing.RECORD)
    item = proposals(report)[STATEMENT]
    assert (item.state, item.kind, item.said.kind) == (Mark.CORRECTED, "statement", Standing.RECORD)


def test_what_is_not_counted_is_taken_by_a_correction_only(report: Submission, cast: Cast) -> None:
    with pytest.raises(actions.UndecidedError) as caught:
        decide(report, TARGET, Decision.CONFIRM, cast.liaison.by)
    assert caught.value.code == "not-counted"
    decide(report, TARGET, Decision.CORRECT, cast.liaison.by, meant=actions.Meant(kind=Standing.STATEMENT))
    filed(report, cast.liaison.by)
    assert "10万份" in standing()


@pytest.mark.parametrize(
    ("meant", "code"),
    [
        (actions.Meant(measures=()), "no-measure"),
        (actions.Meant(period=(dt.date(2023, 6, 2), dt.date(2023, 6, 1))), "period"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(
    report: Submission, cast: Cast, meant: actions.Meant, code: str
) -> None:
    with pytest.raises(actions.UndecidedError) as caught:
        decide(report, STATEMENT, Decision.CORRECT, cast.liaison.by, meant=meant)
    assert caught.value.code == code
    assert marks(report)[STATEMENT] == Mark.PENDING


def test_of_two_people_the_second_is_told_what_the_first_decided(report: Submission, cast: Cast) -> None:
    seen = proposals(report)[LEAFLETS]
    decide(report, LEAFLETS, Decision.REFUSE, cast.operator.by)
    with pytest.raises(actions.StaleDecisionError) as caught:
        actions.decide(
            proposal=seen, decision=Decision.CONFIRM, expected_version=seen.version, by=cast.liaison.by, at=AT
        )
    assert "马拟稿" in caught.value.zh
    assert "不采用" in caught.value.zh
    assert caught.value.status == 409


def test_the_same_decision_twice_is_one(report: Submission, cast: Cast) -> None:
    seen = proposals(report)[LEAFLETS]
    for _ in range(2):
        actions.decide(
            proposal=seen, decision=Decision.CONFIRM, expected_version=seen.version, by=cast.liaison.by, at=AT
        )
    assert proposals(report)[LEAFLETS].version == 2
    assert Entry.objects.filter(verb="reports.decided").count() == 1


# -- passing on ------------------------------------------------------------------------------------------------------


def test_confirming_files_what_was_decided_and_nothing_else(report: Submission, cast: Cast) -> None:
    decide(report, LEAFLETS, Decision.REFUSE, cast.liaison.by)
    done = filed(report, cast.liaison.by)
    assert done.state == State.CONFIRMED
    assert standing() == {"2000余人", "近1.5万人", "300条"}
    assert [revision.printed for _figure, revision in queries.figures_of([done])] == ["2000余人", "近1.5万人", "300条"]
    actions.confirm(submission=report, expected_version=1, by=cast.liaison.by, at=AT)  # a double click
    assert Entry.objects.filter(verb="reports.confirmed").count() == 1
    with pytest.raises(actions.UndecidedError):
        decide(report, LEAFLETS, Decision.CONFIRM, cast.liaison.by)


def test_nobody_accepts_what_they_had_a_hand_in(report: Submission, cast: Cast) -> None:
    decide(report, RECORD, Decision.CONFIRM, cast.operator.by)
    done = filed(report, cast.liaison.by)
    for person in (cast.liaison, cast.operator):
        with pytest.raises(actions.OwnLoopError):
            actions.accept(submission=done, expected_version=done.version, by=person.by, at=AT)
    done = actions.accept(submission=done, expected_version=done.version, by=cast.checker.by, at=AT)
    assert done.state == State.ACCEPTED


def test_the_database_holds_it_too(report: Submission, cast: Cast) -> None:
    filed(report, cast.liaison.by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=report.pk).update(state="accepted", accepted_by=cast.liaison.by, accepted_at=AT)


def test_a_return_withdraws_what_was_filed_and_the_next_one_replaces_it(report: Submission, cast: Cast) -> None:
    done = filed(report, cast.liaison.by)
    with pytest.raises(actions.UndecidedError) as caught:
        actions.return_(submission=done, expected_version=done.version, reason="  ", by=cast.operator.by, at=AT)
    assert caught.value.code == "no-reason"
    done = actions.return_(
        submission=done, expected_version=done.version, reason="与永靖县的数对不上", by=cast.operator.by, at=AT
    )
    assert (done.state, done.returned_reason) == (State.RETURNED, "与永靖县的数对不上")
    assert standing() == set()
    assert Entry.objects.filter(verb="figures.withdrawn", values__reason="与永靖县的数对不上").count() == 4
    again = hand_in(cast)  # the same text: the one before no longer stands
    assert again != report
    report.refresh_from_db()
    assert report.replaced_by == again
    filed(again, cast.liaison.by)
    assert standing() == {"2000余人", "近1.5万人", "8万余份", "300条"}


def test_of_two_who_pass_it_on_the_second_is_told(report: Submission, cast: Cast) -> None:
    done = filed(report, cast.liaison.by)
    actions.accept(submission=done, expected_version=done.version, by=cast.checker.by, at=AT)
    with pytest.raises(actions.StaleSubmissionError) as caught:
        actions.return_(submission=done, expected_version=done.version, reason="不对", by=cast.operator.by, at=AT)
    assert "已采用" in caught.value.zh


def test_two_units_of_one_place_do_not_overwrite_each_other(cast: Cast) -> None:
    told = "康乐县2023年“安全生产月”总结。康乐县发放宣传资料{}份。"
    for unit, number in ((cast.kangle_bureau, 500), (cast.school, 30)):
        report = hand_in(cast, told.format(number), unit=unit)
        actions.confirm_as_read(submission=report, by=cast.liaison.by, at=AT)
    assert standing() == {"500份", "30份"}


def test_a_later_report_of_the_unit_replaces_the_earlier(report: Submission, cast: Cast) -> None:
    filed(report, cast.liaison.by)
    later = hand_in(cast, HEAD + "发放宣传资料9万余份。")
    actions.confirm_as_read(submission=later, by=cast.liaison.by, at=AT)
    report.refresh_from_db()
    assert report.replaced_by == later
    assert standing() == {"9万余份"}
    assert queries.figures_of([report]) == []


def test_no_paper_before_it_is_confirmed(report: Submission, cast: Cast) -> None:
    with pytest.raises(actions.NotConfirmedError):
        actions.compose(submission=report, people=actions.People(signer="王"), by=cast.operator.by, at=AT)
