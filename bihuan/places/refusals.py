"""What cannot be done with places, said to a person."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class PlaceError(Refusal):
    """A wish that the rules of registers do not allow."""


class StalePlaceError(PlaceError):
    """Someone else changed it meanwhile."""

    status = 409

    def __init__(self, what: str) -> None:
        self.what = what
        zh = f"“{what}”刚刚被他人改动，请刷新后再办；没有改动任何数据"
        super().__init__("place-stale", zh, f"“{what}” was changed by someone else: look again; nothing was written")

    def __reduce__(self) -> tuple[type[StalePlaceError], tuple[str]]:  # type: ignore[override]
        return type(self), (self.what,)
