"""What came of an expected list: marks in any order, returns, late arrivals, the list that stays as it was issued."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from hypothesis import given
from hypothesis import strategies as st
from planned import ZONE, campaign_of, on, planned, published

from bihuan.campaigns import actions, queries
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Campaign, Exemption, Expected, ExpectedList, Receipt
from bihuan.campaigns.receiving import Five, Kept, Light, ReceiptState, after, light, percent
from bihuan.campaigns.refusals import PlanError
from bihuan.history.models import Entry

DUE = dt.datetime(2023, 7, 3, 18, tzinfo=ZONE)


def moment(hours: int) -> dt.datetime:
    return DUE + dt.timedelta(hours=hours)


# -- the rules ---------------------------------------------------------------------------------------------------------

marks = st.lists(st.tuples(st.sampled_from(list(ReceiptState)), st.integers(-100, 100)), max_size=8)


@given(marks)
def test_whatever_comes_in_whatever_order_is_in_time_or_late_or_missing(steps: list[tuple[ReceiptState, int]]) -> None:
    kept = Kept()
    for state, hours in steps:
        kept = after(kept, state, reason="数不对", due_at=DUE, at=moment(hours))
        assert kept.received == (kept.state in (ReceiptState.SUBMITTED, ReceiptState.ACCEPTED))
        assert not kept.received or kept.arrived_at is not None
        assert kept.state is not ReceiptState.RETURNED or kept.reason
        shown = light(kept, exempt=False, due_at=DUE, now=moment(200))
        late = kept.received and kept.arrived_at is not None and kept.arrived_at > DUE
        assert (shown is Light.LATE) == late
        assert (shown in (Light.ACCEPTED, Light.SUBMITTED)) == (kept.received and not late)
        assert light(kept, exempt=True, due_at=DUE, now=moment(200)) is Light.EXEMPT


def came(*steps: tuple[ReceiptState, int]) -> Kept:
    kept = Kept()
    for state, hours in steps:
        kept = after(kept, state, reason="数不对", due_at=DUE, at=moment(hours))
    return kept


def test_what_is_returned_in_time_must_come_again_in_time() -> None:
    kept = came((ReceiptState.SUBMITTED, -48), (ReceiptState.RETURNED, -24), (ReceiptState.SUBMITTED, 5))
    assert light(kept, exempt=False, due_at=DUE, now=moment(6)) is Light.LATE
    assert kept.first_at == moment(-48)


def test_what_is_returned_too_late_to_be_in_time_again_counts_from_when_it_came() -> None:
    kept = came((ReceiptState.SUBMITTED, -48), (ReceiptState.RETURNED, 24), (ReceiptState.SUBMITTED, 30))
    assert light(kept, exempt=False, due_at=DUE, now=moment(40)) is Light.SUBMITTED
    kept = came((ReceiptState.SUBMITTED, 2), (ReceiptState.RETURNED, 24), (ReceiptState.SUBMITTED, 30))
    assert light(kept, exempt=False, due_at=DUE, now=moment(40)) is Light.LATE


def test_a_draft_undoes_neither_what_came_nor_a_return() -> None:
    assert came((ReceiptState.SUBMITTED, -1), (ReceiptState.DRAFT, 0)).state is ReceiptState.SUBMITTED
    assert (
        came((ReceiptState.SUBMITTED, -1), (ReceiptState.RETURNED, 0), (ReceiptState.DRAFT, 1)).state
        is ReceiptState.RETURNED
    )
    assert came((ReceiptState.DRAFT, -1)).state is ReceiptState.DRAFT


def test_the_due_moment_itself_is_in_time() -> None:
    kept = came((ReceiptState.SUBMITTED, 0))
    assert light(kept, exempt=False, due_at=DUE, now=DUE) is Light.SUBMITTED
    assert light(Kept(), exempt=False, due_at=DUE, now=DUE) is Light.MISSING
    assert light(Kept(), exempt=False, due_at=DUE, now=DUE + dt.timedelta(microseconds=1)) is Light.OVERDUE


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_rate_is_above_a_hundred_and_a_hundred_means_all(one: int, two: int, three: int) -> None:
    on_time, received, expected = sorted((one, two, three))
    five = Five(expected, received, on_time)
    for part, rate in ((received, five.rate), (on_time, five.rate_on_time)):
        assert (rate is None) == (expected == 0)
        if rate is not None:
            assert 0 <= rate <= 100
            assert (rate == 100) == (part == expected)
            assert (rate == 0) == (part == 0)


def test_more_received_than_expected_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="received"):
        Five(1, 2, 0)
    assert str(percent(2, 3)) == "66.7"
    assert str(percent(9999, 10000)) == "99.9"


# -- in the tables -----------------------------------------------------------------------------------------------------


def summary(campaign: Campaign, cast: Cast, *, day: int = 3, at: dt.datetime | None = None) -> ExpectedList:
    wish = ListWish("summary", "总结报告", campaign.period, dt.date(2023, 7, day))
    units = [cast.kangle_bureau, cast.yongjing_bureau, cast.office]
    made = actions.issue_lists(campaign=campaign, wishes=[wish], units=units, by=cast.operator.by, at=at or on(6, 1))
    return made[0]


def line(issued: ExpectedList, unit: object) -> Expected:
    return Expected.objects.get(expected_list=issued, unit=unit)


@pytest.mark.django_db
def test_a_list_is_issued_once_and_stays_as_it_is(cast: Cast) -> None:
    campaign = campaign_of(cast)
    issued = summary(campaign, cast)
    assert summary(campaign, cast) == issued
    assert (issued.due_at, issued.plan, issued.edition) == (DUE, None, campaign.edition)
    assert {row.region_id for row in issued.rows.all()} == {cast.kangle.pk, cast.yongjing.pk, cast.prefecture.pk}
    wish = ListWish("summary", "总结报告", campaign.period, dt.date(2023, 7, 3))
    with pytest.raises(PlanError, match="已经下发"):
        actions.issue_lists(campaign=campaign, wishes=[wish], units=[cast.office], by=cast.operator.by, at=on(6, 2))
    assert Entry.objects.filter(verb="campaigns.lists_issued").count() == 1


@pytest.mark.django_db
def test_a_list_that_nobody_could_fill_is_refused(cast: Cast) -> None:
    campaign, by = campaign_of(cast), cast.operator.by
    first, last = campaign.period

    def refused(wish: ListWish, *, units: list[object] | None = None) -> str:
        with pytest.raises(PlanError) as caught:
            actions.issue_lists(
                campaign=campaign, wishes=[wish],
                units=[cast.office] if units is None else units,  # type: ignore[arg-type]
                by=by, at=on(6, 10),
            )  # fmt: skip
        return caught.value.code

    assert refused(ListWish("summary", "总结", (first, last), dt.date(2023, 6, 9))) == "list-over"
    assert refused(ListWish("summary", "总结", (first, last), dt.date(2023, 5, 9))) == "list-due"
    assert refused(ListWish("summary", " ", (first, last), last)) == "list-name"
    assert refused(ListWish("summary", "总结", (last, first), last)) == "list-period"
    assert refused(ListWish("summary", "总结", (first, last), last), units=[]) == "list-empty"
    assert ExpectedList.objects.count() == 0


@pytest.mark.django_db
def test_marks_are_kept_with_their_history_and_the_same_again_is_nothing(cast: Cast) -> None:
    issued = summary(campaign_of(cast), cast)
    row, by, subject = line(issued, cast.kangle_bureau), cast.kangle_liaison.by, ("submission", "7")

    def mark(state: ReceiptState, day: int, reason: str = "") -> Receipt:
        return actions.mark(expected=row, state=state, subject=subject, reason=reason, by=by, at=on(7, day))

    first = mark(ReceiptState.SUBMITTED, 2)
    assert mark(ReceiptState.SUBMITTED, 3).version == first.version == 1
    with pytest.raises(PlanError):
        mark(ReceiptState.RETURNED, 4)
    assert mark(ReceiptState.RETURNED, 4, "场次与人次对不上").reason == "场次与人次对不上"
    again = mark(ReceiptState.SUBMITTED, 5)
    assert (again.arrived_at, again.first_at, again.reason) == (on(7, 2), on(7, 2), "")
    assert mark(ReceiptState.ACCEPTED, 6).arrived_at == on(7, 2)
    verbs = list(Entry.objects.filter(verb__startswith="campaigns.line").order_by("pk").values_list("verb", flat=True))
    assert [verb.removeprefix("campaigns.line_") for verb in verbs] == [
        "submitted", "returned", "submitted", "accepted",
    ]  # fmt: skip


@pytest.mark.django_db
def test_paper_is_noted_by_hand_unless_it_came_here(cast: Cast) -> None:
    issued = summary(campaign_of(cast), cast)
    row, by = line(issued, cast.office), cast.operator.by
    with pytest.raises(PlanError):
        actions.mark_on_paper(expected=row, number=" ", by=by, at=on(7, 1))
    assert actions.mark_on_paper(expected=row, number="临州安办〔2023〕30号", by=by, at=on(7, 1)).kept.received
    other = line(issued, cast.kangle_bureau)
    actions.mark(expected=other, state=ReceiptState.SUBMITTED, subject=("submission", "7"), by=by, at=on(7, 1))
    with pytest.raises(PlanError, match="系统内"):
        actions.mark_on_paper(expected=other, number="1号", by=by, at=on(7, 2))


@pytest.mark.django_db
def test_a_new_version_of_the_plan_leaves_own_lists_and_what_came(cast: Cast) -> None:
    campaign = campaign_of(cast)
    plan = planned(cast, campaign)
    by = cast.operator.by
    actions.ask(plan=plan, form="progress", due_on=dt.date(2023, 6, 20), by=by, at=on(5, 9))
    published(cast, plan)
    own = summary(campaign, cast)
    old = ExpectedList.objects.get(form="progress")
    row = line(old, cast.kangle_bureau)
    actions.mark(expected=row, state=ReceiptState.SUBMITTED, subject=("submission", "7"), by=by, at=on(6, 5))
    actions.exempt(expected=line(old, cast.office), reason="本单位不承担", by=by, at=on(6, 5))
    version = actions.new_version(plan=plan, by=by, at=on(6, 6))
    duty = version.duties.get(unit=cast.yongjing_bureau)
    actions.drop_duty(duty=duty, expected_version=duty.version, by=by, at=on(6, 6))
    lists = {item.name: item for item in queries.unit_lists(campaign)}
    actions.set_unit_list(
        campaign=campaign, name="各县（市）", group="counties", units=[cast.kangle_bureau],
        expected_version=lists["各县（市）"].version, by=by, at=on(6, 6),
    )  # fmt: skip
    published(cast, version, at=on(6, 7))
    new = ExpectedList.objects.get(form="progress", replaced=False)
    assert new != old
    assert line(new, cast.kangle_bureau).receipt.arrived_at == on(6, 5)
    assert Exemption.objects.get(expected__expected_list=new).reason == "本单位不承担"
    assert not ExpectedList.objects.get(pk=own.pk).replaced
    with pytest.raises(PlanError, match="随方案"):
        actions.withdraw_list(expected_list=new, reason="不需要了", by=by, at=on(6, 8))
    assert actions.withdraw_list(expected_list=own, reason="改由统计表报送", by=by, at=on(6, 8)).replaced
    assert summary(campaign, cast) != own
