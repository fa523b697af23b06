"""Commands about bundles between installations, where no network joins them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.cli.installed import django
from bihuan.cli.terminal import WELL, BadInputError, give, reason, tell
from bihuan.lib.words import say

if TYPE_CHECKING:
    from bihuan.exchange.bundle import Bundle

BY = "system:exchange"
_KINDS = {
    "report": ("首报", "report"),
    "erratum": ("更正", "erratum"),
    "question": ("问询", "question"),
    "answer": ("答复", "answer"),
    "ruling": ("处理意见", "decision"),
    "receipt": ("回执", "receipt"),
}
_STATES = {
    "new": ("还没有收下，轮到它了", "not taken in yet, and the next in its turn"),
    "taken": ("已收下", "taken in"),
    "held": ("暂存待处理", "held"),
    "returned": ("已退回", "given back"),
    "waiting": ("待送达", "on its way"),
    "refused": ("对方拒收", "refused by the other side"),
    "arrived": ("已送达", "arrived"),
}


def _content(name: str) -> bytes:
    """A file's bytes, no more than a bundle may have and one: what is larger is refused by whoever opens it."""
    from bihuan.exchange.rules import LARGEST

    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise BadInputError(reason(error)) from error
    except ValueError as error:  # a zero byte in the name
        raise BadInputError(f"{name!r}: {error}") from error


def export(arguments: argparse.Namespace) -> int:
    with django():
        from django.utils import timezone

        from bihuan.exchange import actions, queries

        peers = [peer for peer in queries.peers() if peer.name == arguments.peer]
        found = queries.to_export(arguments.number, peers[0]) if peers and 0 < arguments.number < 2**31 else None
        if found is None:
            zh = f"没有发给“{arguments.peer}”的第{arguments.number}号包"
            raise BadInputError(say(zh, f"there is no bundle {arguments.number} to {arguments.peer}"))
        out = Path(arguments.out)
        try:
            out.touch()  # what cannot be written is not written down as exported
            text = actions.exported(bundle=found, by=BY, at=timezone.now()).text()
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadInputError(reason(error)) from error
        except ValueError as error:
            raise BadInputError(f"{arguments.out!r}: {error}") from error
        tell(say(f"已写到 {arguments.out}", f"written to {arguments.out}"))
    return WELL


def take(arguments: argparse.Namespace) -> int:
    from bihuan.exchange.envelope import read

    content = _content(arguments.file)
    read(content)  # what is no bundle at all is refused before a database is started
    with django():
        from django.utils import timezone

        from bihuan.exchange import actions

        row = actions.take_file(content=content, by=BY, at=timezone.now())
        said = {"from": row.peer.name, "number": row.sequence, "kind": row.kind, "state": row.state, "code": row.code}
        if arguments.json:
            give(said)
        else:
            names = (row.peer.name, row.sequence, say(*_KINDS[row.kind]), say(*_STATES[row.state]))
            print("\t".join(str(value) for value in names))
            if row.zh:
                tell(say(row.zh, row.en))
    return WELL


def verify(arguments: argparse.Namespace) -> int:
    from bihuan.exchange.card import Card
    from bihuan.exchange.envelope import read
    from bihuan.exchange.looking import by_card

    content = _content(arguments.file)
    read(content)
    if arguments.card:
        try:
            card = Card.read(_content(arguments.card).decode())
        except UnicodeDecodeError as error:
            zh = "不是 UTF-8 文本，请从对方页面整段复制"
            raise BadInputError(say(f"{arguments.card}: {zh}", f"{arguments.card}: no text in UTF-8")) from error
        found = by_card(content, card)
    else:
        with django():
            from bihuan.exchange import queries

            found = queries.checked(content)
    if arguments.json:
        give({
            "kind": found.kind, "signer": found.signer, "fingerprint": found.print_, "ours": found.ours,
            "number": found.sequence, "digest": found.digest, "state": found.state,
        })  # fmt: skip
        return WELL
    print(say("签名相符", "the signature holds") + f"\t{found.signer}\t{found.print_}")
    state = say(*_STATES[found.state]) if found.state in _STATES else ""
    print("\t".join(part for part in (say(*_KINDS[found.kind]), f"№ {found.sequence}", state) if part))
    return WELL


def show(arguments: argparse.Namespace) -> int:
    from bihuan.exchange.looking import look

    envelope, body, said = look(_content(arguments.file))
    if arguments.json:
        give({"from": str(envelope.sender), "digest": envelope.digest, "proved": False, "body": dict(body)})
        return WELL
    tell(say("未核验签名；核验用 bihuan bundle verify", "the signature was not checked: bihuan bundle verify does"))
    heads = _heads(said) if said else _receipt(body)
    for (zh, en), value in heads:
        print(f"{say(zh, en)}\t{' '.join(str(value).split())}")
    for line in _lines(said) if said else ():
        print(line)
    return WELL


def _receipt(body: Any) -> Iterator[tuple[tuple[str, str], object]]:
    yield ("内容", "kind"), say(*_KINDS["receipt"])
    yield ("编号", "number"), body.get("sequence")
    yield ("结果", "outcome"), say(*_STATES[body["state"]]) if body.get("state") in _STATES else ""


def _heads(said: Bundle) -> Iterator[tuple[tuple[str, str], object]]:
    from bihuan.exchange.bundle import Account, Remark

    yield ("内容", "kind"), say(*_KINDS[said.kind])
    yield ("发出", "from"), said.sender
    yield ("发给", "to"), said.to
    yield ("编号", "number"), said.sequence
    yield ("签发", "signed by"), said.by
    content = said.content
    if not isinstance(content, Account):
        yield ("文字", "text"), content.text if isinstance(content, Remark) else content.reason
        return
    yield ("活动", "campaign"), content.name
    yield ("地区", "region"), content.region_name
    yield ("时段", "period"), " – ".join(day.isoformat() for day in content.period)
    if content.book:
        yield ("性质", "book"), say("模型数据", "model data")
    yield ("应报", "lists"), f"{content.expected['accepted']}/{content.expected['expected']}"
    if content.reason:
        yield ("更正的原因", "why corrected"), content.reason


def _lines(said: Bundle) -> Iterator[str]:
    """Each number: its name in the shipped catalogue, what it is, what it was before an erratum."""
    from bihuan.exchange.bundle import Account, range_text
    from bihuan.reading.catalogue import catalogue

    names = {code: measure.zh for code, measure in catalogue().items()}
    for line in said.content.lines if isinstance(said.content, Account) else ():
        value = line.printed if line.value is not None else say("作废", "withdrawn")
        was = range_text(line.was)
        before = say(f"原为 {was[0]}–{was[1]}", f"was {was[0]}–{was[1]}") if was else ""
        name = "、".join(names.get(code, code) for code in line.measures)
        print_ = (name, value, say(f"{line.records} 条记录", f"{line.records} records"), before)
        yield "\t".join(part for part in print_ if part)
