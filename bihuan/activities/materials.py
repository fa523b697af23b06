"""What is refused around an activity's materials: attachments, placements, works, rosters. Pure."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class MaterialError(Refusal):
    """What was asked for cannot be, as it was asked for."""


class GoneError(Refusal):
    """It was taken off, or changed, by someone else meanwhile."""

    status = 409

    def __init__(self) -> None:
        zh = "这一项刚刚被他人改动或移除，请刷新后再看；没有作任何改动"
        super().__init__("stale", zh, "somebody has just changed or removed this: look again; nothing was written")


class WithdrawnError(Refusal):
    """The activity was withdrawn: nothing is laid to it any more."""

    status = 409

    def __init__(self) -> None:
        zh = "这次活动的记录已撤回，不能再添改材料；没有作任何改动"
        super().__init__("withdrawn", zh, "this activity was withdrawn: nothing is added to it; nothing was changed")


def line(text: str, what: tuple[str, str], *, most: int, needed: bool = True) -> str:
    """A line of text without its outer blanks.

    Raises:
        MaterialError: it is missing or too long. `what`: its name in both languages.
    """
    plain = " ".join(text.split())
    if needed and not plain:
        raise MaterialError("missing", f"请填写{what[0]}", f"fill in: {what[1]}")
    if len(plain) > most:
        raise MaterialError("too-long", f"{what[0]}不能超过 {most} 字", f"{what[1]}: at most {most} characters")
    return plain
