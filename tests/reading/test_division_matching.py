"""Which unit of the directory a printed name means; what may be two is never sure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.reading.division.matching import How, KnownUnit, match_units
from bihuan.reading.division.unit_lists import read_units

STATE = ("临夏回族自治州",)
COUNTIES = (
    "临夏市",
    "临夏县",
    "康乐县",
    "永靖县",
    "广河县",
    "和政县",
    "东乡族自治县",
    "积石山保安族东乡族撒拉族自治县",
)
OF_STATE = (
    "临夏回族自治州应急管理局", "临夏回族自治州教育局", "临夏回族自治州住房和城乡建设局", "临夏州市场监督管理局",
    "临夏州公安局", "临夏州公安局交通警察支队", "临夏回族自治州文体广电和旅游局", "临夏回族自治州卫生健康委员会",
    "临夏回族自治州发展和改革委员会", "临夏回族自治州工业和信息化局", "临夏回族自治州人力资源和社会保障局",
    "临夏州林业和草原局", "临夏州粮食和物资储备局", "中共临夏州委宣传部", "中共临夏州委机构编制委员会办公室",
    "共青团临夏回族自治州委员会", "临夏回族自治州妇女联合会", "国网临夏供电公司", "国家税务总局临夏回族自治州税务局",
    "临夏州消防救援支队", "临夏回族自治州人民政府办公室", "临夏州安全生产委员会办公室", "临夏州总工会",
)  # fmt: skip
OF_COUNTY = ("应急管理局", "教育局", "公安局", "住房和城乡建设局", "人民政府", "安全生产委员会办公室", "卫生健康局")
DIRECTORY = [KnownUnit(name, name, regions=STATE) for name in OF_STATE] + [
    KnownUnit(county + office, county + office, regions=(county,)) for county in COUNTIES for office in OF_COUNTY
]


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        ("临夏回族自治州应急管理局", "临夏回族自治州应急管理局"),
        ("州应急局", "临夏回族自治州应急管理局"),
        ("临夏州应急局", "临夏回族自治州应急管理局"),
        ("州应急管理局", "临夏回族自治州应急管理局"),
        ("州住建局", "临夏回族自治州住房和城乡建设局"),
        ("州住房城乡建设局", "临夏回族自治州住房和城乡建设局"),
        ("州市监局", "临夏州市场监督管理局"),
        ("州市场监管局", "临夏州市场监督管理局"),
        ("州文旅局", "临夏回族自治州文体广电和旅游局"),
        ("州卫健委", "临夏回族自治州卫生健康委员会"),
        ("州发改委", "临夏回族自治州发展和改革委员会"),
        ("州发展改革委", "临夏回族自治州发展和改革委员会"),
        ("州工信局", "临夏回族自治州工业和信息化局"),
        ("州人社局", "临夏回族自治州人力资源和社会保障局"),
        ("州林草局", "临夏州林业和草原局"),
        ("州公安局", "临夏州公安局"),
        ("州公安局交警支队", "临夏州公安局交通警察支队"),
        ("交警支队", "临夏州公安局交通警察支队"),
        ("州委宣传部", "中共临夏州委宣传部"),
        ("州委编办", "中共临夏州委机构编制委员会办公室"),
        ("团州委", "共青团临夏回族自治州委员会"),
        ("州妇联", "临夏回族自治州妇女联合会"),
        ("州供电公司", "国网临夏供电公司"),
        ("州税务局", "国家税务总局临夏回族自治州税务局"),
        ("州消防支队", "临夏州消防救援支队"),
        ("州政府办", "临夏回族自治州人民政府办公室"),
        ("州安委办", "临夏州安全生产委员会办公室"),
        ("康乐县应急局", "康乐县应急管理局"),
        ("康乐应急局", "康乐县应急管理局"),
        ("临夏州康乐县应急局", "康乐县应急管理局"),
        ("市应急局", "临夏市应急管理局"),
        ("和政县政府", "和政县人民政府"),
        ("东乡县住建局", "东乡族自治县住房和城乡建设局"),
        ("积石山县卫健局", "积石山保安族东乡族撒拉族自治县卫生健康局"),
        ("临夏县安委办", "临夏县安全生产委员会办公室"),
    ],
)
def test_a_name_is_matched(printed: str, unit: str) -> None:
    (match,) = match_units([printed], DIRECTORY)
    assert match.key == unit
    assert match.sure


@pytest.mark.parametrize(
    ("printed", "how", "among"),
    [
        ("应急局", How.SEVERAL, "临夏回族自治州应急管理局"),
        ("县应急局", How.SEVERAL, "康乐县应急管理局"),
        ("临夏应急局", How.SEVERAL, "临夏县应急管理局"),
        ("州公安局治安支队", How.PART, "临夏州公安局"),
        ("临夏州公安局交通警察大队", How.PART, "临夏州公安局"),
        ("康乐县", How.PLACE, "康乐县人民政府"),
        ("州审计局", How.NONE, None),
        ("示例·甲", How.NONE, None),
    ],
)
def test_a_name_that_is_not_sure(printed: str, how: How, among: str | None) -> None:
    (match,) = match_units([printed], DIRECTORY, home="临夏州")
    assert (match.key, match.how) == (None, how)
    assert match.doubt is not None
    assert among is None or among in match.candidates


def test_the_units_of_the_papers_own_region_come_first_and_are_no_surer() -> None:
    (match,) = match_units(["教育局"], list(reversed(DIRECTORY)), home="临夏州")
    assert match.candidates[0] == "临夏回族自治州教育局"
    assert not match.sure


def test_a_group_is_no_unit() -> None:
    first, second = match_units(read_units("各县市政府、州应急局").names, DIRECTORY)
    assert (first.how, first.key) == (How.GROUP, None)
    assert second.sure


def test_short_and_former_names() -> None:
    directory = [
        KnownUnit(1, "临夏州应急管理局", "州应急局", ("临夏州安全生产监督管理局",), STATE),
        KnownUnit(2, "临夏州防震减灾中心", "", ("临夏州地震局",), STATE),
    ]
    for printed, key, how in [("州应急局", 1, How.SHORT), ("州安监局", 1, How.SHORT), ("州地震局", 2, How.OLD)]:
        (match,) = match_units([printed], directory)
        assert (match.key, match.how) == (key, how)
    assert match.doubt is not None
    assert "原名" in match.doubt.zh


def test_two_units_of_one_name_are_never_told_apart() -> None:
    twins = [KnownUnit(1, "康乐县教育局", regions=("康乐县",)), KnownUnit(2, "康乐县教育局", regions=("康乐县",))]
    assert [match.key for match in match_units(["康乐县教育局", "县教育局", "教育局"], twins)] == [None] * 3


names = st.sampled_from((*OF_STATE, *(county + office for county in COUNTIES for office in OF_COUNTY)))
shorts = st.sampled_from(("", "应急局", "州应急局", "教育局", "市教育局"))
printed = st.one_of(
    names, shorts, st.sampled_from(OF_COUNTY), names.map(lambda name: name[2:]), names.map(lambda name: name[3:])
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, shorts), min_size=1, max_size=12), printed)
def test_a_name_that_two_units_bear_is_never_sure(units: list[tuple[str, str]], name: str) -> None:
    """Were a unit doubled under another key, whatever matched it surely must no longer do so."""
    directory = [KnownUnit(at, unit, short, regions=_regions(unit)) for at, (unit, short) in enumerate(units)]
    (match,) = match_units([name], directory)
    if match.sure:
        (twin,) = [unit for unit in directory if unit.key == match.key]
        again = [*directory, KnownUnit("twin", twin.name, twin.short_name, twin.old_names, twin.regions)]
        (doubled,) = match_units([name], again)
        assert not doubled.sure
        assert {match.key, "twin"} <= set(doubled.candidates)
    bearing = [unit.key for unit in directory if name and name in (unit.name, unit.short_name)]
    if len(bearing) > 1 and not any(unit.name == name for unit in directory):
        assert not match.sure


def _regions(name: str) -> tuple[str, ...]:
    return next(((county,) for county in COUNTIES if name.startswith(county)), STATE)
