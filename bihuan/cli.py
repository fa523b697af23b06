"""The command line. Exit codes: 0 well, 1 findings, 2 bad input, 3 no database."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bihuan.lib.words import say

WELL, FINDINGS, BAD_INPUT, NO_DATABASE = range(4)
Command = Callable[[argparse.Namespace], int]


class BadInputError(Exception):
    """What was given cannot be used; the message is one clear line in the reader's language."""


def tell(line: str) -> None:
    """A line for the person at the terminal; never on stdout, which belongs to the result."""
    print(line, file=sys.stderr, flush=True)


def give(value: Any) -> None:
    """The one JSON value of a command."""
    print(json.dumps(value, ensure_ascii=False))


@contextmanager
def django() -> Iterator[None]:
    """Django on a running database, its tables up to date, for the length of the block."""
    from bihuan import installation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    from bihuan.settings import VAR

    with installation.database(VAR):
        installation.connect()
        try:
            installation.prepare(progress=tell)
            yield
        finally:
            installation.disconnect()


# -- reading ---------------------------------------------------------------------------------------------------------


def _load(name: str) -> str:
    from bihuan.reading.source import UnreadableError, load

    try:
        return load(Path(name)).text
    except UnreadableError as error:
        raise BadInputError(f"{name}: {say(error.zh, error.en)}") from error


def read(arguments: argparse.Namespace) -> int:
    from bihuan.reading import report

    if arguments.jsonl:
        lines = (line.decode("utf-8", "surrogateescape") for line in sys.stdin.buffer)
        for line in report.read_jsonl(lines):
            sys.stdout.write(line.rstrip("\n") + "\n")
        return WELL
    if arguments.file is None:
        raise BadInputError(say("请给出文件名,或用 --jsonl 从标准输入读", "name a file, or read stdin with --jsonl"))
    reading = report.read(_load(arguments.file))
    if arguments.json:
        give(reading.as_dict())
        return WELL
    for figure in reading.figures:
        row = figure.as_dict()
        where = "、".join(part for part in (row["place"], row["date"]) if part)
        print(f"{row['text']}\t{_bounds(row)}\t{'+'.join(row['measures']) or '-'}\t{where}")
    return WELL


def _bounds(row: dict[str, Any]) -> str:
    low = "…" if row["low"] is None else f"{row['low']:,}"
    high = "…" if row["high"] is None else f"{row['high']:,}"
    return low if low == high else f"{low}–{high}"


def lint(arguments: argparse.Namespace) -> int:
    from bihuan.reading import report

    lints = report.read(_load(arguments.file)).lints
    for item in lints:
        print(f"{arguments.file}:{item.start}: {item.severity} {item.code}: {say(item.zh, item.en)}")
    return FINDINGS if any(item.severity == "error" for item in lints) else WELL


def phrase(arguments: argparse.Namespace) -> int:
    from decimal import Decimal, InvalidOperation

    from bihuan.reading.phrase import phrase as write

    try:
        value = Decimal(arguments.value)
        written = write(value, arguments.unit)
    except (InvalidOperation, ValueError) as error:
        raise BadInputError(
            say(f"“{arguments.value}”不是非负数", f"“{arguments.value}” is not a number of 0 or more")
        ) from error
    rule = say(written.rule.zh, written.rule.en)
    if arguments.json:
        give({"text": written.text, "form": written.form, "rule": rule})
    else:
        print(f"{written.text}\t{rule}")
    return WELL


# -- papers ----------------------------------------------------------------------------------------------------------


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInputError(f"{name}: {error.strerror}") from error


def documents_check(arguments: argparse.Namespace) -> int:
    from bihuan.documents.check import CheckError, check_docx

    try:
        findings = check_docx(_bytes(arguments.file))
    except CheckError as error:
        raise BadInputError(f"{arguments.file}: {say(error.zh, error.en)}") from error
    if arguments.json:
        give([{"rule": item.rule, "message": say(item.zh, item.en), "where": item.where} for item in findings])
    else:
        for item in findings:
            print(f"{item.rule}: {say(item.zh, item.en)} ({item.where})")
    return FINDINGS if findings else WELL


def verify(arguments: argparse.Namespace) -> int:
    content = _bytes(arguments.file)
    with django():
        from bihuan.reports import verification

        try:
            result = verification.verify(content)
        except verification.UnreadablePaperError as error:
            raise BadInputError(f"{arguments.file}: {say(error.zh, error.en)}") from error
    if arguments.json:
        give(result.as_dict())
    else:
        for line in result.lines():
            print(line)
    return result.exit_code


def history_verify(arguments: argparse.Namespace) -> int:
    with django():
        from django.utils import timezone

        from bihuan.figures.queries import anchors
        from bihuan.history import actions, queries

        actions.seal(at=timezone.now())
        verdict = queries.verify(anchors=anchors())
        broken = verdict.broken
    if arguments.json:
        give(
            {
                "length": verdict.length,
                "broken": broken and {"position": broken.position, "entry": broken.entry, "reason": broken.en},
            }
        )
    elif broken is None:
        print(say(f"链完整,共{verdict.length}条", f"the chain is whole, {verdict.length} rows"))
    else:
        print(say(f"第{broken.position}条(记录{broken.entry}):{broken.zh}", f"row {broken.position}: {broken.en}"))
    return WELL if broken is None else FINDINGS


# -- the main job ----------------------------------------------------------------------------------------------------


def demo(arguments: argparse.Namespace) -> int:
    with django():
        from bihuan import demonstration

        demonstration.run(
            report=Path(arguments.report) if arguments.report else None,
            region=arguments.region,
            out=Path(arguments.out),
            progress=tell,
        )
        if not arguments.once:
            demonstration.serve(port=arguments.port, progress=tell)
    return WELL


def bench(arguments: argparse.Namespace) -> int:
    from bihuan import bench as benchmarks

    result = benchmarks.BENCHMARKS[arguments.name]()
    if arguments.json:
        give(result)
    else:
        for name, value in result.items():
            print(f"{name}\t{value}")
    return WELL


# -- the grammar -----------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="bihuan",
        description=say(
            "闭环:事事有人管,数数有来处", "Closed loops: every task has an owner, every number its records"
        ),
        epilog=say(
            "退出码:0 正常,1 有发现,2 输入有误,3 没有数据库",
            "exit codes: 0 well, 1 findings, 2 bad input, 3 no database",
        ),
    )
    commands = top.add_subparsers(required=True, metavar=say("命令", "COMMAND"))

    def add(name: str, zh: str, en: str, run: Command, *, group: Any = None) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = (group or commands).add_parser(name, help=say(zh, en), description=say(zh, en))
        made.set_defaults(run=run)
        return made

    def as_json(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--json", action="store_true", help=say("只输出一个 JSON 值", "print one JSON value, nothing else")
        )

    made = add("demo", "读报告、存数、成文、开放网页", "read a report, keep its figures, write the paper, serve", demo)
    made.add_argument("--once", action="store_true", help=say("成文后即结束", "end when the paper is written"))
    made.add_argument("--report", help=say("报告文件(默认用示例)", "the report (default: the example)"))
    made.add_argument(
        "--region", help=say("报告是哪里的(默认从文中读出)", "whose report it is (default: read from it)")
    )
    made.add_argument("--out", default="out", help=say("输出目录", "output folder"))
    made.add_argument("--port", type=int, default=8000, help=say("网页端口", "port of the page"))

    made = add("read", "读报告,取出数、提纲、活动、问题", "read a report: figures, outline, activities, lints", read)
    made.add_argument("file", nargs="?")
    made.add_argument("--jsonl", action="store_true", help=say("逐行读写", 'many: {"id","text"} a line from stdin'))
    as_json(made)

    made = add("lint", "检查报告", "check a report", lint)
    made.add_argument("file")

    made = add("phrase", "把准确数写成公文说法", "an exact value as an official would write it", phrase)
    made.add_argument("value")
    made.add_argument("--unit", default="", help=say("量词", "classifier"))
    as_json(made)

    group = add("documents", "公文", "official papers", lambda _: BAD_INPUT).add_subparsers(required=True)
    made = add(
        "check", "按 GB/T 9704-2012 检查 DOCX", "check a DOCX against GB/T 9704-2012", documents_check, group=group
    )
    made.add_argument("file")
    as_json(made)

    made = add("verify", "核验公文中的每个数", "re-compute each number of a paper", verify)
    made.add_argument("file")
    as_json(made)

    group = add("history", "历史记录", "the history", lambda _: BAD_INPUT).add_subparsers(required=True)
    made = add("verify", "核验历史链", "walk the chain", history_verify, group=group)
    as_json(made)

    made = add("bench", "测速", "measurements", bench)
    made.add_argument("name", choices=["paper", "read"])
    as_json(made)
    return top


def main(argv: list[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    run: Command = arguments.run
    from bihuan.postgres.programs import ServerError

    try:
        return run(arguments)
    except BadInputError as error:
        tell(str(error))
        return BAD_INPUT
    except ServerError as error:
        tell(str(error))
        return NO_DATABASE
    except KeyboardInterrupt:
        tell(say("已停止", "stopped"))
        return 128 + signal.SIGINT
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody left to tell
        return WELL
    except Exception as error:
        if _is_database_error(error):
            tell(say("连不上数据库:", "no database: ") + str(error).strip())
            return NO_DATABASE
        raise


def _is_database_error(error: Exception) -> bool:
    import psycopg
    from django.db import OperationalError

    return isinstance(error, (OperationalError, psycopg.OperationalError))


if __name__ == "__main__":
    sys.exit(main())
