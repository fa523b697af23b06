"""Pages of registers as people use them."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from cast import AT, BY, Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from filled import workbook
from test_importing import GOOD

from bihuan.lib.workbook import read_workbook
from bihuan.org.models import Region
from bihuan.places import actions, queries
from bihuan.places.actions import About
from bihuan.places.models import Place, PlaceDraft

pytestmark = pytest.mark.django_db
MAY = dt.date(2023, 5, 1)


def village(region: Region, name: str, *, code: str = "", of: str = "village") -> Place:
    kind = queries.kind(of)
    assert kind is not None
    about = About(code=code)
    return actions.add_place(kind=kind, region=region, name=name, on=MAY, about=about, book="example", by=BY, at=AT)


def said(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url, headers={"accept-language": "zh-hans"})
    assert answer.status_code == status, url
    return answer.content.decode()


def queries_of(client: Client, url: str) -> int:
    said(client, url)
    with CaptureQueriesContext(connection) as seen:
        said(client, url)
    return len(seen)


def test_pages_ask_as_often_for_one_place_as_for_fifty(cast: Cast) -> None:
    client = signed_in(cast.operator)
    place = village(cast.kangle, "零村")
    pages = ("/places/", "/places/list/", f"/places/{place.pk}/")
    few = [queries_of(client, url) for url in pages]
    for number in range(60):
        region = cast.kangle if number % 2 else cast.yongjing
        other = village(region, f"{number}号村", of="school" if number % 3 else "village")
        if number < 20 and other.kind_id == place.kind_id:
            actions.merge_place(place=other, into=place, expected_version=1, on=MAY, by=BY, at=AT)
    assert [queries_of(client, url) for url in pages] == few
    assert max(few) <= 22, few


def test_counts_lead_to_the_places_behind_them(cast: Cast) -> None:
    client = signed_in(cast.operator)
    village(cast.kangle, "甲村")
    village(cast.kangle, "乙村")
    village(cast.yongjing, "丙村")
    page = said(client, "/places/?on=2023-06-30")
    link = f'/places/list/?region={cast.kangle.pk}&amp;kind=village&amp;on=2023-06-30">2<'
    assert link in page
    assert "模型数据" in page
    listed = said(client, f"/places/list/?region={cast.kangle.pk}&kind=village&on=2023-06-30")
    assert "甲村" in listed
    assert "丙村" not in listed
    assert "甲村" not in said(client, "/places/list/?on=2023-04-30")
    assert "甲村" not in said(client, "/places/list/?q=丙")
    said(client, "/places/list/?q=%00&kind=x&region=&on=9999-99-99&after=rubbish")


def test_a_liaison_sees_and_keeps_the_own_county_alone(cast: Cast) -> None:
    client = signed_in(cast.yongjing_liaison)
    hers, other = village(cast.yongjing, "永靖村"), village(cast.kangle, "康乐村")
    page = said(client, "/places/list/")
    assert "永靖村" in page
    assert "康乐村" not in page
    said(client, f"/places/{other.pk}/", 404)
    said(client, f"/places/?region={cast.kangle.pk}", 404)
    said(client, f"/places/list/?region={cast.prefecture.pk}", 404)
    assert "康乐村" not in said(client, "/places/options/?field=place&place=村")
    move = {"region": cast.kangle.pk, "on": "2023-06-01", "reason": "", "version": 1}
    assert client.post(f"/places/{hers.pk}/move/", move).status_code == 422
    new = {"kind": "village", "name": "假村", "region": cast.kangle.pk, "on": "2023-06-01"}
    assert client.post("/places/new/", new).status_code == 422
    assert not Place.objects.filter(name="假村").exists()


def test_a_place_through_its_life(cast: Cast) -> None:
    client = signed_in(cast.kangle_liaison)
    new = {
        "kind": "village",
        "name": "甲村",
        "region": cast.kangle.pk,
        "on": "2023-01-01",
        "lon": "103.7",
        "lat": "35.3",
    }
    answer = client.post("/places/new/", new)
    place = Place.objects.get(name="甲村")
    assert answer.headers["Location"] == f"/places/{place.pk}/?done=added"
    assert place.book == "example"
    assert client.post("/places/new/", new).status_code == 422
    other = village(cast.kangle, "乙村")
    seen = {"on": "2023-06-01", "reason": "整村合并", "version": 1}
    for verb, more in (
        ("amend", {"code": "6229", "unit": "", "lon": "103.8", "lat": "35.4"}),
        ("rename", {"name": "新甲村"}),
        ("move", {"region": Region.objects.filter(name="附城镇", nodes__parent=cast.kangle).earliest("pk").pk}),
        ("merge", {"into": f"乙村 #{other.pk}"}),
        ("reopen", {}),
        ("close", {}),
    ):
        answer = client.post(f"/places/{place.pk}/{verb}/", seen | more)
        assert answer.status_code == 302, (verb, answer.content.decode())
        seen["version"] += 1  # type: ignore[operator]
        page = said(client, answer.headers["Location"])
        assert "整村合并" in page
        assert "康联络" in page
    stale = client.post(f"/places/{place.pk}/reopen/", seen | {"version": 2})
    assert stale.status_code == 409
    assert "103.800000, 35.400000" in page
    half = {"code": "", "unit": "", "lon": "103.8", "lat": "", "on": "2023-06-01", "reason": "", "version": 1}
    assert "都填或都不填" in client.post(f"/places/{other.pk}/amend/", half).content.decode()


def test_a_register_goes_out_and_comes_in_again(cast: Cast) -> None:
    client = signed_in(cast.operator)
    file = SimpleUploadedFile("底册.xlsx", workbook([*GOOD, ("村", "错村", "", "没有县", "", "", "", "", "")]))
    answer = client.post("/places/import/", {"file": file})
    address = answer.headers["Location"]
    page = said(client, address)
    assert "底册!D5" in page
    assert "只写入无误的 3 行" in page
    assert "刘家庙村" in said(client, f"{address}?state=new&page=0")
    said(client, f"{address}?state=rubbish&page=9999")
    said(signed_in(cast.checker), address, 404)
    draft = PlaceDraft.objects.get()
    plan = page.partition('name="shown" value="')[2].partition('"')[0]
    assert client.post(f"{address}take/", {"shown": "x", "on": "2023-01-01"}).status_code == 422
    assert client.post(f"{address}take/", {"shown": plan, "on": ""}).status_code == 422
    done = client.post(f"{address}take/", {"shown": plan, "on": "2023-01-01"})
    assert done.headers["Location"] == "/places/import/?new=3&changed=0"
    assert "新增 3 个场所" in said(client, done.headers["Location"])
    assert not PlaceDraft.objects.filter(pk=draft.pk).exists()
    out = b"".join(client.get("/places/export.xlsx?q=附城中心"))
    (sheet,) = read_workbook(out)
    assert sheet.rows[1][:6] == ["学校", "附城中心小学", "2162000001", "康乐县", "附城镇", "康乐县应急管理局"]
    again = client.post("/places/import/", {"file": SimpleUploadedFile("再来.xlsx", out)})
    page = said(client, again.headers["Location"])
    assert "不变 1" in page
    client.post(f"{again.headers['Location']}drop/")
    assert PlaceDraft.objects.count() == 0
    (template,) = read_workbook(b"".join(client.get("/places/import/template.xlsx")))
    assert template.rows[0][:3] == ["类别", "名称", "编码"]
    wrong = client.post("/places/import/", {"file": SimpleUploadedFile("x.xlsx", io.BytesIO(b"PK\x03\x04").read())})
    assert wrong.status_code == 422
    assert "Excel" in wrong.content.decode()
