"""By what authority, and no unit twice for one thing (政府督查工作条例, art. 7, 11, 15)."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from oversight import mandate, proposed, supervised
from rounds import act, on, task

from bihuan.history.models import Entry
from bihuan.loop import actions as loop
from bihuan.loop.refusals import MergedUnitError
from bihuan.messages.models import Message
from bihuan.org import actions as org
from bihuan.supervision import actions, queries
from bihuan.supervision.models import Supervised
from bihuan.supervision.refusals import (
    SameHandError,
    StaleThingError,
    SupervisionError,
    TwiceError,
    WrongStandingError,
)
from bihuan.supervision.rules import What, alike, likeness


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def test_a_designated_body_needs_who_empowered_it_by_which_paper_for_how_long(cast: Cast) -> None:
    for left_out in ({"empowered_by": ""}, {"paper_number": " "}, {"valid_to": None}):
        with pytest.raises(SupervisionError, match="条例第七条"):
            mandate(cast, basis="regulation", **left_out)
    assert mandate(cast, basis="regulation").empowered_by == "临夏州安全生产委员会"
    assert mandate(cast, basis="work-safety-41", empowered_by="", paper_number="").paper_number == ""
    for wrong in ({"basis": "nothing"}, {"scope": ""}, {"valid_to": dt.date(2022, 1, 1)}, {"title": "长" * 201}):
        with pytest.raises(SupervisionError):
            mandate(cast, **wrong)


def test_a_matter_comes_under_supervision_by_two_people(cast: Cast) -> None:
    row = proposed(cast, mandate(cast))
    assert Message.objects.filter(recipient=cast.leader, topic=f"supervised:{row.pk}").exists()
    with pytest.raises(SameHandError):
        actions.decide(supervised=row, agreed=True, expected_version=1, by=cast.operator.by, at=on(6, 6))
    with pytest.raises(SupervisionError, match="理由"):
        actions.decide(supervised=row, agreed=False, expected_version=1, by=cast.leader.by, at=on(6, 6))
    open_ = actions.decide(supervised=row, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 7))
    assert (open_.state, open_.since) == ("open", dt.date(2023, 6, 7))
    again = actions.decide(supervised=row, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 7, 11))
    assert again.decided_at == open_.decided_at
    with pytest.raises(StaleThingError):
        actions.decide(supervised=row, agreed=False, reason="不", expected_version=1, by=cast.checker.by, at=on(6, 7))
    with pytest.raises(WrongStandingError, match="督办中"):
        actions.decide(supervised=open_, agreed=False, reason="不", expected_version=2, by=cast.leader.by, at=on(6, 7))
    assert Message.objects.filter(recipient=cast.kangle_liaison, zh__contains="已列入督办").exists()


def test_no_matter_twice(cast: Cast) -> None:
    basis, matter = mandate(cast), task(cast)
    first = proposed(cast, basis, matter)
    assert proposed(cast, basis, matter).pk == first.pk  # the second click
    with pytest.raises(SupervisionError, match="不重复督办"):
        actions.propose(matter=matter, mandate=basis, reason="另一理由", by=cast.checker.by, at=on(6, 6))
    actions.decide(
        supervised=first, agreed=False, reason="已有进展", expected_version=1, by=cast.leader.by, at=on(6, 7)
    )
    assert proposed(cast, basis, matter).pk != first.pk  # a refused one does not count


def test_what_is_alike_asks_for_a_reason(cast: Cast) -> None:
    basis = mandate(cast)
    first = supervised(cast, basis)
    entries = Entry.objects.filter(verb__startswith="supervision.").count()
    with pytest.raises(TwiceError) as refused:
        proposed(cast, basis, task(cast))
    assert "举办宣传咨询日活动" in refused.value.zh
    assert Entry.objects.filter(verb__startswith="supervision.").count() == entries
    row = proposed(cast, basis, task(cast), although="前一项是上月的")
    assert (row.similar, row.although) == ([first.matter_id], "前一项是上月的")


def test_full_limits_ask_for_a_reason(cast: Cast) -> None:
    basis = mandate(cast)
    actions.set_limit(
        what=What.SUPERVISED, days=30, most=1, valid_from=dt.date(2023, 6, 1), source="州安委会文件",
        region=cast.prefecture, by=cast.operator.by, at=on(6, 1),
    )  # fmt: skip
    first = supervised(cast, basis)
    actions.end_supervision(supervised=first, reason="办结", expected_version=2, by=cast.operator.by, at=on(6, 7))
    with pytest.raises(TwiceError, match="上限 1 次"):
        proposed(cast, basis, task(cast))
    counts = {
        item.bound.what: item.count
        for item in queries.counted(cast.kangle_bureau, dt.date(2023, 6, 8), region=cast.prefecture.pk)
    }
    assert counts == {What.SUPERVISED: 1, What.VISITED: 0, What.NOTICES: 0, What.TALKS: 0}
    later = queries.counted(cast.kangle_bureau, dt.date(2023, 7, 30), region=cast.prefecture.pk)
    assert not any(item.full for item in later)


def test_the_nearest_limit_holds(cast: Cast) -> None:
    day = dt.date(2023, 6, 10)
    for region, most, since in ((None, 9, 1), (cast.kangle, 3, 2), (cast.kangle, 4, 20), (cast.yongjing, 1, 3)):
        actions.set_limit(
            what=What.TALKS, days=100, most=most, valid_from=dt.date(2023, 6, since), source="文件", region=region,
            by=cast.operator.by, at=on(6, 1),
        )  # fmt: skip

    def most_in(region: int) -> int:
        return next(bound.most for bound in queries.bounds(region, day) if bound.what is What.TALKS)

    assert [most_in(region.pk) for region in (cast.kangle, cast.yongjing, cast.prefecture)] == [3, 1, 9]


def test_what_cannot_be_supervised(cast: Cast) -> None:
    basis = mandate(cast)
    with pytest.raises(SupervisionError, match="理由"):
        actions.propose(matter=task(cast), mandate=basis, reason=" ", by=cast.operator.by, at=on(6, 6))
    over = task(cast)
    act(over, "withdraw", cast.operator, on(6, 6), text="不办了")
    with pytest.raises(SupervisionError, match="办结"):
        proposed(cast, basis, over)
    ended = actions.end_mandate(mandate=basis, reason="到此为止", expected_version=1, by=cast.operator.by, at=on(6, 6))
    assert ended.ended_by == cast.operator.by
    with pytest.raises(SupervisionError, match="有效期"):
        proposed(cast, ended, task(cast))
    matter = task(cast)
    org.merge_unit(
        unit=cast.kangle_bureau, into=cast.yongjing_bureau, on=dt.date(2023, 6, 6), expected_version=1,
        by=cast.system_admin.by, at=on(6, 6),
    )  # fmt: skip
    with pytest.raises(MergedUnitError, match="永靖"):
        proposed(cast, mandate(cast), matter)


def test_the_database_itself_refuses(cast: Cast) -> None:
    from django.db import IntegrityError, transaction

    row = proposed(cast, mandate(cast))
    rows = Supervised.objects.filter(pk=row.pk)
    for change in (
        {"decided_by": row.proposed_by, "decided_at": on(6, 7)},
        {"state": "open"},
        {"similar": [1]},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supervised.objects.create(
            **{**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}, "id": None}
        )


def test_likeness_of_titles() -> None:
    assert likeness("举办宣传咨询日活动", "举办宣传咨询日活动") == 1
    assert likeness("举办“宣传咨询日”活动", "举办宣传咨询日活动（二）") > 0.8
    assert likeness("举办宣传咨询日活动", "燃气管道隐患整改") == 0
    assert alike(
        "康乐县举办宣传咨询日活动", [(1, "举办宣传咨询日活动"), (2, "燃气管道隐患整改"), (3, "宣传咨询日")]
    ) == [1, 3]
    assert likeness("一", "一") == 1
    assert likeness("", "") == 1
