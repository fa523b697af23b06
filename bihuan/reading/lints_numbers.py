"""Lints that set the figures of a report against each other: rates, parts and totals, characters of units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bihuan.reading.lints_finding import FigureLike, Lint, plain

_CLAUSE_STOPS = "，。；：、！？,;:!?\n（）()"
_SENTENCE_STOPS = "。！？；;\n"
_SEVERAL = 8  # figures a sentence may hold before its rates are too tangled to judge

# What a rate is called → how its numerator is called.
_RATE_WORDS = {
    "整改": ("整改", "完成", "治理", "销号"), "办结": ("办结", "完成", "已办"), "完成": ("完成", "办结", "整改"),
    "合格": ("合格", "通过"), "及格": ("及格", "合格", "通过"), "通过": ("通过", "合格"), "达标": ("达标",),
    "优秀": ("优秀",), "优良": ("优良",), "销号": ("销号", "整改"), "治理": ("治理", "整改"), "反馈": ("反馈",),
    "上报": ("上报", "报送"), "报送": ("报送", "上报"), "持证": ("持证",), "参训": ("参训", "参加"),
    "参与": ("参与", "参加"), "参加": ("参加", "参与"), "到课": ("到课",), "签订": ("签订",), "签约": ("签约",),
    "安装": ("安装",), "完好": ("完好",), "闭环": ("闭环", "整改", "完成"), "履约": ("履约",), "检测": ("检测",),
}  # fmt: skip
_RATE = re.compile(rf"(?P<stem>{'|'.join(_RATE_WORDS)})(?:完成|闭环|合格)?率[^，。；、\n0-9０-９]{{0,6}}$")
_NOT_DONE = re.compile(r"未|尚|剩余|正在|限期|其余|还有|待|逾期|不合格|不达标")
_STATUS = re.compile(r"整改|办结|完成|销号|立案|闭环|处理|反馈|通过|合格|达标")
_OVERLAPPING = re.compile(r"女|党员|岁|学历|以上|以下|职称|同时|既|兼|少数民族")
_TOTAL = re.compile(r"(?:合计|总计|共计)(?:为|是|达)?$")

_CONFUSED = {
    ("分", "份"),
    ("付", "副"),
    ("付", "幅"),
    ("副", "幅"),
    ("只", "支"),
    ("枝", "支"),
    ("坐", "座"),
    ("相", "项"),
}


class _Paragraph:
    """The figures of one paragraph, with the words in front of each."""

    def __init__(self, text: str, figures: Sequence[FigureLike]) -> None:
        self.text, self.figures = text, figures

    def clause_before(self, figure: FigureLike, limit: int = 24) -> str:
        start = figure.start
        while start > max(0, figure.start - limit) and self.text[start - 1] not in _CLAUSE_STOPS:
            start -= 1
        return self.text[start : figure.start]

    def clause_after(self, figure: FigureLike, limit: int = 12) -> str:
        stop = figure.end
        while stop < min(len(self.text), figure.end + limit) and self.text[stop] not in _CLAUSE_STOPS:
            stop += 1
        return self.text[figure.end : stop]


def paragraphs(text: str, figures: Sequence[FigureLike]) -> Iterator[list[FigureLike]]:
    """The figures grouped by the line they stand in, in order."""
    group: list[FigureLike] = []
    for figure in figures:
        if group and "\n" in text[group[-1].end : figure.start]:
            yield group
            group = []
        group.append(figure)
    if group:
        yield group


def _reported(figure: FigureLike) -> bool:
    return figure.role in ("result", "") and figure.low is not None


# -- a rate against its own numerator and denominator -----------------------------------------------


def rates(text: str, figures: Sequence[FigureLike]) -> Iterator[Lint]:
    """Percentages that their own two numbers do not give; what is printed may be rounded or cut off."""
    for group in paragraphs(text, figures):
        window: list[FigureLike] = []
        paragraph = _Paragraph(text, group)
        for figure in group:
            if figure.unit_norm != "%":
                window.append(figure)
                continue
            if figure.role == "result":
                yield from _rate(paragraph, figure, window[-_SEVERAL:])
            window = []


def _rate(paragraph: _Paragraph, rate: FigureLike, window: Sequence[FigureLike]) -> Iterator[Lint]:
    before = paragraph.text[max(0, rate.start - 14) : rate.start]
    named = _RATE.search(before)
    if named is None or rate.low is None or rate.low != rate.high or rate.form != "exact":
        return
    words = _RATE_WORDS[named["stem"]]
    exact = [f for f in window if f.form == "exact" and _reported(f) and f.low == f.high]
    tops = [f for f in exact if _is_done(paragraph, f, words)]
    pairs = [(a, b) for a in tops for b in exact if b.start < a.start and b.unit_norm == a.unit_norm]
    pairs = [(a, b) for a, b in pairs if b.low and a.low is not None and not _is_done(paragraph, b, words)]
    if not pairs or any(_agrees(rate.low, _percent(a, b), _digits(rate.text)) for a, b in pairs):
        return
    top, bottom = max(pairs, key=lambda pair: (pair[0].start, pair[1].low or 0))
    value = plain(_percent(top, bottom))
    yield Lint(
        "rate", "error", rate.start, rate.end,
        f"{named['stem']}率印为 {rate.text}，按 {top.text}/{bottom.text} 计算应为 {value}%",
        f"the rate is printed as {rate.text}, but {top.text} of {bottom.text} is {value}%",
    )  # fmt: skip


def _is_done(paragraph: _Paragraph, figure: FigureLike, words: Sequence[str]) -> bool:
    before, after = paragraph.clause_before(figure), paragraph.clause_after(figure)
    if _NOT_DONE.search(before):
        return False
    return any(word in before or word in after for word in words)


def _percent(top: FigureLike, bottom: FigureLike) -> Decimal:
    assert top.low is not None
    assert bottom.low is not None
    return top.low * 100 / bottom.low


def _digits(printed: str) -> int:
    found = re.search(r"[.．]([0-9０-９]+)", printed)
    return len(found.group(1)) if found else 0


def _agrees(printed: Decimal, value: Decimal, digits: int) -> bool:
    """Whether the printed percentage is the value rounded, or cut off, to its own number of digits."""
    unit = Decimal(1).scaleb(-digits)
    return abs(printed - value) <= unit / 2 or Decimal(0) <= value - printed < unit


# -- parts against their total ----------------------------------------------------------------------


def parts_totals(text: str, figures: Sequence[FigureLike]) -> Iterator[Lint]:
    """Parts behind 其中 that add up to more than their total, and sums named 合计 that their parts do not give."""
    for group in paragraphs(text, figures):
        if len(group) < 2:
            continue
        paragraph = _Paragraph(text, group)
        for sentence in _sentences(text, group):
            yield from _among(paragraph, sentence)
            yield from _summed(paragraph, sentence)


def _sentences(text: str, group: Sequence[FigureLike]) -> Iterator[list[FigureLike]]:
    sentence: list[FigureLike] = []
    for figure in group:
        if sentence and any(stop in text[sentence[-1].end : figure.start] for stop in _SENTENCE_STOPS):
            yield sentence
            sentence = []
        sentence.append(figure)
    yield sentence


def _among(paragraph: _Paragraph, sentence: Sequence[FigureLike]) -> Iterator[Lint]:
    text = paragraph.text
    for at, total in enumerate(sentence[:-1]):
        between = text[total.end : sentence[at + 1].start]
        if "其中" not in between:
            continue
        following = sentence[at + 1 : at + 1 + 2 * _SEVERAL]
        last = following[0]
        parts: list[FigureLike] = []
        for figure in following:
            if figure.unit_norm == total.unit_norm and figure.role == total.role:
                parts.append(figure)
            last = figure
            if "其中" in text[figure.end : figure.end + 3]:
                parts = parts[:-1] if len(parts) > 1 else parts
                break
        if not _OVERLAPPING.search(text[total.end : last.end + 6]):
            yield from _exceeding(paragraph, total, parts)


def _exceeding(paragraph: _Paragraph, total: FigureLike, parts: Sequence[FigureLike]) -> Iterator[Lint]:
    """Parts that tell what a thing is and parts that tell what became of it are two ways of dividing one total."""
    kinds: dict[str, list[FigureLike]] = {}
    for part in parts:
        state = _STATUS.search(paragraph.clause_before(part) + paragraph.clause_after(part, 4))
        kinds.setdefault(state.group() if state else "", []).append(part)
    for group in kinds.values():
        lows = [part.low for part in group if part.low is not None]
        if not lows or total.high is None or sum(lows) <= total.high:
            continue
        added = "+".join(part.text for part in group)
        yield Lint(
            "parts_total", "error", total.start, group[-1].end,
            f"分项之和 {plain(sum(lows, Decimal(0)))}（{added}）超过总数 {total.text}",
            f"the parts ({added}) add up to {plain(sum(lows, Decimal(0)))}, more than their total {total.text}",
        )  # fmt: skip
        return


def _summed(paragraph: _Paragraph, sentence: Sequence[FigureLike]) -> Iterator[Lint]:
    """横幅20条、标语30条，合计60条."""
    for at, total in enumerate(sentence):
        if not _TOTAL.search(paragraph.text[max(0, total.start - 4) : total.start]) or total.form != "exact":
            continue
        parts: list[FigureLike] = []
        for figure in reversed(sentence[:at]):
            if figure.unit_norm != total.unit_norm or figure.form != "exact" or figure.role != total.role:
                break
            parts.insert(0, figure)
        known = [part.low for part in parts if part.low is not None]
        if len(parts) < 2 or len(known) != len(parts) or total.low is None:
            continue
        value = sum(known, Decimal(0))
        holds_total = any(part.low == value - part.low for part in parts if part.low is not None)
        if value != total.low and not holds_total:
            yield Lint(
                "parts_total", "error", parts[0].start, total.end,
                f"分项之和为 {plain(value)}，与合计 {total.text} 不符",
                f"the parts add up to {plain(value)}, not to the printed {total.text}",
            )  # fmt: skip


# -- characters of units ----------------------------------------------------------------------------


def unit_characters(figures: Sequence[FigureLike]) -> Iterator[Lint]:
    """Units written with a wrong character of the same sound, as 分 for 份."""
    for figure in figures:
        if (figure.unit, figure.unit_norm) in _CONFUSED:
            yield Lint(
                "unit_character", "warning", figure.start, figure.end,
                f"“{figure.text}”的量词疑似错字：“{figure.unit}”应为“{figure.unit_norm}”",
                f"the classifier of “{figure.text}” seems miswritten: {figure.unit} for {figure.unit_norm}",
            )  # fmt: skip
