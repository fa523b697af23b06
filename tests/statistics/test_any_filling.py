"""Whatever is filled in, filed beside it, emptied or given back: a form says what the records say, nothing twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from cast import BY, Cast
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_handing import JULY, JUNE, NAMES, filed, form, now_says

from bihuan.figures.models import Figure
from bihuan.figures.queries import revisions
from bihuan.org import queries as org
from bihuan.statistics import actions, queries
from bihuan.statistics.models import HandedDraft, Return
from bihuan.statistics.rules import Choice, Handed

CELLS = ("C4", "C5", "C6")
numbers = st.sampled_from([None, "", "0", "5", "12"])  # None: the field is not there
steps = st.one_of(
    st.tuples(st.just("fill"), st.tuples(numbers, numbers, numbers), st.sampled_from(list(Choice))),
    st.tuples(st.just("file"), st.sampled_from([0, 1, 2]), st.integers(0, 9)),
    st.tuples(st.just("return")),
)


class World:
    """What should be: by cell, what the table said and what others filed."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.version = cast, form(cast)
        self.own: dict[str, int] = {}
        self.others: dict[str, list[int]] = defaultdict(list)

    def sums(self) -> dict[str, int]:
        known = {at for at in CELLS if at in self.own or self.others[at]}
        return {at: self.own.get(at, 0) + sum(self.others[at]) for at in sorted(known)}

    def fill(self, values: tuple[str | None, ...], wish: Choice) -> None:
        typed = {at: value for at, value in zip(CELLS, values, strict=True) if value is not None}
        edition = org.current_edition()
        taken = actions.hand_in(
            version=self.version, unit=self.cast.kangle_bureau, period=JUNE, edition=edition, typed=typed,
            by=self.cast.kangle_liaison.by, at=JULY,
        )  # fmt: skip
        chosen: dict[str, str] = {}
        if isinstance(taken, HandedDraft):
            plan = queries.plan_of(taken, edition)
            chosen = {line.at: (wish if wish in line.choices else Choice.RECORDS).value for line in plan.conflicts}
            actions.take(draft=taken, edition=edition, shown=plan.digest, chosen=chosen, by=BY, at=JULY)
        for at, value in typed.items():
            self._said(at, value, chosen.get(at, ""))

    def _said(self, at: str, value: str, choice: str) -> None:
        there = sum(self.others[at])
        if value == "":
            self.own.pop(at, None)
        elif not self.others[at]:
            self.own[at] = int(value)
        elif choice in (Choice.ADD, Choice.CORRECT):
            self.own[at] = int(value) - there

    def file(self, number: int, value: int) -> None:
        _name, measure, unit = NAMES[number]
        filed(self.cast.kangle, measure, unit, value)
        self.others[CELLS[number]].append(value)

    def give_back(self) -> None:
        row = Return.objects.exclude(state=Handed.RETURNED).first()
        if row is not None:
            actions.return_(row=row, expected_step=row.step, reason="重报", by=self.cast.operator.by, at=JULY)
            self.own.clear()


@pytest.mark.django_db
@given(st.lists(steps, min_size=1, max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_form_says_what_the_records_say(cast: Cast, doings: list[tuple]) -> None:  # type: ignore[type-arg]
    with transaction.atomic():
        world = World(cast)
        for name, *said in doings:
            {"fill": world.fill, "file": world.file, "return": world.give_back}[name](*said)
            found = {at: Decimal(str(value)) for at, value in now_says(world.version, cast.prefecture).items()}
            assert found == world.sums()
        mine = Counter(row.origin["cell"] for row in revisions(as_of=None).filter(origin__form="progress"))
        statements = Figure.objects.filter(kind="statement").exists()
        assert statements or max(mine.values(), default=1) == 1
        assert Return.objects.count() <= 1
        assert not HandedDraft.objects.exists()
        transaction.set_rollback(True)
