"""Commands that read a text and need no database: read, lint, phrase."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bihuan.cli.terminal import FINDINGS, WELL, BadInputError, emit, give
from bihuan.lib.words import say

LONGEST_LINE = 32 * 1024 * 1024  # bytes of a line of --jsonl: 2 million characters fit, written as escapes too
LARGEST = 30  # digits before and after the point of a value that somebody may want to print


def load(name: str) -> str:
    """The text of a report. Raises BadInputError, with the file's name, for one that cannot be read."""
    from bihuan.reading.source import load as read_file
    from bihuan.reading.unreadable import UnreadableError

    try:
        return read_file(Path(name)).text
    except UnreadableError as error:
        raise BadInputError(f"{name}: {say(error.zh, error.en)}") from error


def read(arguments: argparse.Namespace) -> int:
    from bihuan.reading import report

    if arguments.jsonl:
        if arguments.file is not None:
            raise BadInputError(say("--jsonl 从标准输入读,不带文件名", "--jsonl reads stdin: name no file"))
        for line in report.read_jsonl(_lines()):
            emit(line)
        return WELL
    if arguments.file is None:
        raise BadInputError(say("请给出文件名,或用 --jsonl 从标准输入读", "name a file, or read stdin with --jsonl"))
    reading = report.read(load(arguments.file))
    if arguments.json:
        give(reading.as_dict())
        return WELL
    for figure in reading.figures:
        row = figure.as_dict()
        where = "、".join(part for part in (row["place"], row["date"]) if part)
        print(f"{row['text']}\t{_bounds(row)}\t{'+'.join(row['measures']) or '-'}\t{where}")
    return WELL


def _lines() -> Iterator[str]:
    """Lines of stdin, one at a time; of one that is too long only a beginning that cannot be read as JSON."""
    source = sys.stdin.buffer
    while line := source.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            line = line[:100] + "…".encode()
        yield line.decode("utf-8", "surrogateescape")


def _bounds(row: dict[str, Any]) -> str:
    low = "…" if row["low"] is None else f"{row['low']:,}"
    high = "…" if row["high"] is None else f"{row['high']:,}"
    return low if low == high else f"{low}–{high}"


def lint(arguments: argparse.Namespace) -> int:
    from bihuan.reading import report

    lints = report.read(load(arguments.file)).lints
    if arguments.json:
        give([item.as_dict() for item in lints])
    else:
        for item in lints:
            print(f"{arguments.file}:{item.start}: {item.severity} {item.code}: {say(item.zh, item.en)}")
    return FINDINGS if any(item.severity == "error" for item in lints) else WELL


def phrase(arguments: argparse.Namespace) -> int:
    from decimal import Decimal, InvalidOperation

    from bihuan.reading.phrase import phrase as write

    given: str = arguments.value
    grouped = re.fullmatch(r"\s*\d{1,3}(,\d{3})+(\.\d+)?\s*", given)
    try:
        value = Decimal(given.replace(",", "") if grouped else given)
        if value and value.is_finite() and not -LARGEST <= value.adjusted() < LARGEST:
            raise BadInputError(say(f"“{_short(given)}”太大或太小", f"“{_short(given)}” is too large or too small"))
        if len(value.as_tuple().digits) > 2 * LARGEST:
            raise BadInputError(say(f"“{_short(given)}”位数太多", f"“{_short(given)}” has too many digits"))
        written = write(value, arguments.unit)
    except (InvalidOperation, ValueError) as error:
        raise BadInputError(
            say(f"“{_short(given)}”不是非负数", f"“{_short(given)}” is not a number of 0 or more")
        ) from error
    rule = say(written.rule.zh, written.rule.en)
    if arguments.json:
        give({"text": written.text, "form": written.form, "rule": rule})
    else:
        print(f"{written.text}\t{rule}")
    return WELL


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
