"""A register taken in: faults by cell, what would come of each row, all written at once or nothing."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from cast import AT, BY, Cast, reader
from django.db import IntegrityError, transaction
from filled import HEADS, text, workbook
from hypothesis import given
from hypothesis import strategies as st

from bihuan.history.models import Entry
from bihuan.lib.filled import TableError
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import WorkbookError
from bihuan.org import queries as org
from bihuan.org.access import REGIONS, UNITS, within
from bihuan.org.models import Person
from bihuan.places import actions, queries
from bihuan.places.access import KEEP_PLACE
from bihuan.places.actions import PlaceError, Plan, State
from bihuan.places.models import Place, PlaceChange, PlaceDraft
from bihuan.places.register_rows import RegisterError, read_register

JANUARY, JUNE = dt.date(2023, 1, 1), dt.date(2023, 6, 30)


def reach(person: Person) -> dict[str, Any]:
    who = reader(person)
    units = within(who, KEEP_PLACE, UNITS)
    return {"regions": within(who, KEEP_PLACE, REGIONS), "units": units, "book": "example"}


def keep(content: bytes) -> PlaceDraft:
    return actions.keep_register(content=content, file_name="底册.xlsx", by=BY, at=AT)


def planned(content: bytes, person: Person) -> tuple[PlaceDraft, Plan]:
    draft = keep(content)
    return draft, actions.register_plan(draft, **reach(person))


def take(content: bytes, person: Person, on: dt.date = JANUARY) -> dict[str, int]:
    draft, plan = planned(content, person)
    return dict(actions.take_register(draft=draft, shown=plan.digest, on=on, **reach(person), by=BY, at=AT))


GOOD = (
    ("村", "刘家庙村", "622922100201", "康乐县", "附城镇", "", "103.71", "35.37", "2020-03-01"),
    ("学校", "附城中心小学", "2162000001", "康乐", "附城", "康乐县应急管理局", "", "", ""),
    ("社区", "新治街社区", "", "康乐县", "", "", "", "", "2021年5月6日"),
)


@pytest.mark.django_db
def test_a_register_comes_in(cast: Cast) -> None:
    assert take(workbook(GOOD), cast.operator) == {State.NEW: 3}
    village, school, community = (Place.objects.get(name=row[1]) for row in GOOD)
    assert (village.region.name, village.opened_on, str(village.lon)) == ("附城镇", dt.date(2020, 3, 1), "103.710000")
    assert (school.region.name, school.opened_on, school.unit) == ("附城镇", JANUARY, cast.kangle_bureau)
    assert (community.region, community.opened_on, community.book) == (cast.kangle, dt.date(2021, 5, 6), "example")
    assert PlaceDraft.objects.count() == 0
    assert Entry.objects.filter(verb="places.register_taken").count() == 1
    assert Entry.objects.filter(verb="places.added").count() == 3
    assert take_again(cast) == {State.SAME: 3}


def take_again(cast: Cast) -> dict[str, int]:
    draft, plan = planned(workbook(GOOD), cast.operator)
    with pytest.raises(PlaceError, match="没有可写入"):
        actions.take_register(draft=draft, shown=plan.digest, on=JANUARY, **reach(cast.operator), by=BY, at=AT)
    return dict(plan.counts)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_as_text_comes_in(cast: Cast, encoding: str) -> None:
    assert take(text(GOOD).encode(encoding), cast.kangle_liaison) == {State.NEW: 3}


@pytest.mark.django_db
def test_what_differs_is_changed_from_a_day_on(cast: Cast) -> None:
    take(workbook(GOOD), cast.operator)
    moved = ("村", "刘家庙新村", "622922100201", "康乐县", "苏集镇", "", "", "", "")
    assert take(workbook([moved, GOOD[1]]), cast.operator, on=JUNE) == {State.CHANGE: 1, State.SAME: 1}
    place = Place.objects.get(code="622922100201")
    assert (place.name, place.region.name, place.version, str(place.lat)) == ("刘家庙新村", "苏集镇", 2, "35.370000")
    edition = org.current_edition()
    for day, name in ((JUNE - dt.timedelta(days=1), "刘家庙村"), (JUNE, "刘家庙新村")):
        found = queries.register(region=cast.kangle, edition=edition, book="example", on=day)
        assert name in set(found.values_list("name", flat=True))
    assert PlaceChange.objects.get(place=place, version=2).became == "moved"


@pytest.mark.django_db
def test_each_fault_names_its_cell(cast: Cast) -> None:
    rows = (
        ("村子", "甲村", "", "康乐县", "附城镇", "", "", "", ""),
        ("村", "", "", "康乐县", "附城镇", "", "", "", ""),
        ("村", "乙村", "", "康乐县", "没有镇", "", "", "", ""),
        ("村", "丙村", "", "兰州市", "", "", "", "", ""),
        ("村", "丁村", "", "康乐县", "附城镇", "没有这个单位", "", "", ""),
        ("村", "戊村", "", "康乐县", "附城镇", "", "203", "35", ""),
        ("村", "己村", "", "康乐县", "附城镇", "", "103", "", ""),
        ("村", "庚村", "", "康乐县", "附城镇", "", "", "", "2020-02-30"),
        ("村", "辛村", 123456789012345678, "康乐县", "附城镇", "", "", "", ""),
        ("村", "壬村", "", "", "", "", "", "", ""),
        ("村", "好村", "9", "康乐县", "附城镇", "", "", "", ""),
        ("村", "好村", "", "康乐县", "附城镇", "", "", "", ""),
        ("村", "又一村", "9", "康乐县", "附城镇", "", "", "", ""),
    )
    _draft, plan = planned(workbook(rows), cast.operator)
    cells = [[fault.cell for fault in item.row.faults] for item in plan.rows]
    at = ("A2", "B3", "E4", "D5", "F6", "G7", "H8", "I9", "C10", "D11", "", "B13", "C14")
    assert cells == [[f"底册!{cell}"] if cell else [] for cell in at]
    assert plan.counts == {State.FAULT: 12, State.NEW: 1}


@pytest.mark.django_db
def test_a_county_takes_in_its_own_alone(cast: Cast) -> None:
    take(workbook(GOOD), cast.operator)
    other = ("村", "别县村", "", "康乐县", "附城镇", "", "", "", "")
    taken = ("村", "借码村", "622922100201", "永靖县", "", "", "", "", "")
    _draft, plan = planned(workbook([other, taken]), cast.yongjing_liaison)
    assert [item.state for item in plan.rows] == [State.FAULT, State.FAULT]
    assert [item.row.faults[0].cell for item in plan.rows] == ["底册!D2", "底册!C3"]
    own = ("村", "本县村", "", "", "", "", "", "", "")
    assert take(workbook([own]), cast.yongjing_liaison) == {State.NEW: 1}
    assert Place.objects.get(name="本县村").region == cast.yongjing


@pytest.mark.django_db
def test_the_same_name_with_another_code_is_asked_about(cast: Cast) -> None:
    take(workbook(GOOD), cast.operator)
    other = ("村", "刘家庙村", "622922100999", "康乐县", "附城镇", "", "", "", "")
    _draft, plan = planned(workbook([other]), cast.operator)
    assert plan.rows[0].row.faults[0].cell == "底册!B2"


@pytest.mark.django_db
def test_what_was_shown_is_what_is_written(cast: Cast) -> None:
    draft, plan = planned(workbook(GOOD), cast.operator)
    kind = queries.kind("community")
    assert kind is not None
    actions.add_place(kind=kind, region=cast.kangle, name="新治街社区", on=JUNE, book="example", by=BY, at=AT)
    before = Place.objects.count(), PlaceChange.objects.count(), Entry.objects.count()
    with pytest.raises(PlaceError, match="刚有变化") as told:
        actions.take_register(draft=draft, shown=plan.digest, on=JANUARY, **reach(cast.operator), by=BY, at=AT)
    assert told.value.status == 409
    assert (Place.objects.count(), PlaceChange.objects.count(), Entry.objects.count()) == before
    assert PlaceDraft.objects.filter(pk=draft.pk).exists()


@pytest.mark.django_db
def test_a_fault_in_the_middle_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, plan = planned(workbook(GOOD), cast.operator)

    def broken(*_args: object, **_more: object) -> None:
        raise IntegrityError("cut")

    monkeypatch.setattr("bihuan.places.actions.taking.history.record_many", broken)
    with pytest.raises(PlaceError), transaction.atomic():
        actions.take_register(draft=draft, shown=plan.digest, on=JANUARY, **reach(cast.operator), by=BY, at=AT)
    assert Place.objects.count() == PlaceChange.objects.count() == 0


def test_the_sheet_may_name_the_kind() -> None:
    (row,) = read_register(workbook([("附城小学", "康乐县")], heads=("学校名称", "县（市、区）"), sheet="学校"))
    assert (row.sheet, row["name"], row["county"]) == ("学校", "附城小学", "康乐县")


def long_sheet(rows: int, last: int = 0) -> bytes:
    """A workbook of so many villages; the last one stands in row `last`."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("村")
    sheet.write(0, 0, "名称")
    for number in range(1, rows + 1):
        sheet.write(last if last and number == rows else number, 0, f"{number}村")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "register-no-header"),
        (b"PK\x03\x04rubbish", "workbook-unreadable"),
        (b"\xd0\xcf\x11\xe0old", "workbook-locked"),
        (b"\xff\xfe\x00", "workbook-unreadable"),
        ("村,甲\n".encode(), "register-no-header"),
        (",".join(HEADS).encode(), "register-empty"),
        (b"\x81\xff\xff", "table-encoding"),
        (("名称\n" + "村\n" * 20_010).encode(), "register-too-long"),
        (long_sheet(20_001), "register-too-long"),
        (long_sheet(2, last=100_001), "workbook-too-many-cells"),
    ],
)
def test_what_is_no_register_is_said_to_be_none(content: bytes, code: str) -> None:
    with pytest.raises((RegisterError, TableError, WorkbookError)) as told:
        read_register(content)
    assert told.value.code == code


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda said: f"名称,经度\n{said}".encode()))
def test_no_file_is_a_traceback(content: bytes) -> None:
    try:
        rows = read_register(content)
    except Refusal:
        return
    assert rows
