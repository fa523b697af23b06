"""The words of a draft: edited as blocks, or taken back as a DOCX that was edited elsewhere."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation, with_files
from bihuan.api.fields import In, Key, SeenIn, Small, Text, Version
from bihuan.api.papers import WholePaperOut, whole
from bihuan.documents import access, actions, queries, taking_back
from bihuan.documents import editing as prose_editing
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.editing import EditAnnex, EditBlock, Kind, Prose
from bihuan.documents.fonts import discover
from bihuan.documents.preview import as_draft
from bihuan.documents.rules import Format, State
from bihuan.documents.taking_back import PROPERTY
from bihuan.documents.views.desk import TYPES, file_answer
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

router = Router()
_DRAFTS = (access.DRAFT_PAPER,)


class BlockIn(In):
    """One block of a draft. Bound numbers stand in the texts as marks (⟦1:近1.5万人⟧) and keep their words."""

    key: Annotated[str, StringConstraints(pattern=r"^([0-9]{1,2}\.[0-9]{1,4})?$")] = Field(
        description="Part and place of the block when the prose was read (0.3); empty for a new one"
    )
    kind: Kind
    level: Small = Field(ge=0, le=4, description="1–4 for headings and run-in headings, else 0")
    head: Text = Field(description="The run-in heading")
    text: Text


class AnnexIn(In):
    key: Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]?)?$")]
    title: Text
    blocks: list[BlockIn]


class ProseIn(SeenIn):
    """All of a draft that is edited. `addressees` and `copies_to`: one a line."""

    title: Text
    addressees: Text
    signer: Text
    note: Text
    copies_to: Text
    blocks: list[BlockIn]
    annexes: list[AnnexIn]


class ProseOut(BaseModel):
    """What PUT takes, with the version that it is of."""

    expected_version: int
    title: str
    addressees: str
    signer: str
    note: str
    copies_to: str
    blocks: list[BlockIn]
    annexes: list[AnnexIn]


class FindingOut(BaseModel):
    """Something in the file that is not simply new prose."""

    identity: str
    kind: str
    message: str
    where: str
    old: str
    new: str
    must: bool = Field(description="Whether it has to be named in `seen` before the file is taken")


class ChangeOut(BaseModel):
    kind: str = Field(description="added, removed, changed or moved")
    where: str
    old: str
    new: str


class ProposalOut(BaseModel):
    """What the draft would become."""

    version: int = Field(description="Of the draft that it was held against: `expected_version` when it is taken")
    findings: list[FindingOut]
    changes: list[ChangeOut]


@router.get(
    "/papers/{pk}/prose",
    **operation("documents.prose", "文稿，供修改", "The words of a draft, to be edited", gives=ProseOut, needs=_DRAFTS),
)
def prose(request: DeskRequest, pk: Key) -> ProseOut:
    """The prose as blocks, its bound numbers as marks."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    opened = prose_editing.prose_of(queries.paper(document), queries.numbers_of(document))
    return ProseOut(
        expected_version=document.version,
        title=opened.title,
        addressees=opened.addressees,
        signer=opened.signer,
        note=opened.note,
        copies_to=opened.copies_to,
        blocks=_blocks(opened.blocks),
        annexes=[AnnexIn(key=item.key, title=item.title, blocks=_blocks(item.blocks)) for item in opened.annexes],
    )


def _blocks(blocks: tuple[EditBlock, ...]) -> list[BlockIn]:
    return [BlockIn(key=b.key, kind=b.kind, level=b.level, head=b.head, text=b.text) for b in blocks]


@router.put(
    "/papers/{pk}/prose",
    **operation("documents.edit", "修改文稿", "Edit a draft", gives=WholePaperOut, needs=_DRAFTS, writes=True),
)
def edit(request: DeskRequest, pk: Key, wish: ProseIn) -> WholePaperOut:
    """The whole prose, as it was read with what was changed in it. Numbers stay bound; their words never change."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    written = Prose(
        title=wish.title,
        addressees=wish.addressees,
        signer=wish.signer,
        note=wish.note,
        copies_to=wish.copies_to,
        blocks=_edited(wish.blocks),
        annexes=tuple(EditAnnex(item.key, item.title, _edited(item.blocks)) for item in wish.annexes),
    )
    done = actions.edit(
        document=document,
        prose=written,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole(request, done)


def _edited(blocks: list[BlockIn]) -> tuple[EditBlock, ...]:
    return tuple(EditBlock(b.key, b.kind, b.level, b.head, b.text) for b in blocks)


_DRAFT = operation(
    "documents.draft_file",
    "草稿 DOCX",
    "A draft as DOCX, to be edited elsewhere",
    gives=None,
    needs=(access.SEE_PAPER,),
)


@router.get("/papers/{pk}/draft.docx", **with_files(_DRAFT, TYPES[Format.DOCX]))
def draft_file(request: DeskRequest, pk: Key) -> HttpResponse:
    """The draft; the file says which version it is. For an issued paper there is none: take its printed file."""
    document = access.paper(request.reader, pk=pk)
    if document.state == State.ISSUED:
        raise NotThere
    shown = as_draft(queries.paper(document), document.version)
    content = write_docx(shown, fonts=discover(), properties={PROPERTY: f"{document.check_code} {document.version}"})
    return file_answer(content, Format.DOCX, f"{document.check_code} {document.version}.docx", download=True)


@router.post(
    "/papers/{pk}/proposals",
    **operation(
        "documents.propose",
        "传回改好的 DOCX，先看会改什么",
        "What an edited DOCX would change",
        gives=ProposalOut,
        needs=_DRAFTS,
        file=True,
    ),
)
def propose(request: DeskRequest, pk: Key, file: File[UploadedFile]) -> ProposalOut:
    """Nothing is written: what the draft would become, and what has to be seen first."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    found = taking_back.propose(
        file.read(), paper=queries.paper(document), numbers=queries.numbers_of(document), version=document.version
    )
    findings = [
        FindingOut(
            identity=item.identity,
            kind=item.kind,
            message=item.said,
            where=item.where,
            old=item.old,
            new=item.new,
            must=item.must,
        )
        for item in found.findings
    ]
    changes = [ChangeOut(kind=item.kind, where=item.where, old=item.old, new=item.new) for item in found.changes]
    return ProposalOut(version=document.version, findings=findings, changes=changes)


@router.post(
    "/papers/{pk}/take-back",
    **operation(
        "documents.take_back",
        "采纳传回的 DOCX",
        "Take an edited DOCX back",
        gives=WholePaperOut,
        needs=_DRAFTS,
        writes=True,
        file=True,
    ),
)
def take_back(
    request: DeskRequest,
    pk: Key,
    file: File[UploadedFile],
    expected_version: Form[Version],
    seen: Form[list[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]]] = [],  # noqa: B006  # read by ninja
) -> WholePaperOut:
    """Take the file that was proposed. `seen` names the findings that must be confirmed (422 `not-seen` otherwise)."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    done = actions.take_back(
        document=document,
        content=file.read(),
        expected_version=expected_version,
        seen=seen,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole(request, done)
