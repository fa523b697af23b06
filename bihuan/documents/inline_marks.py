"""A block's text as people type it: a number bound to a fact stands in it as ⟦3:近1.5万人⟧.

The 3 is the number's place in the document's own list of numbers, which only grows; what follows it is what the fact
prints, and is there for the eye: it is compared, never taken. ⟦粗⟧ and ⟦细⟧ begin and end bold type. A bracket ⟦ that
the text itself has is written ⟦(⟧, and ⟧ is written ⟦)⟧, so that nothing typed can be taken for a number by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bihuan.documents.paper import Bound, Inlines, Text
from bihuan.lib.refusals import Refusal

_BOLD: Final = "粗"
_LIGHT: Final = "细"
_ESCAPES: Final = {"(": "⟦", ")": "⟧"}
_PART: Final = re.compile(r"⟦([^⟦⟧]*)⟧|([⟦⟧])|[^⟦⟧]+")
_NUMBER: Final = re.compile(r"([1-9][0-9]{0,5}):(.*)", re.S)
_HELD: Final = str.maketrans("⟦⟧", "〔〕")


class ProseError(Refusal):
    """An edit that cannot be taken. `code` is one of "mark", "number-unknown", "number-changed", "too-long", "table",
    "empty", "form"."""


def places(numbers: Sequence[Bound]) -> dict[Bound, int]:
    """Each number's place in the list, counted from 1."""
    return {bound: place for place, bound in reversed(list(enumerate(numbers, 1)))}


def marked(inlines: Inlines, known: Mapping[Bound, int]) -> str:
    """Inlines as text with marks. Every bound number must be in `known` (see `places`)."""
    return "".join(_marked(tidy(inlines), known))


def number_mark(place: int, bound: Bound) -> str:
    """The mark of one number."""
    return f"⟦{place}:{_shown(bound)}⟧"


def unmarked(text: str, numbers: Sequence[Bound], where: str) -> Inlines:
    """Text with marks as inlines. `where` names the place in a refusal.

    Raises:
        ProseError: a mark that is none, a number that is not this document's, a number whose words were changed.
    """
    return tidy(_unmarked(text, numbers, where))


def tidy(inlines: Iterable[Text | Bound]) -> Inlines:
    """The same text in its plainest form: no empty stretches, neighbours of one look joined."""
    found: list[Text | Bound] = []
    for inline in inlines:
        last = found[-1] if found else None
        if isinstance(inline, Text):
            if not inline.text:
                continue
            if isinstance(last, Text) and last.bold == inline.bold:
                found[-1] = Text(last.text + inline.text, inline.bold)
                continue
        found.append(inline)
    return tuple(found)


def _shown(bound: Bound) -> str:
    return bound.text.translate(_HELD)


def _marked(inlines: Inlines, known: Mapping[Bound, int]) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Bound):
            yield number_mark(known[inline], inline)
        else:
            words = re.sub(r"[⟦⟧]", lambda found: "⟦(⟧" if found.group() == "⟦" else "⟦)⟧", inline.text)
            yield f"⟦{_BOLD}⟧{words}⟦{_LIGHT}⟧" if inline.bold else words


def _unmarked(text: str, numbers: Sequence[Bound], where: str) -> Iterator[Text | Bound]:
    bold = False
    for part in _PART.finditer(text):
        inside, stray = part.group(1), part.group(2)
        if stray is not None:
            raise _no_mark(text[part.start() : part.start() + 12], where)
        if inside is None:
            yield Text(part.group(), bold)
        elif inside in (_BOLD, _LIGHT):
            bold = inside == _BOLD
        elif inside in _ESCAPES:
            yield Text(_ESCAPES[inside], bold)
        else:
            yield _number(inside, numbers, where)


def _number(inside: str, numbers: Sequence[Bound], where: str) -> Bound:
    found = _NUMBER.fullmatch(inside)
    if found is None:
        raise _no_mark(f"⟦{inside[:12]}⟧", where)
    place = int(found.group(1))
    if place > len(numbers):
        zh = f"{where}引用了第{place}个数，本稿没有这个数；请从右侧“本稿的数”中选取"
        en = f"the text quotes number {place}, which this paper does not have; choose one from its list of numbers"
        raise ProseError("number-unknown", zh, en)
    bound = numbers[place - 1]
    if found.group(2) != _shown(bound):
        zh = (
            f"{where}的数“{bound.text}”是从记录中冻结的，不能在文字中改为“{found.group(2)[:30]}”；"
            "数有误时，请更正上报的数据后重新拟稿"
        )
        en = f"“{bound.text}” is frozen from the records and cannot be changed to “{found.group(2)[:30]}” in the text"
        raise ProseError("number-changed", zh, en)
    return bound


def _no_mark(said: str, where: str) -> ProseError:
    zh = f"{where}中的“{said}”不成标记：⟦ ⟧ 只用来标出绑定的数。要印这个括号，请写 ⟦(⟧ 和 ⟦)⟧"
    en = f"“{said}” is no mark: ⟦ ⟧ only marks bound numbers; to print the bracket write ⟦(⟧ and ⟦)⟧"
    return ProseError("mark", zh, en)
