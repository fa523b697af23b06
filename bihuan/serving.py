"""An installation at work: its pages, and beside them its periodic jobs."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bihuan.installation import Progress
from bihuan.lib.parent import die_with_parent, lead
from bihuan.lib.words import say

THREADS = 8  # of a worker; each keeps a connection: a rush waits for a thread and not for the database to refuse it
STOP_SECONDS = 5  # a piece of work that takes longer to let go is killed
AGAIN_SECONDS = 2  # until jobs that ended by themselves are missed, and once more until they are started again


def serve(*, host: str, port: int, workers: int = 1, progress: Progress) -> None:
    """Serve the pages and do the periodic jobs until Ctrl-C. Call it in the main thread, on a prepared database."""
    from granian import Granian
    from granian.constants import Interfaces

    shown = f"[{host}]" if ":" in host else host
    progress(say(f"网页:http://{shown}:{port}  (Ctrl-C 结束)", f"pages: http://{shown}:{port}  (Ctrl-C ends)"))
    # A worker that was forked would have the typesetter's pool of threads without its threads, where this process has
    # printed papers before, and wait for them for ever.
    multiprocessing.set_start_method("spawn", force=True)
    lead()
    with _jobs_beside():
        Granian(
            "bihuan.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            respawn_failed_workers=True,
            workers_kill_timeout=2,  # a worker that hangs must not keep Ctrl-C from ending the rest
            log_enabled=False,
        ).serve()


@contextmanager
def _jobs_beside() -> Iterator[None]:
    """`bihuan jobs` in a process of its own, so that no page waits for them. It is started again when it ends, and
    never outlives this process."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_jobs, args=[stop])
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep_jobs(stop: threading.Event) -> None:
    # The kernel's signal comes when the thread that started them ends, and this one lives as long as they may.
    while not stop.is_set():
        jobs = subprocess.Popen(
            [sys.executable, "-m", "bihuan", "jobs"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the page server, which then ends us in order
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
        while jobs.poll() is None and not stop.wait(AGAIN_SECONDS):
            pass
        if stop.is_set():
            _end(jobs)
            return
        stop.wait(AGAIN_SECONDS)


def _end(jobs: subprocess.Popen[bytes]) -> None:
    jobs.terminate()
    try:
        jobs.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        jobs.kill()  # its transaction is rolled back
        jobs.wait()
