"""Where matters stood: from steps alone, as of a seal and a cut-off; what is read once is read for ever."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from cast import Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rounds import act, on, seal_all, task

from bihuan.history.models import Entry, Seal
from bihuan.lib.refusals import Refusal
from bihuan.loop import actions, kinds
from bihuan.loop.flows import Light, check
from bihuan.loop.models import Matter, Step
from bihuan.loop.queries import stood
from bihuan.loop.rules import Took, replay
from bihuan.loop.stages import Stage, stage

LATE = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    actions.load_ladders(by="system:tests", at=on(1, 1))


def test_stages_of_the_standard_loop() -> None:
    flow = kinds.flow("task")
    check(flow)
    assert {state.name: stage(flow, state.name).value for state in flow.states} == {
        "registered": "registered", "assigned": "not_started", "doing": "doing", "answered": "answered",
        "accepted": "done", "suspended": "suspended", "closed": "done", "withdrawn": "withdrawn",
    }  # fmt: skip


def test_what_a_matter_was_before_each_of_its_steps(cast: Cast) -> None:
    matter = task(cast)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "report", cast.kangle_liaison, on(6, 8), text="场地已定", progress=40)
    act(matter, "light", cast.operator, on(6, 9), light=Light.YELLOW, rule="behind-10", text="落后20个百分点")
    act(matter, "ask_extension", cast.kangle_liaison, on(6, 14), text="场地冲突", due_on=dt.date(2023, 6, 20))
    act(matter, "grant_extension", cast.operator, on(6, 15), due_on=dt.date(2023, 6, 19))
    act(matter, "answer", cast.kangle_liaison, on(6, 19), text="已办")
    act(matter, "return", cast.operator, on(6, 19, 15), text="照片不清")
    (now,) = stood([matter.pk], cut_off=LATE)
    assert (now.stage, now.granted, now.asks, now.returned, now.reported) == (Stage.DOING, 1, False, True, None)
    assert (now.due_on, now.original_due_on) == (dt.date(2023, 6, 19), dt.date(2023, 6, 16))
    assert (now.begun_at, now.granted_at, now.account) == (on(6, 15), on(6, 15), "场地冲突")
    (asked,) = stood([matter.pk], cut_off=on(6, 14, 12))
    assert (asked.asks, asked.reported, asked.lights) == (True, 40, {"green": 1, "yellow": 1})
    assert (asked.light, asked.lit_rule, asked.lit_text) == (Light.YELLOW, "behind-10", "落后20个百分点")
    (first,) = stood([matter.pk], cut_off=on(6, 5, 12))
    assert (first.stage, first.begun_at, first.unit) == (Stage.NOT_STARTED, on(6, 5), cast.kangle_bureau.pk)
    assert stood([matter.pk], cut_off=on(6, 4)) == []
    assert stood([], cut_off=LATE) == []


def test_only_what_is_sealed_counts_and_never_a_step_without_the_one_before(cast: Cast) -> None:
    matter = task(cast)
    sealed = seal_all()
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "report", cast.kangle_liaison, on(6, 7), progress=10)
    assert stood([matter.pk], cut_off=LATE, as_of=sealed)[0].version == 2
    # The later of the two gets the earlier place in the chain, as can be where its transaction began earlier.
    signed, reported = Entry.objects.filter(pending__isnull=False).order_by("pk")
    for position, entry in ((sealed + 1, reported), (sealed + 2, signed)):
        Seal.objects.create(position=position, entry=entry, digest=b"\0" * 32, algorithm="sha256", sealed_at=LATE)
    versions = [stood([matter.pk], cut_off=LATE, as_of=sealed + more)[0].version for more in range(3)]
    assert versions == [2, 2, 4]
    assert stood([matter.pk], cut_off=LATE, as_of=0) == []


VERBS = ("sign_for", "report", "light", "answer", "return", "accept", "close", "reopen", "ask_extension",
         "grant_extension", "refuse_extension", "suspend", "resume", "withdraw", "hand_over", "sweep")  # fmt: skip


def something(cast: Cast, matter: Matter, verb: str, day: int) -> None:
    """Try a verb by somebody who may; what is refused is refused."""
    if verb == "sweep":
        actions.sweep(at=on(6, day))
        return
    doing = verb in ("sign_for", "report", "answer", "ask_extension", "hand_over")
    person = cast.kangle_liaison if doing else cast.checker if verb == "accept" else cast.operator
    said: dict[str, object] = {"text": f"{verb} {day}"}
    if verb in ("ask_extension", "grant_extension", "return", "reopen"):
        said["due_on"] = dt.date(2023, 6, min(day + 4, 30))
    if verb == "report":
        said["progress"] = day
    if verb == "light":
        said |= {"light": (Light.YELLOW, Light.RED, Light.GREEN)[day % 3], "rule": f"r{day}"}
    if verb == "hand_over":
        said["to"] = cast.liaison
    with suppress(Refusal):
        act(matter, verb, person, on(6, day), **said)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_fold_in_sql_is_the_replay_and_the_past_stays(cast: Cast, data: st.DataObject) -> None:
    matter = task(cast)
    path = data.draw(st.lists(st.sampled_from(VERBS), max_size=14))
    read: list[tuple[int, object]] = []
    for number, verb in enumerate(path):
        something(cast, matter, verb, 6 + number)
        if data.draw(st.booleans()):
            position = seal_all()
            read.append((position, stood([matter.pk], cut_off=LATE, as_of=position)))
    steps = [
        Took(s.version, s.cycle, s.verb, s.source, s.target, s.by, s.clock, s.rung, s.light, s.flow_version, s.values)
        for s in Step.objects.filter(matter=matter).order_by("version")
    ]
    for count in range(1, len(steps) + 1):
        stands = replay(lambda version: kinds.flow("task", version), steps[:count])
        at = Step.objects.get(matter=matter, version=count).at
        found = [item for item in stood([matter.pk], cut_off=at) if item.version == count]
        for item in found:  # none where the next step was made at the same moment
            assert (item.state, item.cycle, item.light.value) == (stands.state, stands.cycle, stands.light)
            for name in ("due_on", "original_due_on", "answered_on"):
                value = getattr(item, name)
                assert (value and value.isoformat()) == stands.data.get(name)
            for name in ("unit", "place", "section", "owner", "leader"):
                assert getattr(item, name) == stands.data.get(f"{name}_id")
    for position, before in read:
        assert stood([matter.pk], cut_off=LATE, as_of=position) == before


def test_one_query_for_many(cast: Cast) -> None:
    keys = [task(cast).pk for _ in range(5)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        stood(keys[:1], cut_off=LATE)
    with CaptureQueriesContext(connection) as many:
        assert [item.matter for item in stood(reversed(keys), cut_off=LATE)] == sorted(keys)
    assert len(few) == len(many) == 1
