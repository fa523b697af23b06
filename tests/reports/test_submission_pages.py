"""The pages of reports: who gets in, what comes back when something is wrong, how much they ask of the database."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cast import Cast, signed_in
from desk import ASKED, HEAD, LEAFLETS, RECORD, STATEMENT, TEXT, hand_in, proposals
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.messages.models import Message
from bihuan.reports.models import Submission
from bihuan.reports.rules import Mark, State

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "bihuan" / "reading" / "data" / "example-report.txt"
REAL = PROJECT.parent / "shared" / "domain" / "linxia-2023-summary.txt"
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
VOID = {"meta", "link", "input", "br", "img", "hr", "use", "path"}
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


class Words(HTMLParser):
    """`own`: what a page says outside of elements marked as Chinese data, and outside its title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.own = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        languages = [language for tag, language in self.open if language and tag != "html"]
        inside = {tag for tag, _language in self.open}
        if (not languages or languages[-1] != "zh-Hans") and not inside & {"title", "script", "option", "textarea"}:
            self.own += data


@pytest.fixture
def report(cast: Cast) -> Submission:
    return hand_in(cast)


def page(client: Client, report: Submission, query: str = "") -> str:
    answer = client.get(reverse("reports:submission", args=[report.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, report: Submission, number: int, choice: str, **more: str) -> HttpResponse:
    """As htmx sends it."""
    item = proposals(report)[number]
    data = {"version": str(item.version), "choice": choice} | more
    answer: HttpResponse = client.post(reverse("reports:reading", args=[report.pk, item.pk]), data, headers=HTMX)
    return answer


def press(client: Client, report: Submission, name: str, **data: str) -> HttpResponse:
    report.refresh_from_db()
    answer: HttpResponse = client.post(
        reverse(f"reports:{name}", args=[report.pk]), {"version": str(report.version)} | data
    )
    return answer


# -- who gets in -----------------------------------------------------------------------------------------------------


def test_who_sees_what(cast: Cast, report: Submission) -> None:
    kangle = hand_in(cast, "康乐县2023年“安全生产月”总结。发放宣传资料500份。", unit=cast.kangle_bureau)
    sees = {
        "operator": {report, kangle}, "checker": {report, kangle}, "leader": {report, kangle},
        "inspector": {report, kangle}, "liaison": {report}, "kangle_liaison": {kangle},
        "yongjing_liaison": set(), "safety_officer": set(),
    }  # fmt: skip
    for name, person in cast.everyone().items():
        client = signed_in(person)
        listing = client.get(reverse("reports:submissions"))
        assert listing.status_code == (200 if name in sees else 404), name
        for item in (report, kangle):
            seen = item in sees.get(name, set())
            answer = client.get(reverse("reports:submission", args=[item.pk]))
            assert answer.status_code == (200 if seen else 404), name
            if name in sees:
                assert (f'/submissions/{item.pk}/"' in listing.content.decode()) == seen, name


@pytest.mark.parametrize("name", ["decide_all", "confirm", "accept", "return", "compose"])
def test_who_may_press(cast: Cast, report: Submission, name: str) -> None:
    may = {"operator", "checker"} | ({"liaison"} if name in ("decide_all", "confirm") else set())
    for who, person in cast.everyone().items():
        answer = press(signed_in(person), report, name)
        assert (answer.status_code == 404) == (who not in may), (who, answer.status_code)
        if who not in may:
            report.refresh_from_db()


def test_one_decision_of_anothers_report_is_not_there(cast: Cast, report: Submission) -> None:
    for person in (cast.kangle_liaison, cast.leader, cast.inspector, cast.idle):
        assert decide(signed_in(person), report, RECORD, "confirm").status_code == 404
    other = hand_in(cast, "康乐县2023年“安全生产月”总结。发放宣传资料500份。", unit=cast.kangle_bureau)
    address = reverse("reports:reading", args=[report.pk, proposals(other)[0].pk])
    assert signed_in(cast.operator).post(address, {"choice": "confirm", "version": "1"}).status_code == 404
    assert proposals(report)[RECORD].state == Mark.PENDING


def test_a_session_that_ended_keeps_what_was_written(cast: Cast) -> None:
    answer = Client().post(reverse("reports:hand_in"), {"text": TEXT, "unit": str(cast.office.pk)})
    assert "8万余份" in answer.content.decode(), "the sign-in page carries it along"
    assert not Submission.objects.exists()


# -- handing in ------------------------------------------------------------------------------------------------------


def send(client: Client, cast: Cast, **data: object) -> HttpResponse:
    unit = {"unit": str(cast.office.pk)}
    answer: HttpResponse = client.post(reverse("reports:hand_in"), unit | data)  # type: ignore[arg-type]
    return answer


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_a_file_and_the_same_text_pasted_are_one_report(cast: Cast, encoding: str) -> None:
    client = signed_in(cast.liaison)
    file = SimpleUploadedFile("总结.txt", TEXT.replace("。", "。\r\n").encode(encoding))
    answer = send(client, cast, file=file)
    report = Submission.objects.get()
    assert answer["Location"] == f"/submissions/{report.pk}/?done=handed-in"
    assert (report.name, report.unit, report.book) == ("总结.txt", cast.office, "example")
    again = send(client, cast, text=TEXT.replace("。", "。\r\n"))
    assert again["Location"] == f"/submissions/{report.pk}/?done=again"
    assert "此报告已于" in client.get(again["Location"]).content.decode()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 Word"),
        (b"PK\x03\x04" + b"0" * 100, ""),
        (b"abc\x00def", "空字节"),
        (("临夏州" * 70_000).encode(), "上限"),
        ("发放宣传资料三百份。".encode(), "年份"),
    ],
)
def test_a_wrong_or_hostile_file_is_refused_in_a_sentence(cast: Cast, content: bytes, words: str) -> None:
    client = signed_in(cast.liaison)
    answer = send(client, cast, file=SimpleUploadedFile("x.docx", content))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "error-summary" in answer.content.decode()
    assert not Submission.objects.exists()


def test_far_too_much_at_once_is_refused_in_words(cast: Cast) -> None:
    answer = send(signed_in(cast.liaison), cast, text="临" * 1_000_000)
    assert answer.status_code == 400
    assert "一次发来的内容太多" in answer.content.decode()


def test_what_was_read_from_a_file_comes_back_as_text(cast: Cast) -> None:
    answer = send(signed_in(cast.liaison), cast, file=SimpleUploadedFile("x.txt", "发放宣传资料三百份。".encode()))
    assert "发放宣传资料三百份。</textarea>" in answer.content.decode()


@pytest.mark.parametrize("data", [{}, {"text": TEXT, "file": "both"}, {"text": TEXT, "unit": "999999"}])
def test_a_form_that_is_not_whole_says_what_is_missing(cast: Cast, data: dict[str, object]) -> None:
    if data.get("file"):
        data = data | {"file": SimpleUploadedFile("x.txt", TEXT.encode())}
    answer = send(signed_in(cast.liaison), cast, **data)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not data or "8万余份" in answer.content.decode(), "the text is not lost"


def test_nobody_hands_in_for_a_unit_that_is_not_theirs(cast: Cast) -> None:
    answer = send(signed_in(cast.kangle_liaison), cast, text=TEXT)
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_code_in_a_report_stays_text(cast: Cast) -> None:
    bad = "<script>alert('x')</script>"
    report = hand_in(cast, HEAD + f"{bad}发放宣传资料500份{bad}。")
    html = page(signed_in(cast.liaison), report)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


# -- deciding --------------------------------------------------------------------------------------------------------


def test_a_decision_brings_back_its_card_its_mark_and_the_bar(cast: Cast, report: Submission) -> None:
    answer = decide(signed_in(cast.liaison), report, RECORD, "confirm")
    html = answer.content.decode()
    item = proposals(report)[RECORD]
    assert answer.status_code == 200
    assert f'id="r{item.pk}"' in html
    assert re.search(rf'id="m{item.pk}"[^>]*hx-swap-oob="true"', html)
    assert "4 项，已定 1 项" in html
    assert "<html" not in html
    assert item.state == Mark.CONFIRMED


def test_without_a_script_the_same_form_leads_back_to_the_page(cast: Cast, report: Submission) -> None:
    client = signed_in(cast.liaison)
    item = proposals(report)[ASKED]
    address = reverse("reports:reading", args=[report.pk, item.pk])
    answer = client.post(address, {"choice": "statement", "version": "1"})
    assert answer["Location"] == f"/submissions/{report.pk}/#r{item.pk}"
    assert proposals(report)[ASKED].kind == "statement"
    assert client.get(address)["Location"] == f"/submissions/{report.pk}/#r{item.pk}"
    assert 'name="value"' in page(client, report, f"?correct={item.pk}")


def test_the_second_of_two_people_sees_what_the_first_decided(cast: Cast, report: Submission) -> None:
    item = proposals(report)[LEAFLETS]
    decide(signed_in(cast.operator), report, LEAFLETS, "refuse")
    address, data = reverse("reports:reading", args=[report.pk, item.pk]), {"choice": "confirm", "version": "1"}
    client = signed_in(cast.liaison)
    for headers in (HTMX, {}):
        answer = client.post(address, data, headers=headers)
        assert answer.status_code == 409
        assert "马拟稿" in answer.content.decode()
        assert "不采用" in answer.content.decode()
    assert proposals(report)[LEAFLETS].state == Mark.REFUSED


def test_a_double_click_decides_once(cast: Cast, report: Submission) -> None:
    client = signed_in(cast.liaison)
    address = reverse("reports:reading", args=[report.pk, proposals(report)[RECORD].pk])
    answers = [client.post(address, {"choice": "confirm", "version": "1"}, headers=HTMX) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert proposals(report)[RECORD].version == 2


CORRECTION = {"measure": "participants", "first": "2023-06-01", "last": "2023-06-30", "kind": "statement"}


@pytest.mark.parametrize(
    ("value", "printed", "bounds"),
    [("1.6万余", "1.6万余人", (16000, 17000)), ("14862", "14862人", (14862, 14862)), ("近1.5万人", "近1.5万人", None)],
)
def test_a_correction_is_written_as_people_write(
    cast: Cast, report: Submission, value: str, printed: str, bounds: tuple[int, int] | None
) -> None:
    data = CORRECTION | {"value": value, "place": str(cast.prefecture.pk), "note": "核对后"}
    answer = decide(signed_in(cast.liaison), report, STATEMENT, "correct", **data)
    assert answer.status_code == 200
    item = proposals(report)[STATEMENT]
    assert (item.state, item.said.printed, item.printed, item.note) == (
        Mark.CORRECTED, printed, "近1.5万人", "核对后",
    )  # fmt: skip
    assert bounds is None or (item.said.value.low, item.said.value.high) == bounds
    assert "近1.5万人" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "很多"}, {"value": "3人5人"}, {"value": ""}, {"measure": "nothing"}, {"place": "1"}, {"kind": ""},
        {"first": "2023-06-30", "last": "2023-06-01"}, {"first": "no day"}, {"value": "9" * 40},
    ],
)  # fmt: skip
def test_a_wrong_correction_comes_back_with_its_fault(cast: Cast, report: Submission, wrong: dict[str, str]) -> None:
    data = CORRECTION | {"value": "14862", "place": str(cast.prefecture.pk)} | wrong
    client = signed_in(cast.liaison)
    answer = decide(client, report, STATEMENT, "correct", **data)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    item = proposals(report)[STATEMENT]
    assert item.state == Mark.PENDING
    whole = client.post(
        reverse("reports:reading", args=[report.pk, item.pk]), data | {"choice": "correct", "version": "1"}
    )
    assert whole.status_code == 422
    assert "<html" in whole.content.decode()


# -- the journey -----------------------------------------------------------------------------------------------------


def test_from_the_unit_to_the_office_and_back(cast: Cast, report: Submission) -> None:
    liaison, operator, checker = (signed_in(person) for person in (cast.liaison, cast.operator, cast.checker))
    assert press(liaison, report, "confirm").status_code == 422, "figures are undecided"
    assert press(liaison, report, "decide_all")["Location"].endswith("?done=decided-all")
    assert decide(liaison, report, ASKED, "record").status_code == 200
    html = page(liaison, report)
    assert "4 项，已定 4 项" in html
    assert "disabled" not in html
    assert press(liaison, report, "confirm")["Location"].endswith("?done=confirmed")
    told = set(Message.objects.values_list("recipient", flat=True))
    assert told == {cast.operator.pk, cast.checker.pk}, "those who may accept it"
    assert press(operator, report, "return", reason="  ").status_code == 422
    assert press(operator, report, "return", reason="数与永靖县的对不上")["Location"].endswith("?done=returned")
    html = page(liaison, report)
    assert "数与永靖县的对不上" in html
    assert 'name="choice"' not in html, "nothing to decide any more"
    (message,) = Message.objects.filter(recipient=cast.liaison)
    assert "数与永靖县的对不上" in message.zh
    again = hand_in(cast)
    press(liaison, again, "decide_all")
    decide(liaison, again, ASKED, "record")
    press(liaison, again, "confirm")
    assert press(checker, again, "accept")["Location"].endswith("?done=accepted")
    again.refresh_from_db()
    assert again.state == State.ACCEPTED
    assert "已被后来的报告替换" in page(liaison, report)


def test_who_had_a_hand_in_it_is_told_why_they_cannot_accept(cast: Cast, report: Submission) -> None:
    operator = signed_in(cast.operator)
    press(operator, report, "decide_all")
    decide(operator, report, ASKED, "refuse")
    press(operator, report, "confirm")
    html = page(operator, report)
    assert "须由另一人采用" in html
    assert "/accept/" not in html
    assert press(operator, report, "accept").status_code == 422
    assert "/accept/" in page(signed_in(cast.checker), report)


def test_a_stale_page_is_told_so(cast: Cast, report: Submission) -> None:
    operator = signed_in(cast.operator)
    press(operator, report, "decide_all")
    decide(operator, report, ASKED, "refuse")
    press(operator, report, "confirm")
    address = reverse("reports:return", args=[report.pk])
    answer = operator.post(address, {"version": "1", "reason": "不对"})
    assert answer.status_code == 409
    assert "待采用" in answer.content.decode()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "１"])
def test_a_version_that_nobody_saw_changes_nothing(cast: Cast, report: Submission, version: str) -> None:
    address = reverse("reports:decide_all", args=[report.pk])
    assert signed_in(cast.liaison).post(address, {"version": version}).status_code == 409
    assert proposals(report)[RECORD].state == Mark.PENDING


# -- the list, the languages -----------------------------------------------------------------------------------------


def test_the_list_is_narrowed_down(cast: Cast, report: Submission) -> None:
    hand_in(cast, "康乐县2023年“安全生产月”总结。发放宣传资料500份。", unit=cast.kangle_bureau)
    client = signed_in(cast.operator)

    def units(**query: str) -> list[bool]:
        html = client.get(reverse("reports:submissions"), query).content.decode()
        return [f"/submissions/{item.pk}/" in html for item in Submission.objects.order_by("pk")]

    assert units() == [True, True]
    assert units(region=str(cast.kangle.pk)) == [False, True]
    assert units(words="教育局") == [False, False]
    assert units(words="临夏州应急") == [True, False]
    assert units(state="returned") == [False, False]
    assert units(state="handed_in") == [True, True]
    assert units(region="x", state="nonsense") == [True, True]


@pytest.mark.parametrize("who", ["liaison", "operator"])
def test_english_pages_say_nothing_in_chinese(cast: Cast, who: str) -> None:
    report = hand_in(cast, EXAMPLE.read_text())
    decided_by = signed_in(cast.liaison)
    decide(decided_by, report, RECORD, "confirm")
    client = signed_in(getattr(cast, who))
    own = f"/submissions/{report.pk}/"
    urls = ["/submissions/", "/submissions/new/", own, f"{own}?correct={proposals(report)[1].pk}", "/verify/"]
    urls += [f"{own}?done={word}" for word in ("handed-in", "again", "confirmed", "returned")]
    if who == "operator":
        urls += [f"{own}return/", f"{own}compose/"]
    for url in urls:
        answer = client.get(url, headers={"accept-language": "en"})
        assert answer.status_code == 200, url
        assert CHINESE.findall(Words(answer.content.decode()).own) == [], url


# -- what they cost --------------------------------------------------------------------------------------------------


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def long_text(figures: int) -> str:
    counties = ["临夏市", "临夏县", "康乐县", "永靖县", "广河县", "和政县", "东乡族自治县", "积石山县"]
    lines = [f"6月{day % 28 + 1}日，{counties[day % 8]}发放宣传资料{100 + day}份。" for day in range(figures)]
    return HEAD + "\n" + "\n".join(lines)


def test_the_reading_page_asks_the_same_for_one_figure_and_for_fifty(cast: Cast) -> None:
    client = signed_in(cast.liaison)
    counts = set()
    for figures in (1, 50):
        report = hand_in(cast, long_text(figures))
        assert len(proposals(report)) == figures
        decide(client, report, 0, "confirm")
        counts.add(queries(client, reverse("reports:submission", args=[report.pk])))
    assert len(counts) == 1
    assert counts.pop() <= 20


def test_the_list_asks_the_same_for_one_report_and_for_fifty(cast: Cast) -> None:
    client = signed_in(cast.operator)
    url = reverse("reports:submissions")
    hand_in(cast, long_text(1))
    first = queries(client, url)
    for number in range(49):
        hand_in(cast, HEAD + f"发放宣传资料{number + 1}份。")
    assert queries(client, url) == first <= 20


def test_the_real_report_is_shown_in_no_time(cast: Cast) -> None:
    report = hand_in(cast, (REAL if REAL.exists() else EXAMPLE).read_text())
    client = signed_in(cast.liaison)
    page(client, report)
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        page(client, report)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.3
