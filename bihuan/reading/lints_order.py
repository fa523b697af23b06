"""Lints of the order of a report: what its outline and its end show."""

from __future__ import annotations

from collections.abc import Iterator

from bihuan.reading.lints_finding import Lint
from bihuan.reading.outline import Outline, OutlineIssue
from bihuan.reading.outline_marks import chinese
from bihuan.reading.tail import Tail

_SEVERITY = {"gap": "error", "duplicate": "error", "level": "warning", "restart": "warning"}


def _printed(number: int, style: str) -> str:
    """The number in the way its style prints it."""
    shown = chinese(number) if style in ("cn_dun", "cn_paren", "shi", "di") else str(number)
    form = {
        "cn_dun": "{}、",
        "cn_paren": "（{}）",
        "arabic": "{}.",
        "arabic_paren": "（{}）",
        "shi": "{}是",
        "di": "第{}",
    }
    return form.get(style, "{}").format(shown)


def numbering(outline: Outline) -> Iterator[Lint]:
    """One lint for each issue of the outline: numbering_gap, _duplicate, _level, _restart."""
    for issue in outline.issues:
        zh, en = _told(issue)
        yield Lint(f"numbering_{issue.kind}", _SEVERITY[issue.kind], issue.start, issue.end, zh, en)


def _told(issue: OutlineIssue) -> tuple[str, str]:
    before = _printed(issue.before, issue.style)
    after = _printed(issue.after, issue.style) if issue.after else ""
    if issue.kind == "gap":
        missing = "、".join(_printed(number, issue.style).rstrip("、") for number in issue.missing)
        listed = ", ".join(str(number) for number in issue.missing)
        if not after:
            return f"序号从“{before}”开始，缺 {missing}", f"the numbering begins at {issue.before}; missing: {listed}"
        return (
            f"序号从“{after}”跳到“{before}”，缺 {missing}",
            f"the numbering jumps from {issue.after} to {issue.before}; missing: {listed}",
        )
    if issue.kind == "duplicate":
        return f"序号“{before}”重复", f"the number {issue.before} stands twice"
    if issue.kind == "level":
        return (
            f"“{before}”的层级与上下文不符，疑似用错序号样式",
            f"“{before}” does not fit the level it stands at: probably the wrong style of number",
        )
    return (
        f"序号在“{after}”之后又回到“{before}”，其间没有新的上级标题",
        f"the numbering falls back from {issue.after} to {issue.before} without a new heading above it",
    )


def foreign_tail(text: str, tail: Tail) -> Iterator[Lint]:
    """One lint over all that stands behind the report's own end."""
    if not tail.spans:
        return
    start, stop = tail.spans[0][0], tail.spans[-1][1]
    words = text[start : start + 12].strip()
    yield Lint(
        "foreign_tail", "error", start, stop,
        f"正文结束后有 {len(tail.spans)} 行与报告无关的内容（自“{words}”起），应删除",
        f"{len(tail.spans)} lines after the end of the report do not belong to it (from “{words}”): delete them",
    )  # fmt: skip
