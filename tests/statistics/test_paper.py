"""A filled form as a paper: its numbers are facts, once for a form, a region and a period."""

from __future__ import annotations

from cast import Cast, make_cast, signed_in
from tables import filed, form

from bihuan.documents.models import Document
from bihuan.figures.models import Fact
from bihuan.figures.queries import check
from bihuan.history.models import Entry

WHEN = {"day": "2023-06-15"}


def test_a_filled_form_becomes_a_paper_whose_numbers_are_facts(fresh_database: dict[str, str]) -> None:
    cast: Cast = make_cast()
    version = form(cast)
    address = f"/forms/{version.form_id}/paper/"
    browser = signed_in(cast.operator)
    assert browser.post(address, WHEN).status_code == 422
    assert not Document.objects.exists()
    filed(cast.kangle, "leaflets", "份", 1500)
    filed(cast.yongjing, "banners", "条", 7)
    assert signed_in(cast.kangle_liaison).post(address, WHEN).status_code == 404
    answer = browser.post(address, WHEN)
    assert answer.status_code == 302
    paper = Document.objects.get()
    assert answer["Location"] == f"/papers/{paper.pk}/"
    assert sorted(fact.printed for fact in Fact.objects.all()) == ["1500", "1500", "7", "7"]
    assert {check(fact).state for fact in Fact.objects.all()} == {"holds"}
    assert Entry.objects.filter(verb="statistics.composed").count() == 1
    assert browser.post(address, WHEN)["Location"] == f"/papers/{paper.pk}/"
    assert Document.objects.count() == 1
    assert browser.get(f"/papers/{paper.pk}/").status_code == 200
