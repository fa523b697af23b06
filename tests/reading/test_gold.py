"""The reading of figures against the held-out gold, the gold against its own conventions, and the scorer itself."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gold_score import GoldError, Scores, load, main, score, spans

HELD_OUT = Path(__file__).parent / "gold" / "held-out.jsonl"
MEASURES = Path(__file__).parents[2] / "bihuan" / "reading" / "data" / "measures.csv"
FORMS = {"exact", "more", "almost", "about", "under", "at_least", "range", "several", "mixed"}
ROLES = {"result", "target", "comparison", "rule", "rank"}


@dataclass
class Told:
    """A figure that says what it is told to say."""

    content: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return self.content


def told_by(lines: list[dict[str, Any]]) -> dict[str, list[Told]]:
    """What a perfect reader finds in each passage."""
    answers = {}
    for line in lines:
        answers[line["text"]] = [
            Told({"start": start, "end": end, **{k: v for k, v in figure.items() if not k.endswith("_alt")}})
            for (start, end), figure in zip(spans(line), line["figures"], strict=True)
        ]
    return answers


@pytest.fixture(scope="module")
def held_out() -> list[dict[str, Any]]:
    return load(HELD_OUT)


def test_the_reading_agrees_with_the_held_out_gold(held_out: list[dict[str, Any]]) -> None:
    from bihuan.reading.figures import find_figures

    scores = score(held_out, find_figures)
    reached = {"span": scores.span.f1, "value": scores.value.f1, "measure": scores.measure.f1}
    wanted = {"span": 0.97, "value": 0.97, "measure": 0.93}
    assert all(reached[name] >= wanted[name] for name in wanted), f"{reached}\n{scores.table()}"


def test_the_gold_is_large_and_varied_enough(held_out: list[dict[str, Any]]) -> None:
    assert len(held_out) >= 260
    assert len({line["text"] for line in held_out}) == len(held_out)
    assert len({line["id"] for line in held_out}) == len(held_out)
    assert len({line["genre"] for line in held_out}) >= 12
    assert sum(bool(_numerals_outside(line)) for line in held_out) >= 60
    assert {figure["form"] for line in held_out for figure in line["figures"]} == FORMS
    assert {figure["role"] for line in held_out for figure in line["figures"]} == ROLES


def _numerals_outside(line: dict[str, Any]) -> list[str]:
    text = list(line["text"])
    for start, end in spans(line):
        text[start:end] = "·" * (end - start)
    return re.findall(r"[0-9]+|[一二三四五六七八九十]", "".join(text))


def test_every_gold_figure_keeps_the_conventions(held_out: list[dict[str, Any]]) -> None:
    with MEASURES.open(encoding="utf-8", newline="") as rows:
        codes = {row["code"] for row in csv.DictReader(rows)}
    for line in held_out:
        positions = spans(line)
        assert positions == sorted(positions), line["id"]
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(positions)), line["id"]
        for figure in line["figures"]:
            where = (line["id"], figure["text"])
            assert figure["form"] in FORMS, where
            assert {figure["role"], *figure.get("role_alt", [])} <= ROLES, where
            assert set().union(figure["measures"], *figure.get("measures_alt", [])) <= codes, where
            for low, high in [(figure["low"], figure["high"]), *figure.get("values_alt", [])]:
                assert low is not None or high is not None, where
                assert low is None or high is None or low <= high, where
            assert (figure["low"] == figure["high"]) == (figure["form"] == "exact"), where


def test_a_perfect_reader_scores_one(held_out: list[dict[str, Any]]) -> None:
    answers = told_by(held_out)
    scores = score(held_out, lambda text: answers[text])
    assert scores.errors == []
    assert [t.f1 for t in (scores.span, scores.value, scores.measure, scores.role)] == [1.0] * 4


def test_a_reader_that_finds_nothing_scores_nought(held_out: list[dict[str, Any]]) -> None:
    scores = score(held_out, lambda text: [])
    required = sum(not figure.get("optional") for line in held_out for figure in line["figures"])
    assert scores.span.f1 == 0.0
    assert scores.span.missed == required == len(scores.errors)


LINE: dict[str, Any] = {
    "id": "x",
    "genre": "county",
    "text": "悬挂横幅20条,参加300余人,一式三份。",
    "figures": [
        {"text": "20条", "low": 20, "high": 20, "form": "exact", "measures": ["banners"], "role": "result"},
        {
            "text": "300余人",
            "low": 300,
            "high": 400,
            "form": "more",
            "measures": ["participants"],
            "measures_alt": [["public_reached"]],
            "values_alt": [[300, None]],
            "role": "result",
        },
        {
            "text": "三份",
            "low": 3,
            "high": 3,
            "form": "exact",
            "measures": [],
            "role": "rule",
            "optional": True,
        },
    ],
}


def changed(change: Callable[[list[dict[str, Any]]], None]) -> Scores:
    """The scores of a perfect reader of LINE after one change to what it says."""
    said = [told.content for told in told_by([LINE])[LINE["text"]]]
    change(said)
    return score([LINE], lambda text: [Told(content) for content in said])


def f1s(scores: Scores) -> tuple[float, float, float, float]:
    return tuple(round(t.f1, 3) for t in (scores.span, scores.value, scores.measure, scores.role))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("change", "expected", "kinds"),
    [
        pytest.param(lambda said: said.pop(0), (0.667,) * 4, ["missed"], id="missed"),
        pytest.param(
            lambda said: said.append({**said[0], "start": 2, "end": 4}), (0.8,) * 4, ["extra"], id="found where none is"
        ),
        pytest.param(
            lambda said: said[1].update(end=said[1]["end"] - 1), (0.5, 1, 1, 1), ["span"], id="span too short"
        ),
        pytest.param(lambda said: said[1].update(high=310), (1, 0.5, 1, 1), ["value"], id="wrong high"),
        pytest.param(lambda said: said[0].update(low=None), (1, 0.5, 1, 1), ["value"], id="low unknown"),
        pytest.param(
            lambda said: said[0].update(measures=["slogans"]), (1, 1, 0.5, 1), ["measure"], id="wrong measure"
        ),
        pytest.param(
            lambda said: said[0].update(measures=["banners", "slogans"]), (1, 1, 0.5, 1), ["measure"], id="one too many"
        ),
        pytest.param(lambda said: said[0].update(role="target"), (1, 1, 1, 0.5), ["role"], id="wrong role"),
        pytest.param(lambda said: said[1].update(form="about"), (1, 1, 1, 1), ["form"], id="form is only noted"),
    ],
)
def test_seeded_errors_are_found(
    change: Callable[[list[dict[str, Any]]], None], expected: tuple[float, ...], kinds: list[str]
) -> None:
    scores = changed(change)
    assert f1s(scores) == expected
    assert [error.kind for error in scores.errors] == kinds


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda said: said[1].update(measures=["public_reached"]), id="other measure allowed"),
        pytest.param(lambda said: said[1].update(high=None), id="other bounds allowed"),
        pytest.param(lambda said: said.pop(2), id="optional left out"),
        pytest.param(lambda said: said[2].update(low=7, high=9, role="result"), id="optional read otherwise"),
    ],
)
def test_defensible_answers_cost_nothing(change: Callable[[list[dict[str, Any]]], None]) -> None:
    scores = changed(change)
    assert f1s(scores) == (1, 1, 1, 1)
    assert scores.span.hits == 2


def test_one_wide_reading_does_not_count_for_two_figures() -> None:
    def merge(said: list[dict[str, Any]]) -> None:
        said[0]["end"] = said[1]["end"]
        del said[1]

    scores = changed(merge)
    assert scores.value.hits + scores.value.missed == 2
    assert scores.value.hits <= 1


def test_genres_are_scored_apart() -> None:
    other = {**LINE, "id": "y", "genre": "mine", "text": LINE["text"] + " "}
    answers = told_by([LINE])[LINE["text"]]
    scores = score([LINE, other], lambda text: answers if text == LINE["text"] else [])
    assert scores.genres["county"]["span"].f1 == 1.0
    assert scores.genres["mine"]["span"].f1 == 0.0
    assert "mine" in scores.table()


@pytest.mark.parametrize(
    "content",
    ['{"id": "a"', '{"id": "a", "text": "b"}', '{"id": "a", "text": "b", "figures": [{"text": "3人"}]}', "7"],
    ids=["broken", "keys missing", "span not there", "no object"],
)
def test_a_bad_gold_file_gets_one_line_and_exit_2(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError):
        load(path)
    assert main([str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
