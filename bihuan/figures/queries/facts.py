"""Facts: what they are of, how they are computed again, and whether they still hold.

A fact's definition is one of

    {"what": "figure", "figure": 12}                        a single figure, record or statement
    {"what": "statement" | "total" | "remainder", "region": key, "edition": name, "measures": […],
     "classifiers": […], "period": [first day, last day]}

A total is a computed one; a remainder is the statement less the total.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.figures.models import Fact, Figure, MeasureVersion, Revision
from bihuan.figures.queries.comparing import beside
from bihuan.figures.queries.measures import definitions
from bihuan.figures.queries.standing import Scope, records, revisions, statement
from bihuan.figures.queries.totals import TotalView, added, latest, operands_of, rated, total, viewed
from bihuan.figures.rules import Definition, FigureError, Way, range_json, way_of
from bihuan.history import queries as history
from bihuan.history.rules import UnknownHashError, canonical, digest
from bihuan.reading.ranges import Range

SCOPED = ("statement", "total", "remainder")


def of_figure(figure: Figure) -> dict[str, Any]:
    """The definition of a fact about one figure."""
    return {"what": "figure", "figure": figure.pk}


def of_scope(what: str, scope: Scope) -> dict[str, Any]:
    """The definition of a fact about a statement, a total or a remainder.

    Raises:
        FigureError: `what` is none of these.
    """
    if what not in SCOPED:
        raise FigureError(f"不支持的事实种类“{what}” / a fact is no {what!r}")
    return {"what": what, **scope.as_json()}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a definition comes to at a moment. `value` is None where there is no number."""

    value: Range | None
    unit: str
    sources: tuple[Revision, ...]
    definitions: tuple[Definition, ...]

    def source_list(self) -> list[list[int]]:
        return [[item.figure_id, item.version] for item in self.sources]


def evaluate(definition: Mapping[str, Any], *, as_of: int | None) -> Evaluated:
    """Compute a definition from the figures that stand at a position of the chain, or now.

    Raises:
        FigureError: the definition makes no sense here.
    """
    return _evaluated(_asked(definition), as_of)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A definition, with what it names looked up."""

    what: str
    figure: int = 0
    scope: Scope | None = None


def _asked(definition: Mapping[str, Any]) -> _Asked:
    try:
        what = str(definition["what"])
        if what == "figure":
            return _Asked(what, figure=int(definition["figure"]))
        if what not in SCOPED:
            raise FigureError(f"不支持的事实种类“{what}” / a fact is no {what!r}")
        return _Asked(what, scope=Scope.from_json(dict(definition)))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, FigureError):
            raise
        raise FigureError(f"事实的定义不完整:{error} / the fact's definition is not complete: {error}") from error


def _evaluated(asked: _Asked, as_of: int | None) -> Evaluated:
    return _figure(asked.figure, as_of) if asked.scope is None else _scoped(asked.what, asked.scope, as_of)


def _figure(key: int, as_of: int | None) -> Evaluated:
    item = revisions(as_of=as_of).filter(figure=key).first()
    if item is None:
        return Evaluated(None, "", (), ())
    known = definitions(item.measures, as_of=as_of)
    return Evaluated(item.value, item.classifier, (item,), _in_order(known))


def _scoped(what: str, scope: Scope, as_of: int | None) -> Evaluated:
    known = definitions(scope.measures, as_of=as_of)
    stated = None if what == "total" else statement(scope, as_of=as_of)
    if what == "statement":
        if stated is None:
            return Evaluated(None, "", (), _in_order(known))
        return Evaluated(stated.value, stated.classifier, (stated,), _in_order(known))
    counted = _recounted(scope, known, as_of)
    sources = {item.figure_id: item for item in counted.sources}
    if what == "total":
        value, unit = counted.view.range, counted.view.unit or ""
    else:
        value, unit = beside(stated, counted.view).remainder, stated.classifier if stated else ""
        if stated:
            sources[stated.figure_id] = stated
    return Evaluated(value, unit, tuple(sources[key] for key in sorted(sources)), _in_order(counted.known))


@dataclass(frozen=True, slots=True)
class _Recounted:
    """A total with the very records it was added up from, and the definitions of all that it counts."""

    view: TotalView
    sources: tuple[Revision, ...]
    known: Mapping[str, Definition]


def _recounted(scope: Scope, known: Mapping[str, Definition], as_of: int | None) -> _Recounted:
    """As `total` with recount, from one reading of the records."""
    way = way_of(known.values(), scope.classifiers)
    if way is Way.RATIO:
        scopes = operands_of(scope, known, as_of=as_of)
        upper, lower = (_recounted(one, definitions(one.measures, as_of=as_of), as_of) for one in scopes)
        view = rated(scope, as_of, upper.view, lower.view)
        return _Recounted(view, (*upper.sources, *lower.sources), {**known, **upper.known, **lower.known})
    found = records(scope, as_of=as_of)
    if way is Way.NONE:
        return _Recounted(total(scope, as_of=as_of), tuple(found), known)
    if way is Way.LATEST:
        found = latest(found)
    return _Recounted(viewed(scope, as_of, way, added(found)), tuple(found), known)


def _in_order(known: Mapping[str, Definition]) -> tuple[Definition, ...]:
    return tuple(known[code] for code in sorted(known))


def row_json(item: Revision) -> dict[str, Any]:
    """All of a revision that a total depends on or that people read, as exact JSON."""
    return {
        "figure": item.figure_id,
        "version": item.version,
        "measures": list(item.measures),
        "classifier": item.classifier,
        "value": range_json(item.value),
        "printed": item.printed,
        "form": item.form,
        "region": item.region_id,
        "period": [item.period_start.isoformat(), item.period_end.isoformat()],
        "occasion": item.occasion_id,
        "stated_by": item.stated_by,
        "entry": item.entry_id,
        "withdrawn": item.withdrawn,
    }


def rows_digest(algorithm: str, rows: Iterable[Revision]) -> str:
    """One digest over the revisions behind a fact, with the name of its algorithm."""
    return f"{algorithm}:{digest(algorithm, canonical([row_json(item) for item in rows])).hex()}"


def fact_body(fact: Fact) -> dict[str, Any]:
    """All that a fact says, as exact JSON: what its digest is over."""
    return {
        "id": fact.public_id,
        "definition": fact.definition,
        "measures": fact.measures,
        "as_of": [fact.as_of, fact.as_of_digest],
        "value": range_json(Range(fact.low, fact.high, fact.low_open, fact.high_open)),
        "unit": fact.unit,
        "printed": fact.printed,
        "form": fact.form,
        "rule": fact.rule,
        "sources": fact.sources,
        "rows_digest": fact.rows_digest,
    }


def fact_digest(algorithm: str, fact: Fact) -> str:
    """A fact's own digest, with the name of its algorithm."""
    return f"{algorithm}:{digest(algorithm, canonical(fact_body(fact))).hex()}"


def fact_called(public_id: str) -> Fact | None:
    """The fact that a paper names."""
    return Fact.objects.select_related("entry").filter(public_id=public_id).first()


def anchors() -> list[tuple[int, str]]:
    """Positions of the chain that facts vouch for, with their digests: for `history.queries.verify`."""
    return sorted(set(Fact.objects.values_list("as_of", "as_of_digest")))


def records_behind(fact: Fact) -> list[Revision]:
    """The revisions that a fact was made from, as they were, in the order of filing."""
    wanted = {(figure, version) for figure, version in fact.sources}
    found = (
        Revision.objects.filter(figure__in={figure for figure, _version in wanted})
        .select_related("figure", "region", "occasion", "entry")
        .order_by("figure", "version")
    )
    return [item for item in found if (item.figure_id, item.version) in wanted]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure behind a fact differs from what it was. `kind`: corrected, withdrawn, moved, added."""

    figure: int
    region: int  # where it counts, or did
    kind: str
    old: str | None  # as printed; None where it was not there
    new: str | None  # as printed; None where it is withdrawn
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class FactVerdict:
    """`state`: "holds", "superseded" (true then, changed since: see `changes`) or "broken" (the reason says how)."""

    state: str
    zh: str
    en: str
    changes: tuple[Change, ...] = ()


def check(fact: Fact) -> FactVerdict:
    """Compute a fact again: from the figures as they were, and from those that stand now."""
    try:
        if broken := _broken(fact):
            return FactVerdict("broken", *broken)
        asked = _asked(fact.definition)
        then = _evaluated(asked, fact.as_of)
        if broken := _differing(fact, then):
            return FactVerdict("broken", *broken)
        now = _evaluated(asked, None)
    except FigureError as error:
        return FactVerdict("broken", error.zh, error.en)
    except (ValueError, TypeError, UnknownHashError) as error:  # what was never written by `freeze`
        return FactVerdict("broken", f"无法重算:{error}", f"it cannot be computed again: {error}")
    changes = _changes(then, now)
    if not changes:
        return FactVerdict("holds", "与记录相符", "the records bear it out")
    return FactVerdict(
        "superseded",
        f"当时属实,其后有{len(changes)}处变更",
        f"true then; {len(changes)} changed since",
        changes,
    )


def _broken(fact: Fact) -> tuple[str, str] | None:
    """What does not match in a fact itself or in what it names, in Chinese and English."""
    algorithm = fact.digest.partition(":")[0]
    if fact_digest(algorithm, fact) != fact.digest or fact.entry.values.get("digest") != fact.digest:
        return "事实本身与其摘要不符", "the fact is not what its digest says"
    if history.digest_at(fact.as_of) != fact.as_of_digest:
        return f"第{fact.as_of}号封印与事实所记不符", f"seal {fact.as_of} is not the one the fact was made at"
    if wrong := _wrong_definition(fact.measures):
        return f"指标{wrong}的定义与事实所记不符", f"{wrong} is not defined as the fact says"
    return None


def _differing(fact: Fact, then: Evaluated) -> tuple[str, str] | None:
    """How a fact differs from what its definition came to at its own position."""
    if then.value is None or range_json(then.value) != range_json(fact.value) or then.unit != fact.unit:
        return "按当时的记录重算,数值不同", "computed again from the records of then, the value differs"
    algorithm = fact.digest.partition(":")[0]
    if then.source_list() != fact.sources or rows_digest(algorithm, then.sources) != fact.rows_digest:
        return "当时的记录被改动", "the records of then were changed"
    if [[item.code, item.version, item.sha256] for item in then.definitions] != fact.measures:
        return "所用指标定义不同", "it was made under other definitions"
    return None


def _wrong_definition(named: list[list[Any]]) -> str | None:
    """The first measure whose stored definition, or the hash of it, is not the one named."""
    rows = MeasureVersion.objects.filter(measure__code__in=[code for code, _version, _hash in named])
    stored = {(row.measure.code, row.version): row for row in rows.select_related("measure")}
    for code, version, sha256 in named:
        row = stored.get((code, version))
        if row is None or row.sha256 != sha256 or not Definition(code, version, row.sha256, row.definition).whole():
            return str(code)
    return None


def _said(item: Revision) -> tuple[object, ...]:
    """What a number depends on. A later revision that says the same from another source changes nothing."""
    period = (item.period_start, item.period_end)
    return (tuple(item.measures), item.classifier, range_json(item.value), item.region_id, period, item.occasion_id)


def _changes(before: Evaluated, now: Evaluated) -> tuple[Change, ...]:
    then = {item.figure_id: item for item in before.sources}
    stands = {item.figure_id: item for item in now.sources}
    differing = sorted(
        key
        for key in then.keys() | stands.keys()
        if key not in then or key not in stands or _said(then[key]) != _said(stands[key])
    )
    newest = {
        item.figure_id: item
        for item in Revision.objects.filter(figure__in=differing).select_related("entry").order_by("version")
    }
    changes = []
    for key in differing:
        last, old = newest[key], then.get(key)
        if last.withdrawn:
            kind = "withdrawn"
        elif old is None:
            kind = "added"
        else:
            # The same version that no longer counts: a newer statement or a newer value of a stock took its place.
            kind = "corrected" if key in stands else "moved"
        changes.append(
            Change(
                key,
                last.region_id,
                kind,
                old.printed if old else None,
                None if last.withdrawn else last.printed,
                last.entry.by,
                last.entry.at,
            )
        )
    return tuple(changes)
