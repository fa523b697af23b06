"""The history in words, for those who may read it; and the walk along the chain, in parts."""

from __future__ import annotations

import ast
import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import small_tree
from cast import Cast, reader, signed_in
from django.core import signing
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from small_tree import Tree, load_measures

from bihuan.figures import actions as figures
from bihuan.figures import queries as audited
from bihuan.history import actions as history
from bihuan.history import queries
from bihuan.history.models import Entry
from bihuan.history.rules import GENESIS
from bihuan.org.access import NOBODY
from bihuan.org.models import Region
from bihuan.web import walking
from bihuan.web.telling import TELLERS, told
from bihuan.web.views import history as page

PACKAGE = Path(page.__file__).resolve().parents[2]
ROOMS = sorted({"history", *(path.parent.name for path in PACKAGE.glob("*/moments.py"))})
VERB = re.compile(rf"({'|'.join(ROOMS)})\.[a-z_]+")


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
    (found,) = told([entry], NOBODY)
    assert (found.moment.words, found.kind) == ("hazards.closed", "hazard")


def entry_of(verb: str, values: dict[str, Any], kind: str = "figure") -> Entry:
    return Entry(pk=1, at=timezone.now(), by="system:t", verb=verb, subject_kind=kind, subject_id="1", values=values)


FILED = {
    "measures": ["leaflets"],
    "printed": "8万余份",
    "region": 0,
    "period": ["2023-06-12", "2023-06-12"],
    "value": {"low": "80000"},
}


@pytest.mark.parametrize(
    ("verb", "changed", "words"),
    [
        ("figures.filed", None, "宣传资料：8万余份（康乐县，2023-06-12）"),
        ("figures.corrected", {"printed": "8.2万份"}, "宣传资料：8万余份 → 8.2万份（康乐县，2023-06-12），理由：重报"),
        (
            "figures.corrected",
            {"measures": ["gifts"], "period": ["2023-06-01", "2023-06-30"]},
            "宣传资料 → 宣传品：8万余份（康乐县，2023-06-12 → 康乐县，2023-06-01 至 2023-06-30），理由：重报",
        ),
        ("figures.withdrawn", {}, "宣传资料：8万余份（康乐县，2023-06-12） → —，理由：重报"),
    ],
)
def test_a_figure_is_told_with_what_it_was_and_is(
    cast: Cast, verb: str, changed: dict[str, Any] | None, words: str
) -> None:
    old = FILED | {"region": cast.kangle.pk}
    values: dict[str, Any] = {"new": old} if changed is None else {"old": old, "new": old | changed, "reason": "重报"}
    if verb == "figures.withdrawn":
        values["new"] = None
    (found,) = told([entry_of(verb, values)], reader(cast.operator))
    assert found.moment.detail == words


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["old", "new", "printed", "measures", "name", "period", "to"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@pytest.mark.django_db
@given(
    st.sampled_from(sorted(verbs())),
    st.dictionaries(
        st.text(max_size=6)
        | st.sampled_from(
            [
                "old",
                "new",
                "printed",
                "measures",
                "regions",
                "region",
                "period",
                "reason",
                "role",
                "to",
                "changes",
                "units",
            ]
        ),
        ODD,
        max_size=5,
    ),
)
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_of_any_shape_never_lose_the_page(verb: str, values: dict[str, Any]) -> None:
    (found,) = told([entry_of(verb, values)], NOBODY)
    assert found.moment.words


def test_a_thing_is_linked_for_those_who_may_open_it(cast: Cast) -> None:
    for kind in ("submission", "document", "fact", "campaign", "unit"):
        (audit,) = told([entry_of("figures.filed", {}, kind)], reader(cast.audit_admin))
        (office,) = told([entry_of("figures.filed", {}, kind)], reader(cast.operator))
        assert office.url.endswith("/1/")
        assert bool(audit.url) == (kind == "unit")


def act(cast: Cast, count: int, by: str = "system:t") -> None:
    with transaction.atomic():
        for number in range(count):
            history.record(
                verb="figures.withdrawn",
                subject=("figure", str(number)),
                by=by,
                at=timezone.now(),
                values={"old": FILED | {"region": Region.objects.first().pk}, "new": None},
            )


def test_who_reads_it_and_what_of_it(cast: Cast) -> None:
    url = reverse("web:history")
    for person in (cast.liaison, cast.inspector, cast.system_admin, cast.security_admin, cast.idle):
        assert signed_in(person).get(url).status_code == 404
    audit, office = (signed_in(person).get(url, {"kind": "account"}) for person in (cast.audit_admin, cast.operator))
    assert "开通账号" in audit.content.decode()
    assert "开通账号" not in office.content.decode()


class Chinese(HTMLParser):
    """Chinese text of a page that no lang="zh-Hans" covers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"input", "br", "meta", "link", "img", "hr", "path"}:
            inside = bool(self.open) and self.open[-1][1]
            self.open.append((tag, inside or (tag != "html" and dict(attrs).get("lang") == "zh-Hans")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if re.search("[\u4e00-\u9fff]", data) and not (self.open and self.open[-1][1]):
            self.found.append(data.strip())


def test_in_english_all_words_are(cast: Cast) -> None:
    client = signed_in(cast.audit_admin)
    client.cookies["language"] = "en"
    url = reverse("web:history")
    pages = [client.get(url), client.get(url, {"kind": "x"}), client.get(url, {"who": "无此人"})]
    for answer in [*pages, client.post(reverse("web:verify"))]:
        page = Chinese()
        page.feed(answer.content.decode())
        assert page.found == []


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
        with django_assert_num_queries(16):
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


def to_the_end() -> list[walking.Walk]:
    parts = [walking.walk()]
    while not parts[-1].ended:
        parts.append(walking.walk(parts[-1].stand))
        assert len(parts) < 200
    return parts


@pytest.fixture
def small_parts(fresh_database: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven figures with a correction each, all sealed, and a walk of small parts."""
    load_measures()
    tree = Tree()
    for number in range(7):
        filed = small_tree.record(tree["附城"], small_tree.span(number, number), key=f"k{number}")
        changed = small_tree.content(tree["附城"], small_tree.span(number, number + 1))
        figures.correct(
            figure=filed, content=changed, expected_version=1, reason="重报", by="system:t", at=timezone.now()
        )
    history.seal(at=timezone.now())
    monkeypatch.setattr(walking, "SEALS", 4)
    monkeypatch.setattr(walking, "FIGURES", 3)


def test_the_walk_goes_past_all_seals_and_all_figures(small_parts: None) -> None:
    parts = to_the_end()
    assert [part.figures for part in parts] == [*sorted(part.figures for part in parts[:-1]), False]
    assert (parts[-1].length, parts[-1].broken, parts[-1].changed) == (queries.head()[0], None, None)
    assert len(parts) >= queries.head()[0] / 4 + 14 / 3 + 7 / 3


def test_a_figure_changed_past_the_history_is_named_at_the_end(small_parts: None) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE figures_revision DISABLE TRIGGER ALL")
        cursor.execute(
            "UPDATE figures_revision SET printed = 'x' WHERE id = (SELECT max(id) - 3 FROM figures_revision)"
        )
    found = to_the_end()[-1].changed
    assert found is not None
    assert found == audited.departure()


def test_a_break_ends_the_walk_before_the_figures(small_parts: None) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE history_entry DISABLE TRIGGER ALL")
        cursor.execute("UPDATE history_entry SET by = 'x' WHERE id = (SELECT max(id) - 3 FROM history_entry)")
    last = to_the_end()[-1]
    assert last.broken is not None
    assert not last.figures


@pytest.mark.parametrize(
    "stand",
    ["x", "W1swLCAiYWIiXV0:forged", signing.dumps([5, "ab", None], salt="other")],
    ids=["nonsense", "forged", "of something else"],
)
def test_nobody_tells_it_to_begin_in_the_middle(cast: Cast, stand: str) -> None:
    with pytest.raises(signing.BadSignature):
        walking.walk(stand)
    answer = signed_in(cast.audit_admin).post(reverse("web:verify"), {"stand": stand}).content.decode()
    assert "正在核对每个数" in answer  # the short chain was walked anew, from its beginning


def test_the_button_walks_to_the_end(cast: Cast) -> None:
    client, url = signed_in(cast.audit_admin), reverse("web:verify")
    answer = client.post(url, headers={"HX-Request": "true"}).content.decode()
    while found := re.search('name="stand" value="([^"]+)"', answer):
        answer = client.post(url, {"stand": found[1]}, headers={"HX-Request": "true"}).content.decode()
    assert "逐条重算，全部相符" in answer


def test_the_page_says_when_totals_were_last_compared(cast: Cast) -> None:
    client, url = signed_in(cast.audit_admin), reverse("web:history")
    assert "还没有核对过" in client.get(url).content.decode()
    figures.check_totals(repair=True, by=cast.operator.by, at=timezone.now())
    html = client.get(url).content.decode()
    assert "上次核对：" in html
    assert "全部相符" in html
