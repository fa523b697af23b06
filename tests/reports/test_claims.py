"""“创历史新高” in a report: marked where the years in store do not prove it, and left alone where they do."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, make_cast, signed_in
from desk import HEAD, hand_in, proposals
from django.urls import reverse
from past_tables import Row, take

from bihuan.reports.claims import find_claims
from bihuan.reports.models import Submission
from bihuan.reports.queries.claims import remarks, unproven

CLAIMING = HEAD + "截至竞赛结束，全州参与人数6万余人，创历史新高。全州发放宣传资料8万余份。"
TODAY = dt.date(2023, 7, 10)


def past(year: str, value: str) -> Row:
    return ("临夏州", "竞赛参与人数", year, "", value, "人", "州安委办文件")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def told(report: Submission) -> list[str]:
    return [item.zh for item in unproven(report, proposals(report), today=TODAY)]


def test_claims_are_found_with_their_sentences() -> None:
    def found(text: str) -> list[tuple[str, str]]:
        return [(item.text, text[slice(*item.sentence)]) for item in find_claims(text, len(text))]

    assert found("甲。参与6万余人、870万余分，均创历史新高。乙") == [
        ("均创历史新高", "参与6万余人、870万余分，均创历史新高")
    ]
    assert found("两项数据都超过往年，全社会") == [("超过往年", "两项数据都超过往年，全社会")]
    assert found("创新宣传方式，开创新局面") == []


def test_a_claim_is_marked_until_the_years_prove_it(cast: Cast) -> None:
    report = hand_in(cast, CLAIMING)
    (said,) = told(report)
    assert "竞赛参与人数6万余人" in said
    assert "没有往年的数" in said
    page = reverse("reports:submission", args=[report.pk])
    assert "没有往年的数" in signed_in(cast.operator).get(page).content.decode()
    take(report.campaign, [past("2022", "5.2万余")], cast.operator)
    assert told(report) == []
    take(report.campaign, [past("2021", "6.5万")], cast.operator)
    assert "不能断定" in told(report)[0]
    take(report.campaign, [past("2020", "7万")], cast.operator)
    assert "2020年为7万人" in told(report)[0]


def test_a_report_that_claims_nothing_asks_nothing(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    report = hand_in(cast)
    read = proposals(report)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert list(unproven(report, read, today=TODAY)) == []


def test_the_paper_marks_a_claim_that_nothing_proves(cast: Cast) -> None:
    from bihuan.documents.paper import Notice
    from bihuan.reading import report as reading
    from bihuan.reports.composition import Office, Source, summary

    at = CLAIMING.index("创历史新高")
    office = Office("临夏州安全生产委员会办公室", (), "王签发", TODAY)
    source = Source(CLAIMING, reading.read(CLAIMING), {}, (), 2023, {at: "“创历史新高”（竞赛参与人数）"})
    (remark,) = [block.text for block in summary(source, office).blocks if isinstance(block, Notice)]
    assert remark == "“创历史新高”（竞赛参与人数），未能由在库的往年数证实，请核对后再用。"


def test_one_remark_a_claim(cast: Cast) -> None:
    text = HEAD + "截至竞赛结束，全州参与人数6万余人，答题积分870万余分，均创历史新高。"
    report = hand_in(cast, text)
    found = remarks(unproven(report, proposals(report), today=TODAY))
    assert list(found.values()) == ["“均创历史新高”（竞赛参与人数、竞赛积分）"]
