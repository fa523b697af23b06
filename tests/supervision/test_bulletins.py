"""Bulletins: frozen at a cut-off and a seal, the same for ever; every number is the matters behind it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from cast import Cast
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from months import CUT_OFF, JUNE, MAY, bulletin, busy_june, campaign, duty, finished
from oversight import issued, supervised
from rounds import act, on, seal_all
from test_past import VERBS, something

from bihuan.history.models import Entry
from bihuan.loop import actions as loop
from bihuan.loop.flows import Light
from bihuan.supervision import actions, queries
from bihuan.supervision.bulletin_rules import COUNTS, BulletinError, Month
from bihuan.supervision.models import Bulletin, BulletinItem, BulletinRow


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def numbers(row: BulletinRow) -> dict[str, int]:
    return {name: getattr(row, name) for name in COUNTS if getattr(row, name)}


def test_a_units_numbers(cast: Cast) -> None:
    found, made = busy_june(cast)
    made_of = bulletin(found)
    rows = {row.unit_id: row for row in BulletinRow.objects.filter(bulletin=made_of)}
    assert numbers(rows[cast.kangle_bureau.pk]) == {
        "total": 4, "finished": 2, "behind": 1, "overdue": 1, "due": 3, "done": 2, "done_late": 1, "green": 1, "red": 1,
    }  # fmt: skip
    assert numbers(rows[cast.yongjing_bureau.pk]) == {
        "total": 3, "on_schedule": 1, "answered": 1, "not_started": 1, "due": 1, "extended": 1, "green": 3,
    }  # fmt: skip
    late = BulletinItem.objects.get(bulletin=made_of, matter=made["overdue"])
    assert (late.days_late, late.account, late.light, late.progress) == (14, "物业配合不到位", "red", 50)
    assert BulletinItem.objects.get(bulletin=made_of, matter=made["behind"]).reason.startswith("进度落后")
    assert (made_of.version, made_of.previous, made_of.unassigned, made_of.book) == (1, None, 0, "example")
    entry = Entry.objects.get(verb="supervision.bulletin_frozen", subject_id=str(made_of.pk))
    assert entry.values["digest"] == made_of.digest
    assert queries.broken(made_of) is None


def test_what_comes_later_changes_nothing(cast: Cast) -> None:
    found, made = busy_june(cast)
    first = bulletin(found)
    position = first.as_of
    before = queries.stored(first)
    finished_late = on(7, 4)
    act(made["overdue"], "answer", cast.kangle_liaison, finished_late, text="已整改")
    act(made["overdue"], "accept", cast.checker, finished_late)
    duty(found, cast.office, cast.kangle_bureau, cast.kangle_liaison, dt.date(2023, 7, 28), finished_late)
    seal_all()
    first.refresh_from_db()
    assert queries.broken(first) is None
    assert queries.stored(first) == before
    # Made later for the same cut-off: the same, and no second version.
    assert bulletin(found, at=on(7, 5)) == first
    assert queries.compute(queries.asked_of(first), as_of=position) == before


def test_a_step_that_was_sealed_later_makes_a_new_version(cast: Cast) -> None:
    found, made = busy_june(cast)
    first = bulletin(found)
    act(made["waiting"], "sign_for", cast.yongjing_liaison, on(6, 29))  # entered afterwards, with its own moment
    second = bulletin(found)
    assert (second.version, queries.newest(first)) == (2, second)
    row = BulletinRow.objects.get(bulletin=second, unit=cast.yongjing_bureau)
    assert (row.not_started, row.on_schedule) == (0, 2)
    assert [queries.broken(item) for item in (first, second)] == [None, None]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_freezing_later_at_the_same_seal_gives_the_same_rows(cast: Cast, data: st.DataObject) -> None:
    found = campaign(cast)
    start = on(6, 5)
    made = [
        duty(found, cast.office, unit, owner, dt.date(2023, 6, 16), start)
        for unit, owner in ((cast.kangle_bureau, cast.kangle_liaison), (cast.yongjing_bureau, cast.kangle_liaison))
    ]
    path = data.draw(st.lists(st.tuples(st.sampled_from(made), st.sampled_from(VERBS)), max_size=12))
    cut = data.draw(st.integers(0, len(path)))
    for number, (matter, verb) in enumerate(path[:cut]):
        something(cast, matter, verb, 6 + number)
    position = seal_all()
    wanted = actions.asked(campaign=found, region=found.region, month=JUNE, cut_off=CUT_OFF, at=on(7, 3))
    before = queries.compute(wanted, as_of=position)
    for number, (matter, verb) in enumerate(path[cut:], cut):
        something(cast, matter, verb, 6 + number)
    seal_all()
    assert queries.compute(wanted, as_of=position) == before
    for row in before.rows:
        for name, count in row.counts.items():
            assert count == sum(name in item.counted for item in before.items if item.unit == row.unit)


def test_trend_and_difference_to_the_month_before(cast: Cast) -> None:
    found = campaign(cast)
    who = (found, cast.office, cast.kangle_bureau, cast.kangle_liaison)
    one, two = (duty(*who, dt.date(2023, 5, 19), on(5, 8)) for _ in range(2))
    three = duty(*who, dt.date(2023, 6, 9), on(5, 8))
    finished(one, cast, cast.kangle_liaison, on(5, 18))
    may = bulletin(found, month=MAY, cut_off=on(5, 31, 18), at=on(6, 1))
    finished(two, cast, cast.kangle_liaison, on(6, 5))
    four = duty(*who, dt.date(2023, 6, 16), on(6, 2))
    finished(four, cast, cast.kangle_liaison, on(6, 16))
    june = bulletin(found)
    assert june.previous == may
    table = queries.table(queries.asked_of(june), queries.stored(june), june.previous)
    (line,) = table.lines
    assert (line.row.rate, line.before and line.before.rate, line.moved) == (Decimal("50.0"), Decimal("50.0"), 0)
    assert (line.more_overdue, line.worst) == (0, Light.GREEN)
    assert [(change.kind, change.matter) for change in table.changes] == [
        ("fell_due", three.pk), ("caught_up", two.pk), ("new", four.pk),
    ]  # fmt: skip


def test_a_countys_bulletin_counts_its_units(cast: Cast) -> None:
    found, _made = busy_june(cast)
    own = bulletin(found, region=cast.kangle)
    assert list(BulletinRow.objects.filter(bulletin=own).values_list("unit", "total")) == [(cast.kangle_bureau.pk, 4)]
    assert queries.broken(own) is None


def test_notices_of_the_month_are_counted_by_unit(cast: Cast) -> None:
    found, made = busy_june(cast)
    about = supervised(cast, matter=made["overdue"])
    issued(cast, about)  # on 12 June
    one = bulletin(found)
    rows = dict(BulletinRow.objects.filter(bulletin=one).values_list("unit", "notices"))
    assert rows == {cast.kangle_bureau.pk: 1, cast.yongjing_bureau.pk: 0}
    assert BulletinRow.objects.get(bulletin=one, unit=cast.kangle_bureau).total == 4  # a notice is no key task
    assert queries.broken(one) is None


def test_a_ranking_only_with_a_cited_paper(cast: Cast) -> None:
    found, _made = busy_june(cast)
    plain, cited = bulletin(found), bulletin(found, ranking_basis="甘安办〔2023〕15号")
    assert cited.version == 2
    laid = [queries.table(queries.asked_of(b), queries.stored(b), None, ranked=bool(b.ranking_basis)) for b in
            (plain, cited)]  # fmt: skip
    assert [[line.rank for line in table.lines] for table in laid] == [[None, None], [1, 2]]


def test_what_cannot_be_frozen(cast: Cast) -> None:
    found = campaign(cast)
    with pytest.raises(BulletinError, match="没有可通报"):
        bulletin(found)
    with pytest.raises(BulletinError, match="还没有到"):
        bulletin(found, at=on(6, 30))
    with pytest.raises(BulletinError, match="早于2023年7月"):
        bulletin(found, month=Month(dt.date(2023, 7, 1)))
    elsewhere = cast.prefecture.__class__.objects.exclude(pk=cast.prefecture.pk).first()
    with pytest.raises(BulletinError, match="不在这一活动"):
        bulletin(found, region=elsewhere)
    busy_june(cast)
    with pytest.raises(BulletinError, match="没有第999999号封印"):
        actions.freeze(
            campaign=found, region=found.region, month=JUNE, cut_off=CUT_OFF, as_of=999_999, by="system:t", at=on(7, 3)
        )
    assert not Bulletin.objects.exists()


def test_the_database_keeps_rows_that_add_up(cast: Cast) -> None:
    found, _made = busy_june(cast)
    row = BulletinRow.objects.filter(bulletin=bulletin(found)).first()
    assert row is not None
    for wrong in ({"total": 99}, {"done": 90, "due": 80}, {"done_late": 9, "done": 1}):
        copy = BulletinRow(**{f.attname: getattr(row, f.attname) for f in row._meta.fields if f.name != "id"})
        copy.unit = cast.school
        for name, value in wrong.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE supervision_bulletinrow SET done = 0")


def test_changed_behind_its_back_it_is_broken(cast: Cast) -> None:
    found, _made = busy_june(cast)
    one = bulletin(found)
    one.cut_off = on(6, 30, 17)
    assert queries.broken(one) is not None
    one.refresh_from_db()
    one.digest = one.digest[:-1] + ("0" if one.digest[-1] != "0" else "1")
    assert queries.broken(one) is not None


def test_as_many_queries_for_many(cast: Cast) -> None:
    found, _made = busy_june(cast)
    wanted = actions.asked(campaign=found, region=found.region, month=JUNE, cut_off=CUT_OFF, at=on(7, 3))

    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            queries.table(wanted, queries.compute(wanted), None)
        return len(context)

    few = asked()
    for _ in range(20):
        duty(found, cast.office, cast.kangle_bureau, cast.kangle_liaison, dt.date(2023, 6, 16), on(6, 1))
    assert asked() == few <= 6
