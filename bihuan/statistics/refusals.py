"""What cannot be done with statistical forms, said to a person."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal


class FormError(Refusal):
    """A form, a table or a value that cannot be taken as it is."""


class StaleFormError(FormError):
    """Something else holds since it was looked at."""

    status = 409

    def __init__(self) -> None:
        zh = "表或记录刚刚有变动，请重新核对后再确认；什么都没有写入"
        super().__init__("form-stale", zh, "the form or its records changed meanwhile: look again; nothing was written")

    def __reduce__(self) -> tuple[type[StaleFormError], tuple[()]]:  # type: ignore[override]
        return type(self), ()
