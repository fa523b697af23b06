"""The closed loop that most subjects need, ready made: a subject's `flow.py` says what is its own and takes the rest.

交办 → 签收 → 承办 → 反馈 → 审核 → 销号, with 延期, 退回, 暂停, 重启, 撤销 (facts §3.2). Pure.
"""

from __future__ import annotations

from bihuan.loop.flows import BEFORE, Audience, Clock, Effect, Flow, Hand, Ladder, Light, Rung, State, Tone, Transition

LADDER = Ladder(
    "standard",
    "标准督办层级",
    "Standard ladder",
    (
        Rung(1, Clock.DUE, -3, Audience.OWNER, "距办结时限还有3个工作日", "3 working days are left", Light.YELLOW),
        Rung(2, Clock.DUE, 0, Audience.OWNER, "已到办结时限，尚未反馈", "is due and not answered", Light.RED),
        Rung(3, Clock.DUE, 1, Audience.SECTION, "逾期1个工作日", "is 1 working day late", Light.RED),
        Rung(4, Clock.DUE, 3, Audience.LEADER, "逾期3个工作日", "is 3 working days late", Light.RED),
        Rung(5, Clock.DUE, 5, Audience.PRINCIPAL, "逾期5个工作日", "is 5 working days late", Light.RED, urgent=True),
        Rung(6, Clock.DUE, 10, Audience.KEEPER, "逾期10个工作日，可提请通报", "is 10 working days late", Light.RED),
        Rung(1, Clock.WAITING, 0, Audience.KEEPER, "反馈已到审核时限", "an answer waits and should be checked today"),
        Rung(2, Clock.WAITING, 3, Audience.KEEPER, "反馈逾期3个工作日未审核", "an answer was not checked for 3 days"),
    ),
    source="facts §3.2, 催办: 提醒、书面催办、现场督办、领导协调; the days are our own, a dated row may override them",
)

# One list for all flows; a flow that calls a step by another name of its trade changes that one.
REGISTERED = State("registered", "待交办", "To be assigned", tone="plain")
ASSIGNED = State("assigned", "待签收", "To be signed for", Clock.DUE, tone="info")
DOING = State("doing", "办理中", "Under way", Clock.DUE, tone="info")
ANSWERED = State("answered", "待审核", "To be checked", Clock.WAITING, tone="warn")
ACCEPTED = State("accepted", "已验收", "Accepted", Clock.WAITING, tone="good")
SUSPENDED = State("suspended", "已暂停", "Suspended", tone="plain")
CLOSED = State("closed", "已销号", "Closed", end="closed", tone="good")
WITHDRAWN = State("withdrawn", "已撤销", "Withdrawn", end="withdrawn", tone="plain")

STATES = (REGISTERED, ASSIGNED, DOING, ANSWERED, ACCEPTED, SUSPENDED, CLOSED, WITHDRAWN)
_BUSY = ("assigned", "doing")
_OWNER, _KEEPER = (Audience.OWNER,), (Audience.KEEPER,)


_K, _D = Hand.KEEPER, Hand.DOER


def transitions(*, evidence: tuple[str, ...] = ("text",)) -> tuple[Transition, ...]:
    """The ways of the standard loop; an answer needs `evidence`."""
    return (*_forward(evidence), *_BACK, *_TIME, *_HALTS)


def _forward(evidence: tuple[str, ...]) -> tuple[Transition, ...]:
    return (
        Transition(
            "assign",
            "交办",
            "Assign",
            "交办",
            "assigned it",
            ("registered",),
            "assigned",
            _K,
            Effect.ASSIGN,
            tells=_OWNER,
        ),
        Transition("sign_for", "签收", "Sign for", "签收", "signed for it", ("assigned",), "doing", _D),
        Transition(
            "report", "填报进展", "Report progress", "填报进展", "reported progress", ("doing",), "", _D, Effect.REPORT
        ),
        Transition(
            "answer",
            "反馈办理结果",
            "Answer",
            "反馈办理结果",
            "answered",
            ("doing",),
            "answered",
            _D,
            Effect.ANSWER,
            evidence=evidence,
            tells=_KEEPER,
        ),
        Transition(
            "accept",
            "审核通过",
            "Accept",
            "审核通过",
            "accepted it",
            ("answered",),
            "accepted",
            _K,
            Effect.ACCEPT,
            tells=_OWNER,
            tone="good",
        ),
        Transition(
            "close", "销号", "Close", "销号", "closed it", ("accepted",), "closed", _K, tells=_OWNER, tone="good"
        ),
    )


def _way(
    words: tuple[str, str, str],
    sources: tuple[str, ...],
    target: str,
    effect: Effect,
    *,
    verb: str,
    hand: Hand = _K,
    reason: bool = True,
    tells: tuple[Audience, ...] = _OWNER,
    tone: Tone = "warn",
) -> Transition:
    zh, en, done = words
    return Transition(verb, zh, en, zh, done, sources, target, hand, effect, reason=reason, tells=tells, tone=tone)


_BACK = (
    _way(("退回重办", "Send back", "sent it back"), ("answered", "accepted"), "doing", Effect.RETURN, verb="return"),
    _way(("重启", "Reopen", "reopened it"), ("closed",), "doing", Effect.REOPEN, verb="reopen"),
    _way(
        ("撤销", "Withdraw", "withdrew it"),
        ("registered", "assigned", "doing", "answered", "accepted", "suspended"),
        "withdrawn",
        Effect.NONE,
        verb="withdraw",
    ),
)
_TIME = (
    _way(
        ("申请延期", "Ask for more time", "asked for more time"),
        _BUSY,
        "",
        Effect.ASK,
        verb="ask_extension",
        hand=_D,
        tells=_KEEPER,
    ),
    _way(
        ("同意延期", "Grant more time", "granted more time"),
        _BUSY,
        "",
        Effect.GRANT,
        verb="grant_extension",
        reason=False,
        tone="info",
    ),
    _way(("不同意延期", "Refuse more time", "refused more time"), _BUSY, "", Effect.REFUSE, verb="refuse_extension"),
    _way(
        ("移交责任人", "Hand over", "handed it over"),
        _BUSY,
        "",
        Effect.HAND_OVER,
        verb="hand_over",
        hand=_D,
        reason=False,
        tone="info",
    ),
    _way(("催办", "Urge", "urged it on"), _BUSY, "", Effect.URGE, verb="urge", reason=False),
    _way(("亮灯", "Set the light", "set the light"), (*_BUSY, "answered"), "", Effect.LIGHT, verb="light"),
)
_HALTS = (
    _way(("暂停", "Suspend", "suspended it"), (*_BUSY, "answered"), "suspended", Effect.SUSPEND, verb="suspend"),
    _way(
        ("恢复办理", "Resume", "resumed it"),
        ("suspended",),
        BEFORE,
        Effect.RESUME,
        verb="resume",
        reason=False,
        tone="info",
    ),
)


def closed_loop(
    name: str,
    *,
    zh: str,
    en: str,
    version: int = 1,
    evidence: tuple[str, ...] = ("text",),
    ladder: Ladder = LADDER,
    term: int | None = None,
    checked_within: int = 3,
    decided_within: int = 3,
) -> Flow:
    """The standard loop under a name of its own; the arguments are `Flow`'s. `evidence`: kinds that an answer needs:
    "text" an account in words, "file", "photo", "paper" an issued document."""
    return Flow(
        name, version, zh, en, STATES, transitions(evidence=evidence), ladder, term, checked_within, decided_within
    )
