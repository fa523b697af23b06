"""The pages of supervision: what is refused is said with what was typed; lists cost what they cost."""

from __future__ import annotations

import pytest
from cast import Cast, signed_in
from django.urls import reverse
from oversight import issued, mandate, proposed, second_leader, supervised
from pytest_django import DjangoAssertNumQueries
from rounds import on

from bihuan.loop import actions as loop
from bihuan.loop.actions import Wanted
from bihuan.supervision.models import Notice, Supervised

NOTICES = 11  # queries, the shell's included


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def test_two_leaders_at_once(cast: Cast) -> None:
    row = proposed(cast, mandate(cast, valid_to=None))
    first, second = signed_in(cast.leader), signed_in(second_leader(cast))
    url = reverse("supervision:supervised_act", args=[row.pk, "approve"])
    assert first.post(url, {"version": 1, "text": ""}).status_code == 302
    assert first.post(url, {"version": 1, "text": ""}).status_code == 302  # the double click
    late = second.post(
        reverse("supervision:supervised_act", args=[row.pk, "refuse"]), {"version": 1, "text": "再看一周"}
    )
    assert late.status_code == 409
    assert "刚刚有人办理过" in late.content.decode()
    assert "再看一周" in late.content.decode()
    assert Supervised.objects.get(pk=row.pk).state == "open"


def test_a_refusal_needs_a_reason_and_the_form_stays(cast: Cast) -> None:
    row = proposed(cast, mandate(cast, valid_to=None))
    url = reverse("supervision:supervised_act", args=[row.pk, "refuse"])
    for sent in ({"version": 1, "text": ""}, {"text": "不"}, {"version": "x", "text": "不"}):
        assert signed_in(cast.leader).post(url, sent).status_code == 422
    assert (
        signed_in(cast.leader).post(reverse("supervision:supervised_act", args=[row.pk, "nosuch"])).status_code == 404
    )
    assert Supervised.objects.get(pk=row.pk).version == 1


def test_what_is_alike_is_shown_before_and_asked_about(cast: Cast) -> None:
    basis = mandate(cast, valid_to=None)
    first = supervised(cast, basis)
    said = Wanted("like", "task", first.title, cast.office, book="example", said=loop.Said(
        unit=cast.kangle_bureau, due_on=on(6, 16).date()))  # fmt: skip
    matter = loop.register(wanted=said, by=cast.operator.by, at=on(6, 7))
    client, url = signed_in(cast.operator), f"{reverse('supervision:propose')}?matter={matter.pk}"
    page = client.get(url).content.decode()
    assert "单位已有相近的督办事项" in page
    assert "上限" in page
    answer = client.post(url, {"mandate": basis.pk, "reason": "慢", "source": "", "although": ""})
    assert answer.status_code == 422
    assert "确需督办的，请写明理由" in answer.content.decode()
    answer = client.post(url, {"mandate": basis.pk, "reason": "慢", "source": "", "although": "另一场"})
    assert answer.status_code == 302
    assert Supervised.objects.get(matter=matter).although == "另一场"


def test_the_unit_signs_and_a_stale_page_is_told(cast: Cast) -> None:
    notice = issued(cast)
    client = signed_in(cast.kangle_liaison)
    assert "待签收" in client.get(reverse("supervision:notice", args=[notice.pk])).content.decode()
    url = reverse("supervision:notice_act", args=[notice.pk, "sign-for"])
    assert client.post(url, {"version": 1}).status_code == 409
    assert client.post(url, {"version": 2}).status_code == 302
    assert client.post(reverse("supervision:notice_act", args=[notice.pk, "answer"]), {"version": 3}).status_code == 422
    assert client.post(reverse("supervision:notice_act", args=[notice.pk, "accept"]), {"version": 3}).status_code == 404


def test_a_list_of_fifty_costs_what_one_costs(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    notice = issued(cast)
    client, url = signed_in(cast.operator), reverse("supervision:notices")
    client.get(url)
    with django_assert_num_queries(NOTICES):
        client.get(url)
    wanted = [Wanted(f"n{number}", "notice", "事项", cast.office, book="example") for number in range(60)]
    rows = loop.register_many(wanted=wanted, by=cast.operator.by, at=on(6, 7))
    plain = {item.attname: getattr(notice, item.attname) for item in Notice._meta.concrete_fields}
    Notice.objects.bulk_create([Notice(**plain | {"id": None, "matter_id": row.pk, "paper_id": None, "issued_at": None})
                                for row in rows])  # fmt: skip
    with django_assert_num_queries(NOTICES):
        page = client.get(url).content.decode()
    assert page.count("/supervision/notices/") > 50
