"""What the API refuses by itself, before any room is asked."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class NotSignedIn(Refusal):
    """Nobody is known behind the request."""

    status = 401

    def __init__(self) -> None:
        zh = "请在 Authorization 头中带上个人令牌（Bearer bh_…），令牌在“我的账号”页生成"
        en = "send a personal token (Authorization: Bearer bh_…); tokens are made on the page of your account"
        super().__init__("sign-in", zh, en)


class BadToken(Refusal):
    """A token that is no token, or not one any more."""

    status = 401

    def __init__(self) -> None:
        zh = "令牌无效、已过期或已停用，请在“我的账号”页另生成一个"
        super().__init__("token", zh, "the token is wrong, over or revoked: make another on the page of your account")


class MustChangePassword(Refusal):
    """The person has a one-time password, or one that is too old."""

    status = 403

    def __init__(self) -> None:
        zh = "请先登录网页修改口令，然后再用接口"
        super().__init__("must-change-password", zh, "sign in on the pages and change the password first")


class CsrfMissing(Refusal):
    """A write by the session of a browser, without the token that only our own pages have."""

    status = 403

    def __init__(self) -> None:
        zh = "用网页登录状态写入时须带 X-CSRFToken 头；程序请用个人令牌"
        super().__init__("csrf", zh, "a write by session needs the X-CSRFToken header; programs use a personal token")


class UnsupportedMedia(Refusal):
    """The body is of another kind than the operation takes."""

    status = 415

    def __init__(self, wanted: str) -> None:
        super().__init__("media-type", f"请求正文须为 {wanted}", f"the body must be {wanted}")


class BadCursor(Refusal):
    """A cursor that this list never gave."""

    def __init__(self) -> None:
        zh = "cursor 不是本列表给出的，请去掉后从头取"
        super().__init__("cursor", zh, "this list gave no such cursor: leave it out and start again")


class BadStand(Refusal):
    """A walk along the chain that did not begin here."""

    def __init__(self) -> None:
        zh = "stand 不是本接口给出的，或已过期；请留空从头核验"
        super().__init__("stand", zh, "no such walk was begun here lately: leave `stand` empty and start again")


class BadFile(Refusal):
    """A file that cannot be laid on the table."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("file-unfit", zh, en)


class BadCorrection(Refusal):
    """A correction that cannot be taken; `said`: what is wrong, in the reader's language already."""

    def __init__(self, said: list[str]) -> None:
        words = "；".join(said)
        super().__init__("correction", words, words)
