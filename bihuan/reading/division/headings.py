"""What each column of a table means, decided by its heading; the words and their certainty are in data/headings.csv."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from bihuan.reading.division.duty import FIELD_WORDS, Column, Doubt, Field

SURE = 0.75  # a column is taken without a question from here on
LONGEST = 24  # characters of a heading; more is a sentence
_ORDER = (Field.SECTION, Field.TASK, Field.MEASURES)  # from left to right, wherever they are told by their order alone
_UNITS = frozenset({Field.LEADS, Field.ASSISTING, Field.OFFICE, Field.LEADER, Field.OWNER})
_WORK = frozenset({Field.TASK, Field.MEASURES, Field.SECTION})
_SAYS_LITTLE = frozenset(("姓名", "名称", "单位", "部门", "时间", "内容", "领导", "日期", "科室"))
Guess = tuple[Field, float]


def plain_heading(text: str) -> str:
    """A heading as it is looked up: no spaces, no marks, half-width brackets."""
    return re.sub(r"[\s*:：、,，。.·/]", "", unicodedata.normalize("NFKC", text)).strip("-—_")


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, tuple[Guess, ...]], tuple[tuple[tuple[str, ...], Guess], ...]]:
    exact: dict[str, list[Guess]] = {}
    parts: list[tuple[tuple[str, ...], Guess]] = []
    source = files("bihuan.reading.division").joinpath("data/headings.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(source.splitlines()):
        guess = (Field(row["field"]), float(row["certainty"]))
        for word in row["words"].split("|"):
            if row["match"] == "exact":
                exact.setdefault(plain_heading(word), []).append(guess)
            else:
                parts.append((tuple(word.split("+")), guess))
    return {word: tuple(guesses) for word, guesses in exact.items()}, tuple(parts)


@lru_cache(maxsize=4096)
def guesses(heading: str) -> tuple[Guess, ...]:
    """What a heading may mean, most certain first; () where it is none that we know."""
    word = plain_heading(heading)
    if not word or len(word) > LONGEST:
        return ()
    exact, parts = _words()
    bare = re.sub(r"\(.*?\)", "", word)
    found = exact.get(word) or exact.get(bare)
    if found is None:
        inner = re.search(r"\((.+?)\)", word)
        found = tuple(guess for pieces, guess in parts if _holds(bare, pieces))
        if not found and inner:
            found = exact.get(inner[1], ())
    best: dict[Field, float] = {}
    for field, certainty in found:
        best[field] = max(certainty, best.get(field, 0))
    return tuple(sorted(best.items(), key=lambda guess: -guess[1]))


def _holds(word: str, pieces: tuple[str, ...]) -> bool:
    at = 0
    for piece in pieces:
        at = word.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def is_heading_row(texts: Sequence[str]) -> bool:
    """Whether a row's cells (without empty ones) are headings of a division of work: enough of them are known, one
    names work or who does it, and none of the others reads like what stands below headings."""
    if len(texts) < 2 or any(len(text) > 60 or text.isdecimal() for text in texts):
        return False
    known = [guesses(text) for text in texts]
    fields = {found[0][0] for found in known if found} - {Field.OTHER}
    others = [text for text, found in zip(texts, known, strict=True) if not found]
    if len(fields) < 2 or not fields & (_UNITS | _WORK) or any(map(_is_value, others)):
        return False
    named = sum(bool(found) for found in known)
    return named >= 3 or named > len(others)


def _is_value(text: str) -> bool:
    word = plain_heading(text)
    return len(word) > LONGEST or bool(re.fullmatch(r"[0-9]+|.*[局委办厅]|.*[0-9]月.*|.*[0-9]日.*", word))


def read_columns(headings: Sequence[tuple[str, ...]]) -> tuple[Column, ...]:
    """The meaning of the columns, each given by its headings from top to bottom: the choice that is most certain as a
    whole."""
    options = [[*_guesses(levels), (Field.OTHER, 0.0)] for levels in headings]
    chosen = _best(options)
    taken = {field for field, _certainty in chosen}
    return tuple(
        _column(index, "·".join(levels), option, found, taken)
        for index, (levels, option, found) in enumerate(zip(headings, options, chosen, strict=True))
    )


def _guesses(levels: tuple[str, ...]) -> tuple[Guess, ...]:
    """Of two rows of headings the lower one counts, unless it says little: 责任领导 over 姓名."""
    if not levels:
        return ()
    lowest = guesses(levels[-1])
    if len(levels) > 1 and (not lowest or plain_heading(levels[-1]) in _SAYS_LITTLE):
        return guesses("".join(levels)) or guesses(levels[-2]) or lowest
    return lowest


def _best(options: list[list[Guess]]) -> list[Guess]:
    """One guess for each column, no field twice, section before task before measures; the sum is greatest."""
    best: tuple[float, list[Guess]] = (-1.0, [])
    budget = 200_000

    def go(at: int, used: tuple[Field, ...], total: float, taken: list[Guess]) -> None:
        nonlocal best, budget
        budget -= 1
        if at == len(options):
            if total > best[0] + 1e-9:
                best = (total, list(taken))
            return
        if budget < 0 and best[1]:
            return
        if total + sum(rest[0][1] for rest in options[at:]) <= best[0] + 1e-9:
            return
        for guess in options[at]:
            field = guess[0]
            if field != Field.OTHER and (field in used or _out_of_order(guess, used)):
                continue
            go(at + 1, (*used, field), total + guess[1], [*taken, guess])

    go(0, (), 0.0, [])
    return best[1]


def _out_of_order(guess: Guess, used: tuple[Field, ...]) -> bool:
    field, certainty = guess
    if field not in _ORDER or certainty > 0.9:
        return False
    return any(later in used for later in _ORDER[_ORDER.index(field) + 1 :])


def _column(index: int, heading: str, options: list[Guess], found: Guess, taken: set[Field]) -> Column:
    field, certainty = found
    if field == Field.OTHER:
        doubt = None
        if options[0][0] != Field.OTHER and heading:
            zh = f"“{heading}”与另一列意思相同，照录在其他栏，请核对"
            doubt = Doubt(zh, f"“{heading}” means the same as another column: it is kept as it stands")
        elif not heading:
            doubt = Doubt("这一列没有表头，照录在其他栏", "this column has no heading: it is kept as it stands")
        return Column(index, heading, field, 0.0, doubt)
    rivals = [other for other, how in options if other not in taken and how > certainty - 0.1 and other != field]
    if certainty >= SURE and field == options[0][0] and not rivals:
        return Column(index, heading, field, certainty)
    zh, en = FIELD_WORDS[field]
    return Column(
        index, heading, field, certainty, Doubt(f"“{heading}”按“{zh}”读，请核对", f"“{heading}” was read as: {en}")
    )
