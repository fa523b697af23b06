"""拟稿: opening a draft, editing it on the page, taking an edited DOCX back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from bihuan.documents import editing, taking_back
from bihuan.documents.actions.steps import NotSeenError, StaleDocumentError, digest, move, note
from bihuan.documents.actions.telling import tell_drafted
from bihuan.documents.changes import Change, changes
from bihuan.documents.editing import Prose
from bihuan.documents.models import Document
from bihuan.documents.paper import Bound, Paper
from bihuan.documents.queries import numbers_of
from bihuan.documents.rules import Relation, State, check_code
from bihuan.files import store
from bihuan.org.models import Region

#: How much of an edit its row in the history repeats; the digests say the rest.
_NOTED_CHANGES = 30
_NOTED_CHARACTERS = 200


def draft(
    *,
    key: str,
    paper: Paper,
    prefix: str,
    region: Region,
    book: str = "",
    by: str,
    at: dt.datetime,
    refers_to: Document | None = None,
    relation: Relation | None = None,
) -> Document:
    """Open a paper of the authority of a region as a draft (拟稿). The same `key` again gives the paper that stands.

    Args:
        book: "" for a real paper, else the book of model data whose numbers it quotes.

    Raises:
        bihuan.documents.paper.PaperError: the paper is not fit to be printed.
    """
    paper.check()
    with transaction.atomic():
        standing = Document.objects.filter(key=key).first()
        if standing:
            return standing
        code = check_code(secrets.token_bytes(8))
        document = Document.objects.create(
            key=key,
            title=paper.title.replace("\n", ""),
            paper=dataclasses.replace(paper, check_code=code, check_address=settings.PUBLIC_ADDRESS).to_dict(),
            offered=_stored(editing.numbers_of(paper)),
            prefix=prefix,
            region=region,
            book=book,
            check_code=code,
            drafted_by=by,
            drafted_at=at,
            writers=[by],
            refers_to=refers_to,
            relation=relation or "",
        )
        note(document, "documents.drafted", by, at, title=document.title, digest=digest(document.paper))
        tell_drafted(document, by=by, at=at)
    return document


def redraft(*, document: Document, paper: Paper, by: str, at: dt.datetime) -> Document:
    """Replace the content of a draft.

    Raises:
        StaleDocumentError: it is no draft any more, or was changed meanwhile.
        bihuan.documents.paper.PaperError: the paper is not fit to be printed.
    """
    paper.check()
    with transaction.atomic():
        return _write(document, paper, "documents.redrafted", version=document.version, edit="", by=by, at=at)


def edit(*, document: Document, prose: Prose, expected_version: int, by: str, at: dt.datetime) -> Document:
    """Edit a draft's prose; its numbers stay bound. An edit that changes nothing, or that was sent twice, does nothing
    more.

    Args:
        prose: what was opened at `expected_version`, as it is now.

    Raises:
        StaleDocumentError: it is no draft any more, or was changed meanwhile.
        bihuan.documents.inline_marks.ProseError: what is no edit of this paper.
        bihuan.documents.paper.PaperError: it cannot be printed.
    """
    named = _name_of_edit(expected_version, by, dataclasses.asdict(prose))
    with transaction.atomic():
        standing = Document.objects.select_for_update().get(pk=document.pk)
        if standing.last_edit == named:
            return standing
        if standing.version != expected_version or standing.state != State.DRAFT:
            raise StaleDocumentError(standing)
        paper = Paper.from_dict(standing.paper)
        edited = editing.apply(prose, paper=paper, numbers=numbers_of(standing))
        if edited.paper == paper:
            return standing
        return _write(standing, edited.paper, "documents.edited", version=expected_version, edit=named, by=by, at=at)


def take_back(
    *, document: Document, content: bytes, expected_version: int, seen: Iterable[str], by: str, at: dt.datetime
) -> Document:
    """Take an edited DOCX of a draft back. The file is kept; taken twice it does nothing more.

    Args:
        seen: the identities of the findings that the person confirmed (see `taking_back.Finding.identity`).

    Raises:
        NotSeenError: there are findings that must be confirmed and were not.
        StaleDocumentError: it is no draft any more, or was changed since the findings were shown.
        bihuan.documents.checking.finding.CheckError, bihuan.documents.edited_docx.TakenBackError: not a file of this
            paper.
        bihuan.documents.inline_marks.ProseError, bihuan.documents.paper.PaperError: what it says cannot be a paper.
    """
    named = _name_of_edit(expected_version, by, hashlib.sha256(content).hexdigest())
    with transaction.atomic():
        standing = Document.objects.select_for_update().get(pk=document.pk)
        if standing.last_edit == named:
            return standing
        if standing.version != expected_version or standing.state != State.DRAFT:
            raise StaleDocumentError(standing)
        paper = Paper.from_dict(standing.paper)
        proposal = taking_back.propose(content, paper=paper, numbers=numbers_of(standing), version=standing.version)
        unseen = {finding.identity for finding in proposal.findings if finding.must} - set(seen)
        if unseen:
            raise NotSeenError(len(unseen))
        told = [_short({"kind": item.kind, "old": item.old, "new": item.new}) for item in proposal.findings]
        return _write(
            standing,
            proposal.edited.paper,
            "documents.taken_back",
            version=expected_version,
            edit=named,
            by=by,
            at=at,
            file=store.put(content),
            findings=told[:_NOTED_CHANGES],
        )


def _write(
    document: Document,
    paper: Paper,
    verb: str,
    *,
    version: int,
    edit: str,
    by: str,
    at: dt.datetime,
    **values: object,
) -> Document:
    """Put a paper into a draft, inside the caller's transaction."""
    before = Paper.from_dict(document.paper)
    paper = dataclasses.replace(paper, check_code=document.check_code, check_address=settings.PUBLIC_ADDRESS)
    content = paper.to_dict()
    old = digest(document.paper)
    document = move(
        document,
        State.DRAFT,
        State.DRAFT,
        version=version,
        paper=content,
        title=paper.title.replace("\n", ""),
        offered=_stored(editing.numbers_of(paper, numbers_of(document))),
        writers=list(dict.fromkeys([*document.writers, by])),
        last_edit=edit,
        returned_by="",
        returned_at=None,
        returned_reason="",
    )
    removed = [bound.text for bound in editing.compare(before, paper).removed]
    note(
        document,
        verb,
        by,
        at,
        old=old,
        digest=digest(content),
        changes=_noted(changes(before, paper)),
        removed=removed,
        **values,
    )
    return document


def _noted(found: Sequence[Change]) -> list[dict[str, str]]:
    noted = []
    for change in found[:_NOTED_CHANGES]:
        old, new = change.gist()
        noted.append(_short({"kind": change.kind, "where": change.where, "old": old, "new": new}))
    return noted


def _short(values: dict[str, str]) -> dict[str, str]:
    return {
        name: text if len(text) <= _NOTED_CHARACTERS else text[:_NOTED_CHARACTERS] + "…"
        for name, text in values.items()
    }


def _stored(numbers: Iterable[Bound]) -> list[dict[str, str]]:
    return [{"tag": bound.tag, "text": bound.text, "label": bound.label} for bound in numbers]


def _name_of_edit(version: int, by: str, what: Any) -> str:
    said = json.dumps([version, by, what], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
