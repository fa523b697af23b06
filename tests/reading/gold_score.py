"""How well the reading of figures agrees with a gold file: precision, recall and F1, by genre, with every error named.

As a command: ``python tests/reading/gold_score.py FILE [--errors]`` (exit 0, or 2 when the file is no gold file).
The form of a gold line is described in tests/reading/gold/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

SCORED = ("span", "value", "measure", "role")
NOTED = ("form", "unit_norm", "place", "date")


class Readable(Protocol):
    """A figure as the reading gives it: only its JSON form is looked at."""

    def as_dict(self) -> Mapping[str, Any]: ...


class GoldError(ValueError):
    """A gold file that cannot be used; the message names the line, in Chinese and English."""


@dataclass
class Tally:
    """Counts of one criterion: agreed, expected but not found, found but not expected."""

    hits: int = 0
    missed: int = 0
    extra: int = 0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.extra) if self.hits + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = 2 * self.hits + self.missed + self.extra
        return 2 * self.hits / both if both else 1.0

    def add(self, hits: int, expected: int, found: int) -> None:
        """Take in a passage with so many agreed, expected and found figures."""
        self.hits += hits
        self.missed += expected - hits
        self.extra += found - hits


@dataclass(frozen=True)
class Disagreement:
    """One error: `kind` is missed, extra or the criterion that differs; `wanted` and `got` are printable."""

    id: str
    kind: str
    wanted: str
    got: str
    text: str

    def __str__(self) -> str:
        return f"{self.id} {self.kind}: wanted {self.wanted or '-'}, got {self.got or '-'} | {self.text}"


@dataclass
class Scores:
    """Tallies by criterion over the whole file and by genre.

    `noted` counts (right, judged) over figures found in both, for what is reported but not part of F1.
    """

    span: Tally = field(default_factory=Tally)
    value: Tally = field(default_factory=Tally)
    measure: Tally = field(default_factory=Tally)
    role: Tally = field(default_factory=Tally)
    genres: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(_tallies))
    noted: dict[str, tuple[int, int]] = field(default_factory=dict)
    errors: list[Disagreement] = field(default_factory=list)

    def table(self) -> str:
        """The scores as a plain table."""
        rows = [f"{'':<14}{'precision':>10}{'recall':>8}{'F1':>8}{'hits':>7}{'missed':>8}{'extra':>7}"]
        for name in SCORED:
            t: Tally = getattr(self, name)
            rows.append(
                f"{name:<14}{t.precision:>10.4f}{t.recall:>8.4f}{t.f1:>8.4f}{t.hits:>7}{t.missed:>8}{t.extra:>7}"
            )
        rows += [f"{name:<14}{right:>6} of {judged}" for name, (right, judged) in sorted(self.noted.items())]
        rows.append(f"{'F1 by genre':<14}" + "".join(f"{name:>9}" for name in SCORED))
        for genre, by_name in sorted(self.genres.items()):
            rows.append(f"{genre:<14}" + "".join(f"{by_name[name].f1:>9.4f}" for name in SCORED))
        return "\n".join(rows)


def _tallies() -> dict[str, Tally]:
    return {name: Tally() for name in SCORED}


def spans(line: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The half-open character spans of a gold line's figures, in its order. Raises GoldError when one is not there."""
    found = []
    for figure in line["figures"]:
        start = -1
        for _ in range(figure.get("occurrence", 0) + 1):
            start = line["text"].find(figure["text"], start + 1)
            if start < 0:
                raise GoldError(f"{line['id']}:原文中找不到“{figure['text']}” / span not found in the passage")
        found.append((start, start + len(figure["text"])))
    return found


def load(path: Path) -> list[dict[str, Any]]:
    """The lines of a gold file. Raises GoldError with the number of the line that cannot be read."""
    lines = []
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}:无法读取 / cannot be read: {error}") from error
    for number, row in enumerate(content.splitlines(), start=1):
        if not row.strip():
            continue
        try:
            line = json.loads(row)
            missing = {"id", "text", "figures"} - set(line)
        except (json.JSONDecodeError, TypeError) as error:
            raise GoldError(f"{path}:{number}:不是有效的 JSON / not valid JSON: {error}") from error
        if missing or not isinstance(line, dict):
            raise GoldError(f"{path}:{number}:缺少字段 / keys are missing: {', '.join(sorted(missing))}")
        spans(line)
        lines.append(line)
    return lines


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return min(a[1], b[1]) - max(a[0], b[0])


def _pairs(wanted: Sequence[tuple[int, int]], got: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pair off overlapping spans one to one: equal spans first, then the widest overlap, then the order of the text."""
    candidates = [
        (wanted[i] != got[j], -_overlap(wanted[i], got[j]), i, j)
        for i in range(len(wanted))
        for j in range(len(got))
        if _overlap(wanted[i], got[j]) > 0
    ]
    pairs: list[tuple[int, int]] = []
    for _, _, i, j in sorted(candidates):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _same_bound(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-9)


def _agreements(gold: Mapping[str, Any], got: Mapping[str, Any], same_span: bool) -> dict[str, bool]:
    """Which criteria a pair of overlapping figures agrees on; a key is absent where the gold line does not decide."""
    bounds = [(gold["low"], gold["high"]), *gold.get("values_alt", [])]
    measures = [gold["measures"], *gold.get("measures_alt", [])]
    verdict = {
        "span": same_span,
        "value": any(_same_bound(low, got["low"]) and _same_bound(high, got["high"]) for low, high in bounds),
        "measure": any(set(wanted) == set(got["measures"]) for wanted in measures),
        "role": got["role"] in (gold["role"], *gold.get("role_alt", [])),
        "form": got["form"] in (gold["form"], *gold.get("form_alt", [])),
    }
    for key in ("unit_norm", "place", "date"):
        if key in gold:
            verdict[key] = (got.get(key) or "") == (gold[key] or "")
    return verdict


def _shown(figure: Mapping[str, Any], criterion: str) -> str:
    if criterion == "value":
        return f"{figure['text']} [{figure['low']}, {figure['high']}]"
    key = {"span": "text", "measure": "measures"}.get(criterion, criterion)
    return figure["text"] if key == "text" else f"{figure['text']} {figure.get(key)}"


def _score_line(line: Mapping[str, Any], found: Iterable[Readable], scores: Scores) -> None:
    places = spans(line)
    required = [i for i, figure in enumerate(line["figures"]) if not figure.get("optional")]
    optional = [places[i] for i, figure in enumerate(line["figures"]) if figure.get("optional")]
    gold = [line["figures"][i] for i in required]
    gold_spans = [places[i] for i in required]
    # What overlaps only an optional figure is neither right nor wrong.
    seen = [
        figure
        for figure in (f.as_dict() for f in found)
        if not any(_overlap((figure["start"], figure["end"]), o) > 0 for o in optional)
        or any(_overlap((figure["start"], figure["end"]), g) > 0 for g in gold_spans)
    ]
    got = [{**f, "text": line["text"][f["start"] : f["end"]]} for f in seen]
    got_spans = [(f["start"], f["end"]) for f in got]
    pairs = _pairs(gold_spans, got_spans)
    hits: dict[str, int] = defaultdict(int)
    for i, j in pairs:
        for name, agreed in _agreements(gold[i], got[j], gold_spans[i] == got_spans[j]).items():
            hits[name] += agreed
            if name in NOTED:
                right, judged = scores.noted.get(name, (0, 0))
                scores.noted[name] = (right + agreed, judged + 1)
            if not agreed:
                wanted, shown = _shown(gold[i], name), _shown(got[j], name)
                scores.errors.append(Disagreement(line["id"], name, wanted, shown, line["text"]))
    genre = scores.genres[line.get("genre", "")]
    for name in SCORED:
        getattr(scores, name).add(hits[name], len(gold), len(got))
        genre[name].add(hits[name], len(gold), len(got))
    paired_gold, paired_got = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, figure in enumerate(gold):
        if i not in paired_gold:
            scores.errors.append(Disagreement(line["id"], "missed", figure["text"], "", line["text"]))
    for j, figure in enumerate(got):
        if j not in paired_got:
            scores.errors.append(Disagreement(line["id"], "extra", "", figure["text"], line["text"]))


def score(lines: Iterable[Mapping[str, Any]], find_figures: Callable[[str], Iterable[Readable]]) -> Scores:
    """Read every passage with `find_figures` and compare it with the gold figures.

    Figures are paired one to one by overlap. span: start and end are equal; value: low and high are equal; measure: the
    same set of codes; role: the same role. Each error of the kinds in NOTED is listed too, but is outside the F1.
    """
    scores = Scores()
    for line in lines:
        _score_line(line, find_figures(line["text"]), scores)
    return scores


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description="金标评分 / score the reading of figures against a gold file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--errors", action="store_true", help="逐条列出错误 / list every error")
    options = parser.parse_args(arguments)
    try:
        lines = load(options.file)
    except GoldError as error:
        print(error, file=sys.stderr)
        return 2
    from bihuan.reading.figures import find_figures  # here, so that the scorer can be tested without the reading

    scores = score(lines, find_figures)
    if options.errors:
        for disagreement in scores.errors:
            print(disagreement)
    print(scores.table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
