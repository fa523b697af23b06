"""Asked once: what a record says already is shown and not counted twice; what it says otherwise is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cast import Cast, signed_in
from desk import ASKED, AT, LEAFLETS, RECORD, STATEMENT, hand_in, proposals
from django.urls import reverse

from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Figure, Revision
from bihuan.figures.rules import Kind
from bihuan.org.models import Region
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range
from bihuan.reports import actions, queries
from bihuan.reports.models import Submission
from bihuan.reports.refusals import UndecidedError
from bihuan.reports.rules import Decision, Mark, Standing

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 6, 12)


def on_record(cast: Cast, printed: str, *, day: dt.date = DAY, regions: tuple[str, ...] = ("康乐县",)) -> Figure:
    """A record of people who took part, as an activity would have filed it."""
    places = [Region.objects.get(name=name) for name in regions]
    occasion = figures.open_occasion(
        name="宣传咨询日活动", period=(day, day), regions=places, book="example", by=cast.kangle_liaison.by, at=AT
    )
    read = read_quantity(printed)
    assert read is not None
    content = figures.Content(
        region=places[0] if len(places) == 1 else cast.office.region,
        measures=("participants",),
        classifier="人",
        value=read.range,
        printed=printed,
        form="exact",
        period=(day, day),
        occasion=occasion,
    )
    return figures.file(kind=Kind.RECORD, content=content, book="example", by=cast.kangle_liaison.by, at=AT)


def all_confirmed(report: Submission, cast: Cast) -> Submission:
    actions.decide_all(submission=report, expected_version=report.version, by=cast.liaison.by, at=AT)
    asked = proposals(report)[ASKED]
    actions.decide(
        proposal=asked,
        decision=Decision.CONFIRM,
        kind=Standing.STATEMENT,
        expected_version=asked.version,
        by=cast.liaison.by,
        at=AT,
    )
    return actions.confirm(submission=report, expected_version=report.version, by=cast.liaison.by, at=AT)


def in_kangle() -> int:
    rows = figure_queries.revisions(as_of=None).filter(figure__kind=Kind.RECORD, measures=["participants"])
    return rows.count()


@pytest.mark.parametrize("printed", ["2013人", "2000余人", "2001人"])
def test_what_is_on_record_is_not_counted_twice(cast: Cast, printed: str) -> None:
    figure = on_record(cast, printed)
    report = all_confirmed(hand_in(cast), cast)
    known = proposals(report)[RECORD]
    assert (known.state, known.known, known.figure) == (Mark.KNOWN, figure, None)
    assert in_kangle() == 1
    assert queries.known_of(report)[0][1].printed == printed


@pytest.mark.parametrize("regions", [("康乐县", "永靖县")])
def test_a_joint_occasion_is_on_record_in_each_of_its_places(cast: Cast, regions: tuple[str, ...]) -> None:
    figure = on_record(cast, "2000余人", regions=regions)
    report = hand_in(cast)
    assert queries.known_records(report, proposals(report))[proposals(report)[RECORD].pk].record.figure == figure


@pytest.mark.parametrize(
    ("printed", "day", "region"),
    [("2013人", dt.date(2023, 6, 13), "康乐县"), ("2013人", DAY, "永靖县")],
)
def test_another_day_or_place_is_another_thing(cast: Cast, printed: str, day: dt.date, region: str) -> None:
    on_record(cast, printed, day=day, regions=(region,))
    report = all_confirmed(hand_in(cast), cast)
    assert proposals(report)[RECORD].state == Mark.CONFIRMED


def test_a_conflict_waits_for_a_person_who_says_which_holds(cast: Cast) -> None:
    figure = on_record(cast, "1500人")
    report = hand_in(cast)
    actions.decide_all(submission=report, expected_version=report.version, by=cast.liaison.by, at=AT)
    marks = [item.state for item in proposals(report)]
    assert marks[RECORD] == Mark.PENDING
    assert marks[STATEMENT] == marks[LEAFLETS] == Mark.CONFIRMED
    item = proposals(report)[RECORD]
    said = {"proposal": item, "by": cast.liaison.by, "at": AT, "expected_version": item.version}
    actions.decide(decision=Decision.KNOWN, **said)
    again = proposals(report)[RECORD]
    assert (again.state, again.known) == (Mark.KNOWN, figure)
    actions.decide(decision=Decision.KNOWN, **said)  # the same click again
    actions.decide(**said | {"proposal": again, "expected_version": again.version, "decision": Decision.REOPEN})
    open_ = proposals(report)[RECORD]
    assert (open_.state, open_.known) == (Mark.PENDING, None)
    actions.decide(
        **said
        | {"proposal": open_, "expected_version": open_.version, "decision": Decision.CONFIRM, "kind": Standing.RECORD}
    )
    all_confirmed(report, cast)
    assert in_kangle() == 2  # something else, counted beside it


def test_the_record_corrected_where_it_stands_ends_the_conflict(cast: Cast) -> None:
    figure = on_record(cast, "1500人")
    report = hand_in(cast)
    item = proposals(report)[RECORD]
    assert not queries.known_records(report, [item])[item.pk].agrees
    now = Revision.objects.select_related("region", "occasion", "unit").get(figure=figure, version=1)
    content = replace(figures.content_of(now), value=Range.exact(2013), printed="2013人")
    figures.correct(figure=figure, expected_version=1, content=content, by=cast.kangle_liaison.by, at=AT)
    assert queries.known_records(report, [item])[item.pk].agrees


def test_nothing_on_record_cannot_hold(cast: Cast) -> None:
    item = proposals(hand_in(cast))[RECORD]
    with pytest.raises(UndecidedError) as caught:
        actions.decide(proposal=item, decision=Decision.KNOWN, expected_version=item.version, by=cast.liaison.by, at=AT)
    assert caught.value.code == "not-on-record"


def test_an_earlier_report_of_the_same_is_replaced_and_not_on_record(cast: Cast) -> None:
    first = all_confirmed(hand_in(cast), cast)
    second = hand_in(cast, first.text.replace("2000余人", "2100余人"))
    assert queries.known_records(second, proposals(second)) == {}


def test_the_page_shows_both_and_asks(cast: Cast) -> None:
    on_record(cast, "1500人")
    report = hand_in(cast)
    client = signed_in(cast.liaison)
    address = reverse("reports:submission", args=[report.pk])
    html = client.get(address).content.decode()
    assert "系统里的记录与此不一致" in html
    assert "1500人" in html
    assert "以已有记录为准" in html
    item = proposals(report)[RECORD]
    decide = reverse("reports:reading", args=[report.pk, item.pk])
    assert client.post(decide, {"choice": "known", "version": item.version}).status_code == 302
    assert "系统里已有" in client.get(address).content.decode()


def test_the_paper_prints_the_reports_words_bound_to_the_record(cast: Cast) -> None:
    figure = on_record(cast, "2013人")
    report = all_confirmed(hand_in(cast), cast)
    (pair,) = queries.known_of(report)
    assert pair[1].figure == figure
    assert any(scope.region.name == "康乐县" for scope in queries.scopes(report))
