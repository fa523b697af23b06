"""Commands about bundles between installations, where no network joins them."""

from __future__ import annotations

import argparse
from pathlib import Path

from bihuan.cli.installed import django
from bihuan.cli.terminal import WELL, BadInputError, give, tell
from bihuan.lib.words import say

BY = "system:exchange"


def export(arguments: argparse.Namespace) -> int:
    with django():
        from django.utils import timezone

        from bihuan.exchange import actions, queries

        peers = [peer for peer in queries.peers() if peer.name == arguments.peer]
        found = queries.to_export(arguments.number, peers[0]) if peers and 0 < arguments.number < 2**31 else None
        if found is None:
            zh = f"没有发给“{arguments.peer}”的第{arguments.number}号包"
            raise BadInputError(say(zh, f"there is no bundle {arguments.number} to {arguments.peer}"))
        envelope = actions.exported(bundle=found, by=BY, at=timezone.now())
        Path(arguments.out).write_text(envelope.text(), encoding="utf-8")
        tell(say(f"已写到 {arguments.out}", f"written to {arguments.out}"))
    return WELL


def take(arguments: argparse.Namespace) -> int:
    from bihuan.exchange.rules import LARGEST

    with Path(arguments.file).open("rb") as file:
        content = file.read(LARGEST + 1)
    with django():
        from django.utils import timezone

        from bihuan.exchange import actions

        row = actions.take_file(content=content, by=BY, at=timezone.now())
        said = {"from": row.peer.name, "number": row.sequence, "kind": row.kind, "state": row.state, "code": row.code}
        if arguments.json:
            give(said)
        else:
            print("\t".join(str(value) for value in said.values()))
            if row.zh:
                tell(say(row.zh, row.en))
    return WELL
