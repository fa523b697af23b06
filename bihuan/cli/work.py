"""Commands that do the main job or measure it: demo, bench."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import tempfile
import threading
from pathlib import Path

from bihuan.cli.installed import django
from bihuan.cli.reports import load
from bihuan.cli.terminal import WELL, BadInputError, give, reason, tell
from bihuan.lib.words import say


def demo(arguments: argparse.Namespace) -> int:
    # What can be refused is refused before anything is started or written.
    if arguments.report:
        load(arguments.report)
    _writable(Path(arguments.out))
    if not arguments.once:
        _free(arguments.port)
    with django():
        from bihuan import demonstration

        demonstration.run(
            report=Path(arguments.report) if arguments.report else None,
            region=arguments.region,
            out=Path(arguments.out),
            progress=tell,
        )
        if not arguments.once:
            _end_with_the_terminal()
            demonstration.serve(port=arguments.port, progress=tell)
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


def _free(port: int) -> None:
    with socket.socket() as probe:
        # As the server does: a port that was let go a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BadInputError(
                say(
                    f"127.0.0.1:{port} 不能用({error.strerror}),请用 --port 另选端口",
                    f"127.0.0.1:{port} cannot be used ({error.strerror}): choose another with --port",
                )
            ) from error


def bench(arguments: argparse.Namespace) -> int:
    from bihuan import bench as benchmarks

    try:
        result = benchmarks.BENCHMARKS[arguments.name]()
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
