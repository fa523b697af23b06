"""`bench read`: a whole reading of a report against one pass of a regular expression over the same text."""

from __future__ import annotations

import re
from typing import Any

from bihuan.bench.timing import side_by_side
from bihuan.demonstration import EXAMPLE
from bihuan.reading import report

LENGTH = 10_000  # characters
RUNS = 30
_NUMERAL = re.compile(r"[近约超逾]?[\d.,一二三四五六七八九十百千万亿]+[余多]?[\u4e00-\u9fff]{1,2}")


def run() -> dict[str, Any]:
    """The ratio of reading everything (figures, outline, activities, lints) to merely finding the numerals."""
    example = EXAMPLE.read_text(encoding="utf-8")
    example = example[: report.read(example).tail.end]  # the foreign tail is read no further, and would be cheap
    text = (example * (LENGTH // len(example) + 1))[:LENGTH]
    ours, floor, ratio = side_by_side(lambda: report.read(text), lambda: _NUMERAL.findall(text), runs=RUNS)
    return {
        "ratio": round(ratio, 2),
        "ours": round(ours * 1000, 3),
        "floor": round(floor * 1000, 3),
        "unit": "ms",
        "rows": LENGTH,
        "runs": RUNS,
        "method": "report.read of 10,000 characters (the example, repeated) against one findall of numerals",
    }
