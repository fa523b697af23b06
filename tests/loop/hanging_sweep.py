"""Run as a program: a sweep at a named moment that hangs with its rows held; it says so and waits to be killed.

A program of its own and no fork: what other tests have left running in the process (a browser's loop, a typesetter's
threads) does not survive one.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

import django


def hang(tellings: list[object], **_more: object) -> None:
    if tellings:
        print("held", flush=True)
        time.sleep(60)


if __name__ == "__main__":
    django.setup()
    from bihuan.loop.actions import sweeping

    sweeping.messages.send_many = hang  # type: ignore[assignment]
    sweeping.sweep(at=dt.datetime.fromisoformat(sys.argv[1]))
