"""Reminders that lists send by themselves: who hears, when, how often; and nobody whose office did not ask for it."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, signed_in
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from planned import ZONE, campaign_of, on

from bihuan.campaigns import actions, reminding
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Campaign, Expected, ExpectedList, Reminder
from bihuan.campaigns.receiving import ReceiptState
from bihuan.campaigns.refusals import PlanError
from bihuan.history.models import Entry
from bihuan.messages.models import Message
from bihuan.org.models import Unit
from bihuan.workdays.rules import Calendar

MONDAY = dt.date(2023, 7, 3)
PLAIN = Calendar()


def issued(cast: Cast, campaign: Campaign, units: list[Unit] | None = None, *, form: str = "summary") -> ExpectedList:
    wish = ListWish(form, f"总结报告{form}", campaign.period, MONDAY)
    units = units or [cast.kangle_bureau, cast.yongjing_bureau, cast.office]
    return actions.issue_lists(
        campaign=campaign, wishes=[wish], units=units, reminds=True, by=cast.operator.by, at=on(6, 1)
    )[0]


def reminded() -> list[tuple[str, dt.date]]:
    return list(Reminder.objects.order_by("day", "unit__name").values_list("unit__name", "day"))


def test_days_are_working_days() -> None:
    friday = dt.date(2023, 6, 30)
    assert reminding.automatic_days(MONDAY, PLAIN) == (friday, dt.date(2023, 7, 4), dt.date(2023, 7, 6))
    # Dragon Boat 2023: 22 to 24 June are off, Sunday the 25th is worked.
    boat = Calendar("cn", frozenset({2023}), frozenset({dt.date(2023, 6, 22), dt.date(2023, 6, 23)}),
                    frozenset({dt.date(2023, 6, 25)}))  # fmt: skip
    days = reminding.automatic_days(dt.date(2023, 6, 23), boat)
    assert days == (dt.date(2023, 6, 21), dt.date(2023, 6, 25), dt.date(2023, 6, 27))


@pytest.mark.parametrize(
    ("day", "hour", "minute", "works"),
    [(30, 8, 29, False), (30, 8, 30, True), (30, 17, 59, True), (30, 18, 0, False), (24, 10, 0, False)],
)
def test_hours_are_working_hours(day: int, hour: int, minute: int, works: bool) -> None:
    assert reminding.in_hours(dt.datetime(2023, 6, day, hour, minute, tzinfo=ZONE), PLAIN) is works


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(-40, 40))
def test_never_more_than_three_and_never_fewer_later(due: dt.date, away: int) -> None:
    """Property: what may have been sent by a day is 0 to 3, and grows with the days."""
    day = due + dt.timedelta(away)
    now, later = (reminding.automatic_times(due, one, PLAIN) for one in (day, day + dt.timedelta(1)))
    assert 0 <= now <= later <= reminding.MOST_A_LINE
    assert (now == 0) == (day < reminding.automatic_days(due, PLAIN)[0])


@pytest.mark.django_db
def test_those_behind_are_reminded_on_three_days(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    line = Expected.objects.get(unit=cast.kangle_bureau)
    actions.mark(expected=line, state=ReceiptState.SUBMITTED, by=cast.operator.by, at=on(6, 28))
    actions.exempt(expected=Expected.objects.get(unit=cast.office), reason="不承担", by=cast.operator.by, at=on(6, 28))
    sent = {}
    for day in range(-4, 6):
        for hour in (7, 9, 20):
            at = dt.datetime.combine(MONDAY + dt.timedelta(day), dt.time(hour), ZONE)
            if count := actions.remind_due(at=at):
                sent[at.date(), hour] = count
    friday, tuesday, thursday = reminding.automatic_days(row.due_on, PLAIN)
    assert sent == {(friday, 9): 1, (tuesday, 9): 1, (thursday, 9): 1}
    assert reminded() == [(cast.yongjing_bureau.name, day) for day in (friday, tuesday, thursday)]
    assert {message.recipient_id for message in Message.objects.all()} == {cast.yongjing_liaison.pk}
    entries = Entry.objects.filter(verb="campaigns.reminded")
    assert {entry.by for entry in entries} == {"system:lists"}
    assert entries.count() == 3


@pytest.mark.django_db
def test_only_where_it_was_turned_on_and_time_goes_on(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    off = actions.set_reminding(expected_list=row, on=False, by=cast.operator.by, at=on(6, 2))
    assert actions.remind_due(at=on(6, 30)) == 0
    actions.set_reminding(expected_list=off, on=True, by=cast.operator.by, at=on(6, 2))
    actions.set_reminding(expected_list=off, on=True, by=cast.operator.by, at=on(6, 2))  # a second click
    assert actions.remind_due(at=on(6, 30), still=["example"]) == 0
    verbs = Entry.objects.filter(verb__startswith="campaigns.reminding").values_list("verb", flat=True)
    assert sorted(verbs) == ["campaigns.reminding_off", "campaigns.reminding_on"]
    assert actions.remind_due(at=on(6, 30)) == 1
    actions.withdraw_list(expected_list=row, reason="发错单位", by=cast.operator.by, at=on(7, 1))
    assert actions.remind_due(at=on(7, 4)) == 0
    with pytest.raises(PlanError):
        actions.set_reminding(expected_list=row, on=False, by=cast.operator.by, at=on(7, 1))


@pytest.mark.django_db
def test_a_day_that_was_missed_is_made_good_once(cast: Cast) -> None:
    issued(cast, campaign_of(cast), [cast.kangle_bureau])
    assert [actions.remind_due(at=on(7, day)) for day in (7, 7, 8, 10, 11, 12)] == [1, 0, 0, 1, 1, 0]  # 8: Saturday
    assert len(reminded()) == 3


@pytest.mark.django_db
def test_what_was_reminded_by_hand_counts(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast), [cast.kangle_bureau])
    actions.remind(expected_list=row, by=cast.operator.by, at=on(6, 30, 9))
    assert actions.remind_due(at=on(6, 30)) == 0
    assert actions.remind_due(at=on(7, 4)) == 1


@pytest.mark.django_db
def test_a_unit_hears_once_a_day_of_all_that_it_owes(cast: Cast) -> None:
    campaign = campaign_of(cast)
    for form in ("summary", "progress", "table:weekly"):
        issued(cast, campaign, [cast.kangle_bureau], form=form)
    assert actions.remind_due(at=on(6, 30)) == 1
    (message,) = Message.objects.filter(recipient=cast.kangle_liaison)
    assert "另有2项待报" in message.zh
    assert actions.remind_due(at=on(6, 30, 15)) == 0


@pytest.mark.django_db
def test_a_limit_leaves_the_rest_to_the_next_turn(cast: Cast) -> None:
    campaign = campaign_of(cast)
    issued(cast, campaign, [cast.kangle_bureau], form="summary")
    issued(cast, campaign, [cast.yongjing_bureau], form="progress")
    assert [actions.remind_due(at=on(6, 30), limit=1) for _turn in range(3)] == [1, 1, 0]


@pytest.mark.django_db
def test_a_later_version_of_the_plan_keeps_it(cast: Cast) -> None:
    from bihuan.campaigns.actions.expecting import freeze

    row = issued(cast, campaign_of(cast))
    wish = ListWish(row.form, row.name, row.period, row.due_on)
    units = [cast.kangle_bureau]
    assert freeze(row.campaign, wish, units, plan=None, by=cast.operator.by, at=on(6, 3)).reminds


@pytest.mark.django_db
def test_the_office_turns_it_on_on_the_page(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    desk = signed_in(cast.operator)
    page, turn = (reverse(f"campaigns:{name}", args=[row.campaign_id, row.pk]) for name in ("remind", "reminding"))
    assert desk.post(turn, {"on": "0"}).status_code == 302
    found = desk.get(page).content.decode()
    assert "未开启" in found
    assert "示例活动的时间不走" in found
    assert desk.post(turn, {"on": "1"}, follow=True).content.decode().count("已开启") == 2  # the notice and the state
    actions.remind_due(at=on(6, 30))
    found = desk.get(page).content.decode()
    assert "系统（自动催报）" in found
    assert "可直接粘贴的提醒" in found
    assert "on its own" not in desk.get(page, headers={"accept-language": "en"}).content.decode()
    assert signed_in(cast.kangle_liaison).post(turn, {"on": "0"}).status_code == 404


@pytest.mark.django_db
def test_a_list_to_the_wrong_units_is_withdrawn_and_issued_again(cast: Cast) -> None:
    """ADR 27: with its reason, in the history; what came of it stays where it is."""
    campaign = campaign_of(cast)
    row = issued(cast, campaign, [cast.office])
    desk = signed_in(cast.operator)
    answer = desk.post(reverse("campaigns:withdraw", args=[campaign.pk, row.pk]), {"reason": "误发，应为各县（市）"})
    assert answer.status_code == 302
    assert Entry.objects.get(verb="campaigns.list_withdrawn").values["reason"] == "误发，应为各县（市）"
    again = issued(cast, campaign, [cast.kangle_bureau, cast.yongjing_bureau])
    assert again.pk != row.pk
    assert (
        "误发，应为各县（市）"
        in desk.get(reverse("campaigns:expected_list", args=[campaign.pk, row.pk])).content.decode()
    )
    audit = signed_in(cast.audit_admin).get("/history/").content.decode()
    assert "收回应报清单" in audit
