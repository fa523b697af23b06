"""Commands on papers and on the history: documents check, verify, history verify."""

from __future__ import annotations

import argparse
from pathlib import Path

from bihuan.cli.installed import django
from bihuan.cli.terminal import FINDINGS, WELL, BadInputError, give, reason
from bihuan.lib.words import say


def _bytes(name: str) -> bytes:
    """A file's bytes, no more than a paper may have and one: what is larger is refused by whoever opens it."""
    from bihuan.documents.checking.package import MAX_PACKED

    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_PACKED + 1)
    except OSError as error:
        raise BadInputError(reason(error)) from error
    except ValueError as error:  # a zero byte in the name
        raise BadInputError(f"{name!r}: {error}") from error


def check(arguments: argparse.Namespace) -> int:
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
    from bihuan.documents import controls
    from bihuan.documents.checking.finding import CheckError

    content = _bytes(arguments.file)
    try:
        controls.read(content)  # what is no paper at all is refused before a database is started
    except CheckError as error:
        raise BadInputError(f"{arguments.file}: {say(error.zh, error.en)}") from error
    with django():
        from bihuan.reports import verification

        try:
            result = verification.verify(content)
        except verification.UnreadablePaperError as error:
            raise BadInputError(f"{arguments.file}: {error.said()}") from error
    if arguments.json:
        give(result.as_dict())
    else:
        for line in result.lines():
            print(line)
    return result.exit_code


def history(arguments: argparse.Namespace) -> int:
    with django():
        from django.utils import timezone

        from bihuan.figures.queries import anchors
        from bihuan.history import actions, queries

        sealed = actions.seal(at=timezone.now())
        verdict = queries.verify(anchors=anchors())
        broken = verdict.broken
    if arguments.json:
        fault = broken and {
            "position": broken.position,
            "entry": broken.entry,
            "reason": say(broken.zh, broken.en),
        }
        give({"length": verdict.length, "sealed": sealed, "pending": verdict.pending, "broken": fault})
        return WELL if broken is None else FINDINGS
    if sealed:
        print(say(f"新封{sealed}条", f"{sealed} rows sealed now"))
    if verdict.pending:
        print(
            say(
                f"尚有{verdict.pending}条待封:另有事务未结束",
                f"{verdict.pending} rows wait to be sealed: another transaction is open",
            )
        )
    if broken is None:
        print(say(f"链完整,共{verdict.length}条", f"the chain is whole, {verdict.length} rows"))
        return WELL
    print(
        say(
            f"第{broken.position}条(记录{broken.entry}):{broken.zh}",
            f"row {broken.position} (entry {broken.entry}): {broken.en}",
        )
    )
    return FINDINGS
