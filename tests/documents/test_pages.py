"""The pages of papers: who sees and does what, what happens when two people are at it, and what strangers may check."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from cast import Cast, make_cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from sample_papers import report_paper

from bihuan.documents import actions, editing, queries
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import FontSet
from bihuan.documents.forms import prose_from, rows_of
from bihuan.documents.models import Delivery, Document, Number, Receipt
from bihuan.documents.paper import Bound, Paper, PaperError, Paragraph, Text
from bihuan.documents.rules import Format, State
from bihuan.history.models import Entry
from bihuan.org.models import Person

NOW = dt.datetime(2023, 7, 5, 2, tzinfo=dt.UTC)
DAY = dt.date(2023, 7, 5)
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
VOID = {"meta", "link", "input", "br", "img", "hr", "use", "path"}
PAPER = report_paper(number=None, date=None, secrecy="", copy_number="", urgency="", signer=None)
PEOPLE = Bound("fact:a1", "近1.5万人", "参加人数")

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """`own`: what a page says outside of elements marked as Chinese data, and outside its title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.own = self.text = ""
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append((tag, found))
        if tag == "input" and found.get("name"):
            self.fields.setdefault(str(found["name"]), found.get("value") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        chinese = any(attributes.get("lang") == "zh-Hans" for tag, attributes in self.open if tag != "html")
        if not chinese and not any(tag in ("title", "script") for tag, _ in self.open):
            self.own += data


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def draft(people: Cast) -> Document:
    return drafted(people)


def drafted(people: Cast, key: str = "k", paper: Paper = PAPER) -> Document:
    return actions.draft(
        key=key, paper=paper, prefix="临州安办", region=people.prefecture, book="example", by=people.operator.by, at=NOW
    )


def prints(paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
    return {Format.DOCX: b"PK docx " + str(paper.number).encode(), Format.PDF: b"%PDF " + str(paper.number).encode()}


def issued(people: Cast, key: str = "k") -> Document:
    document = actions.check(document=drafted(people, key), by=people.checker.by, at=NOW)
    return actions.sign_off(
        document=document, day=DAY, fonts=FontSet.__new__(FontSet), by=people.leader.by, at=NOW, printer=prints
    )


def url(name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=args)


def get(client: Client, address: str, language: str = "zh-hans", status: int = 200) -> Page:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == status, address
    page = Page(answer.content.decode())
    assert page.open == []
    return page


def form_of(document: Document, **changes: str) -> dict[str, str]:
    """What the edit form sends when nothing but `changes` was typed."""
    prose = editing.prose_of(queries.paper(document), queries.numbers_of(document))
    data = {name: getattr(prose, name) for name in ("title", "addressees", "signer", "note", "copies_to")}
    for part in rows_of(prose, {}):
        if part.number:
            data[f"annex:{part.number}"] = part.title
        for row in part.rows:
            data |= {f"kind:{row.name}": row.kind, f"order:{row.name}": str(row.order), f"text:{row.name}": row.text}
            if row.has_head:
                data[f"head:{row.name}"] = row.head
    return {**data, "version": str(document.version), "complete": "1", **changes}


# -- who sees what ------------------------------------------------------------------------------------


SEES = {"operator", "checker", "leader"}
NOBODY_ELSE = {
    "liaison", "kangle_liaison", "yongjing_liaison", "inspector", "safety_officer", "system_admin", "security_admin",
    "audit_admin", "idle",
}  # fmt: skip
MAY = {
    ("get", "paper"): SEES,
    ("get", "draft_file"): SEES,
    ("get", "edit"): {"operator", "checker"},
    ("get", "take_back"): {"operator", "checker"},
    ("post", "check"): SEES,
    ("post", "send_back"): SEES,
    ("get", "sign"): {"leader"},
    ("post", "print_again"): SEES,
    ("post", "deliver"): {"operator", "checker"},
    ("post", "edit"): {"operator", "checker"},
    ("post", "discard"): {"operator", "checker"},
    ("post", "confirm"): {"operator", "checker"},
}


@pytest.mark.parametrize(("method", "name"), MAY, ids=lambda value: value)
def test_who_may(people: Cast, draft: Document, method: str, name: str) -> None:
    for role, person in people.everyone().items():
        answer = getattr(signed_in(person), method)(url(name, draft.pk))
        there = answer.status_code != 404
        assert there == (role in MAY[method, name]), (role, answer.status_code)


def test_a_stranger_is_asked_to_sign_in(draft: Document) -> None:
    for name in ("paper", "edit", "draft_file", "take_back", "sign"):
        answer = Client().get(url(name, draft.pk))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/?next=")
    assert Client().get(url("papers")).status_code == 302
    assert Client().get(url("file", draft.check_code, "pdf")).status_code == 302


def test_an_issued_paper_is_seen_by_those_it_was_delivered_to(people: Cast) -> None:
    document = issued(people)
    kangle, yongjing = signed_in(people.kangle_liaison), signed_in(people.yongjing_liaison)
    assert kangle.get(url("paper", document.pk)).status_code == 404
    actions.deliver(document=document, units=[people.kangle_bureau], by=people.operator.by, at=NOW)
    page = get(kangle, url("paper", document.pk))
    assert "签收" in page.text
    assert "核稿通过" not in page.text
    assert kangle.get(url("file", document.check_code, "pdf")).content.startswith(b"%PDF")
    assert kangle.get(url("draft_file", document.pk)).status_code == 404
    for name in ("paper",):
        assert yongjing.get(url(name, document.pk)).status_code == 404
    assert yongjing.get(url("file", document.check_code, "pdf")).status_code == 404
    assert document.title in get(kangle, url("papers")).text
    assert document.title not in get(yongjing, url("papers")).text


def test_a_unit_signs_for_its_own_paper_only(people: Cast) -> None:
    document = issued(people)
    actions.deliver(
        document=document, units=[people.kangle_bureau, people.yongjing_bureau], by=people.operator.by, at=NOW
    )
    kangle = signed_in(people.kangle_liaison)
    assert kangle.post(url("receive", document.pk, people.yongjing_bureau.pk)).status_code == 404
    for _ in range(2):  # a second click
        assert kangle.post(url("receive", document.pk, people.kangle_bureau.pk)).status_code == 302
    assert [(item.unit, item.by) for item in Receipt.objects.all()] == [
        (people.kangle_bureau.name, people.kangle_liaison.by)
    ]
    operator = signed_in(people.operator)  # works for the region, and signs for none of its units
    assert operator.post(url("receive", document.pk, people.yongjing_bureau.pk)).status_code == 404
    page = get(operator, url("paper", document.pk))
    assert "康联络" in page.text
    assert "未签收" in page.text


def test_files_of_what_is_not_issued_are_not_there(people: Cast, draft: Document) -> None:
    client = signed_in(people.operator)
    assert client.get(url("file", draft.check_code, "pdf")).status_code == 404
    document = issued(people, "other")
    assert client.get(url("file", document.check_code, "exe")).status_code == 404
    pdf = client.get(url("file", document.check_code, "pdf"))
    assert pdf["Content-Disposition"].startswith("inline; filename*=utf-8''")
    word = client.get(url("file", document.check_code.lower(), "docx"))
    assert word["Content-Disposition"].startswith("attachment;")


# -- one paper's way ----------------------------------------------------------------------------------


def test_from_draft_to_number_by_three_people(people: Cast, draft: Document) -> None:
    operator, checker, leader = signed_in(people.operator), signed_in(people.checker), signed_in(people.leader)
    first = form_of(draft, **{"text:0.1": "全州共有⟦1:近1.5万人⟧参加,效果很好。"})
    assert operator.post(url("edit", draft.pk), first).status_code == 302
    draft.refresh_from_db()
    assert "全州共有近1.5万人参加，效果很好。" in queries.paper(draft).text()
    page = get(operator, url("paper", draft.pk))
    assert "1500多条（块）" in page.text  # no longer quoted, and told
    assert "核稿通过" not in page.text
    assert "须由他人核稿" in page.text
    assert "等我办的" in get(checker, url("papers")).text
    assert checker.post(url("check", draft.pk), {"version": draft.version}).status_code == 302
    draft.refresh_from_db()
    shown = get(leader, url("sign", draft.pk))
    assert "临州安办〔" in shown.text
    answer = leader.post(url("sign", draft.pk), {"version": draft.version})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.state == State.ISSUED
    assert queries.paper(draft).signer == people.leader.name
    page = get(operator, url("paper", draft.pk) + "?done=issued")
    assert draft.number in page.text
    assert operator.get(url("file", draft.check_code, "pdf")).content.startswith(b"%PDF")
    verbs = Entry.objects.filter(subject_kind="document").order_by("id").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["drafted", "edited", "checked", "signed", "issued"]


def test_a_stale_page_is_told(people: Cast, draft: Document) -> None:
    checker = signed_in(people.checker)
    signed_in(people.operator).post(url("edit", draft.pk), form_of(draft, title="改过的题目"))
    answer = checker.post(url("check", draft.pk), {"version": "1"})
    assert answer.status_code == 409
    assert "请刷新" in answer.content.decode()
    assert Document.objects.get().state == State.DRAFT
    assert checker.post(url("check", draft.pk), {"version": "junk"}).status_code == 409
    assert checker.post(url("check", draft.pk)).status_code == 409


def test_the_same_person_is_told(people: Cast, draft: Document) -> None:
    answer = signed_in(people.operator).post(url("check", draft.pk), {"version": "1"})
    assert answer.status_code == 422
    assert "由不同的人办理" in answer.content.decode()


def test_two_people_on_one_draft_nothing_is_lost(people: Cast, draft: Document) -> None:
    first, second = signed_in(people.operator), signed_in(people.checker)
    before = form_of(draft)
    first.post(url("edit", draft.pk), {**before, "text:0.0": "一、甲改的标题"})
    answer = second.post(url("edit", draft.pk), {**before, "text:0.1": "乙写的⟦1:近1.5万人⟧。"})
    assert answer.status_code == 409
    page = Page(answer.content.decode())
    assert "乙写的" in page.text
    assert "一、甲改的标题" in page.text  # what saving would undo is shown
    assert "乙写的" not in queries.paper(Document.objects.get()).text()
    # saved again on purpose: it goes against the version that was shown
    assert page.fields["version"] == "2"
    opened = prose_from_page(answer.content.decode())
    assert second.post(url("edit", draft.pk), opened).status_code == 302
    text = queries.paper(Document.objects.get()).text()
    assert "乙写的近1.5万人。" in text
    assert len(queries.paper(Document.objects.get()).blocks) == len(PAPER.blocks)


def prose_from_page(html: str) -> dict[str, str]:
    """The fields of the edit form as the page has them."""
    from lxml import html as parser

    form = next(form for form in parser.fromstring(html).forms if "data-editor" in form.attrib)
    return {name: value for name, value in form.form_values() if name != "stay"}


def test_the_page_sends_what_the_paper_says(people: Cast, draft: Document) -> None:
    client = signed_in(people.operator)
    fields = prose_from_page(client.get(url("edit", draft.pk)).content.decode())
    assert client.post(url("edit", draft.pk), fields).status_code == 302
    assert Document.objects.get().version == 1, "an untouched form changed the paper"


def test_a_double_submit_is_one_edit(people: Cast, draft: Document) -> None:
    client, form = signed_in(people.operator), form_of(draft, title="改过的题目")
    assert [client.post(url("edit", draft.pk), form).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.filter(verb="documents.edited").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text:0.1": "⟦1:近2万人⟧"}, "不能在文字中改为"),
        ({"text:0.1": "坏\x07字"}, "不能打印的字符"),
        ({"title": ""}, "标题不能为空"),
        ({"text:0.1": "字" * 210_000}, "请分成几份公文"),
        ({"kind:9.9": "paragraph", "text:9.9": "别处的段"}, None),
        ({"kind:0.77": "paragraph", "text:0.77": "没有的段"}, "对不上"),
        ({"kind:0.1": "table"}, "表格"),
        ({"order:0.1": "NaN"}, None),
    ],
)
def test_a_refused_edit_keeps_every_word(
    people: Cast, draft: Document, changes: dict[str, str], says: str | None
) -> None:
    answer = signed_in(people.operator).post(url("edit", draft.pk), form_of(draft, note="写了半天的附注", **changes))
    if says is None:
        assert answer.status_code in (302, 422)
        return
    assert answer.status_code == 422
    text = answer.content.decode()
    assert says in text
    assert "写了半天的附注" in text
    assert Document.objects.get().version == 1


def test_half_a_form_is_not_an_edit(people: Cast, draft: Document) -> None:
    form = form_of(draft)
    del form["complete"]
    answer = signed_in(people.operator).post(url("edit", draft.pk), form)
    assert answer.status_code == 422
    assert Document.objects.get().version == 1


def test_a_session_that_ended_in_the_middle_loses_nothing(people: Cast, draft: Document) -> None:
    answer = Client().post(url("edit", draft.pk), form_of(draft, **{"text:0.1": "写了很久的一段⟦1:近1.5万人⟧"}))
    assert answer.status_code == 401
    assert "写了很久的一段⟦1:近1.5万人⟧" in answer.content.decode()
    assert Document.objects.get().version == 1


def test_rows_removed_added_and_put_elsewhere(people: Cast, draft: Document) -> None:
    form = form_of(draft, **{"kind:0.3": "remove", "order:0.5": "5", "text:n0.8": "新的一段", "order:n0.8": "15"})
    assert signed_in(people.operator).post(url("edit", draft.pk), form).status_code == 302
    blocks = queries.paper(Document.objects.get()).blocks
    assert blocks[0] == PAPER.blocks[5]
    assert blocks[1] == PAPER.blocks[0]
    assert "新的一段" in str(blocks[2])
    assert len(blocks) == len(PAPER.blocks)


def test_sent_back_with_a_reason(people: Cast, draft: Document) -> None:
    checker, operator = signed_in(people.checker), signed_in(people.operator)
    assert checker.post(url("send_back", draft.pk), {"version": "1", "reason": " "}).status_code == 422
    assert checker.post(url("send_back", draft.pk), {"version": "1", "reason": "缺第六项"}).status_code == 302
    assert "缺第六项" in get(operator, url("paper", draft.pk)).text
    assert "缺第六项" in get(operator, url("papers")).text


def test_a_draft_is_given_up(people: Cast, draft: Document) -> None:
    operator = signed_in(people.operator)
    assert operator.post(url("discard", draft.pk), {"version": "1", "reason": ""}).status_code == 422
    assert operator.post(url("discard", draft.pk), {"version": "7", "reason": "旧页面"}).status_code == 409
    assert operator.post(url("discard", draft.pk), {"version": "1", "reason": "数据有误"}).status_code == 302
    page = get(operator, url("paper", draft.pk))
    assert "数据有误" in page.text
    assert "编辑文字" not in page.text
    assert draft.title not in get(signed_in(people.checker), url("papers") + "?state=draft").text


def test_what_cannot_be_printed_is_said_on_the_page(people: Cast) -> None:
    draft = drafted(people, "odd", dataclasses.replace(PAPER, blocks=(Paragraph((Text("生僻字\U00031fff"),)),)))
    page = get(signed_in(people.operator), url("paper", draft.pk))
    assert "现在还排印不了" in page.text
    assert "缺少" in page.text
    assert get(signed_in(people.operator), url("edit", draft.pk)).text


# -- signing off --------------------------------------------------------------------------------------


def checked(people: Cast, draft: Document) -> Document:
    return actions.check(document=draft, by=people.checker.by, at=NOW)


def test_what_cannot_be_printed_takes_no_number(people: Cast, draft: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def jams(_paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
        raise PaperError("glyph", "缺字“龘”", "a glyph is missing")

    document = checked(people, draft)
    monkeypatch.setattr(actions.sign_off, "__kwdefaults__", {**actions.sign_off.__kwdefaults__, "printer": jams})
    answer = signed_in(people.leader).post(url("sign", draft.pk), {"version": document.version})
    assert answer.status_code == 422
    assert "没有占用文号" in answer.content.decode()
    assert "缺字“龘”" in answer.content.decode()
    assert Number.objects.count() == 0


def test_a_number_that_was_lost_is_named(people: Cast, draft: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def jams(paper: Paper, fonts: FontSet) -> dict[Format, bytes]:
        if paper.number and "9999" in paper.number:
            return prints(paper, fonts)
        raise PaperError("layout", "打印机卡纸", "the printer jams")

    document = checked(people, draft)
    monkeypatch.setattr(actions.sign_off, "__kwdefaults__", {**actions.sign_off.__kwdefaults__, "printer": jams})
    answer = signed_in(people.leader).post(url("sign", draft.pk), {"version": document.version})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "1号 已记为作废" in text
    document.refresh_from_db()
    assert document.state == State.CHECKED


def test_signing_twice_takes_one_number(people: Cast, draft: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    document = checked(people, draft)
    monkeypatch.setattr(actions.sign_off, "__kwdefaults__", {**actions.sign_off.__kwdefaults__, "printer": prints})
    client = signed_in(people.leader)
    for _ in range(2):
        assert client.post(url("sign", draft.pk), {"version": document.version}).status_code == 302
    assert Number.objects.count() == 1


# -- taking back --------------------------------------------------------------------------------------


def edited_file(client: Client, document: Document, old: str, new: str) -> bytes:
    answer = client.get(url("draft_file", document.pk))
    assert answer.status_code == 200
    opened = docx.Document(io.BytesIO(answer.content))
    for node in opened.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        if old in (node.text or ""):
            node.text = node.text.replace(old, new)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def send(client: Client, document: Document, content: bytes, name: str = "改.docx") -> Any:
    return client.post(url("take_back", document.pk), {"file": SimpleUploadedFile(name, content)})


def test_an_edited_file_comes_back_and_its_changed_number_is_shown(people: Cast, draft: Document) -> None:
    client = signed_in(people.operator)
    content = edited_file(client, draft, "近1.5万人", "近2万人")
    answer = send(client, draft, content)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "近2万人" in text
    assert "不采纳" in text
    fields = Page(text).fields
    unseen = client.post(url("confirm", draft.pk), {"slip": fields["slip"], "version": fields["version"]})
    assert unseen.status_code == 422
    assert "没有确认" in unseen.content.decode()
    taken = client.post(
        url("confirm", draft.pk), {"slip": fields["slip"], "version": fields["version"], "seen": fields["seen"]}
    )
    assert taken.status_code == 302
    assert PEOPLE in queries.paper(Document.objects.get()).bounds()


def test_prose_of_an_edited_file_is_taken_once(people: Cast, draft: Document) -> None:
    client = signed_in(people.operator)
    answer = send(client, draft, edited_file(client, draft, "全州各县市", "各县市"))
    fields = Page(answer.content.decode()).fields
    for _ in range(2):
        assert client.post(url("confirm", draft.pk), fields).status_code == 302
    assert Document.objects.get().version == 2
    other = signed_in(people.checker)  # a slip is its person's own
    assert other.post(url("confirm", draft.pk), fields).status_code == 404
    assert client.post(url("confirm", draft.pk), {**fields, "slip": "forged"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空"),
        (b"%PDF-1.7", "PDF"),
        (b"MZ\x90", "不是 DOCX"),
        (write_docx(dataclasses.replace(PAPER, check_code="AAAA-BBBB")), "另一份公文"),
    ],
)
def test_a_wrong_file_is_said(people: Cast, draft: Document, content: bytes, says: str) -> None:
    answer = send(signed_in(people.operator), draft, content)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Document.objects.get().version == 1


def test_the_same_file_changes_nothing(people: Cast, draft: Document) -> None:
    client = signed_in(people.operator)
    answer = send(client, draft, edited_file(client, draft, "没有这几个字", ""))
    assert "与现稿相同" in answer.content.decode()


# -- preview ------------------------------------------------------------------------------------------


def test_pages_as_they_will_print(people: Cast, draft: Document) -> None:
    client = signed_in(people.leader)
    page = client.get(url("paper", draft.pk) + "?page=2").content.decode()
    address = re.search(r'src="([^"]+\.png\?v=[^"]+)"', page)
    assert address
    answer = client.get(address[1])
    assert answer.content.startswith(b"\x89PNG")
    assert "immutable" in answer["Cache-Control"]
    assert client.get(url("picture", draft.pk, 99)).status_code == 404
    assert signed_in(people.inspector).get(address[1]).status_code == 404
    for odd in ("0", "-1", "x", "999", "9999999999"):
        assert client.get(url("paper", draft.pk) + f"?page={odd}").status_code == 200


def test_a_draft_file_says_that_it_is_one(people: Cast, draft: Document) -> None:
    content = signed_in(people.operator).get(url("draft_file", draft.pk)).content
    header = docx.Document(io.BytesIO(content)).sections[0].header
    assert "草稿" in "".join(paragraph.text for paragraph in header.paragraphs)


# -- the public check ---------------------------------------------------------------------------------


def test_anyone_may_check_a_code(people: Cast) -> None:
    document = issued(people)
    client = Client()
    assert client.get(url("check_index")).status_code == 200
    for typed in (document.check_code, document.check_code.lower().replace("-", " "), f" {document.check_code} "):
        answer = client.get(url("check_index"), {"code": typed})
        assert answer.status_code == 302
        assert answer["Location"] == url("checked", document.check_code)
    page = get(client, url("checked", document.check_code))
    for said in (document.number, queries.paper(document).title.replace("\n", ""), "已印发", "与印发时一致"):
        assert said in page.text
    assert people.leader.name not in page.text


@pytest.mark.parametrize("code", ["AAAA-BBBB", "x", "----", "AAAA-BBBB-CCCC"])
def test_an_unknown_code_is_not_there(code: str) -> None:
    assert Client().get(url("checked", code)).status_code == 404
    assert Client().get(url("check_index"), {"code": "短"}).status_code == 422


def test_a_draft_is_not_there_for_strangers(draft: Document) -> None:
    page = get(Client(), url("checked", draft.check_code), status=404)
    assert draft.title not in page.text


def test_a_file_is_compared_and_not_kept(people: Cast, tmp_path: Path) -> None:
    document = issued(people)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    good = SimpleUploadedFile("报告.pdf", queries.printed(document, Format.PDF))
    answer = Client(enforce_csrf_checks=True).post(url("check_index"), {"file": good})
    assert answer.status_code == 200
    assert "完全一致" in answer.content.decode()
    bad = SimpleUploadedFile("报告.pdf", b"%PDF changed")
    assert "没有印发过" in Client().post(url("check_index"), {"file": bad}).content.decode()
    assert Client().post(url("check_index"), {}).status_code == 422
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_damaged_archive_is_said(people: Cast, tmp_path: Path) -> None:
    document = issued(people)
    for path in (tmp_path / "files").rglob("*"):
        if path.is_file():
            path.write_bytes(b"gone")
    assert "缺失或被改动" in get(Client(), url("checked", document.check_code)).text


# -- lists, languages ---------------------------------------------------------------------------------


def count(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_costs_the_same_at_one_and_at_fifty_rows(people: Cast, draft: Document) -> None:
    clients = [signed_in(person) for person in (people.operator, people.checker, people.leader)]
    for number in range(3):
        drafted(people, f"x{number}")
    few = [count(client, url("papers")) for client in clients]
    for number in range(60):
        document = drafted(people, f"y{number}")
        if number % 2:
            checked(people, document)
    assert [count(client, url("papers")) for client in clients] == few
    assert few == [17, 17, 13]  # the shell's own included
    page = clients[0].get(url("papers")).content.decode()
    assert page.count('<th scope="row">') == 50
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert clients[0].get(url("papers") + following[1].replace("&amp;", "&")).content.decode().count("row") > 14


def test_a_paper_costs_the_same_however_many_sign_for_it(people: Cast) -> None:
    from cast import unit

    document = issued(people)
    client = signed_in(people.operator)
    actions.deliver(document=document, units=[people.kangle_bureau], by=people.operator.by, at=NOW)
    few = count(client, url("paper", document.pk))
    units = [unit(people.kangle, f"康乐县第{number}单位") for number in range(50)]
    for delivery in actions.deliver(document=document, units=units, by=people.operator.by, at=NOW):
        actions.receive(delivery=delivery, by=people.kangle_liaison.by, at=NOW)
    assert count(client, url("paper", document.pk)) <= few + 1
    assert Delivery.objects.count() == 51


def test_the_filter(people: Cast, draft: Document) -> None:
    document, client = issued(people, "other"), signed_in(people.operator)
    page = get(client, url("papers") + "?state=issued")
    assert document.number in page.text
    assert page.text.count("待核稿、已退回") == 1  # the choice alone
    assert "没有符合条件" in get(client, url("papers") + "?words=没有这样的题目").text
    assert document.number in get(client, url("papers") + f"?words={document.number[-3:]}").text
    assert get(client, url("papers") + "?state=junk").text


@pytest.mark.slow
def test_english_pages_are_english(people: Cast) -> None:
    document, draft = issued(people), drafted(people, "d")
    actions.deliver(document=document, units=[people.kangle_bureau], by=people.operator.by, at=NOW)
    actions.receive(delivery=Delivery.objects.get(), by=people.kangle_liaison.by, at=NOW)
    edit = form_of(draft, **{"text:0.1": "改过了，发放3万份。"})
    operator, leader, checker = (signed_in(item) for item in (people.operator, people.leader, people.checker))
    operator.post(url("edit", draft.pk), edit)
    pages = [(operator, url("papers")), (operator, url("paper", document.pk) + "?deliver")]
    pages += [(operator, url("paper", draft.pk)), (operator, url("paper", draft.pk) + "?text")]
    pages += [
        (operator, url("edit", draft.pk)),
        (operator, url("take_back", draft.pk)),
        (checker, url("paper", draft.pk)),
    ]
    pages += [(Client(), url("check_index")), (Client(), url("checked", document.check_code))]
    for client, address in pages:
        assert CHINESE.findall(get(client, address, "en").own) == [], address
    content = edited_file(operator, Document.objects.get(key="d"), "3万份", "4万份")
    answer = operator.post(
        url("take_back", draft.pk), {"file": SimpleUploadedFile("a.docx", content)}, headers={"accept-language": "en"}
    )
    assert CHINESE.findall(Page(answer.content.decode()).own) == []
    checked(people, Document.objects.get(key="d"))
    assert CHINESE.findall(get(leader, url("sign", draft.pk), "en").own) == []
    assert CHINESE.findall(get(Client(), url("checked", "AAAA-BBBB"), "en", 404).own) == []


def test_prose_from_takes_any_fields() -> None:
    from django.http import QueryDict

    data = QueryDict("kind:0.1=evil&text:0.1=x&kind:n0.1=heading-9&text:n0.1=y&annex:99=z&annex:0=q&kind:x=paragraph")
    prose = prose_from(data)
    assert [block.key for block in prose.blocks] == ["0.1", ""]
    assert [annex.key for annex in prose.annexes] == ["99"]


def test_nobody_else(people: Cast) -> None:
    assert set(people.everyone()) == SEES | NOBODY_ELSE
    assert all(isinstance(person, Person) for person in people.everyone().values())
