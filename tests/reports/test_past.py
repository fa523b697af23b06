"""Values of earlier years taken in: faults by cell, nothing twice, conflicts asked, nothing beyond one's region."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import AT, BY, Cast, make_cast, reader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from past_tables import TODAY, Row, keep, plan_of, states, table, take, taken

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures import actions as figures
from bihuan.figures.actions import Content
from bihuan.figures.models import Figure, Revision
from bihuan.figures.rules import Kind
from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal
from bihuan.org.access import REGIONS, within
from bihuan.reading.ranges import Range
from bihuan.reports import actions
from bihuan.reports.access import LOAD_PAST
from bihuan.reports.actions.past import State
from bihuan.reports.models import PastDraft
from bihuan.reports.past_rows import PastError, days_of, read_past

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
PAPER = "州安委办〔2022〕41号"
GOOD: tuple[Row, ...] = (
    ("临夏州", "竞赛参与人数", "2022", "", "5.2万余", "人", PAPER),
    ("康乐县", "宣传资料", "2022", "6月", "8000份", "", PAPER),
    ("622923", "横幅、展板", "2021", "全年", "1500多", "条(块)", "永靖县总结"),
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )


def stored() -> set[tuple[str, str, str, str]]:
    held = Revision.objects.filter(figure__kind=Kind.STATEMENT, withdrawn=False).select_related("region", "figure")
    return {
        (item.region.name, f"{item.period_start}/{item.period_end}", item.printed, ",".join(item.measures))
        for item in held
        if item.version == item.figure.version
    }


def test_each_value_becomes_a_statement_of_its_period(cast: Cast, campaign: Campaign) -> None:
    assert take(campaign, GOOD, cast.operator) == {State.NEW: 3}
    assert stored() == {
        ("临夏回族自治州", "2022-06-01/2022-06-30", "5.2万余人", "quiz_participants"),
        ("康乐县", "2022-06-01/2022-06-30", "8000份", "leaflets"),
        ("永靖县", "2021-01-01/2021-12-31", "1500多条(块)", "banners,exhibition_boards"),
    }
    item = Revision.objects.get(region=cast.kangle)
    assert (item.figure.book, item.origin["file"], item.origin["row"]) == ("example", "往年.csv", "CSV!3")
    assert item.origin["paper"] == PAPER
    assert PastDraft.objects.count() == 0
    assert Entry.objects.filter(verb="reports.past_loaded").count() == 1


def test_a_measure_may_carry_its_unit_as_our_tables_print_it() -> None:
    from bihuan.reports.past_rows import given_row

    said = {"region": "康乐县", "year": "2022", "value": "1.2万余", "paper": "总结"}
    for name in ("参与人数（人）", "参与人数(人)"):
        row = given_row({**said, "measure": name}, 0)
        assert (row.names, row.read and row.read.classifier, row.faults) == (("参与人数",), "人", [])
    assert given_row({**said, "measure": "参与人数（含2家分会场）"}, 0).names == ("参与人数（含2家分会场）",)


def test_the_same_again_writes_nothing(cast: Cast, campaign: Campaign) -> None:
    take(campaign, GOOD, cast.operator)
    before = stored(), Figure.objects.count(), Entry.objects.count()
    assert states(campaign, GOOD, cast) == ["same"] * 3
    with pytest.raises(PastError, match="没有可写入"):
        take(campaign, GOOD, cast.operator)
    assert (stored(), Figure.objects.count(), Entry.objects.count()) == before


def test_another_value_is_asked_about_and_replaces_only_when_chosen(cast: Cast, campaign: Campaign) -> None:
    take(campaign, GOOD, cast.operator)
    other = [("康乐县", "宣传资料", "2022", "", "9000", "份", "康乐县补报"), GOOD[0]]
    draft = keep(campaign, other)
    plan = plan_of(draft, cast.operator)
    assert [str(item.state) for item in plan.rows] == ["conflict", "same"]
    assert plan.rows[0].there is not None
    assert plan.rows[0].there.printed == "8000份"
    with pytest.raises(PastError):
        taken(draft, cast.operator)  # nobody chose yet
    actions.settle(draft, [plan.rows[0].key], take=True)
    assert taken(draft, cast.operator) == {State.REPLACE: 1, State.SAME: 1}
    item = Revision.objects.filter(region=cast.kangle).latest("version")
    assert (item.version, item.printed, item.origin["paper"]) == (2, "9000份", "康乐县补报")


def test_what_a_report_says_is_not_lost_to_a_table(cast: Cast, campaign: Campaign) -> None:
    content = Content(
        region=cast.kangle,
        measures=("leaflets",),
        classifier="份",
        value=Range.exact(7000),
        printed="7000份",
        form="exact",
        period=(dt.date(2022, 6, 1), dt.date(2022, 6, 30)),
    )
    figures.file(kind=Kind.STATEMENT, content=content, book="example", by=BY, at=AT)
    draft = keep(campaign, [GOOD[1]])
    (row,) = plan_of(draft, cast.operator).rows
    assert row.state is State.CONFLICT
    actions.settle(draft, [row.key], take=True)
    taken(draft, cast.operator)
    assert {item[2] for item in stored()} == {"7000份", "8000份"}  # both stand; the newer one counts
    assert states(campaign, [GOOD[1]], cast) == ["same"]


def test_what_has_changed_meanwhile_is_shown_again(cast: Cast, campaign: Campaign) -> None:
    draft = keep(campaign, GOOD)
    shown = plan_of(draft, cast.operator).digest
    take(campaign, [GOOD[1]], cast.operator)
    regions = within(reader(cast.operator), LOAD_PAST, REGIONS)
    with pytest.raises(PastError) as told:
        actions.take_past(draft=draft, shown=shown, regions=regions, today=TODAY, by=BY, at=AT)
    assert (told.value.code, told.value.status) == ("past-changed", 409)
    assert len(stored()) == 1


def test_a_value_taken_back_may_be_loaded_again(cast: Cast, campaign: Campaign) -> None:
    take(campaign, [GOOD[1]], cast.operator)
    figure = Figure.objects.get()
    with pytest.raises(PastError):
        actions.withdraw_past(figure=figure, expected_version=1, reason=" ", by=BY, at=AT)
    actions.withdraw_past(figure=figure, expected_version=1, reason="年份写错", by=BY, at=AT)
    assert take(campaign, [GOOD[1]], cast.operator) == {State.NEW: 1}


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (("火星县", "宣传资料", "2022", "", "5", "份", PAPER), "A2"),
        (("康乐县", "不知何物", "2022", "", "5", "份", PAPER), "B2"),
        (("康乐县", "宣传资料", "22", "", "5", "份", PAPER), "C2"),
        (("康乐县", "宣传资料", "2023", "全年", "5", "份", PAPER), "C2"),  # not over yet
        (("康乐县", "宣传资料", "2022", "夏天", "5", "份", PAPER), "D2"),
        (("康乐县", "宣传资料", "2022", "", "-1", "份", PAPER), "E2"),
        (("康乐县", "宣传资料", "2022", "", "1e30", "份", PAPER), "E2"),
        (("康乐县", "宣传资料", "2022", "", "9" * 30, "份", PAPER), "E2"),
        (("康乐县", "宣传资料", "2022", "", "许多", "份", PAPER), "E2"),
        (("康乐县", "宣传资料", "2022", "", "", "份", PAPER), "E2"),
        (("康乐县", "宣传资料", "2022", "", "5", "公里", PAPER), "F2"),
        (("康乐县", "竞赛参与人数", "2022", "", "5", "", PAPER), "F2"),  # 人 or 人次 apart: nobody guesses
        (("康乐县", "宣传资料", "2022", "", "5", "份", ""), "G2"),
    ],
)
def test_each_fault_names_its_cell(cast: Cast, campaign: Campaign, row: Row, cell: str) -> None:
    (item,) = plan_of(keep(campaign, [row]), cast.operator).rows
    assert item.state is State.FAULT
    assert f"CSV!{cell}" in {fault.cell for fault in item.row.faults}


def test_two_rows_of_the_same_are_asked_about(cast: Cast, campaign: Campaign) -> None:
    assert states(campaign, [GOOD[1], ("康乐", "宣传资料", "2022", "", "1", "份", "另一份")], cast) == ["new", "fault"]


def test_nobody_loads_for_another_region(cast: Cast, campaign: Campaign) -> None:
    assert states(campaign, GOOD, cast, cast.kangle_liaison) == ["fault"] * 3  # a liaison loads nothing
    assert states(campaign, GOOD, cast) == ["new"] * 3


def test_what_is_no_table_is_said_to_be_none() -> None:
    for content, code in (
        (b"", "past-no-header"),
        ("地区,数值\n康乐,5".encode(), "past-no-header"),
        (table([]), "past-empty"),
        (b"PK\x03\x04rubbish", "workbook-unreadable"),
        (b"\x81\xff\xff", "table-encoding"),
        (table([("康乐", "资料", "2022", "", "5", "份", "x")] * 5001), "past-too-long"),
    ):
        with pytest.raises(Refusal) as told:
            read_past(content)
        assert told.value.code == code


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda said: table([(said,) * 7])))
def test_no_file_is_a_traceback(content: bytes) -> None:
    try:
        read_past(content)
    except Refusal:
        return


def test_words_for_periods() -> None:
    assert days_of("上半年", 2022) == (dt.date(2022, 1, 1), dt.date(2022, 6, 30))
    assert days_of("二季度", 2022) == (dt.date(2022, 4, 1), dt.date(2022, 6, 30))
    assert days_of("2月", 2024) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert days_of("6月1日—7月10日", 2022) == (dt.date(2022, 6, 1), dt.date(2022, 7, 10))
    assert days_of("2022-06-01至2022-06-30", 2022) == (dt.date(2022, 6, 1), dt.date(2022, 6, 30))
    assert days_of("13月", 2022) is None
    assert days_of("6月31日至7月1日", 2022) is None


some = st.lists(
    st.tuples(
        st.sampled_from(("康乐县", "永靖县", "临夏州")),
        st.sampled_from(("宣传资料", "横幅")),
        st.sampled_from(("2021", "2022")),
        st.just(""),
        st.integers(0, 99).map(str),
        st.just(""),
        st.just(PAPER),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[:3],
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=some, order=st.randoms(use_true_random=False), cut=st.integers(0, 5))
def test_neither_order_nor_parts_nor_repeats_of_loading_matter(
    cast: Cast, campaign: Campaign, rows: list[Row], order: object, cut: int
) -> None:
    from django.db import transaction

    wanted = [(*row[:5], {"宣传资料": "份", "横幅": "条"}[row[1]], row[6]) for row in rows]

    def after(*parts: list[Row]) -> set[tuple[str, str, str, str]]:
        with transaction.atomic():
            for part in parts:
                for again in range(2):
                    if part and not again:
                        take(campaign, part, cast.operator)
                    elif part:
                        assert set(states(campaign, part, cast)) == {"same"}
            found = stored()
            transaction.set_rollback(True)
        return found

    shuffled = list(wanted)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert after(wanted) == after(shuffled[:cut], shuffled[cut:])
