"""What supervision refuses, said to a person."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.lib.refusals import Refusal


class SupervisionError(Refusal):
    """What was asked for cannot be, as it was asked for."""


class _Spoken(Refusal):
    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return SupervisionError, (self.code, self.zh, self.en)


class StaleThingError(_Spoken):
    """Somebody changed it since the page was opened."""

    status = 409

    def __init__(self) -> None:
        zh, en = (
            "这一项刚刚有人办理过，请看最新情况后再办；您填写的内容没有生效",
            "somebody has just changed this: look at it again",
        )
        super().__init__("stale", zh, f"{en}; nothing was written")


class WrongStandingError(_Spoken):
    """It stands where this cannot be done."""

    status = 409

    def __init__(self, state: Sequence[str]) -> None:
        super().__init__(
            "state",
            f"现在是“{state[0]}”，不能这样办理；没有作任何改动",
            f"it is “{state[1]}”: this cannot be done now; nothing was changed",
        )


class SameHandError(_Spoken):
    """Who proposed it would approve it."""

    status = 403

    def __init__(self) -> None:
        zh, en = "提出的人不能自己审批，请另一位领导办理", "who proposed it does not approve it: another leader must"
        super().__init__("same-person", zh, en)


class TwiceError(_Spoken):
    """It may be the same thing again, or too often: a reason is asked for (条例第十五条)."""

    def __init__(self, similar: Sequence[str], over: Sequence[str]) -> None:
        self.similar, self.over = tuple(similar), tuple(over)
        zh, en = [], []
        if similar:
            names = "、".join(f"“{name}”" for name in similar[:3])
            zh.append(f"该单位已有相近的督办事项：{names}")
            en.append(f"the unit is supervised for something alike: {names}")
        if over:
            zh.append(f"已到频次上限：{'；'.join(over)}")
            en.append(f"limits are full: {'; '.join(over)}")
        super().__init__(
            "twice",
            f"{'；'.join(zh)}。确需督办的，请写明理由，由审批领导把关",
            f"{'; '.join(en)}. If it is needed all the same, say why; the leader who approves reads it",
        )


def missing(code: str, zh: str, en: str) -> SupervisionError:
    """Something that must be said was not."""
    return SupervisionError(code, zh, en)
