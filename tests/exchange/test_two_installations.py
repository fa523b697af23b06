"""A prefecture reports to its province: two databases, two servers, two keys, and a network that breaks."""

from __future__ import annotations

import datetime as dt

import pytest
from installations import Wire
from scenes import AT, CLERK, Both, acquainted, closed, corrected, erratum, filed, later, month, region, signed, total

from bihuan.exchange import actions, jobs, queries
from bihuan.exchange.models import Bundle, Intake, Peer, Received, Remark, Reporting
from bihuan.exchange.rules import Reception, Sending
from bihuan.figures.models import Figure
from bihuan.history import queries as history
from bihuan.org.models import Edition

pytestmark = pytest.mark.slow


def test_a_prefecture_reports_to_its_province(installations: Both, wires: tuple[Wire, Wire]) -> None:
    lower, upper = installations
    up, down = wires
    acquainted(installations, up=up.port, down=down.port)

    # The prefecture's month: two counties, one number twice, closed, frozen, signed.
    with lower.here():
        county = region("康乐县")
        wrong = filed(county, "leaflets", "份", 14862)
        filed(region("永靖县"), "leaflets", "份", 2000)
        filed(county, "consultation_events", "场", 3)
        bundle = signed(closed(month(region("临夏回族自治州")), Peer.objects.get()))

        # Cut at once, cut in the middle of the request: nothing is there, nothing is lost.
        for hours, how in ((1, "at once"), (3, "request")):
            up.cut = how
            jobs.outgoing(at=later(hours))
            bundle.refresh_from_db()
            assert (bundle.state, bundle.code) == (Sending.WAITING, "unreachable")
    with upper.here():
        assert not Intake.objects.exists()
        assert not Figure.objects.exists()

    # Cut before the answer: it has arrived, and the sender does not know.
    up.cut = "answer"
    with lower.here():
        jobs.outgoing(at=later(5))
        bundle.refresh_from_db()
        assert bundle.state == Sending.WAITING
    with upper.here():
        assert Intake.objects.get().state == Reception.TAKEN

    # The network is back: sent again, taken once.
    up.cut = ""
    with lower.here():
        jobs.outgoing(at=later(7))
        bundle.refresh_from_db()
        assert (bundle.state, bundle.outcome) == (Sending.ARRIVED, Reception.TAKEN)
        assert bundle.tries == 4
    with upper.here():
        assert Intake.objects.count() == 1
        assert total("甘肃省", "leaflets", "份") == 16862
        assert total("临夏回族自治州", "consultation_events", "场") == 3
        received = Received.objects.get()
        leaflets = next(item for item in queries.received_lines(received) if item.printed == "16862份")
        assert ("康乐县", "14862份") in leaflets.parts
        assert leaflets.fact
        # The province asks back about that line.
        line = queries.received_line(received, leaflets.pk)
        actions.ask(
            received=received,
            line=line,
            words=leaflets.printed,
            text="康乐县是否重复？",
            name="省厅李某",
            by=CLERK,
            at=AT,
        )
        jobs.outgoing(at=later(1))
    with lower.here():
        question = Remark.objects.get()
        assert (question.text, question.line_words, question.who) == (
            "康乐县是否重复？",
            "宣传资料 16862份",
            "省厅李某",
        )
        actions.answer(question=question, text="是，已更正", name="马某", by=CLERK, at=AT)

        # And corrects: the erratum follows the answer; both wait while the network is down, and go in their order.
        corrected(Reporting.objects.get(), wrong, "4862份")
        second = signed(erratum(Reporting.objects.get()))
        up.cut = "at once"
        jobs.outgoing(at=later(9))
        up.cut = ""
        jobs.outgoing(at=later(11))
        jobs.outgoing(at=later(11))
        second.refresh_from_db()
        assert second.outcome == Reception.TAKEN
        assert not Bundle.objects.exclude(state=Sending.ARRIVED).exists()
    with upper.here():
        assert total("甘肃省", "leaflets", "份") == 6862
        assert total("甘肃省", "consultation_events", "场") == 3
        talk = queries.talks(received.key, peer=received.peer)[0]
        assert talk.answer is not None
        assert talk.answer.text == "是，已更正"
        shown = {item.key: item for item in queries.received_lines(received)}
        assert shown[leaflets.key].sequence == 3
        assert shown[leaflets.key].corrected
        assert history.verify().broken is None

        # Where the province cannot reach the prefecture, what waits comes along when that one knocks.
        Peer.objects.update(address="")
        actions.ask(received=received, line=None, words="", text="还有更正吗？", name="省厅李某", by=CLERK, at=AT)
        waiting = Bundle.objects.latest("sequence")
        jobs.outgoing(at=later(20))
    with lower.here():
        up.cut = "answer"
        jobs.knock(at=dt.datetime.now(dt.UTC))
        assert Remark.objects.latest("pk").text == "是，已更正"
        up.cut = ""
        jobs.knock(at=dt.datetime.now(dt.UTC))
        jobs.knock(at=dt.datetime.now(dt.UTC))
        assert Remark.objects.latest("pk").text == "还有更正吗？"
        assert Remark.objects.count() == 3
    with upper.here():
        waiting.refresh_from_db()
        assert waiting.state == Sending.ARRIVED
        assert Edition.objects.exists()
