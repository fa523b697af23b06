"""Pages of bulletins and light rules: as many queries for one as for fifty, every number opens, nothing half done."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from cast import Cast, signed_in, unit
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html
from months import CUT_OFF, JUNE, MAY, bulletin, busy_june, campaign, duty
from rounds import on, seal_all

from bihuan.documents.models import Document
from bihuan.loop import actions as loop
from bihuan.org.gate import local_day
from bihuan.org.models import Unit
from bihuan.supervision.actions import bulletins as freezing
from bihuan.supervision.models import Bulletin, BulletinItem, LightRules


@pytest.fixture(autouse=True)
def ladders(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))
    # Sealing needs a connection of its own; here all happens in one transaction.
    monkeypatch.setattr(freezing.history, "seal", lambda *, at: seal_all(at))


@pytest.fixture
def desk(cast: Cast) -> Client:
    return signed_in(cast.operator)


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is read once in a process
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(asked)


def read(client: Client, url: str, language: str = "zh-hans") -> html.HtmlElement:
    answer = client.get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    return html.fromstring(answer.content)


def test_every_number_of_a_bulletin_opens_down_to_its_matters(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    one = bulletin(found)
    page = read(desk, reverse("supervision:bulletin", args=[one.pk]))
    links = page.xpath("//div[@class='bulletin-table']//a[contains(@href, '/matters/?')]")
    assert len(links) > 20
    for link in links:
        behind = read(desk, link.get("href"))
        rows = behind.xpath("//table[contains(@class, 'list')]/tbody/tr")
        printed = re.sub(r"\D", "", link.text_content())
        if "%" not in link.text_content():
            assert len(rows) == int(printed), link.get("href")
        assert all(row.xpath(".//th//a[starts-with(@href, '/matters/')]") for row in rows)
    assert "物业配合不到位" in page.text_content()


def test_a_bulletin_in_english(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    page = read(desk, reverse("supervision:bulletin", args=[bulletin(found).pk]), "en")
    words = page.text_content()
    for said in ("Due this month", "Overdue", "There is no bulletin of the month before", "Draft the paper"):
        assert said in words


def test_difference_and_newer_version_are_shown(cast: Cast, desk: Client) -> None:
    found, made = busy_june(cast)
    may = bulletin(found, month=MAY, cut_off=on(5, 31, 18), at=on(6, 1))
    june = bulletin(found)
    again = bulletin(found, ranking_basis="甘安办〔2023〕15号")
    words = read(desk, reverse("supervision:bulletin", args=[june.pk])).text_content()
    assert "新增逾期" in words
    assert "这一月已有第2版" in words
    newest = read(desk, reverse("supervision:bulletin", args=[again.pk])).text_content()
    assert "甘安办〔2023〕15号" in newest
    assert "位次" in newest
    assert made["overdue"].title in newest
    assert june.previous == may


def test_checked_again_on_the_page(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    url = reverse("supervision:bulletin", args=[bulletin(found).pk])
    assert "完全一致" in read(desk, f"{url}?check=1").text_content()


def test_preview_then_freeze(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    url = reverse("supervision:make_bulletin")
    said = {"campaign": found.pk, "region": cast.prefecture.pk, "month": "2023-06", "cut_off": "2023-06-30T18:00"}
    assert "先看数据" in read(desk, url).text_content()
    answer = desk.get(url, said)
    assert answer.status_code == 200
    assert "康乐县应急管理局" in answer.content.decode()
    assert not Bulletin.objects.exists()
    made = desk.post(url, said)
    one = Bulletin.objects.get()
    assert (made.status_code, made.headers["location"]) == (302, reverse("supervision:bulletin", args=[one.pk]))
    assert (one.cut_off, one.by) == (CUT_OFF, cast.operator.by)
    assert desk.post(url, said).headers["location"] == made.headers["location"]  # twice: the same
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"month": "June"}, "2023-06"),
        ({"month": "2023-13"}, "2023-06"),
        ({"cut_off": "yesterday"}, "2023-06-30 18:00"),
        ({"cut_off": "2999-01-01T00:00"}, "还没有到"),
        ({"cut_off": "2023-05-01T00:00"}, "早于2023年6月"),
        ({"campaign": "0"}, ""),
        ({"region": "x"}, ""),
        ({"ranking_basis": "长" * 201}, ""),
    ],
)
def test_bad_input_is_said_and_nothing_frozen(cast: Cast, desk: Client, wrong: dict[str, str], words: str) -> None:
    found, _made = busy_june(cast)
    said = {"campaign": found.pk, "region": cast.prefecture.pk, "month": "2023-06", "cut_off": "2023-06-30T18:00"}
    for method in (desk.get, desk.post):
        answer = method(reverse("supervision:make_bulletin"), said | wrong)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Bulletin.objects.exists()


def test_drafted_as_a_paper(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    one = bulletin(found)
    url = reverse("supervision:write_bulletin", args=[one.pk])
    first = desk.post(url, {"openness": "open", "basis": ""})
    again = desk.post(url, {"openness": "open", "basis": "别的"})
    assert first.status_code == again.status_code == 302
    assert first.headers["location"] == again.headers["location"]
    assert desk.post(url, {"openness": "nonsense"}).headers["location"] == reverse(
        "supervision:bulletin", args=[one.pk]
    )
    page = read(desk, reverse("supervision:bulletin", args=[one.pk]))
    assert page.xpath(f"//a[@href='{first.headers['location']}']")
    paper = read(desk, reverse("documents:edit", args=[Document.objects.get().pk]))
    assert f"/supervision/bulletins/{one.pk}/matters/" in html.tostring(paper).decode()


def test_table_for_a_spreadsheet(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    Unit.objects.filter(pk=cast.kangle_bureau.pk).update(name="=HYPERLINK(1)")
    answer = desk.get(reverse("supervision:bulletin_table", args=[bulletin(found).pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["单位", "事项总数", "累计办结"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "永靖县应急管理局", "合计"]
    assert [row[1] for row in rows[1:]] == ["4", "3", "7"]


def test_others_bulletins_are_not_there(cast: Cast) -> None:
    found, _made = busy_june(cast)
    one = bulletin(found)
    for person in (cast.kangle_liaison, cast.audit_admin):
        assert signed_in(person).get(reverse("supervision:bulletin", args=[one.pk])).status_code == 404
    desk = signed_in(cast.operator)
    for pk in (0, 10**17):
        assert desk.get(reverse("supervision:bulletin", args=[pk])).status_code == 404
    matters = reverse("supervision:bulletin_matters", args=[one.pk])
    for asked in ("?count=nothing", "?unit=abc", "?unit=99999999999999999999", "?count=due&after=xx"):
        assert desk.get(matters + asked).status_code == 200


def test_as_many_queries_for_fifty(cast: Cast, desk: Client) -> None:
    found, _made = busy_june(cast)
    bulletin(found)
    pages = [reverse("supervision:bulletins")]
    few = [queries(desk, url) for url in pages]
    for day in range(1, 30):
        bulletin(found, cut_off=on(6, day, 18), at=on(7, 3))
    assert [queries(desk, url) for url in pages] == few
    for number in range(30):
        made = unit(cast.kangle, f"单位{number}")
        duty(found, cast.office, made, cast.kangle_liaison, dt.date(2023, 6, 16), on(6, 1))
    many = bulletin(found, cut_off=on(6, 30, 19))
    first = Bulletin.objects.earliest("pk")
    for name in ("bulletin", "bulletin_matters", "bulletin_table"):
        counts = [queries(desk, reverse(f"supervision:{name}", args=[one.pk])) for one in (first, many)]
        assert counts[0] == counts[1], name
    assert BulletinItem.objects.filter(bulletin=many).count() == 37


# -- light rules -------------------------------------------------------------------------------------------------------


def test_rules_are_chosen_after_seeing_what_would_change(cast: Cast, desk: Client) -> None:
    busy_june(cast)
    url = reverse("supervision:lights")
    words = read(desk, url).text_content()
    assert "系统标准" in words
    assert "不能选用" in words
    day = local_day(timezone.now()) + dt.timedelta(1)
    said = {"region": cast.prefecture.pk, "preset": "suqian-2025", "valid_from": day.isoformat()}
    seen = desk.get(url, said).content.decode()
    assert "会改变什么" in seen
    assert not LightRules.objects.exists()
    made = desk.post(url, said)
    assert made.status_code == 302
    row = LightRules.objects.get()
    assert (row.name, row.valid_from, row.by) == ("suqian-2025", day, cast.operator.by)
    assert "宿迁产发2025" in read(desk, made.headers["location"]).text_content()
    past = desk.post(url, said | {"valid_from": "2023-01-01"})
    assert past.status_code == 422
    assert "今天或以后" in past.content.decode()
    assert desk.post(url, said | {"preset": "zaozhuang-2023"}).status_code == 422


def test_only_operators_set_rules(cast: Cast) -> None:
    url = reverse("supervision:lights")
    said = {"region": cast.prefecture.pk, "preset": "suqian-2025", "valid_from": "2099-01-01"}
    leader = signed_in(cast.leader)
    assert leader.get(url).status_code == 200
    assert leader.post(url, said).status_code == 404
    assert signed_in(cast.kangle_liaison).get(url).status_code == 404
    assert not LightRules.objects.exists()


def test_lit_on_demand(cast: Cast, desk: Client) -> None:
    _found, made = busy_june(cast)
    answer = desk.post(reverse("supervision:light_up"), {"region": cast.prefecture.pk})
    assert answer.status_code == 302
    assert "改变亮灯" in read(desk, answer.headers["location"]).text_content()
    made["behind"].refresh_from_db()
    assert made["behind"].light != "green"
    assert desk.post(reverse("supervision:light_up"), {"region": "x"}).status_code == 404


def test_light_page_asks_as_much_for_many(cast: Cast, desk: Client) -> None:
    found = campaign(cast)
    day = (local_day(timezone.now()) + dt.timedelta(1)).isoformat()
    url = f"{reverse('supervision:lights')}?region={cast.prefecture.pk}&preset=yinchuan-2025&valid_from={day}"
    who = (found, cast.office, cast.kangle_bureau, cast.kangle_liaison, dt.date(2023, 6, 16), on(5, 22))
    duty(*who)
    few = queries(desk, url)
    for _ in range(30):
        duty(*who)
    assert queries(desk, url) == few


def test_june_and_may_are_months() -> None:
    assert (JUNE.before, str(JUNE)) == (MAY, "2023-06")
