"""Open to all: whether a paper is the one that was issued, and whether its numbers still hold."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Annotated, Literal

from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.documents import queries
from bihuan.documents.rules import State
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest
from bihuan.reports import verification

if TYPE_CHECKING:
    from bihuan.documents.models import Document

router = Router()
CheckCode = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$")]


class KeptFileOut(BaseModel):
    format: str
    sha256: str
    size: int
    stands: bool = Field(description="Whether the file is kept here as it was printed")


class CheckedOut(BaseModel):
    """What anyone may know of an issued paper."""

    check_code: str
    number: str
    title: str
    issuer: str
    date: dt.date | None
    numbers: int = Field(description="How many bound numbers it has")
    model: bool = Field(description="Made of model data, not of real ones")
    files: list[KeptFileOut]
    withdrawn_by: str = Field(description="The number of the paper that withdrew it; empty: none did")
    corrected_by: str


class CheckedNumberOut(BaseModel):
    fact: str
    printed: str
    state: Literal["holds", "superseded", "does not match"]
    because: list[str]


class VerificationOut(BaseModel):
    """Each bound number of a DOCX, computed again. `state` is the worst of them."""

    state: Literal["holds", "superseded", "does not match"]
    facts: list[CheckedNumberOut]
    loose: list[str] = Field(description="Numbers that stand outside and are vouched for by nobody")


@router.get(
    "/check/{code}",
    **operation("documents.check_code", "凭校验码查公文", "The paper of a check code", gives=CheckedOut, needs=None),
)
def by_code(request: DeskRequest, code: CheckCode) -> CheckedOut:
    """The issued paper that carries the code; a draft is not there."""
    return _checked(queries.by_check_code(code))


@router.post(
    "/check",
    **operation(
        "documents.check_file",
        "核对收到的文件",
        "Whether a file is one that was issued",
        gives=CheckedOut,
        needs=None,
        file=True,
    ),
)
def by_file(request: DeskRequest, file: File[UploadedFile]) -> CheckedOut:
    """The paper one of whose printed files this is, byte for byte; else 404. The file is not kept."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return _checked(queries.by_digest(digest.hexdigest()))


def _checked(document: Document | None) -> CheckedOut:
    if document is None or document.state != State.ISSUED:
        raise NotThere
    found = queries.checked(document)
    return CheckedOut(
        check_code=document.check_code,
        number=document.number,
        title=found.title,
        issuer=found.issuer,
        date=found.date,
        numbers=found.numbers,
        model=bool(document.book),
        files=[KeptFileOut.model_validate(item, from_attributes=True) for item in found.files],
        withdrawn_by=found.withdrawn_by,
        corrected_by=found.corrected_by,
    )


@router.post(
    "/verify",
    **operation(
        "reports.verify",
        "重新计算公文中的数",
        "Compute the numbers of a paper again",
        gives=VerificationOut,
        needs=None,
        file=True,
    ),
)
def verify(request: DeskRequest, file: File[UploadedFile]) -> VerificationOut:
    """Every number of a DOCX against the records. The file is not kept."""
    return VerificationOut.model_validate(verification.verify(file.read()).as_dict())
