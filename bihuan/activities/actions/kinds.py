"""The kinds of activities: the shipped ones as rows; those that an office adds, changes, retires."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from bihuan.activities.models import Activity, ActivityKind
from bihuan.activities.refusals import ActivityError, StaleKindError
from bihuan.activities.rules import GROUPS, MOST_FIGURES, NEEDS, Asked, shipped
from bihuan.figures.queries import check_codes, definitions
from bihuan.figures.rules import classifiers_of
from bihuan.history import actions as history

_LOCK = 0x6269_6875_616E_0051  # two first starts at once load them once


@dataclass(frozen=True, slots=True)
class KindSaid:
    """What a kind is. `counts`, `suggests`: measures as `Asked` writes them."""

    zh: str
    en: str
    owner: str
    year: int | None
    group: str
    counts: str = ""
    suggests: tuple[str, ...] = ()
    photo_reason: str = ""
    place_kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    source: str = ""


def load_kinds(*, by: str, at: dt.datetime) -> bool:
    """Bring the kinds up to the shipped list; returns whether anything changed. A kind that is not shipped is left, and
    so is one that an office has changed."""
    wanted = [_columns(number, row) for number, row in enumerate(shipped("kinds.csv"))]
    check_codes({code for row in wanted for asked in _asked(row) for code in asked.measures})
    with transaction.atomic():
        _one_at_a_time()
        known = {item.code: item for item in ActivityKind.objects.all()}
        changed = [row for row in wanted if _differs(known.get(row["code"]), row)]
        if not changed:
            return False
        for row in changed:
            ActivityKind.objects.update_or_create(code=row["code"], defaults=row)
        history.record(
            verb="activities.kinds_loaded",
            subject=("activity_kinds", "shipped"),
            by=by,
            at=at,
            values={"kinds": [row["zh"] for row in changed]},
        )
    return True


def add_kind(*, code: str, said: KindSaid, by: str, at: dt.datetime) -> ActivityKind:
    """Add a kind of an office's own, offered behind the others.

    Args:
        code: its name for programs, for ever.

    Raises:
        ActivityError: the code is taken, or what cannot be (see `change_kind`).
    """
    with transaction.atomic():
        _one_at_a_time()
        if ActivityKind.objects.filter(code=code).exists():
            raise ActivityError("kind-code", f"代码“{code}”已有类别使用，请换一个", f"the code {code} is taken", "code")
        _check(said)
        last = ActivityKind.objects.aggregate(last=Max("order"))["last"] or 0
        kind = ActivityKind.objects.create(code=code, order=last + 1, changed_by=by, **_as_columns(said))
        _record("activities.kind_added", kind, {"source": said.source}, by=by, at=at)
    return kind


def change_kind(*, kind: ActivityKind, expected_version: int, said: KindSaid, by: str, at: dt.datetime) -> ActivityKind:
    """Say otherwise what a kind is: activities of it are called so from now on, their figures stay.

    Raises:
        StaleKindError: somebody changed it meanwhile.
        ActivityError: no name, a group or measure that is none, a classifier that the measure does not have; or what
            one event counts would change although activities of the kind stand.
    """
    with transaction.atomic():
        held = _held(kind, expected_version)
        _check(said)
        if said.counts != held.counts and Activity.objects.filter(kind=held).exists():
            zh = "已有这一类的活动入账，“一次计”不能改：请停用这一类，另加一类"
            en = "activities of this kind are filed: what one event counts stays. Retire the kind and add another"
            raise ActivityError("kind-counts", zh, en, "counts")
        told = {}
        for name, value in _as_columns(said).items():
            if getattr(held, name) != value:
                told[name] = [getattr(held, name), value]
                setattr(held, name, value)
        if told:
            _keep(held, by)
            _record("activities.kind_changed", held, {"changed": told}, by=by, at=at)
    return held


def retire_kind(
    *, kind: ActivityKind, expected_version: int, on: dt.date | None, by: str, at: dt.datetime
) -> ActivityKind:
    """Offer a kind no more from a day on; None offers it again. What was filed stands.

    Raises:
        StaleKindError: somebody changed it meanwhile.
    """
    with transaction.atomic():
        held = _held(kind, expected_version)
        if held.retired_on != on:
            held.retired_on = on
            _keep(held, by)
            verb = "activities.kind_retired" if on else "activities.kind_restored"
            _record(verb, held, {"on": on.isoformat()} if on else {}, by=by, at=at)
    return held


# -- their parts -----------------------------------------------------------------------------------------------------


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _held(kind: ActivityKind, expected_version: int) -> ActivityKind:
    # NO KEY: who files an activity of the kind meanwhile only needs its key.
    held = ActivityKind.objects.select_for_update(no_key=True).get(pk=kind.pk)
    if held.version != expected_version:
        raise StaleKindError
    return held


def _keep(kind: ActivityKind, by: str) -> None:
    kind.version += 1
    kind.changed_by = by
    kind.save()


def _record(verb: str, kind: ActivityKind, values: dict[str, Any], *, by: str, at: dt.datetime) -> None:
    values = {"kinds": [kind.zh], **values}
    history.record(verb=verb, subject=("activity_kind", kind.code), by=by, at=at, values=values)


def _check(said: KindSaid) -> None:
    if not said.zh.strip():
        raise ActivityError("kind-name", "请写类别名称", "the kind needs a name", "zh")
    if said.group not in GROUPS:
        raise ActivityError("kind-group", "没有这一组", "there is no such group", "group")
    if len(said.suggests) > MOST_FIGURES:
        zh, en = f"最多问{MOST_FIGURES}个数", f"at most {MOST_FIGURES} numbers are asked for"
        raise ActivityError("kind-numbers", zh, en, "suggests")
    if set(said.needs) - set(NEEDS):
        raise ActivityError("kind-needs", "没有这一项材料", "there is no such material", "needs")
    _check_measures("counts", [Asked.of(said.counts)] if said.counts else [])
    _check_measures("suggests", [Asked.of(text) for text in said.suggests])


def _check_measures(field: str, asked: Iterable[Asked]) -> None:
    """Raises ActivityError where a measure lacks the classifier it is asked in, FigureError where there is no such."""
    asked = list(asked)
    found = definitions({code for item in asked for code in item.measures})
    for item in asked:
        known = frozenset().union(*(found[code].classifiers for code in item.measures))
        if known and not classifiers_of(item.classifier) <= known:
            zh = f"“{item.classifier}”不是这个指标的量词，可用：{'、'.join(sorted(known))}"
            en = f"{item.classifier} is no classifier of this measure: {', '.join(sorted(known))}"
            raise ActivityError("kind-classifier", zh, en, field)


def _as_columns(said: KindSaid) -> dict[str, Any]:
    found = asdict(said)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def _columns(number: int, row: dict[str, str]) -> dict[str, Any]:
    lists = {name: [item for item in row[name].split("|") if item] for name in ("suggests", "place_kinds", "needs")}
    plain = {name: row[name] for name in ("code", "owner", "zh", "en", "group", "counts", "photo_reason", "source")}
    return {**plain, **lists, "year": int(row["year"]) if row["year"] else None, "order": number}


def _asked(row: dict[str, Any]) -> list[Asked]:
    return [Asked.of(text) for text in [row["counts"], *row["suggests"]] if text]


def _differs(known: ActivityKind | None, row: dict[str, Any]) -> bool:
    if known is None:
        return True
    return not known.changed_by and any(getattr(known, name) != value for name, value in row.items())
