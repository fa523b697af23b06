"""What cannot be done with units, people and accounts, said to a person."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class StaleError(Refusal):
    """Someone else changed it meanwhile."""

    status = 409

    def __init__(self, what: str) -> None:
        zh = f"“{what}”已被他人改动，请刷新后再办；没有改动任何数据"
        super().__init__("stale", zh, f"“{what}” was changed by someone else: look again; nothing was written")


class OrgError(Refusal):
    """A wish that the rules of units, people and roles do not allow."""


class PasswordError(Refusal):
    """A new password that will not do. `weaknesses`: each in both languages."""

    def __init__(self, weaknesses: list[tuple[str, str]]) -> None:
        self.weaknesses = weaknesses
        zh, en = ("；".join(item[0] for item in weaknesses), "; ".join(item[1] for item in weaknesses))
        super().__init__("weak-password", f"新口令不合要求：{zh}", f"the new password will not do: {en}")

    def __reduce__(self) -> tuple[type[PasswordError], tuple[list[tuple[str, str]]]]:  # type: ignore[override]
        return type(self), (self.weaknesses,)


class SignInError(Refusal):
    """Nobody was signed in. Name and password wrong are one sentence: it tells nobody which accounts there are."""

    status = 403
