"""The example report of the project says the same as the real one, and is plainly marked as an example."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from bihuan.reading.report import Reading, read

EXAMPLE = resources.files("bihuan.reading").joinpath("data/example-report.txt").read_text(encoding="utf-8")
REAL = Path(__file__).resolve().parents[3] / "shared/domain/linxia-2023-summary.txt"

SIX = [
    ("2000余人", 2000, 3000, ["participants"], "康乐县", "2023-06-12"),
    ("近1.5万人", 14000, 15000, ["participants"], "临夏回族自治州", None),
    ("1500多条(块)", 1500, 1600, ["banners", "exhibition_boards"], "临夏回族自治州", None),
    ("8万余份", 80000, 90000, ["leaflets", "gifts"], "临夏回族自治州", None),
    ("6万余人", 60000, 70000, ["quiz_participants"], "临夏回族自治州", None),
    ("870万余分", 8700000, 8800000, ["quiz_points"], "临夏回族自治州", None),
]


def figures(reading: Reading, *, dates: bool = True) -> list[tuple[object, ...]]:
    rows = [figure.as_dict() for figure in reading.figures]
    return [
        (row["text"], row["low"], row["high"], row["measures"], row["place"], row["date"] if dates else None)
        for row in rows
    ]


def check(text: str) -> None:
    reading = read(text)
    assert [row[:5] for row in figures(reading)] == [row[:5] for row in SIX]
    assert figures(reading)[0][5] == "2023-06-12"
    (gap,) = reading.outline.issues
    assert (gap.kind, gap.style, gap.after, gap.before, gap.missing) == ("gap", "shi", 5, 8, (6, 7))
    assert [(lint.code, lint.severity) for lint in reading.lints] == [
        ("plan_named_two_ways", "warning"),
        ("numbering_gap", "error"),
        ("ceiling", "warning"),
        ("foreign_tail", "error"),
    ]
    assert len(reading.tail.spans) == 10
    ceiling = reading.lints[2]
    assert all(word in ceiling.zh for word in ("145", "150", "97%", "2023"))


def test_the_example() -> None:
    check(EXAMPLE)
    assert "示例" in EXAMPLE.splitlines()[0]
    assert "不是原始公文" in EXAMPLE.splitlines()[0]


def test_the_real_report_and_the_example_agree() -> None:
    if not REAL.exists():
        pytest.skip("the real report is not beside this checkout")
    real = REAL.read_text(encoding="utf-8")
    check(real)
    ours, theirs = read(EXAMPLE), read(real)
    assert figures(ours) == figures(theirs)
    assert [h.style for h in ours.outline.headings] == [h.style for h in theirs.outline.headings]
    assert [(h.level, h.number) for h in ours.outline.headings] == [
        (h.level, h.number) for h in theirs.outline.headings
    ]
    shared = {a[i : i + 25] for a in EXAMPLE.splitlines() for i in range(len(a) - 24)} & {
        b[i : i + 25] for b in real.splitlines() for i in range(len(b) - 24)
    }
    assert all(
        "《" in words or "安全生产月" in words or "份" in words for words in shared
    )  # own words, printed figures
