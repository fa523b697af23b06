"""The kinds of places on their page: added, called otherwise, retired; what would change the past is refused."""

from __future__ import annotations

import pytest
from cast import Cast, signed_in
from example import village

from bihuan.history.models import Entry
from bihuan.places.models import PlaceKind

pytestmark = pytest.mark.django_db
NEW = {"zh": "景区", "en": "Scenic spot", "code": "scenic-spot", "entry": "", "source": "州文旅局名录"}


def test_a_kind_is_added_and_places_are_entered_as_one(cast: Cast) -> None:
    desk = signed_in(cast.operator)
    assert desk.post("/places/kinds/new/", NEW | {"code": "Scenic Spot"}).status_code == 422
    assert "已有类别叫" in desk.post("/places/kinds/new/", NEW | {"zh": "村"}).text
    assert desk.post("/places/kinds/new/", NEW).status_code == 302
    assert "已有类别使用" in desk.post("/places/kinds/new/", NEW | {"zh": "别的"}).text
    assert "景区" in signed_in(cast.kangle_liaison).get("/places/new/").text
    assert "州文旅局名录" in signed_in(cast.kangle_liaison).get("/places/kinds/").text
    assert Entry.objects.filter(verb="places.kind_added").count() == 1


def test_a_kind_is_called_otherwise_and_retired_but_counts_for_what_it_did(cast: Cast) -> None:
    desk, url = signed_in(cast.operator), "/places/kinds/village/"
    village(cast)
    said = desk.get(url).context["form"].initial | {"retired": ""}
    assert "会改变过去的覆盖率" in desk.post(url, said | {"entry": "进社区"}).text
    assert desk.post(url, said | {"zh": "行政村", "retired": "on"}).status_code == 302
    assert desk.post(url, said).status_code == 409
    kind = PlaceKind.objects.get(code="village")
    assert (kind.zh, kind.version, kind.retired_on is None) == ("行政村", 2, False)
    assert "行政村" not in desk.get("/places/new/").text
    assert "行政村" in desk.get("/places/").text
    assert "已不提供" in desk.get("/places/kinds/").text
    told = Entry.objects.get(verb="places.kind_changed").values
    assert told["changed"]["zh"] == ["村", "行政村"]
