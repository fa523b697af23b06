"""The kinds of activities on their pages: whose they are, added, changed, retired; what cannot be."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import AT, BY, Cast, signed_in
from days import file, kind
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.activities import actions
from bihuan.activities.models import ActivityKind
from bihuan.history.models import Entry

pytestmark = pytest.mark.django_db
NEW = {
    "zh": "消防演练观摩", "en": "Fire drill visit", "code": "fire_drill", "group": "drill", "owner": "临夏州安委办",
    "year": "2023", "counts": "宣传咨询日活动（场）", "suggests": "参与人数（人）\n参加单位（家）", "photo_reason": "",
    "source": "临州安办〔2023〕15号",
}  # fmt: skip


def test_the_office_adds_a_kind_and_a_liaison_reports_by_it(cast: Cast) -> None:
    desk = signed_in(cast.operator)
    refused = desk.post("/activities/kinds/new/", NEW | {"suggests": "参与人数（人）\n飞碟数（架）"})
    assert refused.status_code == 422
    assert "没有这样的指标：飞碟数（架）" in refused.text
    unfit = desk.post("/activities/kinds/new/", NEW | {"suggests": "参与人数（架）"})
    assert unfit.status_code == 422
    assert "不是这个指标的量词" in unfit.text
    assert desk.post("/activities/kinds/new/", NEW).status_code == 302
    made = kind("fire_drill")
    assert made.suggests == ["participants:人", "organisations:家"]
    assert (made.counts, made.owner, made.year) == ("consultation_events:场", "临夏州安委办", 2023)
    assert "已有类别使用" in desk.post("/activities/kinds/new/", NEW).text
    county = signed_in(cast.kangle_liaison)
    assert "消防演练观摩" in county.get("/activities/new/").text
    assert "参加单位（家）" in county.get("/activities/new/fire_drill/").text
    listed = county.get("/activities/kinds/").text
    assert "临夏州安委办" in listed
    assert "/activities/kinds/new/" not in listed


def test_a_kind_is_renamed_and_what_it_counts_stays_once_something_is_filed(cast: Cast) -> None:
    desk, url = signed_in(cast.operator), "/activities/kinds/consultation/"
    file(cast)
    form = desk.get(url).context["form"]
    said = {name: value if value is not None else "" for name, value in form.initial.items()}
    assert "不能改" in desk.post(url, said | {"counts": "启动仪式（场）"}).text
    assert desk.post(url, said | {"zh": "咨询日"}).status_code == 302
    stale = desk.post(url, said | {"zh": "又一个名字"})
    assert stale.status_code == 409
    assert kind("consultation").zh == "咨询日"
    assert "咨询日" in desk.get(url).text
    assert Entry.objects.get(verb="activities.kind_changed").values["changed"] == {"zh": [said["zh"], "咨询日"]}
    # The shipped list does not take it back; what nobody touched follows it.
    ActivityKind.objects.filter(code="launch").update(zh="旧名")
    assert actions.load_kinds(by=BY, at=AT)
    assert (kind("consultation").zh, kind("launch").zh) == ("咨询日", "启动仪式")


def test_a_retired_kind_is_not_offered_and_may_come_back(cast: Cast) -> None:
    desk, found = signed_in(cast.operator), kind("consultation")
    filed = file(cast)
    assert desk.post("/activities/kinds/consultation/retire/", {"version": found.version}).status_code == 302
    assert desk.post("/activities/kinds/consultation/retire/", {"version": found.version}).status_code == 409
    county = signed_in(cast.kangle_liaison)
    assert 'href="/activities/new/consultation/">' not in county.get("/activities/new/").text
    assert county.get(f"/activities/{filed.pk}/").status_code == 200
    assert "已不提供" in desk.get("/activities/kinds/").text
    assert desk.post("/activities/kinds/consultation/retire/", {"version": found.version + 1}).status_code == 302
    assert kind("consultation").retired_on is None


def test_the_list_takes_as_many_queries_for_fifty(cast: Cast) -> None:
    desk, counted = signed_in(cast.operator), []
    for many in (0, 50):
        rows = [
            ActivityKind(code=f"k{number}", owner="x", zh=f"类{number}", en="k", group="drill", order=100 + number,
                         suggests=["participants:人"], retired_on=dt.date(2024, 1, 1))
            for number in range(many)
        ]  # fmt: skip
        ActivityKind.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as caught:
            desk.get("/activities/kinds/")
        counted.append(len(caught))
    assert counted[0] == counted[1]
