"""The ledger: what it finds, counts and turns over is what one would find by looking at every row."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
from cast import Cast, member, reader, signed_in
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rounds import on

from bihuan.loop import actions
from bihuan.loop.access import reach
from bihuan.loop.models import NEVER, Matter
from bihuan.loop.queries import ENDED, OPEN, below, ledger, whole
from bihuan.loop.queries.ledger import CAP, Found, Reach, Wish
from bihuan.org.rules import Role

ENDS = {"closed", "withdrawn"}
STATES = ["registered", "assigned", "doing", "answered", "accepted", "suspended", "closed", "withdrawn"]
LIGHTS = ["", "green", "yellow", "red"]
TITLES = ["检查消防通道", "举办宣传咨询日活动", "整改燃气管线A段", "100%排查_隐患", "演练"]
LEDGER = 24  # queries of the page

pytestmark = pytest.mark.django_db


def fill(cast: Cast, count: int, seed: int = 1) -> list[Matter]:
    """Matters of all kinds over three units and places, by two keepers."""
    chance = random.Random(seed)
    units = [cast.kangle_bureau, cast.school, cast.yongjing_bureau, cast.office]
    made = []
    for number in range(count):
        state = chance.choice(STATES)
        unit = None if state == "registered" else chance.choice(units)
        keeper = chance.choice([cast.office, cast.kangle_bureau])
        end = state if state in ENDS else ""
        made.append(
            Matter(
                key=f"l:{seed}:{number}",
                flow="task",
                flow_version=1,
                state=state,
                end=end,
                scope=chance.choice(["", "campaign:1", "campaign:2"]),
                title=f"{chance.choice(TITLES)}{number}",
                book="example",
                keeper=keeper,
                region_id=keeper.region_id,
                unit=unit,
                place_id=unit.region_id if unit else None,
                due_on=None if unit is None else dt.date(2023, 6, 1) + dt.timedelta(chance.randrange(20)),
                light=chance.choice(LIGHTS),
                evidence=1,
                accepted_by="person:0" if state == "closed" else "",
                registered_by="system:tests",
                registered_at=on(6, 1),
                ended_at=on(6, 2) if end else None,
            )
        )
    return Matter.objects.bulk_create(made)


def looked_at(rows: list[Matter], seen: Reach | None, wish: Wish) -> list[Matter]:
    """Those that a wish means but for state and light, by looking at each row; in the order of due days."""

    def fits(row: Matter) -> bool:
        if seen is not None and not (
            row.unit_id in seen.units or row.region_id in seen.regions or row.place_id in seen.regions
        ):
            return False
        due = row.due_on or NEVER
        return all(
            (
                wish.scope in ("", row.scope),
                wish.unit in (None, row.unit_id),
                not wish.regions or (row.place_id or row.region_id) in wish.regions,
                wish.due_from is None or due >= wish.due_from,
                wish.due_to is None or due <= wish.due_to,
                all(word in row.title.lower() for word in wish.words.lower().split()),
            )
        )

    return sorted((row for row in rows if fits(row)), key=lambda row: (row.due_on or NEVER, row.pk))


def shown(rows: list[Matter], wish: Wish) -> list[Matter]:
    """What state and light leave of them."""
    wanted = {OPEN: set(STATES) - ENDS, ENDED: ENDS, "": set(STATES)}.get(wish.state, {wish.state})
    found = [row for row in rows if row.state in wanted and wish.light in ("", row.light)]
    return found[::-1] if wish.state in (ENDED, *ENDS) else found


def turned(seen: Reach | None, wish: Wish, size: int) -> list[Found]:
    """Every page, forwards; going back from the last must give the same ones."""
    pages = [ledger(seen, wish, size=size)]
    while pages[-1].after:
        pages.append(ledger(seen, wish, start=pages[-1].after, size=size))
    back = [pages[-1]]
    while back[-1].before:
        back.append(ledger(seen, wish, start=back[-1].before, backwards=True, size=size))
    ahead, behind = (
        [row.pk for page in pages for row in page.rows],
        [row.pk for page in back[::-1] for row in page.rows],
    )
    assert ahead == behind
    return pages


def test_it_finds_what_a_look_at_every_row_finds(cast: Cast) -> None:
    rows = fill(cast, 150)
    while actions.fold(limit=40) > 20:  # part of the counts is folded, part is not
        pass
    fill(cast, 30, seed=2)
    rows = list(Matter.objects.all())
    kangle = below(cast.kangle.pk)
    days = [None, dt.date(2023, 6, 5), dt.date(2023, 6, 12), NEVER]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        pick = data.draw
        seen = pick(
            st.sampled_from(
                [
                    None,
                    Reach((), kangle),
                    Reach((cast.school.pk,), ()),
                    Reach((cast.school.pk, cast.office.pk), ()),
                    Reach((cast.office.pk,), kangle),
                    Reach((), ()),
                ]
            )
        )
        wish = Wish(
            scope=pick(st.sampled_from(["", "", "campaign:1"])),
            state=pick(st.sampled_from(["", OPEN, ENDED, *STATES])),
            light=pick(st.sampled_from(["", "", "red", "green"])),
            unit=pick(st.sampled_from([None, None, cast.school.pk])),
            regions=pick(st.sampled_from([(), (), kangle, below(cast.prefecture.pk)])),
            due_from=pick(st.sampled_from(days)),
            due_to=pick(st.sampled_from(days)),
            words=pick(st.sampled_from(["", "", "消防", "a段", "100%", "_", "演", "消防 通道", "没有"])),
        )
        base = looked_at(rows, seen, wish)
        pages = turned(seen, wish, pick(st.sampled_from([7, 50])))
        assert [row.pk for page in pages for row in page.rows] == [row.pk for row in shown(base, wish)]
        assert pages[0].counts is not None
        found = {mark: number for mark, number in pages[0].counts.items() if number}
        assert found == dict(Counter((row.state, row.light) for row in base))

    check()


def test_counts_of_many_days_stop_and_say_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys.modules["bihuan.loop.queries.ledger"], "CAP", 2)
    fill(cast, 60)
    found = ledger(None, Wish(due_from=dt.date(2023, 6, 1)))
    number, more = found.of() or (0, False)
    assert more
    assert number < Matter.objects.exclude(due_on=None).count()
    assert CAP == 500


def test_frequent_words_are_found_on_the_way_and_not_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    module = sys.modules["bihuan.loop.queries.ledger"]
    monkeypatch.setattr(module, "SMALL", 0)
    monkeypatch.setattr(module, "_share", lambda _words: 1.0)
    rows = fill(cast, 90)
    wish = Wish(words="消防", state=OPEN)
    pages = turned(None, wish, 7)
    assert pages[0].counts is None
    assert [row.pk for page in pages for row in page.rows] == [
        row.pk for row in shown(looked_at(rows, None, wish), wish)
    ]
    assert 0.0 <= module._share(["消防"]) <= 1.0


def test_an_export_takes_all(cast: Cast) -> None:
    rows = fill(cast, 95)
    wish = Wish(state="")
    assert [row.pk for row in whole(None, wish, size=10)] == [
        row.pk for row in shown(looked_at(rows, None, wish), wish)
    ]


# -- the page --------------------------------------------------------------------------------------------------------


def page(cast: Cast, who: str, query: str = "", status: int = 200) -> str:
    answer = signed_in(cast.everyone()[who]).get(f"/matters/{query}")
    assert answer.status_code == status
    return str(answer.content.decode())


def test_what_a_reader_sees(cast: Cast) -> None:
    rows = fill(cast, 40)
    county = member("康操作", cast.kangle_bureau, Role.OPERATOR, cast.kangle)
    seen = {who: reach(reader(cast.everyone()[who])) for who in ("operator", "kangle_liaison", "inspector")}
    assert seen["operator"] is None
    assert seen["inspector"] is None
    assert seen["kangle_liaison"] == Reach((cast.kangle_bureau.pk,), ())
    of_county = reach(reader(county))
    assert of_county == Reach((), below(cast.kangle.pk))
    wish = Wish()
    for one in (seen["kangle_liaison"], of_county):
        assert {row.pk for row in ledger(one, wish).rows} == {row.pk for row in looked_at(rows, one, wish)}


def test_the_page_counts_narrows_and_turns(cast: Cast) -> None:
    fill(cast, 180)
    opened = Matter.objects.filter(end="")
    html = page(cast, "operator")
    assert f'在办 <span class="tab-number">{opened.count()}</span>' in html
    assert f'红灯 <span class="tab-number">{opened.filter(light="red").count()}</span>' in html
    assert html.count('scope="row"') == 50
    assert "下一页" in html
    red = page(cast, "operator", "?state=doing&light=red")
    assert red.count('scope="row"') == min(Matter.objects.filter(state="doing", light="red").count(), 50)
    assert "没有符合条件的事项" in page(cast, "operator", "?words=没有这样的")
    assert page(cast, "yongjing_liaison", "?state=all").count('scope="row"') == min(
        Matter.objects.filter(unit=cast.yongjing_bureau).count(), 50
    )


@pytest.mark.parametrize(
    "query",
    [
        "?after=x", "?before=2023-13-45.1", "?after=2023-06-01.99999999999999999999", "?state=nosuch&light=pink",
        "?region=0&scope=campaign:99", "?unit=nobody", "?due_from=gestern", "?words=%00%25", "?after=2023-06-01.-1",
    ],
)  # fmt: skip
def test_what_an_address_says_wrongly_is_left_out(cast: Cast, query: str) -> None:
    fill(cast, 5)
    page(cast, "operator", query)


def test_the_page_costs_the_same_for_one_and_for_fifty(cast: Cast) -> None:
    fill(cast, 40)
    county = member("康操作", cast.kangle_bureau, Role.OPERATOR, cast.kangle)
    people = (cast.operator, county, cast.kangle_liaison)
    queries = (
        "",
        "?state=all&light=red",
        "?state=all&words=演",
        "?due_from=2023-06-03&state=all",
        "?after=2023-06-05.3",
    )
    counted = {}
    for more in (0, 200):
        fill(cast, more, seed=9)
        for who in people:
            client = signed_in(who)
            for query in queries:
                with CaptureQueriesContext(connection) as made:
                    assert client.get(f"/matters/{query}").status_code == 200
                assert len(made) <= LEDGER, (query, [item["sql"][:90] for item in made.captured_queries])
                assert counted.setdefault((who.pk, query), len(made)) == len(made), query
