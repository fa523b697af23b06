"""The contents list before the body: its lines look like headings and are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bihuan.reading.outline_marks import Mark

_CONTENTS = re.compile(r"^[ \t　]*目[ 　]*[录次][ 　]*$", re.MULTILINE)
_PAGE_NUMBER = re.compile(r"(?:[.…·．⋯\-_—]{3,}|[\t ]{2,}|\t)[ 　]*[（(]?[0-9０-９]{1,3}[)）]?[ 　]*$")
_LEADERS = re.compile(r"[ \t　.…·．⋯_—\-]+[（(]?[0-9０-９]{0,3}[)）]?[ 　]*$")
_LONGEST = 120  # entries of a contents list


def without_contents(text: str, marks: Sequence[Mark], lines: Sequence[tuple[int, int]]) -> list[Mark]:
    """The marks without those of a contents list.

    A line belongs to one when it ends in leaders or a page number, or when it stands in a run of short lines at the
    beginning (or below 目录) whose words all come again further down.
    """
    paged = {
        mark.line for mark in marks if not mark.inline and _PAGE_NUMBER.search(text, mark.end, lines[mark.line][1])
    }
    run = _repeated_run(text, marks, lines)
    if len(paged) < 2:
        paged = set()
    return [mark for mark in marks if mark.line not in paged and mark.line not in run]


def _title(text: str, line: tuple[int, int]) -> str:
    content = _LEADERS.sub("", text[line[0] : min(line[1], line[0] + 120)])
    return re.sub(r"[ \t　]", "", content)


def _repeated_run(text: str, marks: Sequence[Mark], lines: Sequence[tuple[int, int]]) -> set[int]:
    """Lines of the first run of marked short lines, if all their titles come again behind the run."""
    at_line = [mark for mark in marks if not mark.inline]
    if len(at_line) < 4:
        return set()
    titles = {mark.line: _title(text, lines[mark.line]) for mark in at_line}
    heading = _CONTENTS.search(text, 0, min(len(text), lines[at_line[0].line][0] + 1))
    run: list[int] = []
    known: set[str] = set()
    for mark in at_line:
        start, stop = lines[mark.line]
        if stop - start > 60 or (run and mark.line - run[-1] > 2) or titles[mark.line] in known:
            break
        run.append(mark.line)
        known.add(titles[mark.line])
    if len(run) > _LONGEST:
        return set()
    if len(run) < 2 and not (run and heading):
        return set()
    later = {titles[mark.line] for mark in at_line if mark.line > run[-1]}
    prefixes = {title[: len(titles[line])] for line in run for title in later}
    return set(run) if all(titles[line] in prefixes for line in run) else set()
