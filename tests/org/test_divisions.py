"""The shipped tree as it lies in the database after a first start."""

from __future__ import annotations

import datetime as dt

import pytest

from bihuan.org import actions, queries
from bihuan.org.models import Edition, Node, Region, RegionCode, Unit
from bihuan.org.rules import Level, Scheme

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
DAY = dt.date(2023, 7, 1)


@pytest.fixture
def linxia() -> Region:
    return queries.the_one_called("临夏回族自治州")


def test_two_editions_each_with_its_own_paths() -> None:
    assert [edition.name for edition in Edition.objects.order_by("as_of")] == ["2023", "2026"]
    assert queries.current_edition().name == "2026"
    assert queries.edition_on(dt.date(2024, 1, 1)).name == "2023"
    assert queries.edition_on(dt.date(2020, 1, 1)).name == "2023"


@pytest.mark.parametrize(("name", "provinces", "townships"), [("2023", 31, 131), ("2026", 34, 130)])
def test_counts_of_the_sources(name: str, provinces: int, townships: int) -> None:
    nodes = Node.objects.filter(edition__name=name)
    assert nodes.filter(region__level=Level.PROVINCE).count() == provinces
    assert nodes.filter(region__level=Level.TOWNSHIP).count() == townships
    assert nodes.filter(region__level=Level.PREFECTURE).count() == 333


def test_linxia_and_its_eight(linxia: Region) -> None:
    edition = Edition.objects.get(name="2023")
    names = [region.name for region in queries.children(linxia, edition)]
    assert len(names) == 8
    assert names[:3] == ["临夏市", "临夏县", "康乐县"]
    assert [region.name for region in queries.ancestors(linxia, edition)] == ["甘肃省", "中华人民共和国"]
    assert queries.subtree(linxia, edition).count() == 1 + 8 + 131


def test_linxia_may_be_three_places() -> None:
    assert [region.name for region in queries.called("临夏")] == ["临夏回族自治州", "临夏市", "临夏县"]
    with pytest.raises(queries.UnknownPlaceError) as caught:
        queries.the_one_called("临夏")
    assert "临夏回族自治州、临夏市、临夏县" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "official"),
    [
        ("临夏州", "临夏回族自治州"),
        ("临夏市", "临夏市"),
        ("积石山县", "积石山保安族东乡族撒拉族自治县"),
        ("积石山保安族东乡族撒拉族自治县", "积石山保安族东乡族撒拉族自治县"),
        ("东乡县", "东乡族自治县"),
        ("枹罕镇", "枹罕镇"),
        ("癿藏镇", "癿藏镇"),
        ("井沟乡", "井沟乡"),
    ],
)
def test_everyday_names(linxia: Region, name: str, official: str) -> None:
    assert queries.the_one_called(name, within=linxia).name == official


def test_within_prefers_what_lies_there(linxia: Region) -> None:
    everywhere = queries.called("城关镇")
    assert all(
        queries.called("康乐县", within=linxia)[0] == region for region in queries.called("康乐县", within=linxia)
    )
    assert queries.called("河州镇", within=linxia) == queries.called("河州镇")
    assert len(everywhere) == len(set(everywhere))


def test_an_unknown_place_says_so() -> None:
    with pytest.raises(queries.UnknownPlaceError, match="没有名为"):
        queries.the_one_called("没有此县")


def test_the_two_offices_disagree_about_a_township(linxia: Region) -> None:
    town = queries.the_one_called("马集镇", within=linxia)
    codes = dict(RegionCode.objects.filter(region=town).values_list("scheme", "code"))
    assert codes == {Scheme.STATISTICS: "622921102", Scheme.CIVIL_AFFAIRS: "622921103"}
    assert queries.by_code(Scheme.STATISTICS, "622921102", day=DAY) == town


def test_a_township_that_the_offices_call_differently_is_one_region(linxia: Region) -> None:
    one = queries.the_one_called("井沟乡", within=linxia)
    assert queries.the_one_called("井沟东乡族乡", within=linxia) == one
    assert Node.objects.filter(region=one).count() == 2


def test_codes_end_with_their_place() -> None:
    zone = RegionCode.objects.get(scheme=Scheme.GB2260, code="130171")
    assert zone.valid_to == dt.date(2026, 9, 11)
    assert queries.by_code(Scheme.GB2260, "130171", day=dt.date(2026, 9, 10)) == zone.region
    assert queries.by_code(Scheme.GB2260, "130171", day=dt.date(2026, 9, 11)) is None


def test_counties_keep_their_identity_between_editions() -> None:
    assert RegionCode.objects.filter(scheme=Scheme.GB2260, code="622922").count() == 1
    assert Region.objects.filter(name="康乐县").count() == 1


def test_loading_again_changes_nothing() -> None:
    before = (Region.objects.count(), Node.objects.count(), RegionCode.objects.count())
    assert actions.load_divisions(by="test", at=NOW) is False
    assert (Region.objects.count(), Node.objects.count(), RegionCode.objects.count()) == before


def test_units_are_opened_once(linxia: Region) -> None:
    one = actions.open_unit(region=linxia, name="临夏州安全生产委员会办公室", short_name="州安委办", by="test", at=NOW)
    two = actions.open_unit(region=linxia, name="临夏州安全生产委员会办公室", by="test", at=NOW)
    assert one == two
    assert queries.unit_called("州安委办") == one
    actions.open_unit(region=linxia, name="另一单位", short_name="州安委办", by="test", at=NOW)
    assert queries.unit_called("州安委办") is None, "two units of that name: neither is taken"
    assert Unit.objects.count() == 2
