from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.lib.punctuation import full_width
from bihuan.reading.figures import find_figures
from bihuan.reading.source import load
from bihuan.reading.tail import find_tail
from bihuan.reports.rules import (
    Scenes,
    Standing,
    campaign_period,
    campaign_year,
    countable,
    days,
    home_named,
    standing,
)

HOME = "临夏回族自治州"
PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "bihuan" / "reading" / "data" / "example-report.txt"
REAL = PROJECT.parent / "shared" / "domain" / "linxia-2023-summary.txt"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2022年打基础,《临夏州2023年“安全生产月”活动方案》已印发", 2023),
        ("2024年6月,全县集中开展活动", 2024),
        ("6月,全县集中开展活动", None),
    ],
)
def test_campaign_year(text: str, year: int | None) -> None:
    assert campaign_year(text) == year


def test_campaign_period() -> None:
    assert campaign_period(2023) == (dt.date(2023, 6, 1), dt.date(2023, 6, 30))


JUNE = campaign_period(2023)


def told(text: str, number: int = 0) -> Standing | None:
    figure = find_figures(text)[number]
    return standing(figure, home=HOME, scene=Scenes(text).of(figure), period=JUNE)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("2023年6月12日,康乐县2000余人参加了活动。", Standing.RECORD),
        ("康乐县共发放宣传资料3000份。", Standing.RECORD),
        ("《临夏州2023年方案》。全州共发放宣传资料8万余份。", Standing.STATEMENT),
        ("共发放宣传资料8万余份。", Standing.STATEMENT),
        ("《临夏州2023年方案》。6月12日,在红园广场举办宣传咨询日活动,3000人参加。", Standing.RECORD),
        ("《临夏州2023年方案》。截至6月25日,全州累计发放宣传资料8万余份。", Standing.STATEMENT),
        ("《临夏州2023年方案》。6月1日至30日,全州发放宣传资料8万余份。", Standing.STATEMENT),
    ],
)
def test_what_adds_up_and_what_is_claimed(sentence: str, kind: Standing) -> None:
    assert told(sentence) == kind


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("《临夏州2023年方案》。2023年6月5日至11日,全州发放宣传资料8000份。", "some of the days"),
        ("《临夏州2023年方案》。2023年6月16日,全州参加宣传咨询日活动3000人。", "one day, and the whole area"),
        ("康乐县开展了宣传。发放宣传资料3000份。", "a place that only the sentence before names"),
    ],
)
def test_what_the_text_does_not_decide_is_asked(text: str, why: str) -> None:
    assert told(text) is None, why


@pytest.mark.parametrize("path", [EXAMPLE, REAL], ids=["example", "real"])
def test_neither_report_asks_needlessly(path: Path) -> None:
    if not path.exists():
        pytest.skip("the real report is not at hand")
    text = load(path).text
    kinds = [told(text, number) for number in range(len(find_figures(text, end=find_tail(text).end)))]
    assert kinds == [Standing.RECORD, *[Standing.STATEMENT] * 5]


def test_targets_and_rates_without_a_measure_are_not_filed() -> None:
    target, done = find_figures("力争发放宣传资料5万份。实际发放宣传资料6万份。")
    assert not countable(target)
    assert countable(done)


def test_days() -> None:
    june = campaign_period(2023)
    assert days(None, otherwise=june) == june
    assert days("2023-06-12", otherwise=june) == (dt.date(2023, 6, 12), dt.date(2023, 6, 12))
    assert days("2023-06-12/2023-06-16", otherwise=june)[1] == dt.date(2023, 6, 16)


def test_home_named() -> None:
    assert home_named("临夏州安委办、州应急局制定印发《临夏州2023年“安全生产月”活动方案》") == HOME
    assert home_named("我们开展了活动。") is None


@pytest.mark.parametrize(
    ("half", "full"),
    [
        ("安排部署,扎实推进", "安排部署，扎实推进"),
        ("乡镇(街道),村组", "乡镇（街道），村组"),
        ("共3,200人,其中", "共3,200人，其中"),
        ("12:30开始", "12:30开始"),
        ("see f(x), a", "see f(x), a"),
    ],
)
def test_full_width(half: str, full: str) -> None:
    assert full_width(half) == full


@given(st.text(alphabet="安全,:;()3a%“”\n", max_size=40))
def test_full_width_keeps_every_place(text: str) -> None:
    assert len(full_width(text)) == len(text)
