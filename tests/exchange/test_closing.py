"""Closing a period, signing it, correcting it: what is refused, and what a bundle then carries."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from cast import AT, BY, Cast, signed_in
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reported import LATER, Other, account, as_frozen, hashes, line
from scenes import JUNE, corrected, erratum, filed, region

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.receiving import ReceiptState
from bihuan.exchange import actions, queries
from bihuan.exchange.actions import posting
from bihuan.exchange.bundle import Line
from bihuan.exchange.models import Bundle, Issue, Peer, Reporting
from bihuan.exchange.queries.compiling import Asked, lines
from bihuan.exchange.rules import IssueState, Reception, next_try, same_fingerprint
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.actions import ClosedPeriodError, Content
from bihuan.figures.models import Fact, Figure
from bihuan.figures.queries import Scope
from bihuan.figures.rules import Kind
from bihuan.history.models import Seal
from bihuan.lib.refusals import Refusal
from bihuan.reading.ranges import Range

pytestmark = pytest.mark.django_db


@pytest.fixture
def above(cast: Cast) -> Peer:
    actions.make_identity(name=cast.office.name, by=BY, at=AT)
    return Other("甘肃省应急管理厅").met(region("甘肃省"), upward=True)


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年安全生产月", period=JUNE, book="example", by=BY, at=AT
    )


def close(campaign: Campaign, peer: Peer, **other: object) -> Issue:
    said = {"campaign": campaign, "peer": peer, "period": JUNE, "by": "person:1", "at": LATER, **other}
    return actions.close_period(**said)  # type: ignore[arg-type]


def frozen(issue: Issue) -> Issue:
    as_frozen(issue)
    return Issue.objects.get(pk=issue.pk)


def sign(issue: Issue, by: str = "person:2") -> Bundle:
    return actions.sign_issue(issue=issue, version=issue.version, name="王", by=by, at=LATER)


def code(call: object, *args: object, **more: object) -> str:
    with pytest.raises(Refusal) as told:
        call(*args, **more)  # type: ignore[operator]
    return told.value.code


def test_what_cannot_be_closed(cast: Cast, campaign: Campaign, above: Peer) -> None:
    assert code(close, campaign, above, period=(JUNE[0], dt.date(2023, 7, 1))) == "report-period"
    assert code(close, campaign, above, at=AT) == "period-not-over"
    below = Other("康乐").met(cast.kangle, upward=False)
    assert code(close, campaign, below) == "peer-not-trusted"
    first = close(campaign, above)
    assert close(campaign, above).pk == first.pk  # the same again is the same
    assert code(close, campaign, above, period=(JUNE[0], dt.date(2023, 6, 10))) == "report-overlaps"


def test_lists_that_are_not_complete_want_a_reason(cast: Cast, campaign: Campaign, above: Peer) -> None:
    wish = campaigns.ListWish("summary", "活动总结", JUNE, dt.date(2023, 6, 30))
    (made,) = campaigns.issue_lists(
        campaign=campaign, wishes=[wish], units=[cast.kangle_bureau, cast.yongjing_bureau], by=BY, at=AT
    )
    rows = list(made.rows.order_by("pk"))
    assert code(close, campaign, above) == "lists-open"
    for row in rows:
        campaigns.mark(expected=row, state=ReceiptState.SUBMITTED, subject=("t", "1"), by=BY, at=AT)
    assert code(close, campaign, above) == "lists-open"  # came, but nobody has accepted it
    campaigns.mark(expected=rows[0], state=ReceiptState.ACCEPTED, subject=("t", "1"), by=BY, at=AT)
    issue = frozen(close(campaign, above, although="永靖县暴雨停电"))
    said = queries.account_of(issue)
    assert said is not None
    assert (said.expected["expected"], said.expected["accepted"], said.expected["although"]) == (2, 1, "永靖县暴雨停电")
    assert said.expected["open"][0][2] == "submitted"


def test_closed_figures_change_by_an_erratum_alone(cast: Cast, campaign: Campaign, above: Peer) -> None:
    figure = filed(cast.kangle, "leaflets", "份", 30, book="example")
    issue = close(campaign, above)
    with pytest.raises(ClosedPeriodError):
        filed(cast.yongjing, "leaflets", "份", 30, book="example")
    assert code(corrected, issue.reporting, figure, "很多") == "no-number"
    assert code(corrected, issue.reporting, figure, "20场") == "no-number"
    assert corrected(issue.reporting, figure, "20份").version == 2


def test_a_late_correction_leaves_what_was_accepted(cast: Cast, campaign: Campaign, above: Peer) -> None:
    """ADR 27: that a list came, in time, and was accepted is over; the erratum has its reason and its history of its
    own. What a person gives back after the report goes up with the next erratum."""
    wish = campaigns.ListWish("summary", "活动总结", JUNE, dt.date(2023, 6, 30))
    (made,) = campaigns.issue_lists(campaign=campaign, wishes=[wish], units=[cast.kangle_bureau], by=BY, at=AT)
    row = made.rows.get()
    for state in (ReceiptState.SUBMITTED, ReceiptState.ACCEPTED):
        campaigns.mark(expected=row, state=state, subject=("submission", "1"), by=BY, at=AT)
    figure = filed(cast.kangle, "leaflets", "份", 30, book="example")
    issue = close(campaign, above)
    sign(frozen(issue))
    before = row.receipt.kept
    corrected(issue.reporting, figure, "20份")
    row.receipt.refresh_from_db()
    assert row.receipt.kept == before
    assert queries.completeness(campaign, JUNE).open == ()
    second = frozen(erratum(issue.reporting))
    said = queries.account_of(second)
    assert said is not None
    assert (said.expected["expected"], said.expected["accepted"]) == (1, 1)
    sign(second)
    campaigns.mark(
        expected=row, state=ReceiptState.RETURNED, subject=("submission", "1"), reason="数错了", by=BY, at=LATER
    )
    corrected(issue.reporting, Figure.objects.get(pk=figure.pk), "25份")
    third = queries.account_of(frozen(erratum(issue.reporting)))
    assert third is not None
    assert third.expected["open"] == [["康乐县应急管理局", "活动总结", "returned"]]


def test_totals_are_frozen_as_facts_and_signed_by_another(cast: Cast, campaign: Campaign, above: Peer) -> None:
    filed(cast.kangle, "leaflets", "份", 30, book="example")
    filed(cast.yongjing, "leaflets", "份", 12, book="example")
    filed(cast.prefecture, "leaflets", "份", 50, kind=Kind.STATEMENT, book="example")
    issue = close(campaign, above)
    assert code(sign, issue) == "issue-not-frozen"
    issue = frozen(issue)
    assert code(sign, issue, by="person:1") == "own-issue"
    bundle = sign(issue)
    said = {item["kind"]: item for item in json.loads(bundle.payload)["report"]["lines"]}
    assert (said["record"]["printed"], said["statement"]["printed"]) == ("42份", "50份")
    fact = Fact.objects.get(public_id=said["record"]["fact"])
    assert (fact.low, figure_queries.check(fact).state) == (Decimal(42), "holds")
    assert [part[1:] for part in said["record"]["parts"]] == [["康乐县", "30份"], ["永靖县", "12份"]]
    issue.refresh_from_db()
    assert issue.state == IssueState.SIGNED
    assert code(sign, issue) == "stale"


def test_an_erratum_brings_what_differs_and_nothing_else(cast: Cast, campaign: Campaign, above: Peer) -> None:
    wrong = filed(cast.kangle, "leaflets", "份", 30, book="example")
    gone = filed(cast.kangle, "banners", "条", 3, book="example")
    filed(cast.kangle, "screens", "块", 3, book="example")
    first = sign(frozen(close(campaign, above)))
    reporting = Reporting.objects.get()
    empty = frozen(erratum(reporting))
    assert code(sign, empty) == "erratum-empty"
    assert code(erratum, reporting) == "issue-open"
    actions.drop_issue(issue=empty, version=empty.version, reason="没有变化", by=BY, at=LATER)
    corrected(reporting, wrong, "20份")
    corrected(reporting, gone, "")
    second = sign(frozen(erratum(reporting)))
    body = json.loads(second.payload)["erratum"]
    said = {item["measures"][0]: (item["was"], item["value"]) for item in body["lines"]}
    assert said == {
        "leaflets": (["30", "30", False, False], ["20", "20", False, False]),
        "banners": (["3", "3", False, False], None),
    }
    assert body["corrects"] == first.digest
    assert (second.sequence, json.loads(second.payload)["previous"]) == (2, first.digest)
    # Given back, it counts as not reported: the next one is against the first.
    Bundle.objects.filter(pk=second.pk).update(outcome=Reception.RETURNED)
    third = sign(frozen(erratum(reporting)))
    assert json.loads(third.payload)["erratum"]["corrects"] == first.digest


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(
        st.tuples(
            st.sampled_from(["kangle", "yongjing", "prefecture"]),
            st.sampled_from([("leaflets",), ("banners",), ("banners", "exhibition_boards")]),
            st.integers(0, 500),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_lines_add_up_to_every_total(
    cast: Cast, campaign: Campaign, made: list[tuple[str, tuple[str, ...], int]]
) -> None:
    """Property: filed as records of the whole region, the lines of a bundle give the totals that the records gave."""
    from django.db import transaction
    from rounds import seal_all

    def totals(book: str) -> list[object]:
        found = []
        for codes in (["leaflets"], ["banners"], ["exhibition_boards"], ["banners", "exhibition_boards"]):
            scope = Scope.of(region=cast.prefecture, measures=codes, classifiers=["份"], period=JUNE, book=book)
            found.append(figure_queries.total(scope).range)
        return found

    with transaction.atomic():
        for place, codes, value in made:
            said = Content(
                region=getattr(cast, place), measures=codes, classifier="份", value=Range.exact(value), printed="x",
                form="", period=(dt.date(2023, 6, 9), dt.date(2023, 6, 9)),
            )  # fmt: skip
            figures.file(kind=Kind.RECORD, content=said, book="one", by=BY, at=AT)
        seal_all()
        as_of = Seal.objects.latest("position").position
        for item in lines(Asked(cast.prefecture, campaign.edition, JUNE, "one", as_of)):
            _refile(item, cast)
        assert totals("two") == totals("one")
        transaction.set_rollback(True)


def _refile(item: Line, cast: Cast) -> None:
    assert item.value is not None
    said = Content(
        region=cast.prefecture, measures=item.measures, classifier=item.classifier, value=item.value,
        printed=item.printed, form="", period=JUNE,
    )  # fmt: skip
    figures.file(kind=Kind.RECORD, content=said, book="two", by=BY, at=AT)


def test_a_restored_receiver_gets_all_again(cast: Cast, campaign: Campaign, above: Peer) -> None:
    """It says which number it waits for; from there on everything is sent anew."""
    sign(frozen(close(campaign, above)))
    Bundle.objects.update(state="arrived", outcome="taken")
    filed(cast.kangle, "leaflets", "份", 3, kind=Kind.STATEMENT, book="example")
    peer = Peer.objects.get()
    from django.db import transaction

    with transaction.atomic():
        posting.post(peer=peer, kind=posting.BundleKind.RULING, content={}, name="x", by=BY, at=AT)
    second = Bundle.objects.get(sequence=2)
    said = posting.Answer(second.pk, 1, None, "sequence-gap", "前面缺第1号包", "1 is missing", 1)
    posting.finish(answers=[said], at=LATER)
    assert set(Bundle.objects.values_list("state", flat=True)) == {"waiting"}


def test_tries_grow_rarer_and_never_end() -> None:
    waits = [(next_try(tries, AT) - AT).total_seconds() / 60 for tries in (1, 2, 3, 4, 5, 6, 1000)]
    assert waits == [1, 2, 5, 10, 30, 60, 60]
    assert same_fingerprint(" e3b0-c442 98FC1c14 9AFBF4C8996FB924", "E3B0 C442 98FC 1C14 9AFB F4C8 996F B924")
    assert not same_fingerprint("E3B0", "E3B0 C442 98FC 1C14 9AFB F4C8 996F B924")


def test_lists_ask_the_database_as_often_for_fifty_rows_as_for_one(cast: Cast, campaign: Campaign, above: Peer) -> None:
    county = Other("康乐县应急管理局")
    county.met(cast.kangle, upward=False)
    client = signed_in(cast.operator)
    pages = ("/exchange/", "/exchange/received/", "/exchange/intakes/", "/exchange/bundles/")

    def one(number: int) -> None:
        day = dt.date(2023, 1, 1) + dt.timedelta(number)
        period = (day, day)
        some = campaigns.open_campaign(
            region=cast.prefecture, name="检查日", period=period, book="example", by=BY, at=AT
        )
        row = Reporting.objects.create(
            campaign=some, peer=above, region=cast.prefecture, book="example", period_start=day, period_end=day,
            closed_by=cast.operator.by, closed_at=AT,
        )  # fmt: skip
        first = Issue.objects.first()
        entry = first.entry if first else close(campaign, above).entry
        Issue.objects.create(reporting=row, number=1, by=cast.operator.by, at=AT, entry=entry)
        report = account(cast.kangle, [line("leaflets", "份", 1)], hashes("leaflets"))
        taken = county.sends("report", report | {"period": [day.isoformat()] * 2})
        received = taken.intake.received
        assert received
        actions.ask(received=received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)

    def asked() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(page).status_code == 200
            found.append(len(seen))
        return found

    one(0)
    before = asked()
    for number in range(1, 50):
        one(number)
    assert asked() == before
    assert max(before) <= 13


def test_the_pages_say_it_in_both_languages(cast: Cast, campaign: Campaign, above: Peer) -> None:
    filed(cast.kangle, "leaflets", "份", 30, book="example")
    issue = frozen(close(campaign, above, by=cast.operator.by))
    client = signed_in(cast.leader)
    for language, words in (("zh-hans", "签发上报"), ("en", "Sign and report")):
        page = client.get(f"/exchange/reportings/{issue.reporting_id}/", headers={"Accept-Language": language})
        assert words in page.content.decode()
    other = signed_in(cast.operator).post(f"/exchange/issues/{issue.pk}/sign/", {"version": issue.version})
    assert other.status_code == 404
    done = client.post(f"/exchange/issues/{issue.pk}/sign/", {"version": issue.version})
    assert done.status_code == 302
    again = client.post(f"/exchange/issues/{issue.pk}/sign/", {"version": issue.version})
    assert again.status_code == 409
