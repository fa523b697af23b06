"""The history in words, for those who may read it; and the walk along the chain, in parts."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
from cast import Cast, signed_in
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bihuan.history import actions as history
from bihuan.history import queries
from bihuan.history.models import Entry
from bihuan.history.rules import GENESIS
from bihuan.web.telling import TELLERS, told
from bihuan.web.views import history as page

PACKAGE = Path(page.__file__).resolve().parents[2]
VERB = re.compile(r"(campaigns|documents|figures|history|org|reports)\.[a-z_]+")


def verbs() -> set[str]:
    """Every verb that the actions write: texts of the form "room.verb" in them."""
    found = set()
    for path in [*PACKAGE.rglob("actions.py"), *PACKAGE.rglob("actions/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and VERB.fullmatch(node.value):
                found.add(node.value)
    return found


def test_every_verb_has_words() -> None:
    """An entry of each verb is told in words of its own, not as it stands."""
    written = verbs()
    assert len(written) > 30
    now = timezone.now()
    without = []
    for verb in sorted(written):
        entry = Entry(pk=1, at=now, by="system:t", verb=verb, subject_kind="thing", subject_id="1", values={})
        moment = TELLERS[verb.partition(".")[0]](entry, {}) if verb else None
        if moment is None or moment.words.startswith(verb):
            without.append(verb)
    assert without == []


@pytest.mark.django_db
def test_a_verb_that_nobody_knows_is_shown_as_it_stands() -> None:
    entry = Entry(
        pk=1, at=timezone.now(), by="system:t", verb="hazards.closed", subject_kind="hazard", subject_id="1", values={}
    )
    (found,) = told([entry])
    assert (found.moment.words, found.kind) == ("hazards.closed", "hazard")


def act(cast: Cast, count: int, by: str = "system:t") -> None:
    with transaction.atomic():
        for number in range(count):
            history.record(
                verb="figures.withdrawn", subject=("figure", str(number)), by=by, at=timezone.now(), values={}
            )


def test_who_reads_it_and_what_of_it(cast: Cast) -> None:
    url = reverse("web:history")
    for person in (cast.liaison, cast.inspector, cast.system_admin, cast.security_admin, cast.idle):
        assert signed_in(person).get(url).status_code == 404
    audit, office = (signed_in(person).get(url, {"kind": "account"}) for person in (cast.audit_admin, cast.operator))
    assert "开通账号" in audit.content.decode()
    assert "开通账号" not in office.content.decode()


def test_it_is_filtered_by_person_thing_and_day(cast: Cast) -> None:
    act(cast, 1, by=cast.operator.by)
    act(cast, 2, by=cast.checker.by)
    client, url = signed_in(cast.audit_admin), reverse("web:history")

    def rows(**wanted: str) -> int:
        return client.get(url, wanted).content.decode().count('<details class="raw">')

    assert rows(who="马拟稿") == 1
    assert rows(who="白") == 2
    assert rows(kind="figure") == 3
    assert rows(kind="figure", thing="1") == 1
    today = timezone.localtime(timezone.now(), dt.timezone(dt.timedelta(hours=8))).date()
    assert rows(kind="figure", first=today.isoformat(), last=today.isoformat()) == 3
    assert rows(kind="figure", last=(today - dt.timedelta(days=1)).isoformat()) == 0
    for nonsense in ({"who": "无此人"}, {"kind": "figure", "thing": "'; --"}):
        assert rows(**nonsense) == 0
    assert client.get(url, {"first": "yesterday", "kind": "x", "after": "%%%"}).status_code == 200


def test_the_page_asks_the_same_at_one_and_at_fifty(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = signed_in(cast.audit_admin), reverse("web:history")
    for rows in (1, 60):
        act(cast, rows, by=cast.operator.by)
        with django_assert_num_queries(12):
            assert client.get(url, {"kind": "figure"}).status_code == 200


# -- the walk --------------------------------------------------------------------------------------------------------


def walk(limit: int) -> list[queries.Part]:
    parts = [queries.verify_part(length=0, digest=GENESIS.hex(), limit=limit)]
    while not parts[-1].ended:
        parts.append(queries.verify_part(length=parts[-1].length, digest=parts[-1].digest, limit=limit))
    return parts


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_a_walk_in_parts_comes_to_what_the_whole_walk_comes_to(fresh_database: dict[str, str], limit: int) -> None:
    act(None, 20)  # type: ignore[arg-type]
    history.seal(at=timezone.now())
    whole = queries.verify()
    assert whole.whole
    parts = walk(limit)
    assert (parts[-1].length, parts[-1].digest, parts[-1].broken) == (whole.length, whole.digest, None)


def test_a_walk_in_parts_names_what_the_whole_walk_names(fresh_database: dict[str, str]) -> None:
    act(None, 20)  # type: ignore[arg-type]
    history.seal(at=timezone.now())
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE history_entry DISABLE TRIGGER ALL")
        cursor.execute("UPDATE history_entry SET by = 'x' WHERE id = (SELECT max(id) - 3 FROM history_entry)")
    assert walk(5)[-1].broken == queries.verify().broken is not None


def test_the_button_walks_to_the_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast.audit_admin)
    answer = client.post(reverse("web:verify"), headers={"HX-Request": "true"}).content.decode()
    assert "逐条重算" in answer
    forged = client.post(reverse("web:verify"), {"stand": "W1swLCAiYWIiXV0:forged"}).content.decode()
    assert "逐条重算" in forged  # it begins again at the beginning
