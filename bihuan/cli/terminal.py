"""What a command says: its result on stdout, everything else on stderr, one clear line for what went wrong."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import sys
from typing import Any

from bihuan.lib.words import say

WELL, FINDINGS, BAD_INPUT, NO_DATABASE = range(4)
FAULT = 70  # a fault of ours (EX_SOFTWARE), so that it is never taken for findings

_REASONS = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许此操作",
    errno.EISDIR: "这是文件夹,不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名文件",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
    errno.ENAMETOOLONG: "文件名太长",
}


class BadInputError(Exception):
    """What was given cannot be used; the message is one clear line in the reader's language."""


def settle() -> None:
    """Let stdout take any text in any locale: what the terminal cannot show is escaped, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(line: str) -> None:
    """A line for the person at the terminal; never on stdout, which belongs to the result."""
    with contextlib.suppress(BrokenPipeError):  # nobody reads it: the work goes on
        print(line, file=sys.stderr, flush=True)


def complain(line: str) -> None:
    """One line that says what went wrong, however many the message has."""
    tell(" ".join(line.split()))


def give(value: Any) -> None:
    """The one JSON value of a command, in UTF-8 whatever the locale."""
    emit(json.dumps(value, ensure_ascii=False))


def emit(line: str) -> None:
    """One line of JSON in UTF-8, out at once: whoever waits for it at a pipe gets it."""
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def reason(error: OSError) -> str:
    """Why a file cannot be used: its name and the system's reason in the reader's language."""
    english = error.strerror or str(error)
    words = say(_REASONS.get(error.errno or 0, english), english)
    return f"{error.filename}: {words}" if error.filename else words
