"""What the engine refuses, said to a person."""

from __future__ import annotations

import datetime as dt

from bihuan.lib.refusals import Refusal


class MatterError(Refusal):
    """What was said with a step cannot be taken."""


class _Spoken(Refusal):
    """A refusal whose sentence is made from what it is about."""

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return MatterError, (self.code, self.zh, self.en)


class StaleMatterError(_Spoken):
    """Somebody moved the matter since the page was opened."""

    status = 409

    def __init__(self) -> None:
        zh = "这一事项刚刚有人办理过，请看最新情况后再办；您填写的内容没有生效"
        super().__init__(
            "matter-stale", zh, "somebody has just moved this matter: look at it again; nothing was changed"
        )


class WrongStateError(_Spoken):
    """The matter stands where this cannot be done."""

    status = 409

    def __init__(self, done: tuple[str, str], state: tuple[str, str]) -> None:
        zh = f"事项现在是“{state[0]}”，不能{done[0]}；没有作任何改动"
        super().__init__(
            "matter-state", zh, f"the matter is “{state[1]}”: it cannot be done: {done[1]}; nothing was changed"
        )


class NotYourHandError(_Spoken):
    """It is for the other side to do."""

    status = 403

    SIDES = {
        "keeper": ("交办、督办方", "the keeper's side"),
        "doer": ("承办单位", "the responsible unit"),
        "subject": ("其所属的方案", "what the matter belongs to"),
    }

    def __init__(self, hand: str) -> None:
        side = self.SIDES[hand]
        super().__init__("not-your-hand", f"这一步由{side[0]}办理", f"this step is for {side[1]}")


class OwnLoopError(_Spoken):
    """Somebody would accept what they did, or decide on their own wish."""

    status = 403

    def __init__(self, barred: bool = False) -> None:
        if barred:
            zh, en = "您须回避这一事项，请另一人办理", "you are barred from deciding on this: another person must"
        else:
            zh, en = (
                "经办过的人不能自己审核，请另一人办理",
                "who has acted on it does not check it: another person must",
            )
        super().__init__("own-loop", zh, en)


class EvidenceError(_Spoken):
    """Evidence is missing."""

    WORDS = {
        "text": ("办理情况说明", "an account in words"),
        "file": ("佐证文件", "a file"),
        "photo": ("照片", "a photo"),
        "paper": ("公文", "a paper"),
    }

    def __init__(self, kind: str) -> None:
        zh, en = self.WORDS.get(kind, (kind, kind))
        super().__init__("evidence-missing", f"还缺{zh}，补上后再提交", f"{en} is missing: add it and send again")


class TooManyRowsError(_Spoken):
    """More rows than one workbook takes."""

    def __init__(self, most: int) -> None:
        zh = f"符合条件的超过 {most} 项，一次导不完；请按时限、单位或状态缩小范围再导出"
        en = f"more than {most} matters: narrow them down by days, unit or state, and export again"
        super().__init__("export-too-long", zh, en)


class MergedUnitError(_Spoken):
    """The unit is no more."""

    def __init__(self, name: str, into: str) -> None:
        zh = f"“{name}”已撤并" + (f"，请交给“{into}”" if into else "，请另选单位")
        en = f"{name} is no more" + (f": choose {into}" if into else ": choose another unit")
        super().__init__("unit-merged", zh, en)


class PastDueError(_Spoken):
    """A due day in the past."""

    def __init__(self, day: dt.date) -> None:
        zh = f"办结时限 {day.isoformat()} 已经过去，请填今天或以后的日期"
        super().__init__("due-in-past", zh, f"the due day {day.isoformat()} is over: name today or a later day")
