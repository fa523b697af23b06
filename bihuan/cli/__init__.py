"""The command line: arguments → one call → exit code. 0 well, 1 findings, 2 bad input, 3 no database."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from types import FrameType

from bihuan.cli import bundles, papers, people, reports, totals, work
from bihuan.cli.grammar import Parser, add, count, port
from bihuan.cli.terminal import BAD_INPUT, FAULT, NO_DATABASE, WELL, BadInputError, complain, reason, settle, tell
from bihuan.lib.words import say


class StoppedError(KeyboardInterrupt):
    """The process was asked to end by another signal than Ctrl-C; everything is put away as after Ctrl-C."""


def parser() -> argparse.ArgumentParser:
    """The grammar of all commands, in the reader's language."""
    top = Parser(
        prog="bihuan",
        description=say(
            "闭环:事事有人管,数数有来处", "Closed loops: every task has an owner, every number its records"
        ),
        epilog=say(
            "退出码:0 正常,1 有发现,2 输入有误,3 没有数据库",
            "exit codes: 0 well, 1 findings, 2 bad input, 3 no database",
        ),
    )
    commands = top.commands()
    _demo(commands)
    _running(commands)

    made = add(
        commands,
        "read",
        "读报告,取出数、提纲、活动、问题",
        "read a report: figures, outline, activities, lints",
        reports.read,
    )
    made.file(say("报告:UTF-8、GB18030 文本或 DOCX", "the report: text in UTF-8 or GB18030, or DOCX"), nargs="?")
    made.add_argument(
        "--jsonl",
        action="store_true",
        help=say(
            '从标准输入逐行读 {"id","text"},逐行写出', 'read many from stdin, {"id","text"} a line; write a line each'
        ),
    )
    made.as_json()

    made = add(commands, "lint", "检查报告,每行一个问题", "check a report, one finding a line", reports.lint)
    made.file(say("报告", "the report"))
    made.as_json()

    made = add(
        commands, "phrase", "把准确数写成公文说法", "an exact value as an official would write it", reports.phrase
    )
    made.add_argument(
        "value", metavar=say("数", "VALUE"), help=say("准确数,如 14862", "the exact value, such as 14862")
    )
    made.add_argument(
        "--unit", default="", metavar=say("量词", "UNIT"), help=say("量词,如 人、份", "classifier, such as 人 or 份")
    )
    made.as_json()

    group = add(commands, "documents", "公文", "official papers").commands()
    made = add(group, "check", "按 GB/T 9704-2012 检查公文", "check a paper against GB/T 9704-2012", papers.check)
    made.file(say("公文(DOCX)", "the paper (DOCX)"))
    made.as_json()

    made = add(commands, "verify", "核验公文中的每个数", "compute each number of a paper again", papers.verify)
    made.file(say("本系统出具的公文(DOCX)", "a paper of ours (DOCX)"))
    made.as_json()

    group = add(commands, "history", "历史记录", "the history").commands()
    made = add(group, "verify", "封存未封的记录,核验历史链", "seal what is pending and walk the chain", papers.history)
    made.as_json()

    _recount(commands)
    _bundles(commands)
    _people(commands)

    _bench(commands)
    return top


def _recount(commands: argparse.Action) -> None:
    made = add(
        commands,
        "recount",
        "重算全部汇总并与保存的核对",
        "count all totals anew and compare them with those that are kept",
        totals.recount,
    )
    day, place = say("日期", "DAY"), say("地名", "PLACE")
    made.add_argument("--region", metavar=place, help=say("只核对这里及以下", "this place and all below it alone"))
    made.add_argument("--from", dest="first", metavar=day, help=say("从哪天起", "the first day"))
    made.add_argument("--to", dest="last", metavar=day, help=say("到哪天止", "the last day"))
    made.add_argument(
        "--repair",
        action="store_true",
        help=say("更正不符的并记入历史(不加则只核对)", "put right what is wrong, with a row in the history"),
    )
    made.as_json()


def _bench(commands: argparse.Action) -> None:
    made = add(commands, "bench", "测速", "measurements", work.bench)
    names = {
        "paper": say("公文", "papers"),
        "read": say("读报告", "reading"),
        "sweep": say("到期检查", "the sweep"),
        "ledger": say("台账", "the ledger"),
        "filing": say("报送活动", "filing activities"),
        "rollup": say("逐级汇总", "adding up the tree"),
        "totals": say("数据页", "the page of totals"),
    }
    told = say(",", ", ").join(f"{name} {words}" for name, words in names.items())
    made.add_argument("name", choices=list(names), metavar=say("项目", "NAME"), help=told)
    made.as_json()


def _demo(commands: argparse.Action) -> None:
    made = add(
        commands,
        "demo",
        "读报告、存数、成文、开放网页",
        "read a report, keep its figures, write the paper, serve",
        work.demo,
    )
    made.add_argument("--once", action="store_true", help=say("成文后即结束,不开网页", "end when the paper is written"))
    file, place, folder = say("文件", "FILE"), say("地名", "PLACE"), say("文件夹", "DIR")
    made.add_argument("--report", metavar=file, help=say("报告文件(默认用示例)", "the report (default: the example)"))
    made.add_argument(
        "--region",
        metavar=place,
        help=say("报告是哪里的(默认从文中读出)", "whose report it is (default: read from it)"),
    )
    made.add_argument(
        "--out", default="out", metavar=folder, help=say("输出到何处(默认 out)", "where to (default: out)")
    )
    _port(made)


def _bundles(commands: argparse.Action) -> None:
    group = add(commands, "bundle", "上报包", "bundles between installations").commands()
    made = add(group, "export", "把一个上报包导出为文件", "write a bundle to a file", bundles.export)
    made.add_argument("peer", metavar=say("对方", "PEER"), help=say("对方安装的名称", "name of the other installation"))
    made.add_argument("number", type=int, metavar=say("编号", "NUMBER"), help=say("包的编号", "the bundle's number"))
    made.add_argument(
        "--out", required=True, metavar=say("文件", "FILE"), help=say("写到哪个文件", "the file to write")
    )
    made = add(group, "take", "收一个上报包或回执文件", "take in a bundle or a receipt", bundles.take)
    made.file(say("对方导出的文件", "the file that the other side exported"))
    made.as_json()
    made = add(group, "show", "看一个上报包里写着什么(不核验)", "what a bundle says (unproven)", bundles.show)
    made.file(say("上报包或回执文件", "a bundle or a receipt"))
    made.as_json()
    made = add(group, "verify", "核验上报包的签名和次序", "check a bundle's signature and its turn", bundles.verify)
    made.file(say("上报包或回执文件", "a bundle or a receipt"))
    card = say("名片", "CARD")
    told = say("只按这张名片(文件)核验,不用数据库", "by the key of this card (a file) alone, without a database")
    made.add_argument("--card", metavar=card, help=told)
    made.as_json()


def _people(commands: argparse.Action) -> None:
    group = add(commands, "people", "人员与账号", "people and accounts").commands()
    made = add(
        group,
        "first",
        "设定主管机关,开通三个管理员",
        "set the authority and open the three administrators' accounts",
        people.first,
    )
    place, name = say("地名", "PLACE"), say("姓名", "NAME")
    made.add_argument("--region", required=True, metavar=place, help=say("管哪里,如 临夏州", "the region it serves"))
    made.add_argument("--unit", required=True, metavar=say("单位", "UNIT"), help=say("主管机关", "the authority"))
    made.add_argument("--system", metavar=name, help=say("系统管理员姓名", "name of the system administrator"))
    made.add_argument("--security", metavar=name, help=say("安全管理员姓名", "name of the security administrator"))
    made.add_argument("--audit", metavar=name, help=say("审计管理员姓名", "name of the audit administrator"))
    made = add(
        group,
        "reset",
        "重置一个账号的口令(管理员自己进不去时用)",
        "reset an account's password (when no administrator can get in)",
        people.reset,
    )
    made.add_argument("name", metavar=say("登录名", "NAME"), help=say("登录名", "the sign-in name"))


def _running(commands: argparse.Action) -> None:
    made = add(
        commands,
        "up",
        "运行本安装:网页与周期任务",
        "run the installation: its pages and its periodic jobs",
        work.up,
    )
    made.add_argument(
        "--host",
        default=work.LOCAL,
        metavar=say("地址", "HOST"),
        help=say(
            "在哪个地址上服务(默认只限本机);对外时另设 BIHUAN_HOSTS",
            "the address to serve at (default: this machine alone); name the outside ones in BIHUAN_HOSTS",
        ),
    )
    _port(made)
    made.add_argument(
        "--workers",
        type=count,
        default=2,
        metavar=say("个数", "N"),
        help=say("网页进程数(默认2)", "processes for the pages (default: 2)"),
    )
    add(
        commands,
        "jobs",
        "只做周期任务:封存、汇总、清理过期",
        "the periodic jobs alone: sealing, folding totals, forgetting what is over",
        work.jobs,
    )


def _port(made: Parser) -> None:
    made.add_argument(
        "--port",
        type=port,
        default=8000,
        metavar=say("端口", "PORT"),
        help=say("网页端口(默认8000)", "port (default: 8000)"),
    )


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code. What goes wrong is one line on stderr."""
    settle()
    _heed_signals()
    try:
        arguments = parser().parse_args(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt as stopped:
        tell(say("已停止", "stopped"))
        return 128 + (stopped.args[0] if isinstance(stopped, StoppedError) else signal.SIGINT)
    except BrokenPipeError:
        # The reader of our output has gone; what is still buffered must not fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL
    except Exception as error:  # noqa: BLE001 - every error that a person can do something about is told in one line
        return _tell(error)


def _heed_signals() -> None:
    """End as after Ctrl-C when the terminal closes or a manager stops us: papers whole, the server put away."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise StoppedError(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup it is ignored, and stays so
            signal.signal(number, stop)


def _tell(error: Exception) -> int:
    if isinstance(error, BadInputError):
        complain(str(error))
        return BAD_INPUT
    from bihuan.postgres.programs import ServerError

    if isinstance(error, ServerError):
        complain(say(error.zh, error.en))
        return NO_DATABASE
    database = _database_words(error)
    if database is not None:
        complain(database)
        return NO_DATABASE
    zh, en = getattr(error, "zh", None), getattr(error, "en", None)
    if isinstance(zh, str) and isinstance(en, str):  # refusals of the rooms are made for people
        complain(say(zh, en))
        return BAD_INPUT
    if isinstance(error, OSError):
        complain(reason(error))
        return BAD_INPUT
    traceback.print_exception(error)
    return FAULT


def _database_words(error: Exception) -> str | None:
    """What to say about a database that is not there or not of use; None for any other error."""
    import psycopg
    from django.db import InterfaceError, OperationalError

    from bihuan.installation import UnusableDatabaseError

    if isinstance(error, UnusableDatabaseError):
        return say(error.zh, error.en)
    if isinstance(error, (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)):
        return say("连不上数据库:", "no database: ") + str(error)
    return None
