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


class FaultyCellsError(FormError):
    """Cells of a page in which no number stands. `faults`: by address, said in two languages."""

    def __init__(self, faults: dict[str, tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__(
            "handed-faults",
            f"有 {len(faults)} 处填的不是数，已在下面逐处标明；改好再报，什么都没有写入",
            f"{len(faults)} entries are no numbers, marked below: put them right; nothing was written",
        )


class OwnReturnError(FormError):
    """Who handed a form in does not accept it."""

    def __init__(self) -> None:
        zh = "您参与过这张表的填报，请由另一位同志审核"
        super().__init__("own-return", zh, "you handed this form in: somebody else accepts it")
