"""What cannot be done in the exchange of bundles, with the code that a program goes by."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class ExchangeError(Refusal):
    """A wish that cannot be met."""


class StaleExchangeError(Refusal):
    """Somebody else was first."""

    status = 409

    def __init__(self) -> None:
        zh = "这里刚才已被改动，请刷新后再办；没有改动任何数据"
        super().__init__("stale", zh, "this was changed meanwhile: look again; nothing was written")


class BundleError(Refusal):
    """A file or a request that is no bundle for us: nothing of it is kept."""


class TooLargeError(BundleError):
    """More than any report has."""

    status = 413

    def __init__(self) -> None:
        zh = "文件超过 10 MB，不可能是上报包；没有写入任何数据。请核对文件"
        en = "more than 10 MB: this is no bundle. Nothing was written; check the file"
        super().__init__("bundle-too-large", zh, en)


class NotOurPeerError(BundleError):
    """From somebody whose key nobody here has compared, or with a signature that is not theirs."""

    status = 403


class SequenceError(BundleError):
    """Not the one whose turn it is. `expected`: the number that is."""

    status = 409

    def __init__(self, code: str, zh: str, en: str, *, expected: int = 0) -> None:
        super().__init__(code, zh, en)
        self.expected = expected
