"""A report handed in at the desk, for tests of its journey."""

from __future__ import annotations

import datetime as dt

from cast import Cast

from bihuan.org.models import Unit
from bihuan.reports import actions
from bihuan.reports.models import Proposal, Submission

AT = dt.datetime(2023, 7, 5, 2, tzinfo=dt.UTC)
HEAD = "临夏州2023年“安全生产月”活动总结。"
TEXT = HEAD + (
    "2023年6月12日，康乐县2000余人参加了宣传咨询日活动。全州参加宣传咨询日活动人数近1.5万人，"
    "发放宣传资料8万余份。2023年6月5日至11日，全州悬挂横幅300条。力争明年发放宣传资料10万份。"
)
# In the order of the text: a record, two statements, one that is asked, a target that is not counted.
RECORD, STATEMENT, LEAFLETS, ASKED, TARGET = range(5)


def hand_in(cast: Cast, text: str = TEXT, *, unit: Unit | None = None, by: str = "") -> Submission:
    """The report of the office, handed in by its liaison."""
    unit = unit or cast.office
    return actions.hand_in(text=text, name="总结.txt", unit=unit, by=by or cast.liaison.by, at=AT)


def proposals(submission: Submission) -> list[Proposal]:
    """What was read from it, in the order of the text, as it stands."""
    return list(Proposal.objects.filter(submission=submission).order_by("start"))
