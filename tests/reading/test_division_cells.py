"""What cells of a division of work say: lists of units, and time limits."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.lib.words import speaking
from bihuan.reading.division.duty import Cell, Doubt, DutyRead, Field, LimitKind, NamedKind, where_said
from bihuan.reading.division.headings import read_columns
from bihuan.reading.division.limits import read_limit
from bihuan.reading.division.unit_lists import labelled, read_units

UNITS = (
    "州教育局", "州公安局", "和政县应急局", "州文体广电和旅游局", "州住房和城乡建设局", "州委宣传部", "团州委",
    "康乐县", "国网临夏供电公司", "州人力资源和社会保障局", "州总工会", "和政县", "各县市",
    "州公安局（交警支队、治安支队）", "各成员单位", "各县市安委办", "各乡镇（街道）", "各县（市）人民政府", "有关部门",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("州教育局、州公安局，各县市政府", "州教育局 州公安局 *各县市政府"),
        ("各县市安委办、各成员单位", "*各县市安委办 *各成员单位"),
        ("州应急局及各县市应急局", "州应急局 *各县市应急局"),
        ("和政县应急局和康乐县应急局", "和政县应急局 康乐县应急局"),
        ("康乐县、和政县、东乡县", "康乐县 和政县 东乡县"),
        ("州文体广电和旅游局和州林业和草原局", "州文体广电和旅游局 州林业和草原局"),
        ("州教育局 州公安局\n州民政局", "州教育局 州公安局 州民政局"),
        ("州文体广电和\n旅游局", "州文体广电和旅游局"),
        ("州 应 急 局", "州应急局"),
        ("各县市党委、政府", "*各县市党委、政府"),
        ("各县市党委和政府", "*各县市党委和政府"),
        ("经开区党工委和管委会、州教育局", "经开区党工委和管委会 州教育局"),
        ("州委、州政府", "州委 州政府"),
        ("州公安局（交警支队、治安支队）", "州公安局（交警支队、治安支队）"),
        ("州公安局(交警支队)；州应急局/州消防救援支队", "州公安局（交警支队） 州应急局 州消防救援支队"),
        ("州教育局等有关部门", "州教育局 *有关部门"),
        ("州级相关部门按职责分工负责", "*州级相关部门"),
        ("州教育局、州教育局", "州教育局"),
        ("州人力资源和社会保障局、州总工会及有关单位。", "州人力资源和社会保障局 州总工会 *有关单位"),
        ("局机关各科室、局属各单位", "*局机关各科室 *局属各单位"),
        ("州市场监管局", "州市场监管局"),
        ("县市场监管局、各县市场监管局", "县市场监管局 *各县市场监管局"),
        ("县市应急局、乡镇", "*县市应急局 *乡镇"),
        ("1.州应急局 2.州教育局", "州应急局 州教育局"),
        ("①州应急局②州教育局", "州应急局 州教育局"),
        ("州属各企业、三大运营商、全州各级应急管理部门", "*州属各企业 *三大运营商 *全州各级应急管理部门"),
        ("州人大、州政协、临夏机场、临夏公路段", "州人大 州政协 临夏机场 临夏公路段"),
        ("", ""),
    ],
)
def test_a_list_of_units(text: str, names: str) -> None:
    read = read_units(text)
    shown = " ".join(("*" if named.kind == NamedKind.GROUP else "") + named.printed for named in read.names)
    assert shown == names
    assert read.doubts == ()


@pytest.mark.parametrize(
    ("text", "names", "doubt"),
    [
        ("州教育局、州公安局等", ["州教育局", "州公安局"], "可能还有别的单位"),
        ("示例·甲", ["示例·甲"], "不像单位名称"),
        ("州教育局州公安局", ["州教育局州公安局"], "连在一起"),
        ("、", [], "没有读出"),
        ("州住建局等11个部门", ["州住建局", "11个部门"], "没有列全"),
        ("州、县应急局", ["州", "县应急局"], "“州”不像单位名称"),
    ],
)
def test_a_list_that_leaves_doubts(text: str, names: list[str], doubt: str) -> None:
    read = read_units(text)
    assert [named.name for named in read.names] == names
    assert any(doubt in said.zh for said in read.doubts)


def test_a_group_knows_whose_office_it_is() -> None:
    (named,) = read_units("各县市安委办").names
    assert (named.group, named.office) == ("counties", "安委办")
    (named,) = read_units("各县（市）人民政府").names
    assert (named.group, named.office) == ("counties", "人民政府")
    assert read_units("各成员单位").names[0].office == ""
    assert read_units("各县市场监管局").names[0].office == "市场监管局"


@given(st.lists(st.sampled_from(UNITS), min_size=1, unique=True), st.sampled_from("、，,；;/\n"))
def test_any_list_of_units_is_parted_into_them(units: list[str], mark: str) -> None:
    assert [named.printed for named in read_units(mark.join(units)).names] == units


@given(st.text(alphabet="州县市教育公安应急局委办各部门单位和及与等、，,；;/（）() \n", max_size=30))
def test_no_word_of_a_list_is_lost(text: str) -> None:
    kept = "".join(named.printed for named in read_units(text).names)
    missing = set(re.sub(r"[和及与以其等、，,；;/（）() \n]", "", text)) - set(kept)
    assert missing == set()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("牵头单位:州应急局 配合单位:各县市", {Field.LEADS: "州应急局", Field.ASSISTING: "各县市"}),
        ("牵头：州应急局；配合：州教育局、州公安局", {Field.LEADS: "州应急局", Field.ASSISTING: "州教育局、州公安局"}),
        ("州应急局牵头，州教育局、州公安局配合", {Field.LEADS: "州应急局", Field.ASSISTING: "州教育局、州公安局"}),
        ("责任领导：示例·甲\n责任科室：办公室", {Field.LEADER: "示例·甲", Field.OFFICE: "办公室"}),
        ("州应急局、州教育局", {}),
        ("联系电话：123", {}),
    ],
)
def test_a_cell_that_names_its_parts(text: str, parts: dict[Field, str]) -> None:
    assert labelled(text) == parts


K = LimitKind


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("6月底前", K.EXACT, "", "06-30"),
        ("6月16日", K.EXACT, "06-16", "06-16"),
        ("6月16日（星期五）", K.EXACT, "06-16", "06-16"),
        ("６月 16 日前", K.EXACT, "", "06-16"),
        ("2023年6月1日—30日", K.RANGE, "06-01", "06-30"),
        ("6月1日至7月5日", K.RANGE, "06-01", "07-05"),
        ("6.1—6.30", K.RANGE, "06-01", "06-30"),
        ("6.1—30", K.RANGE, "06-01", "06-30"),
        ("6.16", K.EXACT, "06-16", "06-16"),
        ("2023-06-16", K.EXACT, "06-16", "06-16"),
        ("2023/6/16前", K.EXACT, "", "06-16"),
        ("6月上旬", K.RANGE, "06-01", "06-10"),
        ("5月下旬—6月上旬", K.RANGE, "05-21", "06-10"),
        ("6月", K.RANGE, "06-01", "06-30"),
        ("5—7月", K.RANGE, "05-01", "07-31"),
        ("5月至6月底", K.RANGE, "05-01", "06-30"),
        ("二季度末", K.EXACT, "", "06-30"),
        ("第三季度", K.RANGE, "07-01", "09-30"),
        ("10月中旬—11月底", K.RANGE, "10-11", "11-30"),
        ("6、7月", K.RANGE, "06-01", "07-31"),
        ("20230616", K.EXACT, "06-16", "06-16"),
        ("截至6月", K.EXACT, "", "06-30"),
        ("6月前", K.EXACT, "", "05-31"),
        ("全年推进", K.RANGE, "01-01", "12-31"),
        ("即日起至活动结束", K.PERIOD, "", ""),
        ("年底前", K.EXACT, "", "12-31"),
        ("五月底前", K.EXACT, "", "05-31"),
        ("即日起至6月30日", K.RANGE, "", "06-30"),
        ("6月30日24时前", K.EXACT, "", "06-30"),
        ("持续到12月底", K.EXACT, "", "12-31"),
        ("长期坚持", K.LASTING, "", ""),
        ("“安全生产月”期间", K.PERIOD, "", ""),
        ("活动期间", K.PERIOD, "", ""),
        ("", K.UNKNOWN, "", ""),
    ],
)
def test_a_limit(text: str, kind: LimitKind, first: str, last: str) -> None:
    found = read_limit(text, year=2023)
    shown = tuple(f"{day:%m-%d}" if day else "" for day in (found.limit.first, found.limit.last))
    assert (found.limit.kind, shown, found.limit.printed) == (kind, (first, last), text)
    assert found.doubts == ()


def test_a_limit_that_comes_again() -> None:
    for text, kind, day in [
        ("每月5日前", K.MONTHLY, 5),
        ("每月底", K.MONTHLY, 31),
        ("每周五", K.WEEKLY, 5),
        ("每季度", K.QUARTERLY, None),
    ]:
        limit = read_limit(text, year=2023).limit
        assert (limit.kind, limit.day) == (kind, day)


def test_what_comes_again_within_a_month() -> None:
    limit = read_limit("6月每周五", year=2023).limit
    assert (limit.kind, limit.day, limit.first, limit.last) == (K.WEEKLY, 5, dt.date(2023, 6, 1), dt.date(2023, 6, 30))


def test_a_limit_over_the_new_year() -> None:
    longer = read_limit("2023年5月至2024年5月", year=2023).limit
    assert (longer.first, longer.last) == (dt.date(2023, 5, 1), dt.date(2024, 5, 31))
    limit = read_limit("12月20日至1月10日", year=2023).limit
    assert (limit.first, limit.last) == (dt.date(2023, 12, 20), dt.date(2024, 1, 10))
    started = read_limit("12月20日起至1月10日", year=2023)
    assert (started.limit.first, started.limit.last) == (dt.date(2023, 12, 20), dt.date(2024, 1, 10))
    assert "跨年" in started.doubts[0].zh
    assert read_limit("2024年1月15日前", year=2023).limit.last == dt.date(2024, 1, 15)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("见附件", "没有读懂"),
        ("立即", "没有读懂"),
        ("6月31日", "没有“6月31日”这样的日期"),
        ("活动结束后5个工作日内", "从别的日子算起"),
        ("6月15日前完成方案，6月底前总结", "写了 2 个时间"),
        ("6月1日起", "没有写到哪天"),
        ("2013年6月1日", "相差较远"),
        ("5日前", "没有写月份"),
        ("6月第一周", "还写了“第一周”"),
        ("6月中上旬", "还写了“中上旬”"),
    ],
)
def test_a_limit_that_leaves_doubts(text: str, doubt: str) -> None:
    assert [said.zh for said in read_limit(text, year=2023).doubts if doubt in said.zh]


@given(
    st.text(alphabet="0123456789年月日号前底上中下旬至—-.每周季度长期活动间起，、 ", max_size=20),
    st.integers(2000, 2100),
)
def test_any_limit_is_read_or_doubted(text: str, year: int) -> None:
    found = read_limit(text, year=year)
    assert found.limit.printed == text.strip()
    assert found.limit.kind != LimitKind.UNKNOWN or found.doubts or not text.strip()
    assert not (found.limit.first and found.limit.last) or found.limit.first <= found.limit.last


def test_a_duty_has_a_title_of_one_line() -> None:
    assert DutyRead(task="1.举办启动仪式。在中心广场举行").title == "举办启动仪式"
    assert DutyRead(measures="（一）开展宣讲；组织观看\n其他").title == "开展宣讲"
    assert DutyRead(task="宣传“五进”").title == "宣传“五进”"
    assert len(DutyRead(task="长" * 100).title) == 60
    assert DutyRead().title == ""


def test_the_meaning_of_columns_is_chosen_as_a_whole() -> None:
    def fields(*heads: str) -> str:
        return " ".join(column.field or "-" for column in read_columns([(head,) for head in heads]))

    assert fields("序号", "重点任务", "具体任务", "责任单位") == "number task measures leads"
    assert fields("序号", "重点工作", "主要内容", "责任单位") == "number task measures leads"
    assert fields("工作内容", "具体要求", "牵头单位", "责任单位") == "task measures leads assisting"
    assert fields("任务", "责 任\n单 位", "时 限", "联系电话") == "task leads due -"
    assert fields("任务", "牵头单位", "牵头单位", "备注") == "task leads - remark"
    assert fields("任务来源", "工作任务及措施", "责任单位", "完成情况") == "- task leads -"
    both = read_columns([("任务",), ("责任领导及责任科室",)])[1]
    assert not both.sure
    (column,) = read_columns([("责任领导", "姓名")])
    assert column.field == "leader"


def test_places_and_doubts_are_said_in_both_languages() -> None:
    cell = Cell("州应急局", "表1 第3行 第4列", (Doubt("请核对", "check it"), Doubt("没有", "none")))
    assert (cell.where_said, cell.why) == ("表1 第3行 第4列", "请核对；没有")
    with speaking("en"):
        assert (cell.where_said, cell.why) == ("table 1, row 3, column 4", "check it; none")
        assert where_said("第2行 第1列") == "row 2, column 1"
        assert where_said("Sheet1!D7") == "Sheet1!D7"
        assert where_said("分工 第2行") == "分工, row 2"
