"""Places by name and by relation; the report's own place."""

from __future__ import annotations

import pytest

from bihuan.lib.regions import lies_in, names, regions, short_name, up_to
from bihuan.reading.places import find_places


def test_short_names() -> None:
    assert short_name("临夏回族自治州") == "临夏州"
    assert short_name("积石山保安族东乡族撒拉族自治县") == "积石山县"
    assert short_name("东乡族自治县") == "东乡县"
    assert short_name("康乐县") == "康乐县"


def test_the_tree() -> None:
    kangle = names()["康乐县"][0]
    prefecture = up_to(kangle, "prefecture")
    assert prefecture is not None
    assert prefecture.name == "临夏回族自治州"
    assert lies_in(kangle, prefecture)
    assert up_to(kangle, "township") is None
    assert len(regions()) > 3000


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("积石山县癿藏镇组织演练", ["积石山保安族东乡族撒拉族自治县", "癿藏镇"]),
        ("枹罕镇200人", ["枹罕镇"]),
        ("康乐县2023年总结\n全县开展,全州范围", ["康乐县", "康乐县", "临夏回族自治州"]),
        ("全县开展", ["全县"]),
        ("各县市、区域内", []),
    ],
)
def test_places(text: str, places: list[str]) -> None:
    assert [place.name for place in find_places(text)[0]] == places
