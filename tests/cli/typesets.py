"""Run as a program: prints a paper, then serves pages as `bihuan demo` does, whose worker prints a paper too.

The page server is one that starts its worker as the real one does, by the way set for all, and tells how it ended.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import multiprocessing
import sys

import granian

from bihuan import serving
from bihuan.documents.fonts import discover
from bihuan.documents.paper import Annex, Paper, Paragraph, Text
from bihuan.documents.typst_writer import pictures

SECONDS = 30


def typeset(words: str) -> None:
    """A paper with annexes is laid out by several threads."""
    body = (Paragraph((Text(words),)),)
    paper = Paper(
        kind="通知",
        issuer=("临夏州安委办",),
        mark="临夏州安委办",
        title="关于安全生产月的通知",
        blocks=body,
        annexes=(Annex("分工", body), Annex("时间", body)),
        signature=("临夏州安委办",),
        date=dt.date(2026, 6, 1),
    )
    assert len(pictures(paper, discover(), ppi=20)) == 3


class Server:
    """In place of the page server."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        pass

    def serve(self) -> None:
        worker = multiprocessing.get_context(multiprocessing.get_start_method()).Process(target=typeset, args=["乙"])
        worker.start()
        worker.join(SECONDS)
        worker.kill()
        sys.exit(worker.exitcode if worker.exitcode is not None else 1)


if __name__ == "__main__":
    typeset("甲")
    granian.Granian = Server  # type: ignore[assignment, misc]
    serving._jobs_beside = contextlib.nullcontext
    serving.serve(host="127.0.0.1", port=1, progress=lambda _line: None)
