"""What was done, filed once: the sentence comes back, the totals hold it once, what nobody said is not known."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from cast import BY, Cast
from days import DAY, EVENING, JUNE, SENTENCE, file, kangle_day, kind

from bihuan.activities import actions, queries
from bihuan.activities.actions import Taking
from bihuan.activities.models import Activity
from bihuan.activities.refusals import (
    ActivityError,
    OtherRegionError,
    StaleActivityError,
    TakenKeyError,
    WithdrawnActivityError,
)
from bihuan.activities.rules import Part
from bihuan.activities.wording import sentence
from bihuan.campaigns import actions as campaigns
from bihuan.figures import actions as figures
from bihuan.figures import queries as read
from bihuan.figures.models import Figure
from bihuan.history.models import Entry
from bihuan.org import queries as org

pytestmark = pytest.mark.django_db


def said_by(activity: Activity) -> str:
    return sentence(activity, queries.units_of([activity])[activity.pk], queries.standing(activity))


def people(cast: Cast) -> read.Table:
    key = read.RowKey(("participants",), ("人",))
    edition = org.edition_on(DAY)
    return read.table(region=cast.prefecture, edition=edition, period=JUNE, book="example", only=key)


def test_the_day_in_kangle_gives_its_sentence_back_and_counts_once(cast: Cast) -> None:
    activity = file(cast)
    assert said_by(activity) == SENTENCE
    table = people(cast)
    (row,) = table.rows
    whole = table.cell(row, cast.prefecture)
    assert whole is not None
    assert whole.computed.range is not None
    assert (whole.computed.range.low, whole.computed.range.high) == (2000, 3000)
    assert len(table.regions) == 9
    known = {region.name for region in table.regions if (cell := table.cell(row, region)) and cell.computed.range}
    assert known == {"临夏回族自治州", "康乐县"}  # the source gives nothing for the other seven: not known, not nought


def test_the_event_itself_counts_as_one(cast: Cast) -> None:
    file(cast)
    edition = org.edition_on(DAY)
    scope = read.Scope.of(
        region=cast.prefecture,
        measures=["consultation_events"],
        classifiers=["场"],
        period=JUNE,
        edition=edition,
        book="example",
    )
    assert read.total(scope).range == read.total(scope).range.exact(1)  # type: ignore[union-attr]


def test_what_is_sent_twice_is_there_once(cast: Cast) -> None:
    key = uuid.uuid4()
    first = file(cast, key=key)
    count = Figure.objects.count()
    again = file(cast, kangle_day(cast, numbers={"participants:人": "3000"}), key=key)
    assert (again.pk, Figure.objects.count()) == (first.pk, count)
    with pytest.raises(TakenKeyError):
        actions.file_activity(said=kangle_day(cast), key=key, by=cast.checker.by, at=EVENING)


def test_a_county_does_not_report_for_another(cast: Cast) -> None:
    with pytest.raises(OtherRegionError) as caught:
        file(cast, kangle_day(cast, region=cast.yongjing))
    assert caught.value.status == 403
    assert not Activity.objects.exists()
    assert not Figure.objects.exists()


def test_a_joint_event_of_two_counties_counts_once_above_and_once_in_each(cast: Cast) -> None:
    file(cast, kangle_day(cast, units=(Taking(Part.JOINT, cast.yongjing_bureau),)))
    table = people(cast)
    (row,) = table.rows
    found = {}
    for region in table.regions:
        cell = table.cell(row, region)
        assert cell is not None
        found[region.name] = cell.computed.range.low if cell.computed.range else None
    assert (found["临夏回族自治州"], found["康乐县"], found["永靖县"]) == (2000, 2000, 2000)
    assert found["广河县"] is None


def test_blank_nought_and_not_applicable_are_three_things(cast: Cast) -> None:
    activity = file(cast, kangle_day(cast, numbers={"participants:人": "", "leaflets:份": "0", "gifts:件": "不适用"}))
    assert [str(item.asked) for item in queries.standing(activity)] == ["consultation_events:场", "leaflets:份"]
    assert activity.not_applicable == ["gifts:件"]


def test_one_number_given_alone_and_within_another_is_refused(cast: Cast) -> None:
    numbers = {"leaflets+gifts:份": "8万余", "leaflets:份": "5万"}
    with pytest.raises(ActivityError) as caught:
        file(cast, kangle_day(cast, numbers=numbers))
    assert caught.value.code == "activity-twice"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"end": dt.date(2023, 6, 11)}, "activity-days"),
        ({"start": dt.date(2023, 6, 13), "end": dt.date(2023, 6, 13)}, "activity-ahead"),
        ({"start": dt.date(1923, 6, 12)}, "activity-days"),
        ({"numbers": {"consultation_events:场": "5"}}, "activity-number"),
        ({"numbers": {"nothing:人": "5"}}, "activity-number"),
        ({"numbers": {"participants:人": "-1"}}, "activity-number"),
        ({"numbers": {"participants:人": "1e30"}}, "activity-number"),
        ({"audiences": ("nobody",)}, "activity-code"),
        ({"words": "a\0b"}, "activity-text"),
        ({"title": "长" * 101}, "activity-text"),
        ({"expected_attendance": 2**40}, "activity-number"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast: Cast, more: dict[str, object], code: str) -> None:
    with pytest.raises(ActivityError) as caught:
        file(cast, kangle_day(cast, **more))
    assert caught.value.code == code
    assert not Activity.objects.exists()
    assert not Figure.objects.exists()


def test_a_correction_changes_the_figures_and_a_withdrawal_takes_them_away(cast: Cast) -> None:
    activity = file(cast)
    by, said = cast.kangle_liaison.by, kangle_day(cast, numbers={"participants:人": "2137", "leaflets:份": "8000"})
    right = actions.correct_activity(
        activity=activity, expected_version=1, said=said, reason="核实签到", by=by, at=EVENING
    )
    assert right.version == 2
    assert {str(item.asked): item.revision.printed for item in queries.standing(right)} == {
        "consultation_events:场": "1场",
        "participants:人": "2137人",
        "leaflets:份": "8000份",
    }
    entry = Entry.objects.get(verb="activities.corrected")
    assert entry.values["changed"]["figures"][0] == ["参与人数：2000余人"]
    with pytest.raises(StaleActivityError):
        actions.correct_activity(activity=activity, expected_version=1, said=said, by=by, at=EVENING)
    less = replace(said, numbers={"leaflets:份": "8000"})
    right = actions.correct_activity(activity=right, expected_version=2, said=less, by=by, at=EVENING)
    again = actions.correct_activity(activity=right, expected_version=3, said=said, by=by, at=EVENING)
    assert len(queries.standing(again)) == 3
    with pytest.raises(ActivityError):
        actions.withdraw_activity(activity=again, expected_version=4, reason=" ", by=by, at=EVENING)
    gone = actions.withdraw_activity(activity=again, expected_version=4, reason="报重了", by=by, at=EVENING)
    assert queries.standing(gone) == []
    with pytest.raises(WithdrawnActivityError):
        actions.correct_activity(activity=gone, expected_version=5, said=said, by=by, at=EVENING)
    table = people(cast)
    cell = table.cell(table.rows[0], cast.prefecture)
    assert cell is not None
    assert cell.computed.range is None


def test_a_correction_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    activity = file(cast)
    rows = Entry.objects.count()
    same = actions.correct_activity(
        activity=activity, expected_version=1, said=kangle_day(cast), by=cast.kangle_liaison.by, at=EVENING
    )
    assert (same.version, Activity.objects.get().version, Entry.objects.count()) == (1, 1, rows)


def test_another_day_moves_the_figures_to_another_occasion(cast: Cast) -> None:
    activity = file(cast, at=EVENING + dt.timedelta(2))
    said = kangle_day(cast, start=dt.date(2023, 6, 13), end=dt.date(2023, 6, 13))
    right = actions.correct_activity(
        activity=activity,
        expected_version=1,
        said=said,
        by=cast.kangle_liaison.by,
        at=EVENING + dt.timedelta(2),
    )
    assert right.occasion.start == dt.date(2023, 6, 13)
    assert {item.revision.period_end for item in queries.standing(right)} == {dt.date(2023, 6, 13)}


def test_a_closed_period_changes_by_an_erratum_alone(cast: Cast) -> None:
    activity = file(cast)
    edition = org.edition_on(DAY)
    closing = figures.close_period(region=cast.kangle, edition=edition, period=JUNE, book="example", by=BY, at=EVENING)
    by, said = cast.kangle_liaison.by, kangle_day(cast, numbers={"participants:人": "2137"})
    with pytest.raises(figures.ClosedPeriodError):
        actions.correct_activity(activity=activity, expected_version=1, said=said, by=by, at=EVENING)
    with pytest.raises(figures.ClosedPeriodError):
        file(cast, kangle_day(cast, title="晚报的一次"))
    assert Activity.objects.get().version == 1
    erratum = figures.open_erratum(closing=closing, reason="核实签到", by=by, at=EVENING)
    right = actions.correct_activity(
        activity=activity, expected_version=1, said=said, erratum=erratum, by=by, at=EVENING
    )
    assert right.version == 2


def test_a_kind_that_is_retired_is_not_reported_any_more(cast: Cast) -> None:
    old = kind("consultation")
    old.retired_on = DAY
    old.save()
    with pytest.raises(ActivityError) as caught:
        file(cast, kangle_day(cast, kind=old))
    assert caught.value.code == "activity-kind"


def test_an_activity_belongs_to_the_campaign_of_its_day_and_place(cast: Cast) -> None:
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=EVENING
    )
    real = campaigns.open_campaign(region=cast.prefecture, name="真实的一个", period=JUNE, book="", by=BY, at=EVENING)
    assert file(cast).campaign == campaign
    with pytest.raises(ActivityError) as caught:
        file(cast, kangle_day(cast, campaign=real))
    assert caught.value.code == "other-book"
