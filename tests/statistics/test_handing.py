"""Handing a form in on its pages: what is known is shown, what differs is asked, lists are told, the office answers."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from cast import AT, BY, Cast, signed_in
from days import file as done_on_a_day
from days import kangle_day, kind
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from planned import campaign_of, on
from tables import laid_out, written

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns import queries as campaign_queries
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Expected, ExpectedList
from bihuan.campaigns.receiving import Light
from bihuan.figures.actions import Content, close_period
from bihuan.figures.actions import file as file_figure
from bihuan.figures.models import Figure
from bihuan.figures.rules import Kind
from bihuan.history.models import Entry
from bihuan.org import queries as org
from bihuan.org.models import Region
from bihuan.reading.ranges import Range
from bihuan.reports import actions as reports
from bihuan.reports.models import Proposal
from bihuan.reports.rules import Mark
from bihuan.statistics import actions, queries
from bihuan.statistics.models import FormVersion, HandedDraft, Return
from bihuan.statistics.refusals import OwnReturnError, StaleFormError
from bihuan.statistics.rules import Cell, Definition, Every, Handed, Span, period_for

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
JULY = on(7, 1)
NAMES = (("启动仪式", "launches", "场"), ("宣传资料", "leaflets", "份"), ("横幅", "banners", "条"))
CELLS = tuple(
    Cell(f"{column}{row}", name, head, (measure,), (unit,), span)
    for row, (name, measure, unit) in enumerate(NAMES, 4)
    for column, head, span in (("C", "本期", Span.PERIOD), ("D", "本年累计", Span.YEAR))
)

pytestmark = pytest.mark.django_db


def form(cast: Cast) -> FormVersion:
    body = Definition("进展表", Every.MONTH, CELLS)
    made = actions.define(
        code="progress", name="活动进展情况统计表", region=cast.prefecture, body=body, workbook=laid_out(), by=BY, at=AT
    )
    return queries.version_of(made)


def filed(region: Region, measure: str, unit: str, value: int, day: dt.date = JUNE[1]) -> Figure:
    number = Decimal(value)
    content = Content(
        region=region,
        measures=(measure,),
        classifier=unit,
        value=Range(number, number),
        printed=f"{value}{unit}",
        form="exact",
        period=(day, day),
    )
    return file_figure(kind=Kind.RECORD, content=content, book="example", by=BY, at=AT)


def listed(cast: Cast, *, due: dt.date = dt.date(2023, 7, 5)) -> ExpectedList:
    """A real list that asks both counties for the form of June."""
    campaign = campaign_of(cast)
    wish = ListWish("table:progress", "活动进展月报", JUNE, due)
    units = [cast.kangle_bureau, cast.yongjing_bureau]
    at = on(6, 1)
    (made,) = campaigns.issue_lists(campaign=campaign, wishes=[wish], units=units, by=cast.operator.by, at=at)
    return made


def line(issued: ExpectedList, cast: Cast) -> Expected:
    return Expected.objects.select_related("expected_list", "receipt").get(
        expected_list=issued, unit=cast.kangle_bureau
    )


def lights(issued: ExpectedList, cast: Cast, now: dt.datetime) -> Light:
    return campaign_queries.light_of(line(issued, cast), issued.due_at, now)


def hand_in(version: FormVersion, cast: Cast, at: dt.datetime = JULY, **typed: str) -> Return:
    """As the page does it."""
    taken = actions.hand_in(
        version=version, unit=cast.kangle_bureau, period=JUNE, edition=org.current_edition(), typed=typed,
        by=cast.kangle_liaison.by, at=at,
    )  # fmt: skip
    assert isinstance(taken, actions.Taken)
    return taken.handed


def now_says(version: FormVersion, region: Region) -> dict[str, object]:
    page = queries.form_page(version, region=region, edition=org.current_edition(), period=JUNE, book="example")
    return {at: value for at, value in page.values.items() if at.startswith("C")}


def fields(text: str) -> dict[str, str]:
    """The fields of the table on a page, with what stands in them."""
    return dict(re.findall(r'name="([A-Z]\d+)" value="([^"]*)"', text))


PAGE = "/forms/progress/hand-in/?on=2023-06-15"


# -- on the page -----------------------------------------------------------------------------------------------------


def test_what_is_known_is_shown_and_only_what_is_open_is_asked(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "launches", "场", 3)
    client = signed_in(cast.kangle_liaison)
    text = client.get(PAGE).content.decode()
    assert fields(text) == {"C5": "", "C6": ""}
    assert "记录已有" in text
    assert 'inputmode="decimal"' in text
    answer = client.post(PAGE, {"C5": "２,０００", "C6": "0"}, follow=True)
    assert answer.redirect_chain[0][0].endswith("?done=handed-in")
    assert now_says(version, cast.prefecture) == {"C4": 3, "C5": 2000, "C6": 0}
    row = Return.objects.get()
    assert (row.given, row.by, row.state) == ({"C5": "2000", "C6": "0"}, cast.kangle_liaison.by, Handed.IN)
    # Sent twice, as a phone does whose answer was lost: nothing twice, and no second return.
    assert client.post(PAGE, {"C5": "２,０００", "C6": "0"}).status_code == 302
    assert Figure.objects.count() == 3
    assert Return.objects.get().times == 1


def test_what_the_table_said_it_says_otherwise_and_takes_back(cast: Cast) -> None:
    version = form(cast)
    hand_in(version, cast, C5="2000", C6="5")
    client = signed_in(cast.kangle_liaison)
    assert fields(client.get(PAGE).content.decode()) == {"C4": "", "C5": "2000", "C6": "5"}
    assert hand_in(version, cast, C4="", C5="2500", C6="").times == 2
    assert now_says(version, cast.prefecture) == {"C5": 2500}
    assert Figure.objects.filter(withdrawn=False).count() == 1
    # Another record comes beside it: what the table said is raised by the difference, once somebody says so.
    filed(cast.kangle, "leaflets", "份", 100)
    page = client.get(PAGE).content.decode()
    assert "C5" not in fields(page)
    answer = client.post(PAGE, {"C5": "2700"})
    assert answer["Location"].endswith("?asks=1")
    preview = client.get(answer["Location"]).content.decode()
    draft = HandedDraft.objects.get()
    plan = queries.plan_of(draft, org.current_edition())
    assert [choice.value for choice in plan.conflicts[0].choices] == ["correct", "records", "state"]
    assert "统计表“活动进展情况统计表”" in preview
    assert "录入的记录" in preview
    take = f"/forms/drafts/{draft.pk}/take/"
    assert client.post(take, {"shown": plan.digest}).status_code == 422
    assert client.post(take, {"shown": "old", "choice-C5": "correct"}).status_code == 409
    assert client.post(take, {"shown": plan.digest, "choice-C5": "correct"}).status_code == 302
    assert now_says(version, cast.prefecture) == {"C5": 2700}
    assert not HandedDraft.objects.exists()


def test_a_conflict_shows_both_with_their_sources(cast: Cast) -> None:
    version = form(cast)
    activity = done_on_a_day(cast, kangle_day(cast, kind=kind("launch"), numbers={}))
    number = now_says(version, cast.kangle)
    assert number, "the day in Kangle counts something that the form asks for"
    at, value = next(iter(number.items()))
    client = signed_in(cast.kangle_liaison)
    answer = client.post(PAGE, {at: str(int(str(value)) + 1)})
    with CaptureQueriesContext(connection):
        text = client.get(answer["Location"]).content.decode()
    assert f"/activities/{activity.pk}/" in text
    assert cast.kangle_liaison.name in text or "演示" in text or activity.title in text
    assert 'value="add"' in text
    before = Figure.objects.count()
    plan = queries.plan_of(HandedDraft.objects.get(), org.current_edition())
    draft = HandedDraft.objects.get()
    client.post(f"/forms/drafts/{draft.pk}/take/", {"shown": plan.digest, f"choice-{at}": "records"})
    assert Figure.objects.count() == before
    assert now_says(version, cast.kangle) == number


@pytest.mark.parametrize("bad", ["-1", "1e30", "若干", "1.23456789"])
def test_bad_values_are_said_at_their_cells_and_nothing_is_written(cast: Cast, bad: str) -> None:
    form(cast)
    answer = signed_in(cast.kangle_liaison).post(PAGE, {"C4": "1", "C5": bad})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="fault-C5"' in text
    assert fields(text)["C4"] == "1"
    assert fields(text)["C5"] == bad
    assert not Figure.objects.exists()
    assert not Return.objects.exists()


def test_a_closed_period_says_the_way_out(cast: Cast) -> None:
    form(cast)
    close_period(
        region=cast.prefecture, edition=org.current_edition(), period=JUNE, book="example", by=cast.operator.by, at=AT
    )
    answer = signed_in(cast.kangle_liaison).post(PAGE, {"C4": "1", "C5": "7"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "/closings/" in text
    assert fields(text)["C5"] == "7"
    assert not Figure.objects.exists()
    assert not Return.objects.exists()
    assert not HandedDraft.objects.exists()


def test_a_period_that_has_not_begun_is_refused(cast: Cast) -> None:
    form(cast)
    answer = signed_in(cast.kangle_liaison).post("/forms/progress/hand-in/?on=2023-09-01", {"C4": "1"})
    assert answer.status_code == 422
    assert "还没有开始" in answer.content.decode()


# -- as a file -------------------------------------------------------------------------------------------------------


def upload(client: Client, content: bytes, name: str = "填好的表.xlsx") -> str:
    answer = client.post("/forms/progress/hand-in/file/?on=2023-06-15", {"file": SimpleUploadedFile(name, content)})
    return answer["Location"] if answer.status_code == 302 else f"{answer.status_code} {answer.content.decode()}"


def test_a_file_is_shown_and_taken(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "launches", "场", 3)
    filed(cast.kangle, "banners", "条", 10)
    client = signed_in(cast.kangle_liaison)
    address = upload(client, written(laid_out(), {"C4": 3, "C5": 2000, "C6": 12}, "进展表"))
    text = client.get(address).content.decode()
    assert "记录已有，相同 1" in text
    assert "新的，成为记录 1" in text
    assert "与记录不同 1" in text
    draft = HandedDraft.objects.get()
    plan = queries.plan_of(draft, org.current_edition())
    client.post(f"/forms/drafts/{draft.pk}/take/", {"shown": plan.digest, "choice-C6": "add"})
    assert now_says(version, cast.prefecture) == {"C4": 3, "C5": 2000, "C6": 12}


def test_bad_files_are_answered_with_a_sentence(cast: Cast) -> None:
    form(cast)
    client = signed_in(cast.kangle_liaison)
    for content in (b"", b"\x00\x01", written(laid_out(), {"B4": "演练", "A1": "别的表", "C3": "上期"}, "进展表")):
        assert upload(client, content).startswith("422")
    assert not HandedDraft.objects.exists()
    address = upload(client, written(laid_out(), {"C4": -1, "C5": "=1+1", "C6": 1e30}, "进展表"))
    text = client.get(address).content.decode()
    assert "有误 3" in text
    assert "确认报送" not in text
    assert not Figure.objects.exists()


def test_a_draft_is_ones_own_and_can_be_left(cast: Cast) -> None:
    issued = listed(cast)
    form(cast)
    client = signed_in(cast.kangle_liaison)
    address = upload(client, written(laid_out(), {"C4": 3}, "进展表"))
    assert lights(issued, cast, on(6, 20)) is Light.DRAFT
    assert signed_in(cast.yongjing_liaison).get(address).status_code == 404
    assert signed_in(cast.operator).get(address).status_code == 404
    assert client.post(address + "drop/").status_code == 302
    assert not HandedDraft.objects.exists()
    assert lights(issued, cast, on(6, 20)) is Light.MISSING


def test_a_county_files_for_no_other(cast: Cast) -> None:
    form(cast)
    client = signed_in(cast.yongjing_liaison)
    assert client.get(f"{PAGE}&unit={cast.kangle_bureau.pk}").status_code == 404
    assert client.post(f"{PAGE}&unit={cast.kangle_bureau.pk}", {"C4": "1"}).status_code == 404
    issued = listed(cast)
    assert client.get(f"/forms/progress/hand-in/?line={line(issued, cast).pk}").status_code == 404


# -- lists, and the office -------------------------------------------------------------------------------------------


def test_a_list_leads_there_and_is_told_what_became_of_it(cast: Cast) -> None:
    issued, version = listed(cast), form(cast)
    own = line(issued, cast)
    assert campaign_queries.door(issued, own) == f"/forms/progress/hand-in/?line={own.pk}"
    client, office = signed_in(cast.kangle_liaison), signed_in(cast.operator)
    page = client.get(f"/forms/progress/hand-in/?line={own.pk}").content.decode()
    assert "活动进展月报" in page
    assert "2023年6月" in page
    assert client.post(PAGE, {"C4": "1", "C5": "2000"}).status_code == 302
    row = Return.objects.get()
    assert line(issued, cast).receipt.subject_kind == "form_return"
    five = campaign_queries.tree(issued).five
    assert (five.expected, five.received) == (2, 1)
    text = office.get(f"/campaigns/{issued.campaign_id}/lists/{issued.pk}/").content.decode()
    assert f"/forms/returns/{row.pk}/" in text
    # Given back: what it had said counts no more, the reason is read there, what was written stands in the fields.
    back = f"/forms/returns/{row.pk}/give-back/"
    assert office.post(back, {"step": row.step, "reason": " "}).status_code == 422
    assert office.post(back, {"step": row.step, "reason": "C5 少一位"}).status_code == 302
    assert lights(issued, cast, on(7, 1)) is Light.RETURNED
    assert now_says(version, cast.prefecture) == {}
    text = client.get(PAGE).content.decode()
    assert "C5 少一位" in text
    assert fields(text) == {"C4": "1", "C5": "2000", "C6": ""}
    assert client.post(PAGE, {"C4": "1", "C5": "20000"}).status_code == 302
    row.refresh_from_db()
    assert (row.times, row.state) == (2, Handed.IN)
    assert now_says(version, cast.prefecture) == {"C4": 1, "C5": 20000}
    accept = f"/forms/returns/{row.pk}/accept/"
    assert client.post(accept, {"step": row.step}).status_code == 404
    assert office.post(accept, {"step": row.step - 1}).status_code == 409
    assert office.post(accept, {"step": row.step}).status_code == 302
    assert line(issued, cast).receipt.state == "accepted"
    told = Entry.objects.filter(subject_kind="form", subject_id=str(version.form_id)).order_by("pk")
    said = [verb.removeprefix("statistics.") for verb in told.values_list("verb", flat=True)]
    assert said == ["form_defined", "handed_in", "returned", "handed_in", "accepted"]


def test_what_comes_late_is_late(cast: Cast) -> None:
    issued, version = listed(cast), form(cast)
    hand_in(version, cast, on(7, 6), C4="1")
    assert lights(issued, cast, on(7, 7)) is Light.LATE
    hand_in(version, cast, on(7, 8), C4="2")
    assert line(issued, cast).receipt.arrived_at == on(7, 6)


def test_nobody_accepts_what_they_handed_in(cast: Cast) -> None:
    version = form(cast)
    taken = actions.hand_in(
        version=version, unit=cast.kangle_bureau, period=JUNE, edition=org.current_edition(), typed={"C4": "1"},
        by=cast.operator.by, at=on(7, 1),
    )  # fmt: skip
    assert isinstance(taken, actions.Taken)
    with pytest.raises(OwnReturnError):
        actions.accept(row=taken.handed, expected_step=1, by=cast.operator.by, at=on(7, 2))
    row = actions.accept(row=taken.handed, expected_step=1, by=cast.checker.by, at=on(7, 2))
    with pytest.raises(StaleFormError):
        actions.return_(row=row, expected_step=1, reason="晚了", by=cast.checker.by, at=on(7, 3))


def test_the_list_of_returns_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    version = form(cast)
    first = hand_in(version, cast, C4="1")
    client = signed_in(cast.operator)
    with CaptureQueriesContext(connection) as one:
        assert client.get("/forms/progress/returns/").status_code == 200
    Return.objects.bulk_create(
        Return(version=version, unit=cast.kangle_bureau, region=cast.kangle, book="example", by=first.by, at=first.at,
               first=dt.date(1990 + number // 12, number % 12 + 1, 1), last=dt.date(2023, 6, 30), digest="", shown={})
        for number in range(49)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert client.get("/forms/progress/returns/").content.decode().count("/forms/returns/") == 50
    assert len(one) == len(many)


def test_a_return_says_what_changed_since(cast: Cast) -> None:
    version = form(cast)
    row = hand_in(version, cast, C4="1", C5="10")
    client = signed_in(cast.operator)
    with CaptureQueriesContext(connection) as before:
        assert "有变动" not in client.get(f"/forms/returns/{row.pk}/").content.decode()
    filed(cast.kangle, "leaflets", "份", 100)
    with CaptureQueriesContext(connection) as after:
        text = client.get(f"/forms/returns/{row.pk}/").content.decode()
    assert "有变动" in text
    assert "<strong>110</strong>" in text
    assert len(before) == len(after)


# -- the narrative report --------------------------------------------------------------------------------------------

REPORT = "临夏州2023年“安全生产月”活动总结\n康乐县发放宣传资料2000份。\n"


def proposal(cast: Cast) -> Proposal:
    submission = reports.hand_in(text=REPORT, name="总结", unit=cast.office, by=cast.liaison.by, at=on(7, 2))
    reports.confirm_as_read(submission=submission, by=cast.liaison.by, at=on(7, 2))
    return submission.proposals.get(measures=["leaflets"])


def test_what_a_form_said_the_report_does_not_count_again(cast: Cast) -> None:
    version = form(cast)
    hand_in(version, cast, C5="2000")
    assert proposal(cast).state == Mark.KNOWN
    assert now_says(version, cast.prefecture)["C5"] == 2000


def test_what_the_report_said_the_form_does_not_ask(cast: Cast) -> None:
    version = form(cast)
    assert proposal(cast).kind == "record"
    page = signed_in(cast.kangle_liaison).get(PAGE).content.decode()
    assert "C5" not in fields(page)
    assert now_says(version, cast.prefecture)["C5"] == 2000


# -- periods ---------------------------------------------------------------------------------------------------------


def test_the_weeks_of_lists_mean_the_weeks_of_forms() -> None:
    def day(number: int) -> dt.date:
        return dt.date(2023, 6, number)

    thursday_to_wednesday = [(day(1), day(7)), (day(8), day(14)), (day(15), day(21)), (day(22), day(30))]
    meant = [period_for(Every.WEEK, days)[0] for days in thursday_to_wednesday]
    assert meant == [dt.date(2023, 5, 29), day(5), day(12), day(26)]
    assert period_for(Every.MONTH, (dt.date(2023, 5, 15), day(30))) == JUNE
    assert period_for(Every.YEAR, JUNE)[0] == dt.date(2023, 1, 1)
