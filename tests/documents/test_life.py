"""拟稿、核稿、签发: three people, one number, and what happens when the printing fails."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError
from pytest_django import Settings

from bihuan.documents import actions, queries
from bihuan.documents.fonts import FontSet
from bihuan.documents.models import Document, Number, Series, VoidNumber
from bihuan.documents.paper import Paper, PaperError, Paragraph, Text
from bihuan.documents.rules import Format, Relation, State, check_code, number_text
from bihuan.history.append_only import AppendOnlyError
from bihuan.history.models import Entry
from bihuan.org import queries as org

NOW = dt.datetime(2023, 7, 5, 2, tzinfo=dt.UTC)
DAY = dt.date(2023, 7, 5)
PAPER = Paper(
    kind="通知",
    issuer=("临夏州安全生产委员会办公室",),
    mark="临夏州安全生产委员会办公室文件",
    title="关于开展安全生产月活动的通知",
    blocks=(Paragraph((Text("请认真组织实施。"),)),),
)
NO_FONTS = FontSet.__new__(FontSet)  # the printers below print without any


def prints(paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
    return {Format.DOCX: b"docx " + str(paper.number).encode(), Format.PDF: b"pdf " + str(paper.number).encode()}


def jams(paper: Paper, fonts: FontSet) -> dict[Format, bytes]:
    """The trial print passes, the final one does not."""
    if paper.number and "9999" in paper.number:
        return prints(paper, fonts)
    raise PaperError("layout", "打印机卡纸", "the printer jams")


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def drafted(**changes: object) -> Document:
    return actions.draft(region=org.the_one_called("临夏回族自治州"), **changes)  # type: ignore[arg-type]


def checked(key: str = "one", prefix: str = "临州安办") -> Document:
    document = drafted(key=key, paper=PAPER, prefix=prefix, by="甲", at=NOW)
    return actions.check(document=document, by="乙", at=NOW)


def sign(document: Document, *, by: str = "丙", printer: actions.Render = prints, day: dt.date = DAY) -> Document:
    return actions.sign_off(document=document, day=day, fonts=NO_FONTS, by=by, at=NOW, printer=printer)


@pytest.mark.django_db
class TestLife:
    def test_three_people_bring_it_out(self) -> None:
        document = sign(checked())
        assert document.state == State.ISSUED
        assert document.number == "临州安办〔2023〕1号"
        assert queries.paper(document).number == document.number
        assert queries.paper(document).date == DAY
        assert queries.printed(document, Format.PDF) == "pdf 临州安办〔2023〕1号".encode()
        verbs = list(Entry.objects.filter(subject_kind="document").order_by("id").values_list("verb", flat=True))
        assert verbs == ["documents.drafted", "documents.checked", "documents.signed", "documents.issued"]

    def test_drafting_the_same_thing_twice_gives_one_paper(self) -> None:
        one = drafted(key="k", paper=PAPER, prefix="x", by="甲", at=NOW)
        assert drafted(key="k", paper=PAPER, prefix="x", by="甲", at=NOW) == one

    @pytest.mark.parametrize("by", ["甲", "乙"])
    def test_who_wrote_or_checked_it_does_not_sign_it(self, by: str) -> None:
        document = checked()
        with pytest.raises(actions.SamePersonError):
            sign(document, by=by)

    def test_who_wrote_it_does_not_check_it(self) -> None:
        document = drafted(key="k", paper=PAPER, prefix="x", by="甲", at=NOW)
        with pytest.raises(actions.SamePersonError):
            actions.check(document=document, by="甲", at=NOW)

    def test_the_database_refuses_it_too(self) -> None:
        document = checked()
        for writers in ("writers", "'{}'"):
            with pytest.raises(IntegrityError, match=r"three_people|no_writer"), transaction.atomic():
                self.update(f"checked_by = drafted_by, writers = {writers}", document)
        with pytest.raises(IntegrityError, match="no_writer"), transaction.atomic():
            self.update("writers = writers || checked_by", document)

    def update(self, change: str, document: Document) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE documents_document SET {change} WHERE id = %s", [document.pk])

    def test_a_draft_cannot_be_signed(self) -> None:
        document = drafted(key="k", paper=PAPER, prefix="x", by="甲", at=NOW)
        with pytest.raises(actions.StaleDocumentError):
            sign(document)
        assert Number.objects.count() == 0
        assert not Series.objects.filter(last__gt=0).exists()

    def test_the_second_of_two_checkers_is_told(self) -> None:
        document = drafted(key="k", paper=PAPER, prefix="x", by="甲", at=NOW)
        actions.check(document=document, by="乙", at=NOW)
        with pytest.raises(actions.StaleDocumentError):
            actions.check(document=document, by="丙", at=NOW)

    def test_a_draft_may_be_rewritten_and_nothing_later(self) -> None:
        document = drafted(key="k", paper=PAPER, prefix="x", by="甲", at=NOW)
        code = document.check_code
        document = actions.redraft(document=document, paper=dataclasses.replace(PAPER, title="新题"), by="甲", at=NOW)
        assert (document.title, document.check_code) == ("新题", code)
        document = actions.check(document=document, by="乙", at=NOW)
        with pytest.raises(actions.StaleDocumentError):
            actions.redraft(document=document, paper=PAPER, by="甲", at=NOW)

    def test_numbers_run_without_a_gap_for_each_prefix_and_year(self) -> None:
        numbers = [sign(checked(f"k{n}")).number for n in range(3)]
        assert numbers == [f"临州安办〔2023〕{n}号" for n in (1, 2, 3)]
        assert sign(checked("other", "临州应急")).number == "临州应急〔2023〕1号"
        assert sign(checked("later"), day=dt.date(2024, 1, 2)).number == "临州安办〔2024〕1号"

    def test_a_failed_print_keeps_the_number_as_void(self) -> None:
        document = checked()
        with pytest.raises(PaperError):
            sign(document, printer=jams)
        void = VoidNumber.objects.get()
        assert void.number.number == 1
        assert "打印机卡纸" in void.reason
        document.refresh_from_db()
        assert (document.state, document.number, document.signed_by) == (State.CHECKED, "", "")
        assert sign(document).number == "临州安办〔2023〕2号"

    def test_a_paper_that_cannot_be_printed_takes_no_number(self) -> None:
        def never(_paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
            raise PaperError("glyph", "缺字", "a glyph is missing")

        with pytest.raises(PaperError):
            sign(checked(), printer=never)
        assert Number.objects.count() == 0

    def test_receipts(self) -> None:
        document = sign(checked())
        one = actions.sign_for(document=document, unit="康乐县安委办", by="丁", at=NOW)
        assert actions.sign_for(document=document, unit="康乐县安委办", by="戊", at=NOW) == one
        with pytest.raises(actions.StaleDocumentError):
            actions.sign_for(document=checked("k2"), unit="康乐县安委办", by="丁", at=NOW)

    def test_an_erratum_is_a_new_paper(self) -> None:
        first = sign(checked())
        second = drafted(
            key="e", paper=PAPER, prefix="临州安办", by="甲", at=NOW, refers_to=first, relation=Relation.ERRATUM
        )
        assert list(first.referred_by.all()) == [second]

    def test_found_by_its_code_and_by_its_file(self) -> None:
        document = sign(checked())
        assert queries.by_check_code(f" {document.check_code.lower()} ") == document
        digest = document.printings.get(format=Format.DOCX).sha256
        assert queries.by_digest(digest) == document
        assert queries.by_check_code("AAAA-AAAA") is None

    def test_a_number_is_for_ever(self) -> None:
        sign(checked())
        with pytest.raises(AppendOnlyError):
            Number.objects.all().delete()


def test_two_signers_at_once_get_two_numbers(fresh_database: dict[str, str]) -> None:
    documents = [checked(f"k{n}") for n in range(6)]
    given: list[str] = []

    def work(document: Document) -> None:
        try:
            given.append(sign(document).number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(document,)) for document in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"临州安办〔2023〕{n}号" for n in range(1, 7)]
    with psycopg.connect(fresh_database["app"]) as link:
        assert link.execute("SELECT last FROM documents_series").fetchall() == [(6,)]


def test_rules() -> None:
    assert number_text("临州安办", 2026, 12) == "临州安办〔2026〕12号"
    assert check_code(b"\x00" * 8) == "2222-2222"
    assert check_code(b"\xff" * 8) != check_code(b"\xfe" + b"\xff" * 7)
