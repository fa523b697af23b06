"""How a campaign's days move into the next year: with nodes, weekdays, ends of months; looked at, then taken."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from cast import Cast, signed_in
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from planned import campaign_of, on, planned, published

from bihuan.campaigns import actions, queries, yearly
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Asked, Campaign, Plan, YearNode
from bihuan.campaigns.moving import Bound, Mover, weekly_days
from bihuan.campaigns.refusals import CampaignError
from bihuan.campaigns.rhythm import days_words, weekly
from bihuan.history.models import Entry
from bihuan.workdays.rules import Calendar

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
MOVER = Mover(1, yearly.shipped(2023), yearly.shipped(2024), edges=[(day, yearly.a_year_on(day)) for day in JUNE])


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("old", "bound", "new"),
    [
        ("2023-06-16", Bound.NODE, "2024-06-16"),  # 全国安全宣传咨询日: a Sunday, and it stays
        ("2023-06-30", Bound.NODE, "2024-07-01"),  # the last day of the month: a Sunday, put off
        ("2023-07-31", Bound.MONTH_END, "2024-07-31"),
        ("2023-07-03", Bound.DATE, "2024-07-03"),
        ("2023-06-15", Bound.DATE, "2024-06-17"),  # a Saturday: the Monday after
        ("2023-06-17", Bound.DATE, "2024-06-17"),  # Saturday before, Monday now
        ("2023-06-09", Bound.WEEKDAY, "2024-06-14"),  # the second Friday
        ("2023-06-29", Bound.WEEKDAY, "2024-06-27"),  # the fifth Thursday: there are four
        ("2023-07-03", Bound.WORKDAY, "2024-07-01"),  # the first working day
        ("2023-06-30", Bound.WORKDAY, "2024-06-28"),  # the twenty-second: there are twenty
    ],
)
def test_where_a_day_goes(old: str, bound: Bound, new: str) -> None:
    ways = {way.bound: way.day for way in MOVER.ways(day(old))}
    assert ways[bound] == day(new)


def test_what_is_proposed_comes_first_and_a_choice_wins() -> None:
    assert [way.bound for way in MOVER.ways(day("2023-06-16"))][:2] == [Bound.NODE, Bound.DATE]
    assert MOVER.due(day("2023-06-16")) == day("2024-06-16")
    friday = replace(MOVER, chosen={"2023-06-16": Bound.WEEKDAY})
    assert friday.due(day("2023-06-16")) == day("2024-06-21")  # the third Friday
    nonsense = replace(MOVER, chosen={"2023-06-16": Bound.WEEK})  # it is not weekly
    assert nonsense.due(day("2023-06-16")) == day("2024-06-16")


def test_holidays_that_are_not_published_are_told() -> None:
    known = replace(MOVER, calendar=Calendar("cn", frozenset({2024})))
    assert MOVER.ways(day("2023-07-03"))[0].provisional
    assert not known.ways(day("2023-07-03"))[0].provisional


def test_weekly_lists_stay_weekly() -> None:
    terms = weekly(*JUNE, 3)
    days = weekly_days([*(("table:weekly", term.due_on) for term in terms), ("summary", day("2023-07-03"))])
    assert days == {term.due_on for term in terms}
    mover = replace(MOVER, weekly=days)
    moved = [(*mover.span(term.first, term.last, term.due_on), mover.due(term.due_on)) for term in terms]
    assert {due.weekday() for *_span, due in moved} == {3}
    assert (moved[0][0], moved[-1][1]) == (day("2024-06-01"), day("2024-06-30"))
    for (_first, last, _due), (first, _last, _due2) in pairwise(moved):
        assert first == last + dt.timedelta(1)  # without a gap
    assert weekly_days([("a", day("2023-06-01")), ("a", day("2023-06-08"))]) == frozenset()  # two are no rhythm


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31)), st.integers(1, 3), st.booleans())
def test_every_way_ends_in_the_other_year(old: dt.date, years: int, due: bool) -> None:
    """Property: no way leaves the year by more than a holiday; a due day that was a working day is one again."""
    mover = Mover(years, yearly.shipped(old.year), yearly.shipped(old.year + years))
    ways = mover.ways(old, due=due)
    assert len({way.bound for way in ways}) == len(ways)
    for way in ways:
        assert abs((way.day - yearly.a_year_on(old)).days - 365 * (years - 1)) <= 12
        if due and mover.calendar.is_workday(old) and not way.fixed:
            assert mover.calendar.is_workday(way.day)


def furnished(cast: Cast) -> Campaign:
    campaign = campaign_of(cast)
    plan, by = planned(cast, campaign), cast.operator.by
    counties = campaign.unit_lists.get(name="各县（市）")
    actions.ask(plan=plan, form="summary", due_on=day("2023-07-03"), unit_list=counties, by=by, at=on(5, 9))
    published(cast, plan)
    wishes = [
        ListWish("table:weekly", f"周报{days_words(term.first, term.last)}", (term.first, term.last), term.due_on)
        for term in weekly(*JUNE, 3)
    ]
    actions.issue_lists(campaign=campaign, wishes=wishes, units=[cast.kangle_bureau], by=by, at=on(6, 1))
    second_friday = (day("2023-08-11"), day("2023-08-11"))
    actions.add_node(campaign=campaign, name="防溺水日", days=second_friday, source="州安委", by=by, at=on(6, 1))
    return campaign


@pytest.mark.django_db
def test_days_are_looked_at_before_they_are_taken(cast: Cast) -> None:
    campaign = furnished(cast)
    desk, address = signed_in(cast.operator), reverse("campaigns:following_year", args=[campaign.pk])
    page = desk.get(address).content.decode()
    for words in ("2024年“安全生产月”", "方案任务 3 项", "总结报告", "防溺水日", "随“全国安全宣传咨询日”",
                  "仍在星期四（每周）", "8月第2个星期五"):  # fmt: skip
        assert words in page
    assert Campaign.objects.count() == 1  # nothing is there yet
    english = desk.get(address, headers={"accept-language": "en"}).content.decode()
    assert "with National consultation day" in english
    assert desk.post(address, {"way-2023-07-03": "no-such"}).status_code == 422
    assert Campaign.objects.count() == 1
    node = YearNode.objects.get()
    answer = desk.post(address, {"way-2023-07-03": "workday", f"way-{node.code}": "weekday"})
    made = Campaign.objects.get(follows=campaign)
    assert answer["location"].startswith(f"/campaigns/{made.pk}/plan/")
    assert desk.get(address).status_code == 302  # it is there already
    asked = {row.name: row for row in Asked.objects.filter(plan__campaign=made)}
    assert asked["总结报告"].due_on == day("2024-07-01")
    own = [row for row in asked.values() if row.form == "table:weekly"]
    assert {row.due_on.weekday() for row in own} == {3}
    assert "周报（6月1日—6日）" in asked
    assert {duty.due_on for duty in Plan.objects.get(campaign=made).duties.all()} == {day("2024-06-16")}
    moved = YearNode.objects.exclude(pk=node.pk).get()
    assert (moved.first_on, moved.name) == (day("2024-08-09"), "防溺水日")
    told = Entry.objects.get(verb="campaigns.started_from").values
    assert told["chosen"] == {"2023-07-03": "workday", node.code: "weekday"}
    assert signed_in(cast.kangle_liaison).get(address).status_code == 404


@pytest.mark.django_db
def test_what_follows_a_node_of_ones_own_moves_with_it(cast: Cast) -> None:
    campaign = furnished(cast)
    node = YearNode.objects.get()
    mover = queries.mover_of(campaign, {node.code: Bound.WEEKDAY})
    assert mover.due(day("2023-08-11")) == day("2024-08-09")
    again = actions.start_from(previous=campaign, by=cast.operator.by, at=on(12, 20))
    assert actions.start_from(previous=campaign, by=cast.operator.by, at=on(12, 21)) == again
    assert YearNode.objects.filter(first_on__year=2024).count() == 1
    with pytest.raises(CampaignError):
        actions.add_node(campaign=campaign, name="", days=JUNE, source="x", by=cast.operator.by, at=on(6, 1))
