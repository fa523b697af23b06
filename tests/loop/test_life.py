"""One matter from its registration to its end, and all that is refused on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from rounds import BOTH, DOER, KEEPER, act, on, task

from bihuan.history.models import Entry
from bihuan.loop import actions
from bihuan.loop.actions import Offer, Said, Wanted
from bihuan.loop.flows import Light
from bihuan.loop.models import Evidence, Extension, Matter, Reminder, Step
from bihuan.loop.queries import counts, differences
from bihuan.loop.refusals import (
    EvidenceError,
    MatterError,
    MergedUnitError,
    NotYourHandError,
    OwnLoopError,
    PastDueError,
    StaleMatterError,
    WrongStateError,
)
from bihuan.messages.models import Message
from bihuan.org import actions as org


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    actions.load_ladders(by="system:tests", at=on(1, 1))


def test_whole_round(cast: Cast) -> None:
    matter = task(cast)
    assert (matter.state, matter.cycle, matter.light, matter.version) == ("assigned", 1, "green", 2)
    assert matter.due_on == matter.original_due_on == dt.date(2023, 6, 16)
    assert Message.objects.get(recipient=cast.kangle_liaison).zh.startswith("新交办：“举办宣传咨询日活动”")
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6), hands=DOER)
    act(matter, "report", cast.kangle_liaison, on(6, 8), hands=DOER, text="场地已定", progress=40)
    offers = (Offer("photo", "现场.jpg", content=b"\xff\xd8\xff"),)
    act(matter, "answer", cast.kangle_liaison, on(6, 13), hands=DOER, text="已如期举办", evidence=offers)
    assert Message.objects.filter(recipient=cast.checker, topic=f"matters:answer:{cast.office.pk}").count() == 1
    act(matter, "accept", cast.checker, on(6, 14), hands=KEEPER)
    done = act(matter, "close", cast.operator, on(6, 14), hands=KEEPER)
    assert (done.state, done.end, done.light, done.next_check_at) == ("closed", "closed", "green", None)
    assert [step.verb for step in Step.objects.filter(matter=matter).order_by("version")] == [
        "register", "assign", "sign_for", "report", "answer", "accept", "close",
    ]  # fmt: skip
    assert Entry.objects.filter(subject_kind="matter", subject_id=str(matter.pk)).count() == 7
    assert set(Evidence.objects.values_list("kind", flat=True)) == {"text", "photo"}
    assert differences(Matter.objects.get(pk=matter.pk)) == []


def test_keeper_finds_one_message_for_many_answers(cast: Cast) -> None:
    """Fifty units answer: nobody's inbox holds fifty messages (facts §11.5)."""
    for _ in range(3):
        matter = task(cast)
        act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
        act(matter, "answer", cast.kangle_liaison, on(6, 7), text="已办")
    news = Message.objects.get(recipient=cast.checker, read_at=None)
    assert (news.count, news.url) == (3, "/matters/mine/")


def test_nobody_accepts_what_they_did(cast: Cast) -> None:
    matter = task(cast, owner=cast.operator)
    act(matter, "sign_for", cast.checker, on(6, 6))
    act(matter, "answer", cast.checker, on(6, 7), text="已办")
    for person in (cast.checker, cast.operator):  # who signed and answered, and who is its owner
        with pytest.raises(OwnLoopError):
            act(matter, "accept", person, on(6, 8))
    assert act(matter, "accept", cast.leader, on(6, 8)).accepted_by == cast.leader.by


def test_database_itself_refuses(cast: Cast) -> None:
    from django.db import IntegrityError, transaction

    matter = task(cast)
    rows = Matter.objects.filter(pk=matter.pk)
    for change in (
        {"end": "closed", "ended_at": on(6, 6), "next_check_at": None},
        {"end": "closed", "ended_at": on(6, 6), "next_check_at": None, "evidence": 1},
        {"accepted_by": cast.kangle_liaison.by},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_barred_person_does_not_accept(cast: Cast) -> None:
    said = Said(unit=cast.kangle_bureau, due_on=dt.date(2023, 6, 16))
    wanted = Wanted("test:barred", "task", "复查", cast.office, said=said, barred=[cast.checker.by])
    matter = actions.register(wanted=wanted, by=cast.operator.by, at=on(6, 5))
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "answer", cast.kangle_liaison, on(6, 7), text="已办")
    with pytest.raises(OwnLoopError, match="回避"):
        act(matter, "accept", cast.checker, on(6, 8))


def test_refusals_write_nothing(cast: Cast) -> None:
    matter = task(cast)
    entries = Entry.objects.count()
    with pytest.raises(WrongStateError, match="待签收"):
        act(matter, "answer", cast.kangle_liaison, on(6, 6), text="早了")
    with pytest.raises(NotYourHandError):
        act(matter, "sign_for", cast.operator, on(6, 6), hands=KEEPER)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    with pytest.raises(EvidenceError):
        act(matter, "answer", cast.kangle_liaison, on(6, 7), text="   ")
    with pytest.raises(MatterError, match="原因"):
        act(matter, "suspend", cast.operator, on(6, 7))
    with pytest.raises(MatterError):
        act(matter, "report", cast.kangle_liaison, on(6, 7), progress=101)
    with pytest.raises(MatterError):
        act(matter, "report", cast.kangle_liaison, on(6, 7))
    assert Entry.objects.count() == entries + 1
    assert Matter.objects.get(pk=matter.pk).version == 3


def test_stale_page_and_double_click(cast: Cast) -> None:
    matter = task(cast)
    seen = Matter.objects.get(pk=matter.pk).version
    first = actions.act(
        matter=matter, verb="sign_for", hands=BOTH, expected_version=seen, by=cast.kangle_liaison.by, at=on(6, 6)
    )
    again = actions.act(
        matter=matter, verb="sign_for", hands=BOTH, expected_version=seen, by=cast.kangle_liaison.by, at=on(6, 6, 11)
    )
    assert (first.version, again.version) == (seen + 1, seen + 1)
    with pytest.raises(StaleMatterError):
        actions.act(matter=matter, verb="sign_for", hands=BOTH, expected_version=seen, by=cast.checker.by, at=on(6, 6))


def test_rung_reached_while_somebody_writes_is_no_stale_page(cast: Cast) -> None:
    matter = task(cast)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    seen = Matter.objects.get(pk=matter.pk).version
    assert actions.sweep(at=on(6, 16, 18)).steps == 2
    said, who = Said(text="已办"), cast.kangle_liaison.by
    for minute in (1, 2):  # twice: a double click
        row = actions.act(
            matter=matter, verb="answer", hands=BOTH, expected_version=seen, said=said, by=who, at=on(6, 16, 18, minute)
        )
        assert (row.state, row.version) == ("answered", seen + 3)
    with pytest.raises(StaleMatterError):
        actions.act(
            matter=matter, verb="accept", hands=BOTH, expected_version=seen, by=cast.checker.by, at=on(6, 16, 19)
        )
    for version in (seen + 4, 10**6):  # one that was never there
        with pytest.raises(StaleMatterError):
            actions.act(
                matter=matter, verb="accept", hands=BOTH, expected_version=version, by=cast.checker.by, at=on(6, 17)
            )


def test_more_time_is_asked_for_before_the_due_day_is_over(cast: Cast) -> None:
    matter = task(cast)
    with pytest.raises(MatterError, match="到期前"):
        act(matter, "ask_extension", cast.kangle_liaison, on(6, 17), text="场地冲突", due_on=dt.date(2023, 6, 20))
    with pytest.raises(MatterError, match="晚于"):
        act(matter, "ask_extension", cast.kangle_liaison, on(6, 14), text="场地冲突", due_on=dt.date(2023, 6, 16))
    act(matter, "ask_extension", cast.kangle_liaison, on(6, 14), text="场地冲突", due_on=dt.date(2023, 6, 20))
    with pytest.raises(MatterError, match="已有一份"):
        act(matter, "ask_extension", cast.kangle_liaison, on(6, 14), text="再要", due_on=dt.date(2023, 6, 21))
    with pytest.raises(OwnLoopError):
        act(matter, "grant_extension", cast.kangle_liaison, on(6, 15))
    row = act(matter, "grant_extension", cast.operator, on(6, 15), due_on=dt.date(2023, 6, 19))
    assert (row.due_on, row.original_due_on, row.cycle) == (dt.date(2023, 6, 19), dt.date(2023, 6, 16), 2)
    asked = Extension.objects.get(matter=matter)
    assert (asked.until, asked.granted_until, asked.decided_by) == (
        dt.date(2023, 6, 20), dt.date(2023, 6, 19), cast.operator.by,
    )  # fmt: skip
    with pytest.raises(MatterError, match="没有等待"):
        act(matter, "refuse_extension", cast.operator, on(6, 15), text="不")
    assert differences(Matter.objects.get(pk=matter.pk)) == []


def test_return_after_the_due_day_names_another(cast: Cast) -> None:
    matter = task(cast)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "answer", cast.kangle_liaison, on(6, 16), text="已办")
    with pytest.raises(MatterError, match="重新办结"):
        act(matter, "return", cast.operator, on(6, 20), text="照片不清")
    row = act(matter, "return", cast.operator, on(6, 20), text="照片不清", due_on=dt.date(2023, 6, 26))
    assert (row.state, row.cycle, row.light) == ("doing", 2, "green")


def test_bad_due_days_and_units(cast: Cast) -> None:
    with pytest.raises(PastDueError):
        task(cast, due=dt.date(2023, 6, 4))
    with pytest.raises(MatterError, match="十年"):
        task(cast, due=dt.date(2053, 6, 4))
    unit = cast.kangle_bureau
    day = dt.date(2023, 6, 1)
    org.merge_unit(
        unit=unit, into=cast.yongjing_bureau, expected_version=unit.version, on=day, by="system:tests", at=on(6, 1)
    )
    cast.kangle_bureau.refresh_from_db()
    with pytest.raises(MergedUnitError, match="永靖县应急管理局"):
        task(cast)
    assert not Matter.objects.exists()


def test_suspended_time_does_not_run(cast: Cast) -> None:
    matter = task(cast)  # due on Friday the 16th
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "suspend", cast.operator, on(6, 14), text="等上级批复")
    assert actions.sweep(at=on(6, 26)).steps == 0
    row = act(matter, "resume", cast.operator, on(6, 19))  # three working days later
    assert (row.state, row.due_on, row.original_due_on) == ("doing", dt.date(2023, 6, 21), dt.date(2023, 6, 16))
    assert differences(Matter.objects.get(pk=matter.pk)) == []


def test_reopened(cast: Cast) -> None:
    matter = task(cast)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "answer", cast.kangle_liaison, on(6, 7), text="已办")
    act(matter, "accept", cast.checker, on(6, 8))
    act(matter, "close", cast.checker, on(6, 8))
    row = act(matter, "reopen", cast.operator, on(6, 9), text="群众反映未落实", due_on=dt.date(2023, 6, 20))
    assert (row.state, row.end, row.accepted_by, row.ended_at, row.cycle) == ("doing", "", "", None, 2)
    with pytest.raises(EvidenceError):  # what lay there in the last cycle does not count again
        act(matter, "answer", cast.kangle_liaison, on(6, 10), text="")
    assert differences(Matter.objects.get(pk=matter.pk)) == []


def test_duty_is_handed_over_on_its_day(cast: Cast) -> None:
    matter = task(cast)
    other = cast.liaison
    act(matter, "hand_over", cast.kangle_liaison, on(6, 6), to=other, on=dt.date(2023, 6, 12))
    actions.sweep(at=on(6, 9))
    row = Matter.objects.get(pk=matter.pk)
    assert (row.owner_id, row.next_owner_id) == (cast.kangle_liaison.pk, other.pk)
    actions.sweep(at=on(6, 16, 18))
    row.refresh_from_db()
    assert (row.owner_id, row.next_owner_id) == (other.pk, None)
    late = Step.objects.get(matter=matter, rung=2)
    assert [r.person_id for r in Reminder.objects.filter(step=late)] == [other.pk]
    assert differences(row) == []


def test_light_by_rule(cast: Cast) -> None:
    matter = task(cast)
    row = act(
        matter, "light", cast.operator, on(6, 8), light=Light.YELLOW, rule="落后10个百分点", text="计划40%，实际20%"
    )
    assert row.light == "yellow"
    step = Step.objects.get(matter=matter, verb="light")
    assert (step.values["rule"], step.text, step.light) == ("落后10个百分点", "计划40%，实际20%", "yellow")


def test_counts_follow_every_change(cast: Cast) -> None:
    from django.db.models import Q

    one, two = task(cast), task(cast)
    act(one, "sign_for", cast.kangle_liaison, on(6, 6))

    def by_state() -> dict[object, int]:
        return {item.key[0]: item.count for item in counts(Q(book="example"), ["state"])}

    assert by_state() == {"doing": 1, "assigned": 1}
    assert actions.fold() > 0
    assert by_state() == {"doing": 1, "assigned": 1}
    act(two, "withdraw", cast.operator, on(6, 7), text="重复")
    assert by_state() == {"doing": 1, "withdrawn": 1}
    while actions.fold():
        pass
    assert by_state() == {"doing": 1, "withdrawn": 1}
