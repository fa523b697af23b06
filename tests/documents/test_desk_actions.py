"""Editing, taking back, sending back, printing again: what happens to a paper between its draft and its number."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from pathlib import Path

import docx
import pytest
from pytest_django import Settings
from sample_papers import report_paper

from bihuan.documents import actions, editing, queries, taking_back
from bihuan.documents.actions.issuing import ReasonError
from bihuan.documents.checking.finding import CheckError
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.edited_docx import TakenBackError
from bihuan.documents.editing import Prose
from bihuan.documents.fonts import FontSet
from bihuan.documents.inline_marks import ProseError
from bihuan.documents.models import Document, Number, Receipt, VoidNumber
from bihuan.documents.paper import Bound, Paper
from bihuan.documents.rules import Format, State
from bihuan.files import store
from bihuan.history.models import Entry
from bihuan.org import queries as org

NOW = dt.datetime(2026, 7, 5, 2, tzinfo=dt.UTC)
DAY = dt.date(2026, 7, 6)
NO_FONTS = FontSet.__new__(FontSet)
PAPER = report_paper(number=None, date=None, annexes=())
PEOPLE = Bound("fact:a1", "近1.5万人", "参加人数")
DRAFTER, EDITOR, CHECKER, LEADER = "person:1", "person:2", "person:3", "person:4"


def prints(paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
    return {Format.DOCX: f"docx {paper.number}".encode(), Format.PDF: f"pdf {paper.number}".encode()}


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def draft(db: None) -> Document:
    region = org.the_one_called("临夏回族自治州")
    return actions.draft(key="k", paper=PAPER, prefix="临州安办", region=region, book="example", by=DRAFTER, at=NOW)


def prose(document: Document, **changes: object) -> Prose:
    opened = editing.prose_of(queries.paper(document), queries.numbers_of(document))
    return dataclasses.replace(opened, **changes)  # type: ignore[arg-type]


def with_text(document: Document, text: str) -> Prose:
    opened = prose(document)
    blocks = list(opened.blocks)
    blocks[1] = dataclasses.replace(blocks[1], text=text)
    return dataclasses.replace(opened, blocks=tuple(blocks))


def edit(document: Document, changed: Prose, *, version: int | None = None, by: str = DRAFTER) -> Document:
    version = document.version if version is None else version
    return actions.edit(document=document, prose=changed, expected_version=version, by=by, at=NOW)


def last_entry(document: Document) -> Entry:
    return Entry.objects.filter(subject_kind="document", subject_id=str(document.pk)).latest("id")


# -- edit ---------------------------------------------------------------------------------------------


def test_an_edit_is_kept_with_what_changed(draft: Document) -> None:
    code = draft.check_code
    document = edit(draft, with_text(draft, "参加人数⟦1:近1.5万人⟧，共⟦3:8万余份⟧。"))
    assert (document.version, document.check_code) == (2, code)
    assert queries.paper(document).check_code == code
    entry = last_entry(document)
    assert entry.verb == "documents.edited"
    assert entry.values["removed"] == ["1500多条（块）"]
    assert [change["where"] for change in entry.values["changes"]] == ["正文第2段"]


def test_a_number_left_out_can_come_back_later(draft: Document) -> None:
    document = edit(draft, with_text(draft, "没有数。"))
    assert PEOPLE not in queries.paper(document).bounds()
    document = edit(document, with_text(document, "又有了⟦1:近1.5万人⟧。"))
    assert PEOPLE in queries.paper(document).bounds()


def test_an_edit_that_changes_nothing_is_none(draft: Document) -> None:
    assert edit(draft, prose(draft)).version == 1
    assert last_entry(draft).verb == "documents.drafted"


def test_the_same_edit_sent_twice_is_one(draft: Document) -> None:
    changed = with_text(draft, "改过了。")
    first = edit(draft, changed)
    assert edit(draft, changed, version=1) == first
    assert Entry.objects.filter(verb="documents.edited").count() == 1


def test_two_people_on_one_draft_the_second_is_told(draft: Document) -> None:
    edit(draft, with_text(draft, "甲改的。"))
    with pytest.raises(actions.StaleDocumentError) as caught:
        edit(draft, with_text(draft, "乙改的。"), version=1, by=EDITOR)
    assert caught.value.status == 409
    assert "甲改的。" in queries.paper(Document.objects.get()).text()


def test_a_refused_edit_writes_nothing(draft: Document) -> None:
    with pytest.raises(ProseError):
        edit(draft, with_text(draft, "⟦1:近2万人⟧"))
    assert Document.objects.get().version == 1


def test_only_a_draft_is_edited(draft: Document) -> None:
    document = actions.check(document=draft, by=CHECKER, at=NOW)
    with pytest.raises(actions.StaleDocumentError):
        edit(document, with_text(document, "晚了。"))


def test_who_wrote_in_it_neither_checks_nor_signs(draft: Document) -> None:
    document = edit(draft, with_text(draft, "改过了。"), by=EDITOR)
    assert document.writers == [DRAFTER, EDITOR]
    with pytest.raises(actions.SamePersonError):
        actions.check(document=document, by=EDITOR, at=NOW)
    document = actions.check(document=document, by=CHECKER, at=NOW)
    for by in (DRAFTER, EDITOR, CHECKER):
        with pytest.raises(actions.SamePersonError):
            actions.sign_off(document=document, day=DAY, fonts=NO_FONTS, by=by, at=NOW, printer=prints)


# -- take back ----------------------------------------------------------------------------------------


def printed(document: Document, old: str = "", new: str = "") -> bytes:
    """The draft's DOCX, with some words typed over."""
    opened = docx.Document(io.BytesIO(write_docx(queries.paper(document))))
    for node in opened.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        if old and old in (node.text or ""):
            node.text = node.text.replace(old, new)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def take(document: Document, content: bytes, seen: tuple[str, ...] = (), version: int = 1) -> Document:
    return actions.take_back(document=document, content=content, expected_version=version, seen=seen, by=EDITOR, at=NOW)


def test_an_edited_file_is_taken_and_kept(draft: Document) -> None:
    content = printed(draft, "全州各县市组织参加人数", "全州共组织参加")
    document = take(draft, content)
    assert "全州共组织参加近1.5万人" in queries.paper(document).text()
    assert document.writers == [DRAFTER, EDITOR]
    entry = last_entry(document)
    assert entry.verb == "documents.taken_back"
    assert store.get(entry.values["file"]) == content
    assert take(draft, content) == document  # sent twice


def test_a_changed_number_must_be_seen_and_stays(draft: Document) -> None:
    content = printed(draft, "近1.5万人", "近2万人")
    with pytest.raises(actions.NotSeenError):
        take(draft, content)
    assert Document.objects.get().version == 1
    proposal = taking_back.propose(
        content, paper=queries.paper(draft), numbers=queries.numbers_of(draft), version=draft.version
    )
    assert [finding.kind for finding in proposal.findings] == ["number-changed"]
    document = take(draft, content, tuple(finding.identity for finding in proposal.findings))
    assert queries.paper(document).bounds() == queries.paper(draft).bounds()
    assert last_entry(document).values["findings"] == [{"kind": "number-changed", "old": "近1.5万人", "new": "近2万人"}]


def test_another_papers_file_is_refused(draft: Document) -> None:
    with pytest.raises(TakenBackError):
        take(draft, write_docx(dataclasses.replace(PAPER, check_code="AAAA-BBBB")))


def test_a_file_taken_against_a_newer_draft_is_stale(draft: Document) -> None:
    content = printed(draft, "全州各县市", "各县市")
    edit(draft, with_text(draft, "别人改了。"))
    with pytest.raises(actions.StaleDocumentError):
        take(draft, content, version=1)


# -- check and send back ------------------------------------------------------------------------------


def test_what_was_read_is_what_is_checked(draft: Document) -> None:
    edit(draft, with_text(draft, "改过了。"))
    with pytest.raises(actions.StaleDocumentError):
        actions.check(document=Document.objects.get(), expected_version=1, by=CHECKER, at=NOW)


def test_a_second_click_on_check_is_harmless(draft: Document) -> None:
    first = actions.check(document=draft, expected_version=1, by=CHECKER, at=NOW)
    assert actions.check(document=draft, expected_version=1, by=CHECKER, at=NOW) == first
    with pytest.raises(actions.StaleDocumentError):
        actions.check(document=draft, expected_version=1, by=LEADER, at=NOW)


def test_a_checked_paper_is_sent_back_with_the_reason(draft: Document) -> None:
    document = actions.check(document=draft, by=CHECKER, at=NOW)
    document = actions.send_back(document=document, reason=" 数据要再核 ", by=LEADER, at=NOW)
    assert (document.state, document.checked_by, document.checked_at) == (State.DRAFT, "", None)
    assert (document.returned_by, document.returned_reason) == (LEADER, "数据要再核")
    assert last_entry(document).values == {"was": "checked", "reason": "数据要再核"}
    document = edit(document, with_text(document, "改好了。"))
    assert (document.returned_by, document.returned_reason) == ("", "")


def test_a_draft_is_sent_back_by_its_reader_and_can_still_be_saved(draft: Document) -> None:
    document = actions.send_back(document=draft, reason="缺第六项", expected_version=1, by=CHECKER, at=NOW)
    assert (document.state, document.version) == (State.DRAFT, 1)
    assert edit(document, with_text(document, "补上了。"), version=1).version == 2
    with pytest.raises(actions.SamePersonError):
        actions.send_back(document=Document.objects.get(), reason="我写的", by=DRAFTER, at=NOW)


@pytest.mark.parametrize("reason", ["", " \n", "长" * 501])
def test_sending_back_takes_a_reason(draft: Document, reason: str) -> None:
    with pytest.raises(ReasonError):
        actions.send_back(document=draft, reason=reason, by=CHECKER, at=NOW)


def test_an_issued_paper_is_not_sent_back(draft: Document) -> None:
    document = signed(draft)
    with pytest.raises(actions.StaleDocumentError):
        actions.send_back(document=document, reason="晚了", by=LEADER, at=NOW)


def test_a_draft_given_up_makes_room_for_another(draft: Document) -> None:
    with pytest.raises(ReasonError):
        actions.discard(document=draft, reason=" ", by=DRAFTER, at=NOW)
    document = actions.discard(document=draft, reason="数据有误，重新拟稿", by=DRAFTER, at=NOW)
    assert (document.state, document.void_reason) == (State.VOID, "数据有误，重新拟稿")
    with pytest.raises(actions.StaleDocumentError):
        actions.check(document=document, by=CHECKER, at=NOW)
    with pytest.raises(actions.StaleDocumentError):
        actions.discard(document=document, reason="再作废", by=CHECKER, at=NOW)
    region = org.the_one_called("临夏回族自治州")
    other = actions.draft(key="k", paper=PAPER, prefix="临州安办", region=region, by=DRAFTER, at=NOW)
    assert other.pk != document.pk


# -- sign off -----------------------------------------------------------------------------------------


def signed(draft: Document, printer: actions.Render = prints, signer: str | None = None) -> Document:
    document = actions.check(document=draft, by=CHECKER, at=NOW)
    return actions.sign_off(
        document=document, day=DAY, fonts=NO_FONTS, by=LEADER, at=NOW, signer=signer, printer=printer
    )


def test_the_paper_carries_day_and_signer(draft: Document) -> None:
    assert queries.next_number(draft, DAY) == "临州安办〔2026〕1号"
    paper = queries.paper(signed(draft, signer="马某"))
    assert (paper.number, paper.date, paper.signer) == ("临州安办〔2026〕1号", DAY, "马某")
    assert paper.colophon is not None
    assert paper.colophon.print_date == DAY


def test_a_second_click_on_sign_off_takes_no_second_number(draft: Document) -> None:
    document = actions.check(document=draft, by=CHECKER, at=NOW)

    def again(paper: Paper, fonts: FontSet) -> dict[Format, bytes]:
        if paper.number and "9999" not in paper.number:  # while the first click prints, the second comes
            twin = actions.sign_off(document=document, day=DAY, fonts=NO_FONTS, by=LEADER, at=NOW, printer=prints)
            assert twin.state == State.SIGNED
        return prints(paper, fonts)

    first = actions.sign_off(document=document, day=DAY, fonts=NO_FONTS, by=LEADER, at=NOW, printer=again)
    assert first.state == State.ISSUED
    later = actions.sign_off(
        document=document, day=DAY, fonts=NO_FONTS, by=LEADER, at=NOW, expected_version=2, printer=prints
    )
    assert later == first
    assert Number.objects.count() == 1


def test_what_was_read_is_what_is_signed(draft: Document) -> None:
    document = actions.check(document=draft, by=CHECKER, at=NOW)
    with pytest.raises(actions.StaleDocumentError):
        actions.sign_off(
            document=document, day=DAY, fonts=NO_FONTS, by=LEADER, at=NOW, expected_version=1, printer=prints
        )
    assert Number.objects.count() == 0


def test_printing_cut_off_is_finished_with_the_same_number(draft: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_content: bytes) -> str:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "put", full)
        with pytest.raises(OSError, match="no space"):
            signed(draft)
    document = Document.objects.get()
    assert (document.state, document.number) == (State.SIGNED, "临州安办〔2026〕1号")
    document = actions.print_again(document=document, fonts=NO_FONTS, by=CHECKER, at=NOW, printer=prints)
    assert (document.state, document.number) == (State.ISSUED, "临州安办〔2026〕1号")
    assert queries.printed(document, Format.PDF) == "pdf 临州安办〔2026〕1号".encode()
    assert actions.print_again(document=document, fonts=NO_FONTS, by=CHECKER, at=NOW) == document
    assert (Number.objects.count(), VoidNumber.objects.count()) == (1, 0)


def test_a_unit_signs_for_once(draft: Document) -> None:
    document = signed(draft)
    actions.sign_for(document=document, unit="康乐县安委办", by="person:8", at=NOW)
    actions.sign_for(document=document, unit="康乐县安委办", by="person:9", at=NOW)
    assert Receipt.objects.get().by == "person:8"


def test_a_file_is_known_by_its_bytes(draft: Document) -> None:
    document = signed(draft)
    assert queries.by_content("pdf 临州安办〔2026〕1号".encode()) == document
    assert queries.by_content(b"pdf") is None


def test_a_broken_file_writes_nothing(draft: Document) -> None:
    with pytest.raises(CheckError):
        take(draft, printed(draft)[:-200])
    assert Document.objects.get().version == 1
