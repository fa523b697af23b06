"""The loops of supervision: a notice (督办通知) and the review of an objection (异议复核)."""

from __future__ import annotations

from dataclasses import replace

from bihuan.loop.flows import Audience, Clock, Effect, Flow, Hand, Ladder, Light, Rung, State, Transition
from bihuan.loop.standard import LADDER, STATES, WITHDRAWN, transitions

NOTICE, OBJECTION = "notice", "objection"

# -- 督办通知: 拟稿 → 印发 → 签收 → 承办 → 反馈 → 审核 → 销号 (facts §3.2) ---------------------------------------------

_STATES = {
    "registered": ("待印发", "To be issued"),
    "assigned": ("待签收", "To be signed for"),
    "accepted": ("已审结", "Checked"),
    "closed": ("已销号", "Struck off"),
}
_WAYS: dict[str, dict[str, object]] = {
    "assign": {"zh": "下发", "en": "Issue", "done_zh": "下发督办通知", "done_en": "issued it"},
    "accept": {"zh": "审结", "en": "Accept", "done_zh": "审核通过，同意审结", "done_en": "accepted the answer"},
    "close": {"zh": "销号", "en": "Strike off", "done_zh": "销号", "done_en": "struck it off"},
}


def _named(state: State) -> State:
    zh, en = _STATES.get(state.name, (state.zh, state.en))
    return replace(state, zh=zh, en=en)


def _worded(way: Transition) -> Transition:
    return replace(way, **_WAYS.get(way.verb, {}))  # type: ignore[arg-type]


NOTICE_FLOW = Flow(
    NOTICE,
    1,
    "督办通知",
    "Supervision notice",
    tuple(_named(state) for state in STATES),
    tuple(_worded(way) for way in transitions(evidence=("text",))),
    replace(LADDER, name="notice", zh="督办通知的督办层级", en="Ladder of notices"),
)

# -- 异议复核: 提出 → 指定复核人 → 复核 → 批准 → 答复 (条例第十七条) ---------------------------------------------------

_REVIEW_LADDER = Ladder(
    "review",
    "异议复核的督办层级",
    "Ladder of reviews",
    (
        Rung(1, Clock.DUE, -3, Audience.OWNER, "距提交复核意见还有3个工作日", "3 working days are left", Light.YELLOW),
        Rung(2, Clock.DUE, 0, Audience.OWNER, "复核意见今天到期", "the review is due today", Light.RED),
        Rung(3, Clock.DUE, 1, Audience.KEEPER, "复核意见逾期1个工作日", "the review is 1 working day late", Light.RED),
        Rung(
            4, Clock.DUE, 2, Audience.PRINCIPAL, "复核意见逾期2个工作日", "the review is 2 days late", Light.RED, True
        ),
        Rung(1, Clock.WAITING, 0, Audience.KEEPER, "复核意见等待批准", "a review waits for its approval"),
        Rung(
            2, Clock.WAITING, 1, Audience.KEEPER, "复核意见逾期未批准", "a review was not approved in time", urgent=True
        ),
    ),
    source="政府督查工作条例第十七条：收到申请之日起30日内作出复核决定；提前量为系统默认",
)
_K, _D = Hand.KEEPER, Hand.DOER
_OWNER, _KEEPER = (Audience.OWNER,), (Audience.KEEPER,)

OBJECTION_FLOW = Flow(
    OBJECTION,
    1,
    "异议复核",
    "Review of an objection",
    (
        State("lodged", "待受理", "Lodged", tone="warn"),
        State("reviewing", "复核中", "Under review", Clock.DUE, tone="info"),
        State("reviewed", "待批准", "To be approved", Clock.WAITING, tone="warn"),
        State("approved", "待答复", "Approved", Clock.WAITING, tone="good"),
        State("replied", "已答复", "Decided", end="closed", tone="good"),
        replace(WITHDRAWN, zh="已撤回", en="Withdrawn"),
    ),
    (
        Transition("assign", "指定复核人", "Name the reviewer", "指定复核人", "named the reviewer",
                   ("lodged",), "reviewing", _K, Effect.ASSIGN, tells=_OWNER),
        Transition("report", "填报进展", "Report progress", "填报进展", "reported progress",
                   ("reviewing",), "", _D, Effect.REPORT),
        Transition("review", "提交复核意见", "Submit the review", "提交复核意见", "submitted the review",
                   ("reviewing",), "reviewed", _D, Effect.ANSWER, evidence=("text",), tells=_KEEPER),
        Transition("approve", "批准复核意见", "Approve", "批准复核意见", "approved the review",
                   ("reviewed",), "approved", _K, Effect.ACCEPT, tells=_OWNER, tone="good"),
        Transition("reply", "答复异议单位", "Reply to the unit", "答复异议单位", "replied to the unit",
                   ("approved",), "replied", _K, tells=_OWNER, tone="good"),
        Transition("return", "退回再核", "Send back", "退回再核", "sent it back",
                   ("reviewed",), "reviewing", _K, Effect.RETURN, reason=True, tells=_OWNER, tone="warn"),
        Transition("hand_over", "更换复核人", "Change the reviewer", "更换复核人", "changed the reviewer",
                   ("reviewing",), "", _D, Effect.HAND_OVER, tells=_OWNER),
        Transition("withdraw", "撤回异议", "Withdraw", "撤回异议", "withdrew the objection",
                   ("lodged", "reviewing", "reviewed"), "withdrawn", _K, reason=True, tells=_OWNER, tone="warn"),
    ),
    _REVIEW_LADDER,
    checked_within=2,
)  # fmt: skip
