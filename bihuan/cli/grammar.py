"""Arguments and help in two languages: argparse speaks English alone, so its sentences stand here in Chinese."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from bihuan.cli.terminal import BAD_INPUT, complain
from bihuan.lib.words import say

Command = Callable[[argparse.Namespace], int]

# What argparse says about wrong arguments, and the same in Chinese.
_ERRORS = [
    (r"the following arguments are required: (.*)", r"缺少参数:\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数:\1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1没有\2,可用的有:\3"),
    (r"argument (.*?): invalid \w+ value: (.*)", r"\1的值\2不对"),
    (r"argument (.*?): expected one argument", r"\1后面要有一个值"),
    (r"argument (.*?): ignored explicit argument (.*)", r"\1不带值,却写了\2"),
    (r"argument (.*?): (.*)", r"\1:\2"),
    (r"ambiguous option: (.*?) could match (.*)", r"\1有几种可能:\2"),
]


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        words = say("用法:", "usage: ") if prefix is None else prefix
        super().add_usage(usage, actions, groups, words)


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are in the reader's language; an error is one line and exit code 2."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, add_help=False, allow_abbrev=False, formatter_class=_Formatter)
        self._positionals.title = say("参数", "arguments")
        self._optionals.title = say("选项", "options")
        self.add_argument("-h", "--help", action="help", help=say("显示本帮助", "show this help"))

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {say(_chinese(message), message)} ({say('见', 'see')} {self.prog} --help)")
        sys.exit(BAD_INPUT)

    def file(self, words: str, **settings: Any) -> None:
        """The argument for the one file that a command works on."""
        self.add_argument("file", metavar=say("文件", "FILE"), help=words, **settings)

    def as_json(self) -> None:
        """The option for one JSON value on stdout."""
        self.add_argument(
            "--json", action="store_true", help=say("只输出一个 JSON 值", "print one JSON value, nothing else")
        )

    def commands(self) -> Any:
        """Where commands are added; one of them must be named."""
        return self.add_subparsers(
            required=True,
            metavar=say("命令", "COMMAND"),
            title=say("命令", "commands"),
            parser_class=Parser,
        )


def _chinese(message: str) -> str:
    for english, chinese in _ERRORS:
        if found := re.fullmatch(english, message, re.S):
            return found.expand(chinese)
    return message


def port(text: str) -> int:
    """A TCP port. Raises argparse.ArgumentTypeError for anything else."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(say(f"“{text}”不是1到65535的端口号", f"“{text}” is no port from 1 to 65535"))
    return int(text)


def count(text: str) -> int:
    """How many of something: 1 to 64. Raises argparse.ArgumentTypeError for anything else."""
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 0 < int(text) <= 64:
        raise argparse.ArgumentTypeError(say(f"“{text}”不是1到64的个数", f"“{text}” is no count from 1 to 64"))
    return int(text)


def add(group: Any, name: str, zh: str, en: str, run: Command | None = None) -> Parser:
    """A command under `group` with one sentence in each language."""
    made: Parser = group.add_parser(name, help=say(zh, en), description=say(zh, en))
    if run is not None:
        made.set_defaults(run=run)
    return made
