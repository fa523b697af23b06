"""Every address × every kind of person: who gets in. An address without a row, or a view without a door, fails.

The table is `table.py`. In = the page answers as for someone whom it is for (a page, a redirect within the desk, a
refusal in words); out = 404, as if it were not there; without a sign-in = the sign-in page.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
from cast import make_cast, signed_in
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from table import EVERYONE, TABLE, Row, Scene, furnish

from bihuan.org.gate import door_of

pytestmark = pytest.mark.django_db


def addresses() -> dict[str, URLPattern]:
    """Every named address of the pages; the API has a table of its own."""
    found: dict[str, URLPattern] = {}

    def walk(patterns: list[URLPattern | URLResolver], space: str) -> None:
        for item in patterns:
            if isinstance(item, URLResolver):
                if item.namespace != "api" and not str(item.namespace).startswith("api"):
                    walk(item.url_patterns, f"{item.namespace}:" if item.namespace else space)
            else:
                found[f"{space}{item.name}"] = item

    walk(get_resolver().url_patterns, "")
    return found


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(addresses()) == set(TABLE)


def test_every_view_has_a_door() -> None:
    without = {name for name, item in addresses().items() if door_of(item.callback) is None}
    assert without == set()


def test_the_doors_are_the_tables() -> None:
    """What the table says of everyone and of nobody is what the views say of themselves."""
    for name, item in addresses().items():
        door = door_of(item.callback)
        assert (door == "all") == TABLE[name].public, name
        if door == "signed in":
            assert TABLE[name].who == EVERYONE or TABLE[name].own, name


@pytest.fixture(scope="module")
def scene(module_database: dict[str, str]) -> Scene:
    return furnish(make_cast())


@pytest.mark.parametrize("person", [*sorted(EVERYONE), "nobody"])
def test_who_gets_in(person: str, scene: Scene) -> None:
    """One person at every door; what a knock changes is taken back before the next."""
    wrong = {}
    cookies = signed_in(scene.cast.everyone().get(person)).cookies
    for name, row in TABLE.items():
        knocking = transaction.atomic()
        knocking._from_testcase = True  # what must be outermost in use may stand within it, as within any test's own
        with knocking:
            client = Client(raise_request_exception=False)
            client.cookies = deepcopy(cookies)
            answer = knock(client, name, row, scene)
            if fault := fault_of(answer, row, person):
                wrong[name] = fault
            transaction.set_rollback(True)
    assert wrong == {}


def fault_of(answer: HttpResponse, row: Row, person: str) -> str:
    """What is wrong with how a person was answered; "" where it is as the table says."""
    there = answer.status_code != 404
    if answer.status_code >= 500:
        return f"answers {answer.status_code}"
    if row.public:
        return "" if there == bool(row.who) and not to_sign_in(answer) else f"public, but {answer.status_code}"
    if person == "nobody":
        return "" if to_sign_in(answer) else f"no sign-in page, but {answer.status_code}"
    if to_sign_in(answer):
        return "asked to sign in"
    return "" if there == (person in row.who) else f"{'should stay out' if there else 'should get in'}"


def knock(client: object, name: str, row: Row, scene: Scene) -> HttpResponse:
    url = reverse(name, args=row.args(scene) if row.args else [])
    method = getattr(client, row.method)
    answer: HttpResponse = method(url, row.data(scene) if row.data else {})
    return answer


def to_sign_in(answer: HttpResponse) -> bool:
    if answer.status_code == 302:
        return str(answer["Location"]).startswith(reverse("org:sign_in") + "?")
    return answer.status_code == 401
