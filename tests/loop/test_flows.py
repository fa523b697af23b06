"""Flows as data: unsafe ones are refused, and a new kind of loop takes one flow, one line and a test."""

from __future__ import annotations

import ast
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from cast import BY, Cast
from rounds import DOER, KEEPER, act, on

from bihuan import wiring
from bihuan.loop import actions, kinds
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.flows import Effect, Flow, FlowError, Hand, Transition, check, check_all
from bihuan.loop.models import Matter
from bihuan.loop.queries import differences
from bihuan.loop.standard import REGISTERED, closed_loop

PLAIN = closed_loop("plain", zh="样例", en="Sample")


def changed(verb: str, **values: object) -> Flow:
    """The standard flow with one transition changed."""
    ways = tuple(replace(item, **values) if item.verb == verb else item for item in PLAIN.transitions)  # type: ignore[arg-type]
    return replace(PLAIN, transitions=ways)


def with_way(*ways: Transition) -> Flow:
    return replace(PLAIN, transitions=(*PLAIN.transitions, *ways))


def test_the_plugged_ones_are_sound() -> None:
    check_all(wiring.FLOWS)
    check(PLAIN)


@pytest.mark.parametrize(
    ("flow", "why"),
    [
        (changed("accept", effect=Effect.NONE), "without an acceptance"),
        (changed("accept", hand=Hand.DOER), "without the keeper"),
        (changed("accept", sources=("doing",)), "without an answer"),
        (changed("answer", evidence=()), "without evidence"),
        (changed("answer", hand=Hand.KEEPER), "without the doer"),
        (changed("close", sources=("accepted", "doing")), "without an acceptance"),
        (changed("close", target="nowhere"), "not there"),
        (changed("urge", sources=("closed",)), "only reopening"),
        (changed("return", target="@before"), "only resuming"),
        (with_way(replace(PLAIN.named("close"), sources=("answered",))), "without an acceptance"),
        (with_way(replace(PLAIN.named("accept"), target="closed")), "leads to two states"),
        (replace(PLAIN, states=(*PLAIN.states, replace(REGISTERED, name="lost"))), "nothing leads to"),
        (replace(PLAIN, states=(*PLAIN.states, REGISTERED)), "stands twice"),
        (
            replace(PLAIN, transitions=tuple(t for t in PLAIN.transitions if t.verb != "resume")),
            "",  # suspended can still be withdrawn
        ),
        (
            replace(PLAIN, ladder=replace(PLAIN.ladder, rungs=PLAIN.ladder.rungs[1:])),
            "numbered",
        ),
    ],
)
def test_what_would_break_a_promise_is_refused(flow: Flow, why: str) -> None:
    if not why:
        check(flow)
        return
    with pytest.raises(FlowError, match=why):
        check(flow)


def test_one_name_and_version_once() -> None:
    with pytest.raises(FlowError, match="stands twice"):
        check_all([PLAIN, PLAIN])


# -- a new kind of loop: its flow.py, its line in wiring.FLOWS, and this test ------------------------------------------

FLOW_PY = """
from bihuan.loop.standard import closed_loop

TIP_OFF = closed_loop("sample_tip_off", zh="举报核查", en="Tip-off", evidence=("text", "photo"), term=10)
"""


@pytest.mark.django_db
def test_new_kind_takes_a_flow_and_a_line(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a subject would do it: nothing of the engine, its tables, its sweep or its pages is touched."""
    (tmp_path / "sample_flow.py").write_text(FLOW_PY)
    monkeypatch.syspath_prepend(tmp_path)
    from sample_flow import TIP_OFF  # type: ignore[import-not-found]

    monkeypatch.setattr(wiring, "FLOWS", (*wiring.FLOWS, TIP_OFF))  # the line
    kinds.forget()
    try:
        go_round(cast)
    finally:
        monkeypatch.undo()
        kinds.forget()
    statements = [item for item in ast.parse(FLOW_PY).body if not isinstance(item, ast.ImportFrom)]
    assert len(statements) == 1


def go_round(cast: Cast) -> None:
    actions.load_ladders(by=BY, at=on(1, 1))
    said = Said(unit=cast.kangle_bureau, owner=cast.kangle_liaison)
    wanted = Wanted("tip:1", "sample_tip_off", "烟花爆竹违规存放", cast.office, said=said, book="example")
    matter = actions.register(wanted=wanted, by=cast.operator.by, at=on(6, 5))
    assert matter.due_on == dt.date(2023, 6, 19)  # ten working days
    assert actions.sweep(at=on(6, 14, 9)).steps == 1
    act(matter, "sign_for", cast.kangle_liaison, on(6, 14), hands=DOER)
    photo = actions.Offer("photo", "现场.jpg", content=b"\xff\xd8\xff")
    act(matter, "answer", cast.kangle_liaison, on(6, 15), hands=DOER, text="已清理", evidence=(photo,))
    act(matter, "accept", cast.checker, on(6, 16), hands=KEEPER)
    act(matter, "close", cast.checker, on(6, 16), hands=KEEPER)
    row = Matter.objects.get(pk=matter.pk)
    assert (row.flow, row.end, differences(row)) == ("sample_tip_off", "closed", [])
