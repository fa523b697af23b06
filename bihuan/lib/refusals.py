"""What cannot be done, said to a person: a stable code for programs, one clear sentence in each language."""

from __future__ import annotations

from bihuan.lib.words import say


class Refusal(Exception):
    """Base of every error that a user is told. `code` is a short stable word; `zh` and `en` say what is wrong and what
    to do about it. `status`: of the answer by HTTP."""

    status = 422

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.code = code
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return type(self), (self.code, self.zh, self.en)

    def said(self) -> str:
        """The sentence in this process's language."""
        return say(self.zh, self.en)
