"""The outline of a report: its numbered headings and items, and what is wrong with their numbering.

The levels are learnt from the text itself. Where the numbers of one style run on (一、 … 二、) over items of another
that begin anew, the first is above the second; only where the text does not show it, the usual ladder of official
papers decides (一、 above （一） above 1. above (1), 一是 below them all).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bihuan.reading.outline_contents import without_contents
from bihuan.reading.outline_marks import Mark, inline_marks, line_marks

_LADDER = {
    "di部分": 0.0, "di篇": 0.0, "di编": 0.0, "di章": 1.0, "di节": 2.0, "cn_dun": 3.0, "cn_paren": 4.0, "di条": 4.5,
    "arabic": 5.0, "decimal2": 5.2, "decimal3": 5.3, "decimal4": 5.4, "decimal5": 5.5, "arabic_paren": 6.0,
    "arabic_half_paren": 7.0, "di": 7.5, "shi": 8.0,
}  # fmt: skip
_FAR = 20  # a longer jump is no gap but another kind of number
_ORPHANS_ALLOWED = ("shi", "di")  # an opening paragraph may well count 一是…二是… before the first heading

_ANNEX = re.compile(r"^[ \t　]*(?:附件|附表|附录)(?:[ 　]*[0-9一二三四五六七八九十]{1,3})?[ 　]*(?:[：:].*)?$")
_TITLE = re.compile(r"(?:报告|总结|汇报|通知|方案|情况|小结|通报|简报)[ 　]*$")
_LEADS_IN = re.compile(r"(?:[：:]|(?:如下|以下)[^。]{0,12}[。.]?)[ 　]*$")
_SENTENCE_END = tuple("。；！？，、;!?,…")


@dataclass(frozen=True, slots=True)
class Heading:
    """One numbered heading or item; `level` counts from 1, `start`/`end` are the offsets of its marker."""

    level: int
    marker: str
    style: str
    number: int
    start: int
    end: int
    inline: bool = False

    def as_dict(self) -> dict[str, object]:
        """The heading as JSON."""
        return {
            "level": self.level, "marker": self.marker, "style": self.style,
            "number": self.number, "start": self.start,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutlineIssue:
    """One fault: kind gap, duplicate, level or restart, between the numbers `after` and `before` of one sequence.

    `after` is 0 where a sequence does not begin with its first number, and None where nothing stands before.
    `start`/`end` are the offsets of the marker where it shows.
    """

    kind: str
    level: int
    style: str
    after: int | None
    before: int
    missing: tuple[int, ...]
    start: int
    end: int

    def as_dict(self) -> dict[str, object]:
        """The issue as JSON."""
        return {
            "kind": self.kind, "level": self.level, "style": self.style,
            "after": self.after, "before": self.before, "missing": list(self.missing),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """Headings in text order and the issues of their numbering."""

    headings: tuple[Heading, ...] = ()
    issues: tuple[OutlineIssue, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The outline as JSON."""
        return {
            "headings": [heading.as_dict() for heading in self.headings],
            "issues": [issue.as_dict() for issue in self.issues],
        }


def find_outline(text: str, *, end: int | None = None) -> Outline:
    """The outline of text[:end]; offsets are characters of `text`. Linear in its length; never raises."""
    lines = _Lines(text, len(text) if end is None else end)
    marks = _without_strays(without_contents(text, _all_marks(text, lines), lines.spans))
    return _Walk(text, lines, marks).run()


class _Lines:
    """The lines of the text as spans, and what the lines without a mark say about the sequences around them."""

    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] = []
        start = 0
        while start <= end:
            stop = text.find("\n", start, end)
            stop = end if stop < 0 else stop
            self.spans.append((start, stop))
            start = stop + 1

    def content(self, line: int) -> str:
        start, stop = self.spans[line]
        return self.text[start:stop].strip()

    def leads_in(self, content: str) -> bool:
        """Whether an unnumbered line opens something new: 如下：, or a short title that ends without a stop."""
        if not content:
            return False
        return bool(_LEADS_IN.search(content[-20:])) or (len(content) <= 35 and not content.endswith(_SENTENCE_END))

    def open_properly(self, before: int) -> bool:
        """Whether the text begins with an opening (a title, 现报告如下) and not in the middle of a page."""
        contents = [c for c in (self.content(line) for line in range(min(before, 60))) if c]
        return any(_LEADS_IN.search(c[-20:]) for c in contents) or (
            bool(contents) and len(contents[0]) <= 60 and bool(_TITLE.search(contents[0]))
        )


def _all_marks(text: str, lines: _Lines) -> list[Mark]:
    at_line: dict[int, Mark] = {mark.line: mark for mark in line_marks(text, lines.spans[-1][1])}
    marks: list[Mark] = []
    for number, (start, stop) in enumerate(lines.spans):
        first = at_line.get(number)
        if first is not None:
            marks.append(first)
            start = first.end
        if stop - start > 4:
            marks.extend(
                mark for mark in inline_marks(text, start, stop, number) if mark.start > lines.spans[number][0]
            )
    return marks


def _without_strays(marks: list[Mark]) -> list[Mark]:
    """Drop what has the form of a mark but belongs to no sequence: a lone 一是 in a sentence, a lone 3.2."""
    kept: list[Mark] = []
    upcoming: dict[str, tuple[int, int, bool]] = {}  # kind → number, line, use of the next mark of that kind
    later: list[bool] = [False] * len(marks)
    for index in range(len(marks) - 1, -1, -1):
        mark = marks[index]
        number, line, used = upcoming.get(mark.kind, (0, 0, False))
        near = line - mark.line <= (1 if mark.inline else 400)
        later[index] = near and (mark.number < number <= mark.number + 3 or (number == mark.number and used))
        upcoming[mark.kind] = (mark.number, mark.line, later[index])
    last: dict[str, tuple[int, int]] = {}
    for index, mark in enumerate(marks):
        number, line = last.get(mark.kind, (0, -1))
        follows = number and 0 <= mark.number - number <= _FAR and mark.line - line <= (1 if mark.inline else 400)
        if (mark.inline or (mark.style == "decimal" and mark.number != 1)) and not later[index] and not follows:
            continue
        last[mark.kind] = (mark.number, mark.line)
        kept.append(mark)
    return kept


def _order(marks: list[Mark]) -> Callable[[str, str], bool]:
    """A relation above(a, b) between kinds: by what the text shows, else by the usual ladder."""
    shown: dict[tuple[str, str], int] = defaultdict(int)
    since: dict[str, set[str]] = {}
    last: dict[str, int] = {}
    for mark in marks:
        if mark.inline:
            continue
        if mark.number == 1:
            for kind, begun in since.items():
                if kind != mark.kind:
                    begun.add(mark.kind)
        if last.get(mark.kind) == mark.number - 1:
            for kind in since.get(mark.kind, ()):
                shown[mark.kind, kind] += 1
        since[mark.kind] = set()
        last[mark.kind] = mark.number

    def above(a: str, b: str) -> bool:
        difference = shown.get((a, b), 0) - shown.get((b, a), 0)
        return difference > 0 if difference else _LADDER.get(a, 9.0) < _LADDER.get(b, 9.0)

    return above


@dataclass(slots=True)
class _Frame:
    """One open sequence: `top` is its highest number so far, `prefix` what its decimals share."""

    kind: str
    style: str
    inline: bool
    first: Mark
    top: int
    line: int
    prefix: str
    count: int = 1
    seen: set[int] = field(default_factory=set)
    lead: bool = False  # an unnumbered line that opens something new came after the last item
    body: bool = False  # any unnumbered line came after the last item
    loose: bool = False  # its items have unnumbered paragraphs of their own


class _Walk:
    """One pass over the marks with a stack of open sequences."""

    def __init__(self, text: str, lines: _Lines, marks: list[Mark]) -> None:
        self.text, self.lines, self.marks = text, lines, marks
        self.above = _order(marks)
        self.stack: list[_Frame] = []
        self.headings: list[Heading] = []
        self.issues: list[OutlineIssue] = []
        self.places: dict[str, list[int]] = defaultdict(list)
        for index, mark in enumerate(marks):
            self.places[mark.kind].append(index)
        self.seen_line = 0

    def run(self) -> Outline:
        for index, mark in enumerate(self.marks):
            self._pass_lines(mark.line)
            if mark.inline:
                self._inline(index, mark)
            else:
                self._at_line(index, mark)
        self.issues.sort(key=lambda issue: issue.start)
        return Outline(tuple(self.headings), tuple(self.issues))

    # -- helpers ---------------------------------------------------------------------------------

    def _pass_lines(self, line: int) -> None:
        """Tell the open sequences of the unnumbered lines between the last mark and this one."""
        marked = {self.headings[-1].start} if self.headings else set()
        for number in range(self.seen_line, line + 1):
            content = self.lines.content(number)
            if not content or (number == line and not _ANNEX.match(content)):
                continue
            if _ANNEX.match(content):
                self.stack.clear()
                continue
            start, stop = self.lines.spans[number]
            if any(start <= place <= stop for place in marked):
                continue
            lead = self.lines.leads_in(content)
            for frame in self.stack:
                frame.body, frame.lead = True, frame.lead or lead
        self.seen_line = line + 1

    def _next(self, kind: str, index: int) -> int | None:
        """The number of the next mark of this kind behind marks[index]."""
        places = self.places[kind]
        at = bisect_right(places, index)
        return self.marks[places[at]].number if at < len(places) else None

    def _issue(self, kind: str, level: int, after: int | None, mark: Mark, missing: tuple[int, ...] = ()) -> None:
        self.issues.append(OutlineIssue(kind, level, mark.style, after, mark.number, missing, mark.start, mark.end))

    def _heading(self, mark: Mark, level: int) -> None:
        self.headings.append(
            Heading(level, mark.text, mark.style, mark.number, mark.start, mark.end, inline=mark.inline)
        )

    def _push(self, mark: Mark) -> None:
        frame = _Frame(mark.kind, mark.style, mark.inline, mark, mark.number, mark.line, mark.prefix)
        frame.seen.add(mark.number)
        self.stack.append(frame)
        self._heading(mark, len(self.stack))

    def _continue(self, depth: int, mark: Mark) -> None:
        """Add the mark to the sequence at this depth, whatever its number."""
        del self.stack[depth + 1 :]
        frame = self.stack[depth]
        frame.loose = frame.loose or frame.body
        frame.lead = frame.body = False
        frame.top, frame.line, frame.prefix = max(frame.top, mark.number), mark.line, mark.prefix
        frame.count += 1
        frame.seen.add(mark.number)
        frame.inline = frame.inline and mark.inline
        self._heading(mark, depth + 1)

    def _compare(self, depth: int, mark: Mark) -> None:
        """Continue the sequence at this depth with a number that is not 1, and say what is wrong with it."""
        frame = self.stack[depth]
        if mark.number > frame.top + 1:
            missing = tuple(range(frame.top + 1, mark.number))
            self._issue("gap", depth + 1, frame.top, mark, missing)
        elif mark.number in frame.seen:
            self._issue("duplicate", depth + 1, frame.top, mark)
        elif mark.number <= frame.top and mark.number > min(frame.seen):
            self._issue("restart", depth + 1, frame.top, mark)
        self._continue(depth, mark)

    # -- marks at the beginning of a line ----------------------------------------------------------

    def _at_line(self, index: int, mark: Mark) -> None:
        depth = self._open(mark, inline=False)
        if depth is None:
            carried = self._open(mark, inline=True)
            if carried is not None and self.stack[carried].top == mark.number - 1:
                self._continue(carried, mark)
            else:
                self._new_at_line(index, mark)
            return
        frame = self.stack[depth]
        if self._belongs_inside(index, depth, mark):
            return
        if mark.number == frame.top + 1 and mark.prefix == frame.prefix:
            self._continue(depth, mark)
        elif mark.prefix != frame.prefix:
            self._replace(depth, mark, fault=mark.number != 1 and mark.number - 1 <= 3)
        elif abs(mark.number - frame.top) > _FAR and mark.number != 1:
            return
        elif mark.number == 1:
            self._restart(depth, mark)
        elif mark.number <= frame.top and self._is_new_part(frame) and self._next(mark.kind, index) == mark.number + 1:
            self._replace(depth, mark, fault=False)
        else:
            self._compare(depth, mark)

    def _open(self, mark: Mark, *, inline: bool) -> int | None:
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].kind == mark.kind and self.stack[depth].inline == inline:
                return depth
        return None

    def _replace(self, depth: int, mark: Mark, *, fault: bool) -> None:
        del self.stack[depth:]
        self._push(mark)
        if fault:
            self._issue("gap", depth + 1, 0, mark, tuple(range(1, mark.number)))

    def _is_new_part(self, frame: _Frame) -> bool:
        """Whether an unnumbered line since its last item stands as a new parent of what follows."""
        return frame.lead or (frame.body and not frame.loose and frame.count > 1)

    def _restart(self, depth: int, mark: Mark) -> None:
        frame = self.stack[depth]
        if self._is_new_part(frame):
            self._replace(depth, mark, fault=False)
        elif frame.count == 1 and frame.top == 1:
            self._issue("duplicate", depth + 1, 1, mark)
            self._continue(depth, mark)
        else:
            self._issue("restart", depth + 1, frame.top, mark)
            self._replace(depth, mark, fault=False)

    def _belongs_inside(self, index: int, depth: int, mark: Mark) -> bool:
        """Whether the number fits a sequence below, written by mistake in the style of the one above."""
        if self._next(mark.kind, index) != self.stack[depth].top + 1:
            return False
        for inner in range(len(self.stack) - 1, depth, -1):
            frame = self.stack[inner]
            if frame.inline or frame.top + 1 != mark.number:
                continue
            if mark.number == self.stack[depth].top + 1 and self._next(frame.kind, index) != mark.number + 1:
                continue  # it fits where it stands
            self._issue("level", inner + 1, frame.top, mark)
            self._continue(inner, mark)
            return True
        return False

    def _new_at_line(self, index: int, mark: Mark) -> None:
        if mark.number > _FAR:
            return
        closed = None
        while self.stack and (self.stack[-1].inline or not self.above(self.stack[-1].kind, mark.kind)):
            closed = self.stack.pop()
        if closed is not None and not self.stack:
            self._orphan(closed, mark)
        if mark.number == 1:
            self._push(mark)
            return
        parent = self.stack[-1] if self.stack else None
        if parent and parent.top + 1 == mark.number and self._next(parent.kind, index) in (None, mark.number + 1):
            self._issue("level", len(self.stack), parent.top, mark)
            self._continue(len(self.stack) - 1, mark)
            return
        begins = not self.stack and not (self.lines.open_properly(mark.line) and self._first_of_its_kind(mark))
        self._push(mark)
        if not begins and self._next(mark.kind, index) == mark.number + 1:
            self._issue("gap", len(self.stack), 0, mark, tuple(range(1, mark.number)))

    def _first_of_its_kind(self, mark: Mark) -> bool:
        """Whether nothing but lower items stand before: then an opening shows that the number 1 is missing."""
        return all(heading.style != mark.style for heading in self.headings)

    def _orphan(self, orphan: _Frame, mark: Mark) -> None:
        """A lower style began the text and the higher one begins only now: its items hang under nothing."""
        lower = not orphan.inline and orphan.kind not in _ORPHANS_ALLOWED and self.above(mark.kind, orphan.kind)
        if lower and mark.number == 1 and orphan.first.number == 1 and self.headings[0].start == orphan.first.start:
            self._issue("level", 1, None, orphan.first)

    # -- marks inside a paragraph ------------------------------------------------------------------

    def _inline(self, index: int, mark: Mark) -> None:
        depth = self._open(mark, inline=True)
        if depth is not None and self.stack[depth].line == mark.line:
            frame = self.stack[depth]
            if mark.number != 1:
                self._compare(depth, mark)
            elif frame.count == 1 and frame.top == 1 and self._lacks_second(index, mark):
                self._issue("duplicate", depth + 1, 1, mark)
                self._continue(depth, mark)
            else:
                self._replace(depth, mark, fault=False)
            return
        if mark.number == 1:
            self._push_inline(mark)
            return
        for carried in (self._open(mark, inline=False), depth):
            if carried is not None and self.stack[carried].top == mark.number - 1:
                self._continue(carried, mark)
                return
        line_depth = self._open(mark, inline=False)
        if line_depth is not None and self.stack[line_depth].line == mark.line:
            self._compare(line_depth, mark)
        elif mark.style in _ORPHANS_ALLOWED and self._next(mark.kind, index) == mark.number + 1:
            first = not self.headings and not self.lines.open_properly(mark.line + 1)
            self._push_inline(mark)
            if not first:
                self._issue("gap", len(self.stack), 0, mark, tuple(range(1, mark.number)))

    def _lacks_second(self, index: int, mark: Mark) -> bool:
        """Whether two 一是 share one 二是 in this paragraph (else the second begins a sequence inside the first)."""
        places = self.places[mark.kind]
        at = bisect_right(places, index)
        following = [self.marks[p] for p in places[at : at + 40]]
        return sum(1 for m in following if m.line == mark.line and m.number == 2) == 1

    def _push_inline(self, mark: Mark) -> None:
        """Open a sequence inside this paragraph, closing those of other paragraphs."""
        while self.stack and self.stack[-1].inline and self.stack[-1].line != mark.line:
            self.stack.pop()
        self._push(mark)
