"""What goes out of the house: by which channels, when it is tried again, what stands in it. Pure.

The inbox gets each message exactly once. A channel gets it at least once: an attempt whose outcome nobody knows is made
again, and says that it may be a repeat.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """By what a person is reached."""

    EMAIL = "email"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    WEBHOOK = "webhook"


class Scope(StrEnum):
    """Which messages go out."""

    URGENT = "urgent"
    ALL = "all"


class Purpose(StrEnum):
    """What an outgoing one is: a message of the inbox, one for many beyond the cap, one to see whether it works."""

    MESSAGE = "message"
    DIGEST = "digest"
    TEST = "test"


class State(StrEnum):
    WAITING = "waiting"
    BEGUN = "begun"  # an attempt is under way, until its lease runs out
    SENT = "sent"
    GIVEN_UP = "given_up"
    FOLDED = "folded"  # another one stands for it: the next on its topic, or a digest
    WITHDRAWN = "withdrawn"  # its channel was paused or taken away


class Outcome(StrEnum):
    """How an attempt went."""

    SENT = "sent"
    REFUSED = "refused"  # the other side answered no
    UNREACHABLE = "unreachable"  # no connection came about
    UNCLEAR = "unclear"  # connected, and then no clear answer
    LOST = "lost"  # the one who sent it stopped before it could say
    INSIDE = "inside"  # the address leads inside, where nothing may be sent
    UNREADABLE = "unreadable"  # sealed with another key than the installation's
    NO_SERVER = "no_server"  # nobody has set up the mail server
    WRONG = "wrong"  # the library cannot make sense of the address


# After these it has not arrived; after the others it may have, and the next attempt says so.
_NOT_ARRIVED = frozenset(Outcome) - {Outcome.SENT, Outcome.UNCLEAR, Outcome.LOST}
_HOPELESS = frozenset({Outcome.INSIDE, Outcome.UNREADABLE, Outcome.WRONG})
TRIES = 8  # over about 17 hours: a night's outage costs nothing
_FIRST_REST, _LONGEST_REST = dt.timedelta(seconds=30), dt.timedelta(hours=6)
LEASE = dt.timedelta(seconds=90)  # of an attempt; longer than any takes
WINDOW = dt.timedelta(hours=1)  # of the cap
PER_HOUR = 6  # messages to a person; a default of ours, for the rule against formalism on phones (facts §11.5)
AT_ONCE = 32  # parcels in one process, each in a thread of its own
LONGEST_ANSWER = 200  # characters of what the other side said


def may_have_arrived(outcome: Outcome) -> bool:
    """Whether nobody can tell that an attempt did not arrive."""
    return outcome not in _NOT_ARRIVED


def is_over(outcome: Outcome, *, attempts: int) -> bool:
    """Whether it is not tried again after so many attempts, the last of which went so."""
    return outcome in _HOPELESS or attempts >= TRIES


def rest(attempts: int) -> dt.timedelta:
    """How long it rests after so many attempts that failed: 30 s, 2 min, 8 min … and never more than 6 h."""
    return min(_FIRST_REST * int(4 ** min(attempts - 1, 10)), _LONGEST_REST)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one outgoing message says."""

    title: str
    body: str
    facts: dict[str, str] = field(default_factory=dict)  # the same for a program


def letter(
    *,
    purpose: Purpose,
    words: tuple[str, str],
    count: int,
    urgent: bool,
    repeat: bool,
    url: str,
    key: str,
    english: bool,
    bare: bool,
) -> Letter:
    """The words of an outgoing message.

    Args:
        words: of the message, Chinese and English.
        count: events that the message, or messages that the digest, stands for.
        repeat: an earlier attempt may have arrived.
        url: where to go, "" where nobody knows the installation's address.
        key: the same in each attempt: a program knows a repeat by it.
        bare: say only that there is something, not what.
    """
    mark = _in(english, "（可能重复）", " (may be a repeat)") if repeat else ""
    title = _in(english, "【闭环】", "[Bihuan] ")
    title += _in(english, "急", "urgent") if urgent else _in(english, "消息", "message")
    if purpose is Purpose.TEST:
        said = _in(english, "这是一条测试消息，收到即表示渠道可用。", "A test: you read this, so the channel works.")
    elif purpose is Purpose.DIGEST:
        zh = f"收件箱里还有 {count} 条消息，为免打扰合为一条。"
        said = _in(english, zh, f"{count} more messages are in your inbox; this one stands for all of them.")
    elif bare:
        said = _in(english, "收件箱里有新消息，请登录查看。", "There is news in your inbox.")
    else:
        times = _in(english, f"（共 {count} 次）", f" ({count} times)") if count > 1 else ""
        said = words[1 if english else 0] + times
    where = url or _in(english, "请登录系统查看。", "Sign in to see more.")
    facts = {"key": key, "purpose": purpose.value, "urgent": _flag(urgent), "repeat": _flag(repeat), "url": url}
    return Letter(title + mark, f"{said}\n{where}", facts | {"count": str(count)})


def _in(english: bool, zh: str, en: str) -> str:
    return en if english else zh


def _flag(value: bool) -> str:
    return "true" if value else "false"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter with all that one needs to send it: what the sender's process is given.

    Args:
        outgoing, number: which one, and which attempt at it.
        fields: how the library (apprise) reaches the channel; they hold secrets.
        secrets: texts that must not stand in what is told of the attempt.
        inside: networks inside that may be reached; everything inside may where `trusted`.
    """

    outgoing: int
    number: int
    fields: dict[str, Any]
    letter: Letter
    secrets: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt went, and what the other side said, shortened and without secrets."""

    outgoing: int
    number: int
    outcome: Outcome
    answer: str = ""
