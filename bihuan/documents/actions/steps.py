"""One step of a paper: compare-and-set, who may not, and its row in the history."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from bihuan.documents.models import Document
from bihuan.documents.rules import State
from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal


class StaleDocumentError(Refusal):
    """Someone else changed the paper meanwhile, or it is not in the state this step starts from."""

    status = 409

    def __init__(self, document: Document) -> None:
        zh = f"《{document.title}》已被他人处理，请刷新后再办；没有改动任何内容"
        en = f"“{document.title}” was changed by someone else; look again. Nothing was written"
        super().__init__("stale", zh, en)

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return Refusal, (self.code, self.zh, self.en)


class SamePersonError(Refusal):
    """拟稿、核稿、签发 must be three people, and who wrote in a paper neither checks nor signs it."""

    def __init__(self) -> None:
        zh = "拟稿、核稿、签发须由不同的人办理；改过本稿文字的人不能再核稿、签发"
        en = "drafting, checking and signing take three people; who wrote in a paper neither checks nor signs it"
        super().__init__("same-person", zh, en)

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return Refusal, (self.code, self.zh, self.en)


class NotSeenError(Refusal):
    """A file that was taken back holds things that nobody said they saw."""

    def __init__(self, count: int) -> None:
        zh = f"还有 {count} 处不同没有确认，请逐处看过并勾选后再采纳；本稿没有改动"
        en = f"{count} differences were not confirmed: look at each and tick it. The draft was not changed"
        super().__init__("not-seen", zh, en)

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return Refusal, (self.code, self.zh, self.en)


def move(
    document: Document, old: State, new: State, *, version: int | None = None, same: bool = False, **changes: object
) -> Document:
    """Compare-and-set on state and version: that of `document` as it was read, or the one that a person saw. `same`:
    the paper stays the version that it is, for what is said about it only.

    Raises:
        StaleDocumentError: it is in another state or version.
    """
    seen = document.version if version is None else version
    rows = Document.objects.filter(pk=document.pk, state=old, version=seen)
    if not rows.update(state=new, version=seen if same else seen + 1, **changes):
        raise StaleDocumentError(document)
    return Document.objects.get(pk=document.pk)


def digest(paper: object) -> str:
    """The digest of a paper's content."""
    return hashlib.sha256(json.dumps(paper, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def note(document: Document, verb: str, by: str, at: dt.datetime, **values: object) -> None:
    """One row of the history, in the transaction of the step."""
    history.record(verb=verb, subject=("document", str(document.pk)), by=by, at=at, values=values)
