"""Commands that do the main job, keep an installation running, or measure it: demo, up, jobs, bench."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import tempfile
import threading
from pathlib import Path

from bihuan.cli.installed import django
from bihuan.cli.reports import load
from bihuan.cli.terminal import WELL, BadInputError, give, reason, tell
from bihuan.lib.parent import follow
from bihuan.lib.words import say

LOCAL = "127.0.0.1"


def demo(arguments: argparse.Namespace) -> int:
    # What can be refused is refused before anything is started or written.
    if arguments.report:
        load(arguments.report)
    _writable(Path(arguments.out))
    if not arguments.once:
        _free(LOCAL, arguments.port)
    with django():
        from bihuan import demonstration

        demonstration.run(
            report=Path(arguments.report) if arguments.report else None,
            region=arguments.region,
            out=Path(arguments.out),
            campaign=not arguments.report,
            progress=tell,
        )
        if not arguments.once:
            from bihuan.serving import serve

            _end_with_the_terminal()
            serve(host=LOCAL, port=arguments.port, progress=tell)
    return WELL


def up(arguments: argparse.Namespace) -> int:
    _free(arguments.host, arguments.port)
    with django():
        from bihuan.serving import serve

        _end_with_the_terminal()
        serve(host=arguments.host, port=arguments.port, workers=arguments.workers, progress=tell)
    return WELL


def jobs(_arguments: argparse.Namespace) -> int:
    follow()
    with django(), contextlib.suppress(KeyboardInterrupt):
        from bihuan.periodic import Rounds
        from bihuan.wiring import PERIODIC

        Rounds(PERIODIC).forever()
    return WELL


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        error.filename = str(folder)
        raise BadInputError(reason(error)) from error
    except ValueError as error:
        raise BadInputError(f"{str(folder)!r}: {error}") from error


def _end_with_the_terminal() -> None:
    """A terminal that closes ends the pages. The page server alone would take its signal as a wish to reload.

    Call it in the main thread before the page server makes threads of its own.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # nohup
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # threads made from here on leave it to the one below

    def wait() -> None:
        signal.sigwait({signal.SIGHUP})
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server does: a port that was let go a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInputError(
                say(
                    f"{host}:{port} 不能用({error.strerror}),请用 --port 另选端口",
                    f"{host}:{port} cannot be used ({error.strerror}): choose another with --port",
                )
            ) from error


def bench(arguments: argparse.Namespace) -> int:
    from bihuan import bench as benchmarks

    try:
        result = benchmarks.run(arguments.name)
    except ModuleNotFoundError as error:
        raise BadInputError(
            say(
                f"测速缺少开发依赖 {error.name},请先运行 make setup",
                f"the measurement needs the development dependency {error.name}: run `make setup`",
            )
        ) from error
    if arguments.json:
        give(result)
    else:
        for name, value in result.items():
            print(f"{name}\t{value}")
    return WELL
