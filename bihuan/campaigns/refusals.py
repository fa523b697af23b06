"""What campaigns refuse, said to a person."""

from __future__ import annotations

import datetime as dt

from bihuan.lib.refusals import Refusal


class CampaignError(Refusal):
    """A campaign that cannot be opened or described as asked."""


class PlanError(Refusal):
    """What was said of a plan, a paragraph or a duty cannot be taken."""


class _Spoken(Refusal):
    """A refusal whose sentence is its own."""

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return PlanError, (self.code, self.zh, self.en)


class StalePlanError(_Spoken):
    """Somebody changed it since the page was opened."""

    status = 409

    def __init__(self) -> None:
        zh = "方案刚刚有人改过，请看最新内容后再办；您这次的改动没有写入，原有内容都在"
        en = "somebody has just changed the plan: look at it again; your change was not written, nothing was lost"
        super().__init__("plan-stale", zh, en)


class ClosedPlanError(_Spoken):
    """A plan that is on its way, or out, is not written in."""

    status = 409

    def __init__(self, published: bool) -> None:
        if published:
            zh = "方案已发布，不再改动；要修改请另立新版本"
            en = "the plan is published and does not change: make a new version of it"
        else:
            zh = "方案的公文正在办理，内容不能改；要修改请先撤回到起草"
            en = "the plan's papers are on their way and it does not change: take it back to writing first"
        super().__init__("plan-closed", zh, en)


class UnfitPlanError(_Spoken):
    """The check before publishing found what must be put right."""

    def __init__(self, count: int, first: tuple[str, str]) -> None:
        zh = f"还有 {count} 处必须改正才能发布，例如：{first[0]}"
        en = f"{count} things must be put right before it can be published, such as: {first[1]}"
        super().__init__("plan-unfit", zh, en)


class PapersError(_Spoken):
    """The papers of a plan are not where they have to be."""

    status = 409

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("plan-papers", zh, en)


class ClosedRecordError(Refusal):
    """A period that cannot be closed so, or a record of a closed one that cannot be corrected so."""


class NotOverError(ClosedRecordError):
    """A period is closed when it is over."""

    def __init__(self, last: dt.date) -> None:
        zh, en = f"时段要到{last}才结束，结束后再关账", f"the period ends on {last}: close it after that"
        super().__init__("period-not-over", zh, en)

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return ClosedRecordError, (self.code, self.zh, self.en)
