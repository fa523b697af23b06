"""What activities refuse, said to a person."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class ActivityError(Refusal):
    """What was said of an activity cannot be taken. `field`: which part of it, "" for the whole."""

    def __init__(self, code: str, zh: str, en: str, field: str = "") -> None:
        super().__init__(code, zh, en)
        self.field = field

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return ActivityError, (self.code, self.zh, self.en)


class OtherRegionError(ActivityError):
    """A unit files what was done in its own region."""

    status = 403

    def __init__(self, unit: str, region: str) -> None:
        zh = f"{unit}不能代报{region}的活动，未写入任何数据；请由当地单位报，或把地区改为本地区"
        en = (
            f"{unit} does not report for {region}; nothing was written: let a unit there report it, or name your region"
        )
        super().__init__("other-region", zh, en, "region")


class StaleActivityError(ActivityError):
    """Somebody changed it since it was looked at."""

    status = 409

    def __init__(self) -> None:
        zh = "这条活动记录刚刚有人改过，请看最新内容后再办；您这次的改动没有写入，原有内容都在"
        en = "somebody has just changed this activity: look at it again; your change was not written, nothing was lost"
        super().__init__("activity-stale", zh, en)


class StaleKindError(ActivityError):
    """Somebody changed the kind since it was looked at."""

    status = 409

    def __init__(self) -> None:
        zh = "这个类别刚刚有人改过，请看最新内容后再办；您这次的改动没有写入"
        en = "somebody has just changed this kind: look at it again; your change was not written"
        super().__init__("kind-stale", zh, en)


class WithdrawnActivityError(ActivityError):
    """It was withdrawn."""

    status = 409

    def __init__(self) -> None:
        zh = "这条活动记录已撤回，不再改动；要报请另报一条"
        en = "this activity is withdrawn and does not change: report it anew"
        super().__init__("activity-withdrawn", zh, en)


class TakenKeyError(ActivityError):
    """The sender's key names somebody else's activity."""

    status = 409

    def __init__(self) -> None:
        zh = "这次提交的编号已被另一条记录用掉，请重新打开填报页再报；填写的内容还在"
        en = "the key of this report is taken by another: open the page again; what you wrote is still there"
        super().__init__("activity-key", zh, en)
