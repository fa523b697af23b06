"""The whole reading of a report, and of many reports one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.reading.activities import Activity, find_activities
from bihuan.reading.figures import Figure, find_figures
from bihuan.reading.lints import Lint, find_lints
from bihuan.reading.outline import Outline, find_outline
from bihuan.reading.places import survey
from bihuan.reading.tail import Tail, find_tail
from bihuan.reading.unreadable import MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one text. All offsets are characters of that text; `tail` says where the report ends."""

    text: str
    figures: tuple[Figure, ...]
    outline: Outline
    activities: tuple[Activity, ...]
    lints: tuple[Lint, ...]
    tail: Tail

    def as_dict(self) -> dict[str, Any]:
        """The reading as the JSON of `bihuan read`: figures, outline, activities, lints."""
        return {
            "figures": [figure.as_dict() for figure in self.figures],
            "outline": self.outline.as_dict(),
            "activities": [activity.as_dict() for activity in self.activities],
            "lints": [lint.as_dict() for lint in self.lints],
        }


def read(text: str) -> Reading:
    """Read one report. What stands behind its end is told by a lint and read no further. Never raises on any text."""
    tail = find_tail(text)
    outline = find_outline(text, end=tail.end)
    seen = survey(text[: tail.end])
    figures = find_figures(text, end=tail.end, outline=outline, seen=seen)
    activities = find_activities(text, figures, end=tail.end, seen=seen)
    lints = find_lints(text, figures, outline, tail=tail)
    return Reading(text, tuple(figures), outline, tuple(activities), tuple(lints), tail)


def read_jsonl(lines: Iterable[str | bytes]) -> Iterator[str]:
    """For each line {"id", "text"} one line {"id", …reading}, in the same order, one at a time; no line ends.

    A line that cannot be read gives {"id", "error"}, the id null where it is unknown. Blank lines are passed over.
    """
    for line in lines:
        if line.strip():
            yield _dump(_answer(line))


def _answer(line: str | bytes) -> dict[str, Any]:
    try:
        given = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _error(None, "不是有效的 JSON", "not valid JSON")
    if not isinstance(given, dict):
        return _error(None, "不是 JSON 对象", "not a JSON object")
    key = given.get("id")
    text = given.get("text")
    if "text" not in given:
        return _error(key, "缺少 text", "text is missing")
    if not isinstance(text, str):
        return _error(key, "text 不是字符串", "text is not a string")
    if len(text) > MAX_CHARACTERS:
        return _error(key, "text 超过 200 万字", "text is longer than 2,000,000 characters")
    if _has_surrogates(text):
        return _error(key, "text 不是有效的 UTF-8", "text is not valid UTF-8")
    if not text.strip():
        return _error(key, "text 是空的", "text is empty")
    return {"id": key, **read(text).as_dict()}


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _has_surrogates(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _error(key: Any, zh: str, en: str) -> dict[str, Any]:
    return {"id": key, "error": f"{zh} / {en}"}


def _dump(answer: dict[str, Any]) -> str:
    line = json.dumps(answer, ensure_ascii=False)
    return json.dumps(answer) if _has_surrogates(line) else line
